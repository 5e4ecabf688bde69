package upstream_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

// serveTCP runs handle for every connection to a real listener, one after the
// other numbered from 0, until the test ends.
func serveTCP(t *testing.T, handle func(n int, nc *net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			handle(n, nc.(*net.TCPConn))
			nc.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "http://" + l.Addr().String()
}

func endpoint(t *testing.T, url string) *upstream.Endpoint {
	t.Helper()
	addr, err := upstream.ParseAddress(url)
	if err != nil {
		t.Fatal(err)
	}
	e := &upstream.Endpoint{Address: addr, ConnectTimeout: 2 * time.Second}
	t.Cleanup(e.Close)
	return e
}

func get() *message.Request {
	r := &message.Request{Version: message.HTTP11, Method: "GET", Path: []byte("/x"), Scheme: "http"}
	r.Fields.AddName(message.Host, "example.com")
	return r
}

// readRequest reads one request without a body from the server's side.
func readRequest(nc net.Conn) {
	br := bufio.NewReader(nc)
	for {
		line, err := br.ReadString('\n')
		if err != nil || line == "\r\n" {
			return
		}
	}
}

func reset(nc *net.TCPConn) {
	nc.SetLinger(0)
	nc.Close()
}

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// attempt makes one attempt and returns its record and failure.
func attempt(t *testing.T, e *upstream.Endpoint, timeout time.Duration) (*traffic.Attempt, *cause.Error) {
	t.Helper()
	att := &traffic.Attempt{Start: time.Now(), Acked: -1}
	c, err := e.Take(context.Background(), att, upstream.AnyConn, time.Time{})
	if err != nil {
		return att, cause.As(err)
	}
	c.SetWriteDeadline(time.Now().Add(2 * time.Second))
	err = c.WriteRequest(get(), http1.Framing{})
	if err == nil {
		err = c.EndBody(nil)
	}
	if err != nil {
		defer c.Close()
		return att, c.SendFailed(att, err)
	}
	c.SetReadDeadline(time.Now().Add(timeout))
	var resp message.Response
	if f := c.ReadHead(att, &resp, "GET", http1.Limits{}); f != nil {
		c.Close()
		return att, f
	}
	if resp.Body != nil {
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			f := c.BodyFailed(att, err, false)
			c.Close()
			return att, f
		}
	}
	if resp.Close {
		c.Close()
	} else {
		c.Keep(time.Now())
	}
	return att, nil
}

func TestFreshConnectionFailures(t *testing.T) {
	cases := []struct {
		name    string
		handle  func(nc *net.TCPConn)
		symptom cause.Code
		tier    cause.Tier
		end     traffic.End
	}{
		{
			"closes after reading the request", func(nc *net.TCPConn) { readRequest(nc) },
			cause.ClosedBeforeResponse, cause.P3, traffic.EndFIN,
		},
		{
			"resets after reading the request", func(nc *net.TCPConn) { readRequest(nc); reset(nc) },
			cause.ResetBeforeResponse, cause.P3, traffic.EndRST,
		},
		{"closes inside the head", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Le")
		}, cause.ResponseHeadIncomplete, cause.P3, traffic.EndFIN},
		{"speaks SSH", func(nc *net.TCPConn) {
			io.WriteString(nc, "SSH-2.0-OpenSSH_9.2p1\r\n")
			io.Copy(io.Discard, nc)
		}, cause.ResponseNotHTTP, cause.P3, traffic.EndNone},
		{"answers with a TLS alert", func(nc *net.TCPConn) {
			readRequest(nc)
			nc.Write([]byte{0x15, 3, 1, 0, 2, 2, 70})
		}, cause.ResponseIsTLS, cause.P3, traffic.EndNone},
		{"sends two different lengths", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")
		}, cause.ResponseFramingConflict, cause.P3, traffic.EndNone},
		{"sends a bad field", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nWarning in php on line 3\r\n\r\n")
		}, cause.ResponseHeadMalformed, cause.P3, traffic.EndNone},
		{"sends a head beyond the limit", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nSet-Cookie: "+strings.Repeat("x", 70<<10))
			io.Copy(io.Discard, nc)
		}, cause.ResponseHeadTooLarge, cause.P3, traffic.EndNone},
		{"cuts the body", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf")
		}, cause.ResponseBodyIncomplete, cause.P3, traffic.EndFIN},
		{"breaks a chunk", func(nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n")
		}, cause.ResponseChunkMalformed, cause.P3, traffic.EndNone},
		{
			"never answers", func(nc *net.TCPConn) { io.Copy(io.Discard, nc) },
			cause.ResponseTimeout, cause.P3, traffic.EndNone,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) { c.handle(nc) }))
			att, f := attempt(t, e, 200*time.Millisecond)
			if f == nil {
				t.Fatal("the attempt succeeded")
			}
			if f.Symptom != c.symptom || f.Tier != c.tier || f.Side != cause.Upstream {
				t.Errorf("got %s %v %v, want %s %v upstream (%v)", f.Symptom, f.Tier, f.Side, c.symptom, c.tier, f)
			}
			if att.End != c.end {
				t.Errorf("the record says it ended by %q, want %q", att.End, c.end)
			}
			if att.Symptom != f.Symptom || att.Tier != f.Tier {
				t.Errorf("the record says %s %v", att.Symptom, att.Tier)
			}
			if att.Reused || att.Written == 0 || att.Local == "" || att.Remote == "" {
				t.Errorf("incomplete record: %+v", att)
			}
		})
	}
}

