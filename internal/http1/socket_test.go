package http1_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
	"torwart/internal/traffic"
)

// The tests here use real sockets, whose time cannot be faked: deadlines are
// short, and nothing depends on how long anything takes beyond them.

// soon is a deadline that is waited for, far one that must never be reached.
const (
	soon = 30 * time.Millisecond
	far  = time.Minute
)

// connected returns both ends of a new connection.
func connected(t testing.TB, network string) (a, b net.Conn) {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial(network, l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

// overTLS makes both ends encrypted and finishes the handshake.
func overTLS(t *testing.T, a, b net.Conn, version uint16) (client, server *tls.Conn) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	server = tls.Server(b, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	client = tls.Client(a, &tls.Config{
		InsecureSkipVerify: true, MaxVersion: version,
		ClientSessionCache: tls.NewLRUClientSessionCache(1), // asks for tickets
	})
	failed := make(chan error, 1)
	go func() { failed <- server.Handshake() }()
	must(t, client.Handshake())
	must(t, <-failed)
	return client, server
}

func forNetworks(t *testing.T, f func(t *testing.T, c *http1.Conn, peer net.Conn)) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			a, b := connected(t, network)
			f(t, http1.NewConn(a), b)
		})
	}
	t.Run("tls", func(t *testing.T) {
		a, b := connected(t, "tcp")
		client, server := overTLS(t, a, b, 0)
		f(t, http1.NewConn(client), server)
	})
}

func TestSocketDeadlines(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, peer net.Conn) {
		start := time.Now()
		c.SetReadDeadline(start.Add(soon / 10))
		c.SetReadDeadline(start.Add(soon)) // the timer fires early
		if err := c.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) < soon {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		var op *net.OpError
		if err := c.WaitReadable(); !errors.As(err, &op) || op.Op != "read" || !op.Timeout() {
			t.Errorf("the error of a deadline is %#v", err)
		}
		// Bytes that arrive before a timer that fired early are read.
		c.SetReadDeadline(time.Now().Add(far))
		write(t, peer, "x")
		if err := c.WaitReadable(); err != nil || string(c.Buffered()) != "x" {
			t.Errorf("%q, %v", c.Buffered(), err)
		}
		c.Discard(1)
		// Another goroutine shortens the deadline of a blocked read.
		failed := make(chan error)
		go func() { failed <- c.WaitReadable() }()
		c.SetReadDeadline(time.Now().Add(soon))
		if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("shortened: %v", err)
		}
	})
}

func TestSocketWatch(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, peer net.Conn) {
		enough := errors.New("enough")
		calls := 0
		c.SetReadDeadline(time.Now().Add(far))
		c.Watch(soon/10, func() error {
			if calls++; calls == 3 {
				return enough
			}
			return nil
		})
		if err := c.WaitReadable(); err != enough || calls != 3 {
			t.Errorf("%v after %d calls", err, calls)
		}
		// The read goes on after the watch function has spoken.
		c.Watch(soon/10, func() error {
			if calls++; calls == 5 {
				write(t, peer, "x")
			}
			return nil
		})
		if err := c.WaitReadable(); err != nil || string(c.Buffered()) != "x" {
			t.Errorf("%q, %v", c.Buffered(), err)
		}
	})
}

func TestSocketInterrupt(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, peer net.Conn) {
		failed := make(chan error)
		for range 100 {
			go func() { failed <- c.WaitReadable() }()
			c.SetReadDeadline(time.Now().Add(far)) // arms against the interrupt
			c.InterruptRead()
			if err := <-failed; err != http1.ErrInterrupted {
				t.Fatalf("interrupted: %v", err)
			}
			c.ResumeRead()
		}
		write(t, peer, "x")
		if err := c.WaitReadable(); err != nil || string(c.Buffered()) != "x" {
			t.Errorf("resumed: %q, %v", c.Buffered(), err)
		}
	})
}

// TestSocketWritesRideOverEarlyTimers: a peer that reads slowly gets every
// byte once, in order, though timers fire in the midst of writes.
func TestSocketWritesRideOverEarlyTimers(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, peer net.Conn) {
		data := make([]byte, 8<<20)
		for i := range data {
			data[i] = byte(i >> 8)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := c.WriteResponse(&message.Response{Status: 200}, chunked, false); err != nil {
				t.Error(err)
			}
			for rest := data; len(rest) > 0; rest = rest[1<<20:] {
				c.SetWriteDeadline(time.Now().Add(time.Millisecond))
				c.SetWriteDeadline(time.Now().Add(far))
				if err := c.WriteBody(rest[:1<<20]); err != nil {
					t.Error(err)
				}
			}
			if err := c.EndBody(nil); err != nil {
				t.Error(err)
			}
		})
		var resp message.Response
		reader := http1.NewConn(peer)
		must(t, reader.ReadResponse(&resp, "GET", http1.Limits{}))
		got, err := io.ReadAll(resp.Body)
		if !bytes.Equal(got, data) || err != nil {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
		wg.Wait()
		if c.Out() != reader.In() {
			t.Errorf("Out %d, In %d", c.Out(), reader.In())
		}
	})
}

