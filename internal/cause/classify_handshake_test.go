package cause_test

import (
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"torwart/internal/cause"
)

func TestClassifyNoCommonVersionOrCipher(t *testing.T) {
	ca := newAuthority(t)
	certs := []tls.Certificate{ca.issue(t, -day, day, nil)}
	modern := &tls.Config{RootCAs: ca.pool(), ServerName: "shop.example", MinVersion: tls.VersionTLS12}
	for name, tc := range map[string]struct{ server, client *tls.Config }{
		"server stops at TLS 1.1": {
			&tls.Config{Certificates: certs, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, modern,
		},
		"server begins at TLS 1.3": {
			&tls.Config{Certificates: certs, MinVersion: tls.VersionTLS13},
			&tls.Config{RootCAs: ca.pool(), ServerName: "shop.example", MaxVersion: tls.VersionTLS12},
		},
		"no common cipher": {
			&tls.Config{Certificates: certs, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}},
			&tls.Config{
				RootCAs: ca.pool(), ServerName: "shop.example", MaxVersion: tls.VersionTLS12,
				CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := handshake(t, tc.server, tc.client)
			wantSymptom(t, cause.PhaseTLS, err, cause.TLSVersion)
		})
	}
}

// serverHello is a hello as a TLS 1.0 server answers that never heard of the
// supported_versions extension: it just chooses its own version. Go returns
// bare text for it.
var serverHello = append([]byte{
	22, 3, 1, 0, 42, // record
	2, 0, 0, 38, 3, 1, // hello, version 1.0
}, append(make([]byte, 32), // random
	0,          // no session
	0xc0, 0x13, // ECDHE-RSA-AES128-SHA
	0, // no compression
)...)

func TestClassifyServerThatChoosesAnOldVersion(t *testing.T) {
	raw := serve(t, func(c net.Conn) {
		_, _ = c.Write(serverHello)
		_, _ = io.Copy(io.Discard, c)
	})
	conn, err := shakeHands(raw, &tls.Config{ServerName: "shop.example"})
	wantSymptom(t, cause.PhaseTLS, err, cause.TLSVersion)
	// Without the watch nothing tells.
	wantSymptom(t, cause.PhaseTLS, conn.Handshake(), cause.GatewayInternal)
}

func TestClassifyNamedAlert(t *testing.T) {
	// The alert a server of many names sends for one it does not have.
	raw := serve(t, func(c net.Conn) {
		_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, 112})
		_, _ = io.Copy(io.Discard, c)
	})
	_, err := shakeHands(raw, &tls.Config{ServerName: "shop.example"})
	wantSymptom(t, cause.PhaseTLS, err, cause.TLSAlert)
	if got, want := cause.NewError(cause.PhaseTLS, err).Detail, "alert 112"; got != want {
		t.Errorf("detail %q, want %q", got, want)
	}
}

// TestClassifyAlertsByNumber sends every alert there can be.
func TestClassifyAlertsByNumber(t *testing.T) {
	want := map[uint8]cause.Code{
		40: cause.TLSVersion, 70: cause.TLSVersion, 71: cause.TLSVersion, 86: cause.TLSVersion,
		41:  cause.TLSClientCertificateRequired,
		42:  cause.TLSClientCertificateRequired,
		116: cause.TLSClientCertificateRequired,
		0:   cause.TLSHandshakeClosed, // close_notify is an end, not an alarm
	}
	for n := range 256 {
		raw := serve(t, func(c net.Conn) {
			_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, uint8(n)})
			_, _ = io.Copy(io.Discard, c)
		})
		w := want[uint8(n)]
		if w == "" {
			w = cause.TLSAlert
		}
		_, err := shakeHands(raw, &tls.Config{ServerName: "shop.example"})
		wantSymptom(t, cause.PhaseTLS, err, w)
	}
}

