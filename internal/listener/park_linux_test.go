package listener_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"torwart/internal/listener"
)

// site is a server on a real socket: only those are parked.
type site struct {
	*listener.Server
	t       *testing.T
	network string
	addr    string
	opened  atomic.Int64
	closed  atomic.Int64
}

func (s *site) Opened() { s.opened.Add(1) }
func (s *site) Closed() { s.closed.Add(1) }

// open serves until the end of the test, when no connection may be left.
func open(t *testing.T, network string, bounds listener.Bounds, wrap func(net.Listener) net.Listener) *site {
	t.Helper()
	s := &site{t: t, network: network, addr: "127.0.0.1:0"}
	if network == "unix" {
		s.addr = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, s.addr)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	if wrap != nil {
		l = wrap(l)
	}
	s.Server = &listener.Server{Handler: &answers{}, Meter: s}
	s.SetBounds(bounds)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		end, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := s.Shutdown(end); err != nil {
			t.Error(err)
		}
		if c := s.Conns(); c != 0 {
			t.Errorf("%d connections left", c)
		}
		if o, c := s.opened.Load(), s.closed.Load(); o != c {
			t.Errorf("%d connections opened, %d closed", o, c)
		}
	})
	return s
}

// visitor is a client with one connection.
type visitor struct {
	net.Conn
	br *bufio.Reader
}

func (s *site) visit() *visitor {
	s.t.Helper()
	nc, err := net.Dial(s.network, s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(30 * time.Second))
	return &visitor{nc, bufio.NewReaderSize(nc, 512)}
}

// visits makes n connections that have each been served once.
func (s *site) visits(n int) []*visitor {
	s.t.Helper()
	all := make([]*visitor, n)
	for i := range all {
		all[i] = s.visit()
		get(s.t, all[i], all[i].br, "/first")
	}
	return all
}

// ask sends requests in one piece; answered reads the answer to one.
func (v *visitor) ask(paths ...string) error {
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	}
	_, err := io.WriteString(v, b.String())
	return err
}

func (v *visitor) answered(path string) error {
	var status, last string
	for {
		line, err := v.br.ReadString('\n')
		if err != nil {
			return fmt.Errorf("after %q: %w", status, err)
		}
		if status == "" {
			status = line
		}
		if line == "\r\n" {
			break
		}
		last = line
	}
	body := make([]byte, len(path))
	if _, err := io.ReadFull(v.br, body); err != nil || status != "HTTP/1.1 200 OK\r\n" && status != "HTTP/1.1 200 \r\n" || string(body) != path {
		return fmt.Errorf("%q, %q, %q, %w", status, last, body, err)
	}
	return nil
}

// soon waits for what must come soon, and reports whether it did.
func soon(is func() bool) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); !is(); <-tick.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	if !soon(is) {
		t.Fatalf("still not: %s", what)
	}
}

// parked waits until exactly n connections are parked.
func (s *site) parked(n int) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("%d parked connections", n), func() bool {
		s.SweepLong()
		return s.Parked() == n
	})
	if c := s.Conns(); c < n {
		s.t.Errorf("%d connections are parked and %d open", n, c)
	}
}

func TestParkedConnectionServesOn(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			s := open(t, network, listener.Bounds{}, nil)
			v := s.visit()
			for i := range 50 {
				s.parked(1)
				path := fmt.Sprintf("/%d", i)
				var err error
				switch i % 3 {
				case 0:
					err = v.ask(path)
				case 1: // pipelined
					err = errors.Join(v.ask(path+"/a", path+"/b", path), v.answered(path+"/a"), v.answered(path+"/b"))
				case 2: // the head in two pieces
					_, err = io.WriteString(v, "G")
					eventually(t, "awake", func() bool { return s.Parked() == 0 })
					_, err2 := io.WriteString(v, "ET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
					err = errors.Join(err, err2)
				}
				if err := errors.Join(err, v.answered(path)); err != nil {
					t.Fatal(err)
				}
			}
			if o := s.opened.Load(); o != 1 {
				t.Errorf("one connection was counted %d times", o)
			}
		})
	}
}

