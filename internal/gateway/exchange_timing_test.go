//go:build !race

// The race detector makes sync.Pool drop things at random.

package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"

	"torwart/internal/config"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/listener"
	"torwart/internal/metrics"
)

// path is a whole way through the gateway over real sockets, with a client
// and an upstream that allocate nothing.
type path struct {
	client  net.Conn
	request []byte
	answer  []byte
	close   func()
}

const fastRequest = "GET /page?id=17 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nCookie: a=b\r\n\r\n"

func newPath(tb testing.TB) *path {
	tb.Helper()
	up, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	body := bytes.Repeat([]byte("x"), 1024)
	answer := append([]byte("HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n"), body...)
	go func() {
		for {
			nc, err := up.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				buf := make([]byte, 4096)
				for {
					if _, err := nc.Read(buf); err != nil {
						return
					}
					if _, err := nc.Write(answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	g := gateway.New(gateway.Options{Ledger: &ledger.Ledger{}, Meter: &metrics.Metrics{}})
	cfg, problems := config.Parse("t.yaml", []byte("sites:\n  - to: [\"http://"+up.Addr().String()+"\"]\n    health: {interval: 0}\n"))
	if cfg == nil {
		tb.Fatal(problems)
	}
	if err := g.Apply(cfg); err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	srv := &listener.Server{Handler: g}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ctx, l) }()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	return &path{client: nc, request: []byte(fastRequest), answer: make([]byte, len(answer)), close: func() {
		nc.Close()
		cancel()
		<-done
		srv.Shutdown(context.Background())
		up.Close()
	}}
}

func (p *path) exchange(tb testing.TB) {
	if _, err := p.client.Write(p.request); err != nil {
		tb.Fatal(err)
	}
	if _, err := io.ReadFull(p.client, p.answer); err != nil {
		tb.Fatal(err)
	}
}

// An exchange without trouble allocates nothing, ledger, metrics, hold-back
// and learning included. The access log is off, as by default.
func TestServedExchangeAllocatesNothing(t *testing.T) {
	p := newPath(t)
	defer p.close()
	for range 200 {
		p.exchange(t)
	}
	if n := testing.AllocsPerRun(2000, func() { p.exchange(t) }); n > 0 {
		t.Errorf("%v allocations per exchange", n)
	}
}

func BenchmarkExchange(b *testing.B) {
	p := newPath(b)
	defer p.close()
	b.ReportAllocs()
	for b.Loop() {
		p.exchange(b)
	}
}
