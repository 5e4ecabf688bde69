package upstream_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/netip"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

// selfSigned makes a certificate for an IP address and the pool that trusts
// it.
func selfSigned(t *testing.T, ip string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(ip)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// names is a resolver with fixed answers.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	ips, ok := n[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var out []netip.Addr
	for _, ip := range ips {
		out = append(out, netip.MustParseAddr(ip))
	}
	return out, nil
}

// dialFunc is a dialer made of a function.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func (f dialFunc) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f(ctx, network, address)
}

func TestSecondAddressIsTriedWhenTheFirstRefuses(t *testing.T) {
	url := serveTCP(t, func(_ int, nc *net.TCPConn) {
		readRequest(nc)
		io.WriteString(nc, okAnswer)
		io.Copy(io.Discard, nc)
	})
	_, port, _ := net.SplitHostPort(url[len("http://"):])
	e := endpoint(t, "http://app.test:"+port)
	// Nobody listens on 127.0.0.77 at this port.
	e.Resolver = names{"app.test": {"127.0.0.77", "127.0.0.1"}}
	att, f := attempt(t, e, time.Second)
	if f != nil {
		t.Fatal(f)
	}
	if host, _, _ := net.SplitHostPort(att.Remote); host != "127.0.0.1" {
		t.Errorf("connected to %s", att.Remote)
	}
}

func TestSilentAddressDoesNotDelayTheNext(t *testing.T) {
	url := serveTCP(t, func(_ int, nc *net.TCPConn) {
		readRequest(nc)
		io.WriteString(nc, okAnswer)
	})
	_, port, _ := net.SplitHostPort(url[len("http://"):])
	e := endpoint(t, "http://app.test:"+port)
	e.Resolver = names{"app.test": {"127.0.0.77", "127.0.0.1"}}
	released := make(chan struct{})
	e.Dialer = dialFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, _ := net.SplitHostPort(address); host == "127.0.0.77" {
			<-ctx.Done()
			close(released)
			return nil, ctx.Err()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	})
	begun := time.Now()
	if _, f := attempt(t, e, time.Second); f != nil {
		t.Fatal(f)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("took %v: waited for the silent address", took)
	}
	select {
	case <-released:
	default:
		t.Error("the losing dial was not ended before the winner was returned")
	}
}

func TestEveryAddressFailed(t *testing.T) {
	e := endpoint(t, "http://app.test:9")
	e.Resolver = names{"app.test": {"127.0.0.77", "127.0.0.78"}}
	att, f := attempt(t, e, time.Second)
	if f == nil || f.Symptom != cause.ConnectRefused {
		t.Fatalf("got %v, want %s", f, cause.ConnectRefused)
	}
	if att.Timings.Connect == 0 {
		t.Error("no connect time on the record")
	}
}

func TestNamesThatDoNotResolve(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers names
		symptom cause.Code
	}{
		{"does not exist", names{}, cause.DNSNameNotFound},
		{"has no address", names{"app.test": nil}, cause.DNSEmpty},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := endpoint(t, "http://app.test:80")
			e.Resolver = c.answers
			_, f := attempt(t, e, time.Second)
			if f == nil || f.Symptom != c.symptom || f.Tier != cause.P0 {
				t.Errorf("got %v, want %s", f, c.symptom)
			}
		})
	}
}

func TestConnectTimeout(t *testing.T) {
	e := endpoint(t, "http://127.0.0.1:9")
	e.ConnectTimeout = 20 * time.Millisecond
	e.Dialer = dialFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
	})
	_, f := attempt(t, e, time.Second)
	if f == nil || f.Symptom != cause.ConnectTimeout {
		t.Errorf("got %v, want %s", f, cause.ConnectTimeout)
	}
}

func TestParseAddressRefusesWhatItCannotDial(t *testing.T) {
	for _, bad := range []string{"", "127.0.0.1:80", "ftp://x", "http://", "unix:relative.sock", "http://[::1"} {
		if a, err := upstream.ParseAddress(bad); err == nil {
			t.Errorf("%q was taken for %+v", bad, a)
		}
	}
	for url, want := range map[string]string{
		"http://a": "80", "https://a": "443", "http://a:81": "81", "https://[::1]:8443": "8443",
	} {
		if a, err := upstream.ParseAddress(url); err != nil || a.Port != want {
			t.Errorf("%s: port %q, %v; want %s", url, a.Port, err, want)
		}
	}
}

func TestIdleConnectionsEnd(t *testing.T) {
	e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
		readRequest(nc)
		io.WriteString(nc, okAnswer)
		io.Copy(io.Discard, nc)
	}))
	if _, f := attempt(t, e, time.Second); f != nil {
		t.Fatal(f)
	}
	if e.Idle() != 1 {
		t.Fatalf("%d idle connections, want 1", e.Idle())
	}
	e.Watch(time.Now())
	if e.Idle() != 1 {
		t.Error("a young connection was closed")
	}
	e.Watch(time.Now().Add(upstream.DefaultIdleTimeout))
	if e.Idle() != 0 {
		t.Error("an old connection was kept")
	}
}

func TestCarefulRequestsTakeOnlyRecentConnections(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer string
		care   upstream.Care
		age    time.Duration
		reuse  bool
	}{
		{"any", okAnswer, upstream.AnyConn, 3 * time.Second, true},
		{"recent", okAnswer, upstream.RecentConn, 20 * time.Millisecond, true},
		{"not so recent, of an unknown endpoint", okAnswer, upstream.RecentConn, 500 * time.Millisecond, false},
		{"not so recent, of a known one", stated, upstream.RecentConn, 500 * time.Millisecond, true},
		{"old, of a known one", stated, upstream.RecentConn, 2 * time.Second, false},
		{"fresh wanted", okAnswer, upstream.FreshConn, 0, false},
	} {
		e := endpoint(t, serveTCP(t, func(_ int, nc *net.TCPConn) {
			readRequest(nc)
			io.WriteString(nc, c.answer)
			io.Copy(io.Discard, nc)
		}))
		e.IdleTimeout = time.Minute
		if _, f := attempt(t, e, time.Second); f != nil {
			t.Fatal(f)
		}
		att := &traffic.Attempt{Start: time.Now().Add(c.age)}
		conn, err := e.Take(context.Background(), att, c.care, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if att.Reused != c.reuse {
			t.Errorf("%s, idle for %v: reused %v, want %v", c.name, c.age, att.Reused, c.reuse)
		}
	}
}

const stated = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok"