func TestClassifyHandshakeFailureAfterAskingForACertificate(t *testing.T) {
	failure := &net.OpError{Op: "remote error", Err: tls.AlertError(40)}
	wantSymptom(t, cause.PhaseTLS, &cause.HandshakeError{Asked: true, Err: failure}, cause.TLSClientCertificateRequired)
	wantSymptom(t, cause.PhaseTLS, &cause.HandshakeError{Err: failure}, cause.TLSVersion)
}

func TestClassifyClientCertificateRequired(t *testing.T) {
	ca := newAuthority(t)
	server := &tls.Config{
		Certificates: []tls.Certificate{ca.issue(t, -day, day, nil)},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    ca.pool(),
	}
	client := &tls.Config{RootCAs: ca.pool(), ServerName: "shop.example"}

	t.Run("TLS 1.2", func(t *testing.T) {
		client := client.Clone()
		client.MaxVersion = tls.VersionTLS12
		_, err := handshake(t, server, client)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSClientCertificateRequired)
		if e, ok := errors.AsType[*cause.HandshakeError](err); !ok || !e.Asked {
			t.Errorf("the watch did not see that a certificate was asked for: %+v", e)
		}
	})
	t.Run("TLS 1.3, with the answer", func(t *testing.T) {
		conn, err := handshake(t, server, client)
		if err != nil {
			t.Fatalf("under TLS 1.3 the client is done before the server judges: %v", err)
		}
		_, err = conn.Read(make([]byte, 1))
		wantSymptom(t, cause.PhaseHead, err, cause.TLSClientCertificateRequired)
		if e := cause.NewError(cause.PhaseHead, err); e.Tier != cause.P0 || e.Side != cause.Upstream {
			t.Errorf("a refused handshake delivers nothing: got tier %v, side %v", e.Tier, e.Side)
		}
	})
	t.Run("a refused one is another alert", func(t *testing.T) {
		client := client.Clone()
		client.MaxVersion = tls.VersionTLS12
		client.Certificates = []tls.Certificate{newAuthority(t).issue(t, -day, day, nil)}
		// Sent although the server does not list its authority.
		client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &client.Certificates[0], nil
		}
		_, err := handshake(t, server, client)
		if e, ok := errors.AsType[*cause.HandshakeError](err); !ok || e.Asked {
			t.Errorf("a certificate was given, yet Asked is set: %+v", e)
		}
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSAlert)
	})
	t.Run("the right one is chosen", func(t *testing.T) {
		client := client.Clone()
		client.Certificates = []tls.Certificate{
			newAuthority(t).issue(t, -day, day, nil),
			ca.issue(t, -day, day, nil),
		}
		conn, err := handshake(t, server, client)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the server refused the certificate of its own authority: %v", err)
		}
	})
}

func TestClassifyHandshakeWithWhatIsNoTLS(t *testing.T) {
	for first, detail := range map[string]string{
		"HTTP/1.1 400 Bad Request\r\n\r\n": "the answer is HTTP/1",
		"220 mail.example ESMTP\r\n":       "the answer is SMTP or FTP",
		"\x80\x01\x02\x03\x04\x05\x06":     "", // what crypto/tls takes for SSL 2
		"gibberish gibberish":              "",
	} {
		raw := serve(t, func(c net.Conn) {
			_, _ = io.WriteString(c, first)
			_, _ = io.Copy(io.Discard, c)
		})
		_, err := shakeHands(raw, &tls.Config{ServerName: "shop.example"})
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSNotSpoken)
		if e := cause.NewError(cause.PhaseTLS, err); e.Detail != detail {
			t.Errorf("%q: detail %q, want %q", first, e.Detail, detail)
		}
	}
}

