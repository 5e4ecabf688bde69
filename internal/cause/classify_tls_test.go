package cause_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"torwart/internal/cause"
)

// authority is a certificate authority of the test's own.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "authority " + rand.Text()},
		NotBefore:             time.Now().Add(-10 * 24 * time.Hour),
		NotAfter:              time.Now().Add(10 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key}
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// issue makes a certificate for shop.example valid from and until that long
// from now; edit, if not nil, changes the template.
func (a *authority) issue(t *testing.T, from, until time.Duration, edit func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		DNSNames:     []string{"shop.example"},
		NotBefore:    time.Now().Add(from),
		NotAfter:     time.Now().Add(until),
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if edit != nil {
		edit(tmpl)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serve answers one connection with f and returns its client side.
func serve(t *testing.T, f func(net.Conn)) net.Conn {
	t.Helper()
	client, server := tcpPair(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(server)
		server.Close()
	}()
	t.Cleanup(func() { client.Close(); <-done })
	return client
}

// handshake shakes hands with a TLS server of the settings sc. It returns
// what a caller of package upstream would pass to Classify, and the
// connection for late errors.
func handshake(t *testing.T, sc, cc *tls.Config) (*tls.Conn, error) {
	t.Helper()
	raw := serve(t, func(c net.Conn) {
		s := tls.Server(c, sc)
		if s.Handshake() == nil {
			_, _ = io.Copy(io.Discard, s)
		} else {
			_, _ = io.Copy(io.Discard, c) // let the alert arrive, no reset
		}
	})
	return shakeHands(raw, cc)
}

func shakeHands(raw net.Conn, cc *tls.Config) (*tls.Conn, error) {
	var h cause.Handshake
	conn := h.Client(raw, cc)
	err := h.Error(conn.Handshake())
	if err != nil {
		raw.Close()
	}
	return conn, err
}

const day = 24 * time.Hour

func TestClassifyServerCertificate(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	for name, tc := range map[string]struct {
		cert tls.Certificate
		want cause.Code
	}{
		"expired":              {ca.issue(t, -2*day, -time.Hour, nil), cause.TLSCertificateExpired},
		"expired and the name": {ca.issue(t, -2*day, -time.Hour, func(c *x509.Certificate) { c.DNSNames = []string{"x"} }), cause.TLSCertificateExpired},
		"not yet valid":        {ca.issue(t, time.Hour, 2*day, nil), cause.TLSCertificateNotYetValid},
		"another authority":    {other.issue(t, -day, day, nil), cause.TLSCertificateUntrusted},
		"self-signed":          {selfSigned(t), cause.TLSCertificateUntrusted},
		"another name":         {ca.issue(t, -day, day, func(c *x509.Certificate) { c.DNSNames = []string{"www.shop.example"} }), cause.TLSCertificateName},
		"no name":              {ca.issue(t, -day, day, func(c *x509.Certificate) { c.DNSNames = nil }), cause.TLSCertificateName},
		"for clients only": {ca.issue(t, -day, day, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}), cause.TLSCertificateUntrusted},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(name+" "+tls.VersionName(version), func(t *testing.T) {
				_, err := handshake(t,
					&tls.Config{Certificates: []tls.Certificate{tc.cert}},
					&tls.Config{RootCAs: ca.pool(), ServerName: "shop.example", MaxVersion: version})
				wantSymptom(t, cause.PhaseTLS, err, tc.want)
			})
		}
	}
}

// selfSigned makes a certificate with the right name that only vouches for
// itself.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	a := newAuthority(t)
	a.cert.Subject = pkix.Name{CommonName: "shop.example"}
	a.cert.DNSNames = []string{"shop.example"}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}
}

// TestClassifyByTheConfiguredClock: the verdict is crypto/tls's, at the time
// it was told; only which end of the validity was missed is ours to say.
func TestClassifyByTheConfiguredClock(t *testing.T) {
	ca := newAuthority(t)
	leaf := ca.issue(t, -day, day, nil)
	_, err := handshake(t,
		&tls.Config{Certificates: []tls.Certificate{leaf}},
		&tls.Config{RootCAs: ca.pool(), ServerName: "shop.example", Time: func() time.Time {
			return time.Now().Add(30 * day)
		}})
	wantSymptom(t, cause.PhaseTLS, err, cause.TLSCertificateExpired)
}