// TestBothDirectionsAtOnce: an answer may be read while the request's body is
// still being written.
func TestBothDirectionsAtOnce(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, peer net.Conn) {
		data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		both := func(c *http1.Conn) {
			var wg sync.WaitGroup
			wg.Go(func() {
				err := c.WriteResponse(&message.Response{Status: 200}, chunked, false)
				for rest := data; len(rest) > 0 && err == nil; rest = rest[1<<12:] {
					c.SetWriteDeadline(time.Now().Add(far))
					err = c.WriteBody(rest[:1<<12])
				}
				if err = errors.Join(err, c.EndBody(nil)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				c.SetReadDeadline(time.Now().Add(far))
				var resp message.Response
				if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
					t.Error(err)
				} else if got, err := io.ReadAll(resp.Body); !bytes.Equal(got, data) || err != nil {
					t.Errorf("read %d bytes, %v", len(got), err)
				}
			})
			wg.Wait()
		}
		var wg sync.WaitGroup
		wg.Go(func() { both(c) })
		wg.Go(func() { both(http1.NewConn(peer)) })
		wg.Wait()
	})
}

func TestSocketWriteStalls(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, _ net.Conn) {
		must(t, c.WriteResponse(&message.Response{Status: 200}, untilClose, false))
		start := time.Now()
		c.SetWriteDeadline(start.Add(soon))
		if err := c.WriteBody(make([]byte, 64<<20)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) < soon {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		// A part went out and cannot be taken back.
		c.SetWriteDeadline(time.Time{})
		if err := c.WriteBody([]byte("x")); err == nil {
			t.Error("writing goes on behind a hole")
		}
	})
}

func TestSocketWriteInterrupt(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, _ net.Conn) {
		failed := make(chan error)
		must(t, c.WriteResponse(&message.Response{Status: 200}, untilClose, false))
		go func() { failed <- c.WriteBody(make([]byte, 64<<20)) }()
		c.InterruptWrite()
		if err := <-failed; err != http1.ErrInterrupted {
			t.Errorf("interrupted: %v", err)
		}
	})
}

func TestSocketEnds(t *testing.T) {
	tests := []struct {
		name    string
		end     func(peer net.Conn)
		want    traffic.End
		pending bool
		read    string // behind which the error comes
	}{
		{"nothing happened", func(net.Conn) {}, traffic.EndNone, false, ""},
		{"closed", func(p net.Conn) { p.Close() }, traffic.EndFIN, false, ""},
		{"bytes nobody asked for", func(p net.Conn) { io.WriteString(p, "x") }, traffic.EndNone, true, "x"},
		{"bytes hide the end behind them", func(p net.Conn) { io.WriteString(p, "x"); p.Close() }, traffic.EndNone, true, "x"},
		{"reset", func(p net.Conn) {
			if tcp, ok := p.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			p.Close()
		}, traffic.EndRST, false, ""},
	}
	for _, network := range []string{"tcp", "unix"} {
		for _, tt := range tests {
			if network == "unix" && tt.want == traffic.EndRST {
				continue
			}
			t.Run(network+", "+tt.name, func(t *testing.T) {
				a, peer := connected(t, network)
				c := http1.NewConn(a)
				if end, pending := c.Ended(); end != traffic.EndNone || pending {
					t.Fatalf("before anything: %v, %v", end, pending)
				}
				tt.end(peer)
				for range 2 {
					if end, pending := eventually(c, tt.want, tt.pending); end != tt.want || pending != tt.pending {
						t.Errorf("%v, %v; want %v, %v", end, pending, tt.want, tt.pending)
					}
				}
				if tt.read != "" {
					must(t, c.WaitReadable())
					if _, pending := c.Ended(); !pending || string(c.Buffered()) != tt.read {
						t.Errorf("buffered %q, pending %v", c.Buffered(), pending)
					}
				}
			})
		}
	}
}

// eventually asks until the kernel has delivered what was done.
func eventually(c *http1.Conn, want traffic.End, wantPending bool) (end traffic.End, pending bool) {
	for start := time.Now(); time.Since(start) < 5*time.Second; runtime.Gosched() {
		if end, pending = c.Ended(); end == want && pending == wantPending {
			break
		}
	}
	return end, pending
}

// TestEndsThatWereRead: what a read has found is not asked of the kernel.
func TestEndsThatWereRead(t *testing.T) {
	a, peer := connected(t, "tcp")
	c := http1.NewConn(a)
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	if err := c.WaitReadable(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("read after a reset: %v", err)
	}
	if end, _ := c.Ended(); end != traffic.EndRST {
		t.Errorf("end %v, want RST", end)
	}
}

