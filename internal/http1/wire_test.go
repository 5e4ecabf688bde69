package http1_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// wire is a connection whose peer has already said everything: reads return
// its pieces one by one and then the error end (io.EOF when nil). Writes are
// kept.
type wire struct {
	pieces [][]byte
	end    error
	out    bytes.Buffer
	writes int
}

// wireOf says text in one piece.
func wireOf(text string) *wire { return &wire{pieces: [][]byte{[]byte(text)}} }

// trickle says text byte by byte.
func trickle(text string) *wire {
	w := &wire{}
	for i := range len(text) {
		w.pieces = append(w.pieces, []byte{text[i]})
	}
	return w
}

func (w *wire) Read(p []byte) (int, error) {
	if len(w.pieces) == 0 {
		if w.end != nil {
			return 0, w.end
		}
		return 0, io.EOF
	}
	n := copy(p, w.pieces[0])
	if w.pieces[0] = w.pieces[0][n:]; len(w.pieces[0]) == 0 {
		w.pieces = w.pieces[1:]
	}
	return n, nil
}

func (w *wire) Write(p []byte) (int, error) {
	w.writes++
	return w.out.Write(p)
}

func (*wire) Close() error                     { return nil }
func (*wire) LocalAddr() net.Addr              { return nil }
func (*wire) RemoteAddr() net.Addr             { return nil }
func (*wire) SetDeadline(time.Time) error      { return nil }
func (*wire) SetReadDeadline(time.Time) error  { return nil }
func (*wire) SetWriteDeadline(time.Time) error { return nil }

func readRequest(text string) (*message.Request, *http1.Conn, error) {
	c := http1.NewConn(wireOf(text))
	req := new(message.Request)
	return req, c, c.ReadRequest(req, http1.Limits{})
}

func readResponse(text, method string) (*message.Response, *http1.Conn, error) {
	c := http1.NewConn(wireOf(text))
	resp := new(message.Response)
	return resp, c, c.ReadResponse(resp, method, http1.Limits{})
}

// wantFailure checks symptom, side and phase of an error, and that Error can
// print it.
func wantFailure(t *testing.T, err error, symptom cause.Code, side cause.Side, phase cause.Phase) *cause.Error {
	t.Helper()
	var e *cause.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a *cause.Error with %s", err, symptom)
	}
	if e.Symptom != symptom || e.Side != side || e.Phase != phase {
		t.Fatalf("error is %s on the %s side in phase %s, want %s, %s, %s (%v)",
			e.Symptom, e.Side, e.Phase, symptom, side, phase, e)
	}
	if e.Detail == "" && e.Err == nil {
		t.Fatalf("error %q has neither detail nor cause", e)
	}
	return e
}

// typicalMessages returns a request and a response ready to be forwarded.
func typicalMessages(t testing.TB) (*message.Request, *message.Response) {
	t.Helper()
	req, _, err := readRequest(typicalRequest)
	check(t, err)
	resp, _, err := readResponse(typicalResponseHead, "HEAD")
	check(t, err)
	message.StripConnection(&req.Fields)
	message.StripConnection(&resp.Fields)
	return req, resp
}

// check is must without Helper, which allocates.
func check(t testing.TB, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t testing.TB, body message.Body, p []byte) {
	if body == nil {
		return
	}
	for {
		_, err := body.Read(p)
		if err == io.EOF {
			return
		}
		check(t, err)
	}
}