func TestBusyConnectionIsNotParked(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, nil)
	v := s.visit()
	for range 5 * listener.ParkAfter {
		get(t, v, v.br, "/x")
		s.SweepOnce() // beside the server's own sweeps
	}
	if n := s.Parks(); n != 0 {
		t.Errorf("parked %d times although it was served after every sweep", n)
	}
}

// plain hides that a connection is a socket.
type plain struct{ net.Conn }

type plainListener struct{ net.Listener }

func (l plainListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	return plain{nc}, err
}

func TestWhatIsNoSocketKeepsItsGoroutine(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, func(l net.Listener) net.Listener { return plainListener{l} })
	v := s.visits(1)[0]
	other := open(t, "tcp", listener.Bounds{}, nil)
	other.visits(1)
	other.parked(1) // as long as this takes, and a hundred times longer
	for range 100 {
		s.SweepLong()
	}
	get(t, v, v.br, "/x")
	if s.Parked() != 0 {
		t.Error("parked")
	}
}

func TestParkedConnectionEndsWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	s := open(t, "tcp", listener.Bounds{Idle: 2 * time.Second}, nil)
	v := s.visits(1)[0]
	begun := time.Now()
	s.parked(1)
	_, said := closedAfter(v)
	if took := time.Since(begun); took < 1500*time.Millisecond || took > 8*time.Second || said != "" {
		t.Errorf("ended after %v with %q", took, said)
	}
	eventually(t, "no connection", func() bool { return s.Conns() == 0 })
}

// The server looks once a second whose time is over. Who asks within that
// second is answered, or finds an orderly end, but is not reset.
func TestRequestJustAfterTheTimeIsOverIsNotReset(t *testing.T) {
	t.Parallel()
	s := open(t, "tcp", listener.Bounds{Idle: 1500 * time.Millisecond}, nil)
	visitors := s.visits(20)
	s.parked(20)
	<-time.After(1700 * time.Millisecond)
	for _, v := range visitors {
		if err := v.ask("/late"); err != nil {
			continue // it has ended
		}
		if err := v.answered("/late"); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
}

// descriptors returns how many this process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(d)
}

func TestParkedConnectionEndsWithItsClient(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, nil)
	s.visits(1)[0].Close() // what is opened once stays open
	eventually(t, "no connection", func() bool { return s.Conns() == 0 })
	before := descriptors(t)
	visitors := s.visits(30)
	s.parked(30)
	for i, v := range visitors {
		switch i % 3 {
		case 0: // by a reset
			v.Conn.(*net.TCPConn).SetLinger(0)
			v.Close()
		case 1: // by half
			v.Conn.(*net.TCPConn).CloseWrite()
		default:
			v.Close()
		}
	}
	eventually(t, "no connection", func() bool { return s.Conns() == 0 })
	for _, v := range visitors {
		v.Close()
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors more than before", after-before)
	}
}

func TestShutdownEndsParkedConnectionsAtOnce(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, nil)
	goroutines := runtime.NumGoroutine()
	visitors := s.visits(100)
	s.parked(100)
	begun := time.Now()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	// Far less than the time of a sweep would be right, but machines can be
	// busy.
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("Shutdown took %v", took)
	}
	// The one that watched has ended, too.
	eventually(t, "no goroutine left", func() bool { return runtime.NumGoroutine() <= goroutines })
	for _, v := range visitors {
		if b, err := io.ReadAll(v); err != nil || len(b) > 0 {
			t.Fatalf("an orderly end would be %q, %v", b, err)
		}
	}
}

// Connections on their way into the lot are not lost.
func TestShutdownWhileConnectionsPark(t *testing.T) {
	for range 10 {
		s := open(t, "tcp", listener.Bounds{}, nil)
		visitors := s.visits(200)
		s.SweepLong()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if n := s.Conns(); n != 0 {
			t.Errorf("%d connections left", n)
		}
		for _, v := range visitors {
			if b, err := io.ReadAll(v); err != nil || len(b) > 0 {
				t.Fatalf("an orderly end would be %q, %v", b, err)
			}
		}
	}
}