// TestEndsOfTLS: session tickets are not unexpected bytes, close_notify is an
// end.
func TestEndsOfTLS(t *testing.T) {
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			a, b := connected(t, "tcp")
			client, server := overTLS(t, a, b, version)
			c := http1.NewConn(client)
			if end, pending := c.Ended(); end != traffic.EndNone || pending {
				t.Errorf("after the handshake: %v, %v", end, pending)
			}
			// What was read before takes the tickets away.
			write(t, server, "x")
			must(t, c.WaitReadable())
			c.Discard(1)
			must(t, server.CloseWrite())
			if end, pending := eventually(c, traffic.EndFIN, false); end != traffic.EndFIN || pending {
				t.Errorf("after close_notify: %v, %v", end, pending)
			}
		})
	}
}

// TestIdleConnectionsHoldNoBuffers: with its goroutine, whose stack begins
// with 2 KiB, an idle connection must not cost more than 4 KiB. Stacks are not
// in the measure: the runtime sizes them by what others needed before.
func TestIdleConnectionsHoldNoBuffers(t *testing.T) {
	const conns = 200
	heap := func() uint64 {
		runtime.GC()
		runtime.GC() // the second empties the pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var pairs [conns][2]net.Conn
	for i := range pairs {
		pairs[i][0], pairs[i][1] = connected(t, "tcp")
	}
	before := heap()
	var wg sync.WaitGroup
	for _, pair := range pairs {
		wg.Go(func() {
			c := http1.NewConn(pair[0])
			if err := errors.Join(c.WaitReadable(), c.WriteResponse(&message.Response{Status: 200}, noBody, false), c.EndBody(nil)); err != nil {
				t.Error(err)
			}
			c.Discard(len(c.Buffered()))
			if err := c.WaitReadable(); !errors.Is(err, io.EOF) {
				t.Errorf("idle connection: %v", err)
			}
		})
		write(t, pair[1], "x")
	}
	var each uint64
	for start := time.Now(); time.Since(start) < 10*time.Second; {
		if each = (heap() - before) / conns; each < 2048 {
			break
		}
	}
	if t.Logf("an idle connection costs %d bytes", each); each >= 2048 {
		t.Errorf("an idle connection costs %d bytes, want less than 2048", each)
	}
	for _, pair := range pairs {
		must(t, pair[1].(*net.TCPConn).CloseWrite())
	}
	wg.Wait()
}

func TestClosedConnections(t *testing.T) {
	forNetworks(t, func(t *testing.T, c *http1.Conn, _ net.Conn) {
		failed := make(chan error)
		go func() { failed <- c.WaitReadable() }()
		must(t, c.Close())
		if err := <-failed; !errors.Is(err, net.ErrClosed) {
			t.Errorf("blocked read: %v", err)
		}
		c.Release()
		if end, pending := c.Ended(); end != traffic.EndNone || pending {
			t.Errorf("closed by ourselves: %v, %v", end, pending)
		}
	})
}

// TestResetWithinABody: the peer's reset arrives as what it is.
func TestResetWithinABody(t *testing.T) {
	a, peer := connected(t, "tcp")
	c := http1.NewConn(a)
	write(t, peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
	var resp message.Response
	must(t, c.ReadResponse(&resp, "GET", http1.Limits{}))
	p := make([]byte, 3)
	if _, err := io.ReadFull(resp.Body, p); err != nil {
		t.Fatal(err)
	}
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	_, err := resp.Body.Read(p)
	e := wantFailure(t, err, cause.ResponseBodyIncomplete, cause.Upstream, cause.PhaseBody)
	var op *net.OpError
	if !errors.As(e, &op) || op.Op != "read" || op.Net != "tcp" || op.Source == nil || op.Addr == nil {
		t.Errorf("the error below is %#v", op)
	}
	if end, _ := c.Ended(); end != traffic.EndRST {
		t.Errorf("end %v, want RST", end)
	}
}

// TestOneSystemCallForHeadAndBody: a large part goes out together with the
// head before it.
func TestOneSystemCallForHeadAndBody(t *testing.T) {
	a, peer := connected(t, "tcp")
	c := http1.NewConn(a)
	body := strings.Repeat("x", 20000)
	must(t, c.WriteResponse(&message.Response{Status: 200}, length(20000), false))
	if c.Out() != 0 {
		t.Error("the head was written by itself")
	}
	must(t, c.WriteBody([]byte(body)))
	want := "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + body
	if c.Out() != int64(len(want)) {
		t.Errorf("%d bytes were written, want %d", c.Out(), len(want))
	}
	must(t, c.EndBody(nil))
	c.Close()
	if got, err := io.ReadAll(peer); string(got) != want || err != nil {
		t.Errorf("the peer got %d bytes, %v", len(got), err)
	}
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Error(err)
	}
}
