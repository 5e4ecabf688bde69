package listener_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/cause"
	"torwart/internal/faultnet"
	"torwart/internal/listener"
	"torwart/internal/message"
)

// answers is a handler that answers every request with its path.
type answers struct {
	mu       sync.Mutex
	rejected []cause.Code
	// wait, when set, blocks Handle until it is closed.
	wait chan struct{}
}

func (a *answers) Handle(_ context.Context, s listener.Stream) {
	if a.wait != nil {
		<-a.wait
	}
	respond(s, 200, string(s.Request().Path))
}

func (a *answers) Reject(_ context.Context, s listener.Stream, err *cause.Error) {
	a.mu.Lock()
	a.rejected = append(a.rejected, err.Symptom)
	a.mu.Unlock()
	if err.Symptom == cause.ClientGone {
		s.Abort()
		return
	}
	respond(s, 408, string(err.Symptom))
}

func respond(s listener.Stream, status int, body string) {
	resp := message.Response{Version: message.HTTP11, Status: status}
	if s.Respond(&resp, int64(len(body))) != nil || s.Write([]byte(body)) != nil || s.Finish(nil) != nil {
		s.Abort()
	}
}

const addr = "10.0.0.1:80"

// serving runs test beside a server in a bubble.
func serving(t *testing.T, a *answers, bounds listener.Bounds, test func(t *testing.T, n *faultnet.Network, s *listener.Server)) {
	synctest.Test(t, func(t *testing.T) {
		var n faultnet.Network
		l, err := n.Listen(addr)
		if err != nil {
			t.Fatal(err)
		}
		s := &listener.Server{Handler: a}
		s.SetBounds(bounds)
		ctx, cancel := context.WithCancel(context.Background())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		test(t, &n, s)
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if c := s.Conns(); c != 0 {
			t.Errorf("%d connections left", c)
		}
	})
}

func dial(t *testing.T, n *faultnet.Network) net.Conn {
	t.Helper()
	nc, err := n.DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return nc
}

// closedAfter returns how long it took until the server ended the connection,
// and what it sent before.
func closedAfter(nc net.Conn) (time.Duration, string) {
	begun := time.Now()
	b, _ := io.ReadAll(nc)
	return time.Since(begun), string(b)
}

func between(t *testing.T, got, low time.Duration) {
	t.Helper()
	if got < low || got > low+time.Second {
		t.Errorf("ended after %v, want %v", got, low)
	}
}

func TestSilentConnectionEnds(t *testing.T) {
	serving(t, &answers{}, listener.Bounds{Head: 20 * time.Second}, func(t *testing.T, n *faultnet.Network, _ *listener.Server) {
		took, said := closedAfter(dial(t, n))
		between(t, took, 20*time.Second)
		if said != "" {
			t.Errorf("the server said %q to a client that never asked", said)
		}
	})
}

func TestSlowHeadEnds(t *testing.T) {
	a := &answers{}
	serving(t, a, listener.Bounds{Head: 20 * time.Second}, func(t *testing.T, n *faultnet.Network, _ *listener.Server) {
		nc := dial(t, n)
		written := make(chan struct{})
		go func() {
			defer close(written)
			for _, c := range "GET /slow HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 1000) {
				time.Sleep(time.Second)
				if _, err := nc.Write([]byte{byte(c)}); err != nil {
					return
				}
			}
		}()
		took, said := closedAfter(nc)
		// The first byte came after one second; then a second of lingering.
		if took < 21*time.Second || took > 30*time.Second || !strings.HasPrefix(said, "HTTP/1.1 408 ") {
			t.Errorf("ended after %v with %q", took, said)
		}
		nc.Close()
		<-written
	})
	if len(a.rejected) != 1 || a.rejected[0] != cause.ClientTimeout {
		t.Errorf("rejected for %v", a.rejected)
	}
}

func TestIdleConnectionEnds(t *testing.T) {
	serving(t, &answers{}, listener.Bounds{Idle: 75 * time.Second}, func(t *testing.T, n *faultnet.Network, _ *listener.Server) {
		nc := dial(t, n)
		get(t, nc, bufio.NewReader(nc), "/one")
		took, _ := closedAfter(nc)
		between(t, took, 75*time.Second)
	})
}

// get makes one request on a connection that is kept.
func get(t *testing.T, nc net.Conn, br *bufio.Reader, path string) {
	t.Helper()
	if _, err := io.WriteString(nc, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || string(b) != path {
		t.Fatalf("%q, %v; want %q", b, err, path)
	}
}

func TestFullServerMakesRoomOrRefuses(t *testing.T) {
	serving(t, &answers{}, listener.Bounds{Conns: 2}, func(t *testing.T, n *faultnet.Network, _ *listener.Server) {
		idle := dial(t, n)
		get(t, idle, bufio.NewReader(idle), "/1")
		busy := dial(t, n)
		io.WriteString(busy, "GET /half HTTP/1.1\r\n")
		synctest.Wait()
		// The third connection takes the place of the idle one.
		third := dial(t, n)
		io.WriteString(third, "GET /third HTTP/1.1\r\n")
		synctest.Wait()
		if _, said := closedAfter(idle); said != "" {
			t.Errorf("the idle connection got %q", said)
		}
		// The fourth finds nobody idle.
		if _, said := closedAfter(dial(t, n)); !strings.HasPrefix(said, "HTTP/1.1 503 ") || !strings.Contains(said, "Retry-After") {
			t.Errorf("the fourth connection got %q", said)
		}
		busy.Close()
		third.Close()
	})
}

func TestShutdownAnswersWhatIsUnderWay(t *testing.T) {
	a := &answers{}
	serving(t, a, listener.Bounds{}, func(t *testing.T, n *faultnet.Network, s *listener.Server) {
		a.wait = make(chan struct{})
		quiet, busy := dial(t, n), dial(t, n)
		io.WriteString(busy, "GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
		synctest.Wait()
		done := make(chan error, 1)
		go func() { done <- s.Shutdown(context.Background()) }()
		synctest.Wait()
		if took, _ := closedAfter(quiet); took > time.Second {
			t.Errorf("an idle connection lived on for %v", took)
		}
		close(a.wait)
		_, said := closedAfter(busy)
		if !strings.HasSuffix(said, "/late") || !strings.Contains(said, "Connection: close") {
			t.Errorf("the exchange under way got %q", said)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestShutdownOutOfTimeCuts(t *testing.T) {
	a := &answers{}
	serving(t, a, listener.Bounds{Head: time.Hour}, func(t *testing.T, n *faultnet.Network, s *listener.Server) {
		half := dial(t, n)
		io.WriteString(half, "GET /half HTTP/1.1\r\n")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		begun := time.Now()
		if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err %v", err)
		}
		between(t, time.Since(begun), 30*time.Second)
	})
}

// A client that leaves within a head is not answered, and is on record.
func TestClientLeavesWithinTheHead(t *testing.T) {
	a := &answers{}
	serving(t, a, listener.Bounds{}, func(t *testing.T, n *faultnet.Network, _ *listener.Server) {
		nc := dial(t, n)
		io.WriteString(nc, "GET /half HTTP/1.1\r\nHo")
		nc.Close()
		synctest.Wait()
	})
	if len(a.rejected) != 1 || a.rejected[0] != cause.ClientGone {
		t.Errorf("rejected for %v", a.rejected)
	}
}
