package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// echoServer sends every message back.
func echoServer(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"echo"}})
	if err != nil {
		return // Accept has answered
	}
	defer c.CloseNow()
	c.SetReadLimit(8 << 20)
	for {
		kind, message, err := c.Read(r.Context())
		if err != nil {
			return // the other side has closed
		}
		if string(message) == "bye" {
			_ = c.Close(4001, "bye yourself") // what the client makes of it is tested
			return
		}
		if err := c.Write(r.Context(), kind, message); err != nil {
			return
		}
	}
}

func TestWebSocketEchoesThroughTorwart(t *testing.T) {
	t.Parallel()
	app := httptest.NewServer(http.HandlerFunc(echoServer))
	t.Cleanup(app.Close)
	g := serve(t, fmt.Sprintf("  - to: %q\n", app.URL))
	var wg sync.WaitGroup
	for client := range 10 {
		wg.Go(func() {
			if err := echo(g.addr, client); err != nil {
				t.Errorf("client %d: %v", client, err)
			}
		})
	}
	wg.Wait()
	if failed := g.ledger(t, url.Values{}); len(failed) != 0 {
		t.Errorf("nothing failed, and the ledger has %v", failed)
	}
}

// echo is one client: small and large messages, text and binary, a ping, and
// an end that the server decides.
func echo(addr string, number int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c, resp, err := websocket.Dial(ctx, "ws://"+addr+"/chat", &websocket.DialOptions{Subprotocols: []string{"echo"}})
	if err != nil {
		return err
	}
	defer c.CloseNow()
	if resp.StatusCode != http.StatusSwitchingProtocols || c.Subprotocol() != "echo" {
		return fmt.Errorf("status %d, subprotocol %q", resp.StatusCode, c.Subprotocol())
	}
	c.SetReadLimit(8 << 20)
	for i, message := range [][]byte{
		[]byte("hello"), {}, filling(100), filling(70_000), filling(3 << 20), fmt.Appendf(nil, "client %d", number),
	} {
		kind := websocket.MessageType(i%2 + 1)
		if err := c.Write(ctx, kind, message); err != nil {
			return err
		}
		gotKind, got, err := c.Read(ctx)
		if err != nil {
			return err
		}
		if gotKind != kind || !bytes.Equal(got, message) {
			return fmt.Errorf("message %d came back as %d bytes of %v, want %d of %v", i, len(got), gotKind, len(message), kind)
		}
	}
	return bye(ctx, c)
}

func bye(ctx context.Context, c *websocket.Conn) error {
	if err := c.Write(ctx, websocket.MessageText, []byte("bye")); err != nil {
		return err
	}
	_, _, err := c.Read(ctx)
	var end websocket.CloseError
	switch {
	case errors.As(err, &end) && end.Code == 4001 && end.Reason == "bye yourself":
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the close frame was lost: %w", err)
	}
	return fmt.Errorf("the end is %w, want the server's close frame", err)
}
