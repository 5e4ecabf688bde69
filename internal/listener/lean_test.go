package listener_test

import (
	"context"
	"net"
	"testing"

	"torwart/internal/cause"
	"torwart/internal/listener"
	"torwart/internal/message"
)

// lean answers without allocating.
type lean struct {
	resp message.Response
	body []byte
}

func newLean() *lean {
	l := &lean{body: make([]byte, 1000)}
	l.resp = message.Response{Version: message.HTTP11, Status: 200}
	l.resp.Fields.Add("Content-Type", "text/plain")
	return l
}

func (l *lean) Handle(_ context.Context, s listener.Stream) {
	if s.Respond(&l.resp, int64(len(l.body))) != nil || s.Write(l.body) != nil || s.Finish(nil) != nil {
		s.Abort()
	}
}

func (l *lean) Reject(_ context.Context, s listener.Stream, _ *cause.Error) { s.Abort() }

const typicalRequest = "GET /products/list?page=2&sort=price HTTP/1.1\r\n" +
	"Host: www.example.com\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
	"Accept-Language: de,en-US;q=0.7,en;q=0.3\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\n" +
	"Connection: keep-alive\r\n" +
	"\r\n"

// leanServer serves on a real socket until the end of the test, and returns
// one exchange over one connection as a function.
func leanServer(tb testing.TB) (exchange func()) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &listener.Server{Handler: newLean()}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			tb.Error(err)
		}
		if err := s.Shutdown(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { nc.Close() })
	request, buf := []byte(typicalRequest), make([]byte, 4096)
	return func() { exchangeOn(tb, nc, request, buf) }
}

// exchangeOn makes one request and reads the answer of a lean handler.
func exchangeOn(tb testing.TB, nc net.Conn, request, buf []byte) {
	if _, err := nc.Write(request); err != nil {
		tb.Fatal(err)
	}
	for n := 0; n < 1000; {
		k, err := nc.Read(buf)
		if err != nil {
			tb.Fatal(err)
		}
		n += k
	}
}
