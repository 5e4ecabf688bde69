//go:build !race

package http1_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"torwart/internal/http1"
	"torwart/internal/message"
)

// TestExchangesAllocateNothing takes whole exchanges through two connected
// sockets: the writer and reader of both sides, deadlines, waiting, and the
// look whether the connection still stands.
func TestExchangesAllocateNothing(t *testing.T) {
	body := make([]byte, 1000)
	large := make([]byte, 40000)
	tests := []struct {
		name     string
		framing  http1.Framing
		body     []byte
		response http1.Framing
	}{
		{"a GET with a length", noBody, nil, length(1000)},
		{"a GET with chunks", noBody, nil, chunked},
		{"a POST with a length", length(1000), body, length(1000)},
		{"a POST with chunks", chunked, body, chunked},
		{"large bodies, past the buffers", length(40000), large, length(1000)},
	}
	for _, network := range []string{"tcp", "unix"} {
		for _, tt := range tests {
			t.Run(network+", "+tt.name, func(t *testing.T) {
				a, b := connected(t, network)
				up, down := http1.NewConn(a), http1.NewConn(b)
				req, resp := typicalMessages(t)
				var gotReq message.Request
				var gotResp message.Response
				p := make([]byte, 50000)
				watch := func() error { return nil }
				run := func() {
					now := time.Now()
					up.SetReadDeadline(now.Add(far))
					up.SetWriteDeadline(now.Add(far))
					down.SetReadDeadline(now.Add(far))
					if end, pending := up.Ended(); end != 0 || pending {
						t.Fatal(end, pending)
					}
					check(t, up.WriteRequest(req, tt.framing))
					check(t, up.WriteBody(tt.body))
					check(t, up.EndBody(nil))

					check(t, down.WaitReadable())
					check(t, down.ReadRequest(&gotReq, http1.Limits{}))
					message.StripConnection(&gotReq.Fields)
					drain(t, gotReq.Body, p)

					check(t, down.WriteResponse(resp, tt.response, false))
					check(t, down.WriteBody(body))
					check(t, down.EndBody(nil))

					up.Watch(far, watch)
					check(t, up.ReadResponse(&gotResp, "GET", http1.Limits{}))
					drain(t, gotResp.Body, p)
					up.Watch(0, nil)
					up.Release()
				}
				run()
				if n := testing.AllocsPerRun(200, run); n != 0 {
					t.Errorf("an exchange allocates %v times", n)
				}
			})
		}
	}
}

// TestWaitingAllocatesNothing: here both sides wait for each other, so that
// reads block and give their buffers back.
func TestWaitingAllocatesNothing(t *testing.T) {
	a, b := connected(t, "tcp")
	up, down := http1.NewConn(a), http1.NewConn(b)
	req, resp := typicalMessages(t)
	served := make(chan error, 1)
	go func() {
		var got message.Request
		for {
			down.SetReadDeadline(time.Now().Add(far))
			if err := down.WaitReadable(); err != nil {
				served <- err
				return
			}
			err := errors.Join(down.ReadRequest(&got, http1.Limits{}), down.WriteResponse(resp, length(0), false), down.EndBody(nil))
			if err != nil {
				served <- err
				return
			}
		}
	}()
	var got message.Response
	n := testing.AllocsPerRun(500, func() {
		check(t, up.WriteRequest(req, noBody))
		check(t, up.EndBody(nil))
		check(t, up.WaitReadable())
		check(t, up.ReadResponse(&got, "GET", http1.Limits{}))
	})
	if n != 0 {
		t.Errorf("an exchange allocates %v times", n)
	}
	up.Close()
	if err := <-served; err != io.EOF {
		t.Error(err)
	}
}

// TestParsingAllocatesNothing: also for what is rarer than the typical head.
func TestParsingAllocatesNothing(t *testing.T) {
	for name, text := range map[string]string{
		"typical":              typicalRequest,
		"absolute target":      head("GET http://www.example.com?a=b HTTP/1.1", "Host: www.example.com"),
		"connection options":   head("GET / HTTP/1.1", "Host: a", "Connection: close, te, x-y", "X-Y: z", "TE: trailers"),
		"upgrade":              head("GET / HTTP/1.1", "Host: a", "Connection: upgrade", "Upgrade: websocket"),
		"larger than a buffer": head("GET / HTTP/1.1", "Host: a", "X: "+strings.Repeat("x", 20000)),
		"lengths and expects":  head("PUT / HTTP/1.1", "Host: a", "Content-Length: 0", "Expect: 100-continue"),
	} {
		c := http1.NewConn(endlessly(text))
		var req message.Request
		n := testing.AllocsPerRun(200, func() {
			check(t, c.ReadRequest(&req, http1.Limits{}))
			message.StripConnection(&req.Fields)
			c.Release()
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