func TestClassifyHandshakeEnds(t *testing.T) {
	cc := &tls.Config{ServerName: "shop.example"}
	t.Run("closed at once", func(t *testing.T) {
		_, err := shakeHands(serve(t, func(net.Conn) {}), cc)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeClosed)
	})
	t.Run("closed after reading", func(t *testing.T) {
		_, err := shakeHands(serve(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1<<14)) }), cc)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeClosed)
	})
	t.Run("closed within a record", func(t *testing.T) {
		_, err := shakeHands(serve(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1<<14))
			_, _ = c.Write(serverHello[:20])
		}), cc)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeClosed)
	})
	t.Run("reset", func(t *testing.T) {
		_, err := shakeHands(serve(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1))
			_ = c.(*net.TCPConn).SetLinger(0)
		}), cc)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeClosed)
	})
	t.Run("silent, deadline of the connection", func(t *testing.T) {
		raw := serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		if err := raw.SetDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		_, err := shakeHands(raw, cc)
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeTimeout)
	})
	t.Run("silent, deadline of the context", func(t *testing.T) {
		raw := serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var h cause.Handshake
		err := h.Error(h.Client(raw, cc).HandshakeContext(ctx))
		wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeTimeout)
	})
}

// TestClassifyByTheAlertWeSent covers verdicts of our side that crypto/tls
// returns as bare text.
func TestClassifyByTheAlertWeSent(t *testing.T) {
	want := map[uint8]cause.Code{
		42: cause.TLSCertificateUntrusted, 46: cause.TLSCertificateUntrusted, 48: cause.TLSCertificateUntrusted,
		40: cause.TLSVersion, 47: cause.TLSVersion, 70: cause.TLSVersion, 110: cause.TLSVersion,
		10: cause.TLSNotSpoken, 50: cause.TLSNotSpoken,
		80: cause.GatewayInternal,
		0:  cause.TLSVersion, // none in the clear
	}
	for n, w := range want {
		err := &cause.HandshakeError{Began: true, Sent: n, Err: errors.New("text")}
		wantSymptom(t, cause.PhaseTLS, err, w)
	}
	wantSymptom(t, cause.PhaseTLS, &cause.HandshakeError{Began: true, Err: io.EOF}, cause.TLSHandshakeClosed)
	wantSymptom(t, cause.PhaseTLS, &cause.HandshakeError{Err: errors.New("text")}, cause.GatewayMisconfigured)
}

func TestClassifyUnreadableHello(t *testing.T) {
	raw := serve(t, func(c net.Conn) {
		_, _ = c.Write([]byte{22, 3, 3, 0, 8, 2, 0, 0, 4, 3, 3, 0, 0}) // cut off after its version
		_, _ = io.Copy(io.Discard, c)
	})
	_, err := shakeHands(raw, &tls.Config{ServerName: "shop.example"})
	if e, ok := errors.AsType[*cause.HandshakeError](err); !ok || e.Sent == 0 {
		t.Errorf("the alert we sent was not seen: %+v", e)
	}
	wantSymptom(t, cause.PhaseTLS, err, cause.TLSNotSpoken)
}

// brokenKey is a private key that cannot be used, like one in a token that
// was pulled out.
type brokenKey struct{ crypto.Signer }

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("no token")
}

// TestClassifyOwnKeyThatDoesNotSign: the alert stands behind other records of
// one write.
func TestClassifyOwnKeyThatDoesNotSign(t *testing.T) {
	ca := newAuthority(t)
	cert := ca.issue(t, -day, day, nil)
	cert.PrivateKey = brokenKey{cert.PrivateKey.(crypto.Signer)}
	_, err := handshake(t,
		&tls.Config{Certificates: []tls.Certificate{ca.issue(t, -day, day, nil)}, ClientAuth: tls.RequireAnyClientCert},
		&tls.Config{
			RootCAs: ca.pool(), ServerName: "shop.example", MaxVersion: tls.VersionTLS12,
			Certificates: []tls.Certificate{cert},
		})
	wantSymptom(t, cause.PhaseTLS, err, cause.GatewayInternal)
}

func TestClassifyOwnTLSSettings(t *testing.T) {
	raw := serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	_, err := shakeHands(raw, &tls.Config{}) // neither a name nor leave to skip it
	wantSymptom(t, cause.PhaseTLS, err, cause.GatewayMisconfigured)
}
