package cause

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"reflect"
	"time"
)

// TLS alert numbers (RFC 8446 section 6, RFC 5246 section 7.2, RFC 7507).
const (
	alertHandshakeFailure      = 40
	alertNoCertificate         = 41 // SSL 3.0, still sent
	alertBadCertificate        = 42
	alertCertificateUnknown    = 46
	alertIllegalParameter      = 47
	alertUnknownCA             = 48
	alertProtocolVersion       = 70
	alertInsufficientSecurity  = 71
	alertInternalError         = 80
	alertInappropriateFallback = 86
	alertMissingExtension      = 109
	alertUnsupportedExtension  = 110
	alertCertificateRequired   = 116
)

// classifyTLS names what only TLS can say, or "". The phase does not matter:
// under TLS 1.3 the server's verdict on our certificate arrives after the
// handshake, with the answer (RFC 8446 section 4.4.2.4).
func classifyTLS(err error) Code {
	if n, ok := alertReceived(err); ok {
		h, _ := errors.AsType[*HandshakeError](err)
		return onAlertReceived(n, h != nil && h.Asked)
	}
	if s := classifyCertificate(err); s != "" {
		return s
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return onRecordHeader(err)
	}
	if n, ok := alertSent(err); ok {
		return onAlertSent(n)
	}
	return ""
}

// onAlertReceived names an alert of the server. A server complaining about a
// certificate can only mean ours; 42 and 116 are what it says of none
// (Go and NSS say 42 up to TLS 1.2, OpenSSL says 40: asked settles that).
func onAlertReceived(n uint8, asked bool) Code {
	switch n {
	case alertNoCertificate, alertBadCertificate, alertCertificateRequired:
		return TLSClientCertificateRequired
	case alertHandshakeFailure:
		if asked {
			return TLSClientCertificateRequired
		}
		return TLSVersion
	case alertProtocolVersion, alertInsufficientSecurity, alertInappropriateFallback:
		return TLSVersion
	}
	return TLSAlert
}

// onAlertSent names the reason for which we gave up a handshake ourselves.
func onAlertSent(n uint8) Code {
	switch {
	case n >= alertBadCertificate && n <= alertCertificateUnknown, n == alertUnknownCA:
		return TLSCertificateUntrusted
	case n == alertHandshakeFailure, n == alertIllegalParameter, n == alertProtocolVersion,
		n == alertInsufficientSecurity, n == alertMissingExtension, n == alertUnsupportedExtension:
		// The server chose what we did not offer.
		return TLSVersion
	case n == alertInternalError:
		// Ours, such as a key that would not sign.
		return GatewayInternal
	}
	// Unexpected, undecodable or falsely signed messages: TLS in its first
	// bytes at most.
	return TLSNotSpoken
}

// onRecordHeader tells "no TLS at all" from a record of another version.
func onRecordHeader(err error) Code {
	e, _ := errors.AsType[tls.RecordHeaderError](err)
	if looksLikeTLS(e.RecordHeader[:]) {
		if n, ok := alertSent(err); ok {
			return onAlertSent(n)
		}
	}
	return TLSNotSpoken
}

// classifyCertificate names what is wrong with the server's certificate.
func classifyCertificate(err error) Code {
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return onInvalidCertificate(e)
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return TLSCertificateName
	}
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		// Our machine has no list of authorities: nobody could be trusted.
		return GatewayMisconfigured
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return TLSCertificateUntrusted
	}
	// What is left (constraints, critical extensions, algorithms) breaks the
	// chain.
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return TLSCertificateUntrusted
	}
	return ""
}

// onInvalidCertificate splits x509.Expired, which stands for both ends of the
// validity; the certificate in e is the one of the chain that fails.
func onInvalidCertificate(e x509.CertificateInvalidError) Code {
	if e.Reason != x509.Expired {
		return TLSCertificateUntrusted
	}
	if e.Cert != nil && time.Now().Before(e.Cert.NotBefore) {
		return TLSCertificateNotYetValid
	}
	return TLSCertificateExpired
}

// alertReceived returns the number of the alert the peer sent.
func alertReceived(err error) (uint8, bool) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		return alertNumber(op.Err)
	}
	return 0, false
}

// alertSent returns the number of the alert we sent.
func alertSent(err error) (uint8, bool) {
	if h, ok := errors.AsType[*HandshakeError](err); ok && h.Sent != 0 {
		return h.Sent, true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "local error" {
		return alertNumber(op.Err)
	}
	if a, ok := errors.AsType[tls.AlertError](err); ok { // over QUIC
		return uint8(a), true
	}
	return 0, false
}

// alertNumber returns the alert err is. Except over QUIC, crypto/tls returns
// alerts in a type of its own that is not exported; its kind and package are
// what we go by, and a test against real alerts would notice a change.
func alertNumber(err error) (uint8, bool) {
	v := reflect.ValueOf(err)
	if !v.IsValid() || v.Kind() != reflect.Uint8 || v.Type().PkgPath() != "crypto/tls" {
		return 0, false
	}
	return uint8(v.Uint()), true
}
