package cause

import (
	"crypto/tls"
	"net"
	"sync/atomic"
)

// Handshake watches one TLS handshake from our side for what its error does
// not say. crypto/tls returns many of its own verdicts as bare text, such as
// that an old server chose TLS 1.0, but sends the exact alert along; and the
// alert "handshake failure" means a missing client certificate only if the
// server asked for one. The zero value is ready; one Handshake is for one
// connection.
//
//	var h cause.Handshake
//	conn := h.Client(raw, cfg)
//	if err := h.Error(conn.HandshakeContext(ctx)); err != nil {
//		return cause.NewError(cause.PhaseTLS, err)
//	}
type Handshake struct {
	began atomic.Bool
	sent  atomic.Uint32
	asked atomic.Bool
}

// HandshakeError is a failed handshake with what its [Handshake] saw.
type HandshakeError struct {
	// Began says that we wrote anything at all.
	Began bool
	// Sent is the alert we sent in the clear, or 0 (which is close_notify)
	// for none.
	Sent uint8
	// Asked says that the server asked for a client certificate and got
	// none.
	Asked bool
	// Err is what crypto/tls returned.
	Err error
}

// Error returns the text of the error below.
func (e *HandshakeError) Error() string { return e.Err.Error() }

// Unwrap returns the error below.
func (e *HandshakeError) Unwrap() error { return e.Err }

// Client returns the TLS client side over c, watched. It keeps its own copy
// of cfg.
func (h *Handshake) Client(c net.Conn, cfg *tls.Config) *tls.Conn {
	cfg = cfg.Clone()
	choose := cfg.GetClientCertificate
	if choose == nil {
		choose = certificatesOf(cfg.Certificates)
	}
	cfg.GetClientCertificate = func(cri *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		cert, err := choose(cri)
		if cert == nil || len(cert.Certificate) == 0 {
			h.asked.Store(true)
		}
		return cert, err
	}
	return tls.Client(&alertWatch{Conn: c, h: h}, cfg)
}

// Error returns err together with what was seen, or nil for nil.
func (h *Handshake) Error(err error) error {
	if err == nil {
		return nil
	}
	return &HandshakeError{
		Began: h.began.Load(),
		Sent:  uint8(h.sent.Load()),
		Asked: h.asked.Load(),
		Err:   err,
	}
}

// certificatesOf chooses as crypto/tls does when GetClientCertificate is nil.
func certificatesOf(certs []tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(cri *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		for i := range certs {
			if cri.SupportsCertificate(&certs[i]) == nil {
				return &certs[i], nil
			}
		}
		return new(tls.Certificate), nil
	}
}

// alertWatch notes the last alert written in the clear. Alerts under
// encryption are longer than two bytes or not of the alert type; they come
// only after version and cipher have been agreed.
type alertWatch struct {
	net.Conn
	h *Handshake
}

// NetConn returns the connection below, as that of tls.Conn does.
func (w *alertWatch) NetConn() net.Conn { return w.Conn }

// Write passes b on, a sequence of whole TLS records.
func (w *alertWatch) Write(b []byte) (int, error) {
	w.h.began.Store(true)
	for rest := b; len(rest) >= tlsRecordHeader; {
		size := tlsRecordHeader + int(rest[3])<<8 + int(rest[4])
		if rest[0] == tlsAlertRecord && size == tlsRecordHeader+2 && len(rest) >= size {
			w.h.sent.Store(uint32(rest[6]))
		}
		rest = rest[min(size, len(rest)):]
	}
	return w.Conn.Write(b)
}