// A client that has sent a request before the server began to shut down gets
// its answer, wherever the server found the connection.
func TestRequestBeforeShutdownIsAnswered(t *testing.T) {
	for name, park := range map[string]bool{"parked": true, "with a goroutine": false} {
		t.Run(name, func(t *testing.T) {
			for range 10 {
				s := open(t, "tcp", listener.Bounds{}, nil)
				visitors := s.visits(50)
				if park {
					s.parked(50)
				}
				for _, v := range visitors {
					if err := v.ask("/last"); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Shutdown(context.Background()); err != nil {
					t.Error(err)
				}
				for _, v := range visitors {
					if err := v.answered("/last"); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

func TestParkedConnectionMakesRoom(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{Conns: 3}, nil)
	var visitors []*visitor
	for i := range 3 {
		visitors = append(visitors, s.visits(1)...)
		s.parked(i + 1) // in this order
	}
	fourth := s.visit()
	get(t, fourth, fourth.br, "/fourth")
	// The one idle for longest had to go.
	if b, err := io.ReadAll(visitors[0]); err != nil || len(b) > 0 {
		t.Errorf("the evicted connection got %q, %v", b, err)
	}
	for _, v := range append(visitors[1:], fourth) {
		get(t, v, v.br, "/x")
	}
	eventually(t, "three connections", func() bool { return s.Conns() == 3 && s.closed.Load() == 1 })
}

// enough skips where the system does not allow n connections with both ends
// in one process.
func enough(t *testing.T, ends int) {
	t.Helper()
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil || lim.Cur < uint64(ends)+100 {
		t.Skipf("only %d descriptors allowed, %v", lim.Cur, err)
	}
}

func TestManyParkedConnectionsWakeAtOnce(t *testing.T) {
	const n = 2000
	enough(t, 2*n)
	s := open(t, "tcp", listener.Bounds{}, nil)
	s.visits(1)
	before := runtime.NumGoroutine()
	visitors := s.visits(n)
	s.parked(n + 1)
	eventually(t, "goroutines gone", func() bool { return runtime.NumGoroutine() <= before })
	for round := range 3 {
		path := fmt.Sprintf("/%d", round)
		for _, v := range visitors {
			if err := v.ask(path); err != nil {
				t.Fatal(err)
			}
		}
		for _, v := range visitors {
			if err := v.answered(path); err != nil {
				t.Fatal(err)
			}
		}
		if c := s.Conns(); c != n+1 {
			t.Fatalf("%d connections", c)
		}
		s.parked(n + 1)
	}
}

// Whatever happens to the watcher, no connection is forgotten.
func TestLostWatcherLeavesNobodyBehind(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, nil)
	visitors := s.visits(10)
	s.parked(10)
	s.LoseWatcher()
	for range 3 {
		for _, v := range visitors {
			get(t, v, v.br, "/x")
		}
		s.SweepLong()
	}
	v := s.visits(1)[0]
	s.SweepLong()
	get(t, v, v.br, "/x")
	if s.Parked() != 0 {
		t.Error("parked where nobody watches")
	}
}

// Clients that come, ask, wait and go while the server sweeps all the time:
// mostly for the race detector.
func TestParkingUnderUse(t *testing.T) {
	s := open(t, "tcp", listener.Bounds{}, nil)
	stop := make(chan struct{})
	var sweeper, clients sync.WaitGroup
	sweeper.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				s.SweepLong()
				runtime.Gosched()
			}
		}
	})
	for i := range 20 {
		clients.Go(func() {
			for round := range 10 {
				nc, err := net.Dial("tcp", s.addr)
				if err != nil {
					t.Error(err)
					return
				}
				nc.SetDeadline(time.Now().Add(30 * time.Second))
				v := &visitor{nc, bufio.NewReaderSize(nc, 512)}
				for k := range 20 {
					path := fmt.Sprintf("/%d/%d/%d", i, round, k)
					if (i+k)%3 == 0 && !soon(func() bool { return s.Parked() > 0 }) {
						t.Error("nobody is ever parked")
					}
					if err := errors.Join(v.ask(path, path), v.answered(path), v.answered(path)); err != nil {
						t.Errorf("%s: %v", path, err)
						break
					}
				}
				nc.Close()
			}
		})
	}
	clients.Wait()
	close(stop)
	sweeper.Wait()
	eventually(t, "no connection", func() bool { return s.Conns() == 0 })
}
