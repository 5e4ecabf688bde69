package listener_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"torwart/internal/listener"
)

// An answer given before the body was read survives: with a plain close the
// kernel would reset the connection and the client would lose the answer.
func TestAnswerBeforeTheBodyWasReadArrives(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &listener.Server{Handler: &answers{}}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	defer func() {
		cancel()
		<-served
		end, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		if err := s.Shutdown(end); err != nil {
			t.Error(err)
		}
	}()
	for range 20 {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		body := strings.Repeat("x", 1<<20)
		// The handler answers at once and reads nothing of the body.
		if _, err := io.WriteString(nc, "POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n"+body); err != nil {
			t.Fatalf("the server stopped reading: %v", err)
		}
		answer, err := io.ReadAll(nc)
		if err != nil || !strings.HasSuffix(string(answer), "\r\n\r\n/early") || !strings.Contains(string(answer), "Connection: close") {
			t.Fatalf("%q, %v", answer, err)
		}
		nc.Close()
	}
}
