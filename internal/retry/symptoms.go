package retry

import "torwart/internal/cause"

// freeAgain bounds how often an exchange goes back to an endpoint after a P0
// failure of a connection; beyond it is treated like an endpoint that takes
// none. A server that refuses every stream would keep the exchange busy until
// its deadline otherwise.
const freeAgain = 8

// onConnection reports whether a P0 failure speaks of the one connection
// and not of the endpoint: a fresh connection to the same endpoint is as good
// as another endpoint.
func onConnection(c cause.Code) bool {
	switch c {
	case cause.ReusedConnectionClosed, cause.ConnectionDraining, cause.RequestWriteFailed,
		cause.UpstreamErrorStatus: // 425: not over early data, RFC 8470 section 5.2
		return true
	}
	return false
}

// MayHeal reports whether waiting may heal a P0 symptom. What a restart can
// cause (refused, no route, no socket, handshake closed, no address yet) and
// what passes (a full queue, no port) may. Where the peer or the name is there
// and says no, or our own rights do, waiting changes nothing.
func MayHeal(c cause.Code) bool {
	switch c {
	case cause.DNSNameNotFound, cause.UpstreamErrorStatus,
		cause.ConnectProhibited, cause.SocketForbidden,
		cause.TLSNotSpoken, cause.TLSVersion, cause.TLSAlert,
		cause.TLSCertificateExpired, cause.TLSCertificateNotYetValid,
		cause.TLSCertificateUntrusted, cause.TLSCertificateName,
		cause.TLSClientCertificateRequired:
		return false
	}
	return true
}

// ended reports whether a P3 symptom is a connection that ended, by FIN or
// RST, before the whole answer.
func ended(c cause.Code) bool {
	switch c {
	case cause.ReusedConnectionClosed, cause.ClosedBeforeResponse, cause.ResetBeforeResponse,
		cause.RequestWriteFailed, cause.ResponseHeadIncomplete, cause.ResponseBodyIncomplete,
		cause.StreamReset:
		return true
	}
	return false
}
