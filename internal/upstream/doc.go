// Package upstream is torwart's way to the servers behind it: it finds the
// addresses of an endpoint, dials them, keeps connections, and carries one
// request over one of them.
//
// It provides [Endpoint] (one server with its idle connections) and [Conn]
// (one connection, and on it one attempt at a time).
//
// It promises that every failure is a *cause.Error made here, where the wire
// was seen: with the symptom, the retry-safety tier that was proven and not
// merely supposed, and on the attempt's record all that is known: how the
// peer ended the connection, how much was written and acknowledged, how old
// the connection was, the first bytes of the answer, the kernel's TCP_INFO.
//
// It does not choose endpoints, and never tries again: that is package
// gateway's, by the ladder of package retry.
//
// Start reading at [Endpoint.Take], then conn.go, then evidence.go.
package upstream
