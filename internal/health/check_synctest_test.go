package health_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/cause"
	"torwart/internal/faultnet"
	"torwart/internal/health"
)

const addr = "10.0.0.1:80"

// serve answers every connection to addr by handle, until the test ends.
func serve(t *testing.T, n *faultnet.Network, handle func(net.Conn)) health.Dial {
	t.Helper()
	l, err := n.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			handle(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return func(ctx context.Context) (net.Conn, error) { return n.DialContext(ctx, "tcp", addr) }
}

// answer reads a request and writes a response.
func answer(status string, got *string) func(net.Conn) {
	return func(c net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		*got = fmt.Sprintf("%s %s host=%s agent=%s", req.Method, req.URL, req.Host, req.UserAgent())
		_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\nLocation: http://elsewhere/\r\nContent-Length: 2\r\n\r\nok")
	}
}

func TestHTTPStatuses(t *testing.T) {
	for status, well := range map[string]bool{
		"200 OK": true, "204 No Content": true, "302 Found": true, "401 Unauthorized": true, "404 Not Found": true,
		"500 Internal Server Error": false, "502 Bad Gateway": false, "503 Service Unavailable": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			var n faultnet.Network
			var got string
			dial := serve(t, &n, answer(status, &got))
			err := health.HTTP(dial, "shop.example", "/healthz?deep=1")(t.Context())
			if well != (err == nil) {
				t.Errorf("%s: %v", status, err)
			}
			if !well && (cause.SymptomOf(err) != cause.UpstreamErrorStatus || !strings.Contains(err.Error(), status[:3])) {
				t.Errorf("%s: error %v does not say so", status, err)
			}
			if want := "GET /healthz?deep=1 host=shop.example agent=torwart-health"; got != want {
				t.Errorf("asked %q, want %q", got, want)
			}
			synctest.Wait() // net/http closes in a goroutine of its own
			if open := n.Open(addr); open != 0 {
				t.Errorf("%s: %d connections left open", status, open)
			}
		})
	}
}

func TestHTTPFailures(t *testing.T) {
	get := func(n *faultnet.Network, dial health.Dial) error {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		return health.HTTP(dial, "h", "/")(ctx)
	}
	cases := map[string]struct {
		faults faultnet.Faults
		want   error
	}{
		"refused":     {faultnet.Faults{Refuse: true}, syscall.ECONNREFUSED},
		"reset":       {faultnet.Faults{AcceptReset: true}, syscall.ECONNRESET},
		"swallowed":   {faultnet.Faults{BlackHole: true}, context.DeadlineExceeded},
		"stalled":     {faultnet.Faults{Stall: true}, context.DeadlineExceeded},
		"cut in head": {faultnet.Faults{Response: faultnet.Flow{End: faultnet.FIN, After: 30}}, io.ErrUnexpectedEOF},
		"cut in body": {faultnet.Faults{Response: faultnet.Flow{End: faultnet.RST, After: 68}}, syscall.ECONNRESET},
	}
	for name, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			var n faultnet.Network
			var got string
			dial := serve(t, &n, answer("200 OK", &got))
			n.Set(addr, c.faults)
			err := get(&n, dial)
			// Whoever writes meets a reset as a broken pipe: net/http writes
			// and reads at the same time.
			reset := c.want == syscall.ECONNRESET && errors.Is(err, syscall.EPIPE)
			if !errors.Is(err, c.want) && !reset {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
			n.Set(addr, faultnet.Faults{})
			n.Kill(addr, faultnet.RST)
		})
	}
}

func TestEachCheckDialsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n faultnet.Network
		var got string
		dial := serve(t, &n, answer("200 OK", &got))
		check := health.HTTP(dial, "h", "/")
		for range 3 {
			if err := check(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := n.Dialed(addr); got != 3 {
			t.Errorf("3 checks dialed %d times", got)
		}
	})
}

func TestBadPath(t *testing.T) {
	dial := func(context.Context) (net.Conn, error) { t.Error("dialed"); return nil, io.EOF }
	if err := health.HTTP(dial, "h", "/%zz")(t.Context()); err == nil {
		t.Error("no error for a path that cannot be sent")
	}
}

func TestTCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n faultnet.Network
		var taken atomic.Int32
		dial := serve(t, &n, func(net.Conn) { taken.Add(1) })
		if err := health.TCP(dial)(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if taken.Load() != 1 || n.Open(addr) != 0 {
			t.Errorf("%d taken, %d open", taken.Load(), n.Open(addr))
		}
		n.Set(addr, faultnet.Faults{Refuse: true})
		if err := health.TCP(dial)(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("refused: %v", err)
		}
	})
}