func TestFirstBytesAreKept(t *testing.T) {
	e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
		io.WriteString(nc, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 and more\r\n")
		io.Copy(io.Discard, nc)
	}))
	att, _ := attempt(t, e, time.Second)
	if got, want := string(att.FirstBytes), "SSH-2.0-OpenSSH_9.2p1 Debian-2+d"; got != want {
		t.Errorf("first bytes %q, want %q", got, want)
	}
	if att.TCP == nil || att.TCP.BytesReceived == 0 {
		t.Errorf("no TCP_INFO on the record: %+v", att.TCP)
	}
}

func TestDialFailuresAreProof(t *testing.T) {
	free := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}
	plain := serveTCP(t, func(_ int, nc *net.TCPConn) {
		io.WriteString(nc, "HTTP/1.1 400 Bad Request\r\n\r\n")
		io.Copy(io.Discard, nc)
	})
	cases := []struct {
		name, url string
		symptom   cause.Code
	}{
		{"nobody listens", "http://" + free(), cause.ConnectRefused},
		{"the socket does not exist", "unix:" + filepath.Join(t.TempDir(), "none.sock"), cause.SocketMissing},
		{"TLS to a plain port", strings.Replace(plain, "http:", "https:", 1), cause.TLSNotSpoken},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			att, f := attempt(t, endpoint(t, c.url), time.Second)
			if f == nil || f.Symptom != c.symptom || f.Tier != cause.P0 || f.Side != cause.Upstream {
				t.Fatalf("got %v (%+v), want %s P0", f, f, c.symptom)
			}
			if att.Symptom != c.symptom || att.Endpoint != c.url {
				t.Errorf("the record says %s at %s", att.Symptom, att.Endpoint)
			}
		})
	}
}

// A connection closed in order while idle is seen before it is used again.
func TestIdleCloseIsSeenBeforeReuse(t *testing.T) {
	closed := make(chan struct{})
	e := endpoint(t, serveTCP(t, func(n int, nc *net.TCPConn) {
		readRequest(nc)
		io.WriteString(nc, okAnswer)
		if n == 0 {
			nc.Close()
			close(closed)
			return
		}
		io.Copy(io.Discard, nc)
	}))
	if _, f := attempt(t, e, time.Second); f != nil {
		t.Fatal(f)
	}
	<-closed
	att := &traffic.Attempt{Start: time.Now().Add(500 * time.Millisecond)}
	c, err := e.Take(context.Background(), att, upstream.AnyConn, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if att.Reused {
		t.Error("a connection that its server had closed was taken again")
	}
}

// The keep-alive race: the server closes at the moment of reuse. What is
// known decides the tier: nothing acknowledged is P1 (FIN) or P2 (RST), never
// P3; a request that was acknowledged is P3.
func TestReusedConnectionClosed(t *testing.T) {
	t.Run("reset unread", func(t *testing.T) {
		gone := make(chan struct{})
		e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, okAnswer)
			nc.Close()
			close(gone)
		}))
		if _, f := attempt(t, e, time.Second); f != nil {
			t.Fatal(f)
		}
		<-gone
		att, f := attempt(t, e, time.Second) // younger than freshAge: not looked at
		if !att.Reused {
			t.Fatal("the connection was not reused")
		}
		if f == nil || f.Symptom != cause.ReusedConnectionClosed {
			t.Fatalf("got %v, want %s", f, cause.ReusedConnectionClosed)
		}
		if want := map[traffic.End]cause.Tier{traffic.EndFIN: cause.P1, traffic.EndRST: cause.P2}[att.End]; f.Tier != want {
			t.Errorf("ended by %v with %d bytes acknowledged: tier %v, want %v", att.End, att.Acked, f.Tier, want)
		}
		if att.Acked != 0 {
			t.Errorf("%d bytes acknowledged by a closed socket", att.Acked)
		}
	})
	t.Run("read and then killed", func(t *testing.T) {
		e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, okAnswer)
			readRequest(nc)
		}))
		if _, f := attempt(t, e, time.Second); f != nil {
			t.Fatal(f)
		}
		att, f := attempt(t, e, time.Second)
		if !att.Reused || f == nil || f.Tier != cause.P3 || f.Symptom != cause.ClosedBeforeResponse {
			t.Fatalf("reused %v, got %v %+v; want closed-before-response P3", att.Reused, f, f)
		}
		if att.Acked != att.Written {
			t.Errorf("%d of %d bytes acknowledged, want all", att.Acked, att.Written)
		}
	})
}

// A server that stopped reading: the write fails after some bytes, so the
// request was delivered in part. P0 is only for nothing at all.
func TestNothingWrittenIsProof(t *testing.T) {
	e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) { io.Copy(io.Discard, nc) }))
	att := &traffic.Attempt{Start: time.Now()}
	c, err := e.Take(context.Background(), att, upstream.AnyConn, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f := c.SendFailed(att, &net.OpError{Op: "write", Err: syscall.EPIPE})
	if f.Tier != cause.P0 {
		t.Errorf("nothing was written, yet the tier is %v", f.Tier)
	}
}

func TestClientCertificateRequiredUnderTLS13(t *testing.T) {
	cert, pool := selfSigned(t, "127.0.0.1")
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert,
		MinVersion: tls.VersionTLS13,
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			nc.(*tls.Conn).Handshake()
			nc.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	e := endpoint(t, "https://"+l.Addr().String())
	e.TLS = &tls.Config{RootCAs: pool}
	// Under TLS 1.3 the alert arrives after the handshake, as an answer to
	// the request.
	_, f := attempt(t, e, time.Second)
	if f == nil || f.Symptom != cause.TLSClientCertificateRequired {
		t.Fatalf("got %v, want %s", f, cause.TLSClientCertificateRequired)
	}
}
