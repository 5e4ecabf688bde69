package demo

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// plainProxy is the reverse proxy of Go's standard library, the way it is
// usually set up: the upstreams take turns. It has the timeouts of torwart,
// and a bad upstream keeps its turn.
type plainProxy struct {
	listener net.Listener
	server   http.Server
}

func openPlain(to []string, t timeouts) (*plainProxy, error) {
	var targets []*url.URL
	for _, s := range to {
		target, err := url.Parse(s)
		if err != nil {
			return nil, err
		}
		targets = append(targets, target)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", listen)
	if err != nil {
		return nil, err
	}
	var turn atomic.Uint64
	dialer := net.Dialer{Timeout: t.connect}
	p := &plainProxy{listener: l}
	p.server = http.Server{
		Handler: &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(targets[turn.Add(1)%uint64(len(targets))])
				r.SetXForwarded()
			},
			Transport: &http.Transport{
				DialContext: dialer.DialContext, ResponseHeaderTimeout: t.response,
				MaxIdleConnsPerHost: 100, IdleConnTimeout: 60 * time.Second,
			},
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	return p, nil
}

func (p *plainProxy) addr() string { return p.listener.Addr().String() }

// serve returns when the proxy is closed.
func (p *plainProxy) serve() { _ = p.server.Serve(p.listener) }

func (p *plainProxy) close() {
	p.server.Close()
	p.listener.Close()
	rp := p.server.Handler.(*httputil.ReverseProxy)
	rp.Transport.(*http.Transport).CloseIdleConnections()
}
