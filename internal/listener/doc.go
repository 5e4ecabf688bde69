// Package listener accepts downstream connections, reads requests from them
// and carries answers back.
//
// It provides [Server], which serves any net.Listener, and [Stream], the
// downstream side of one exchange in neutral form: what the gateway sees is
// the same for every protocol.
//
// It promises that every connection has at most one goroutine, which the
// server waits for, that an idle connection holds no buffer and after a few
// seconds (on Linux, without TLS) no goroutine either, that a client
// which sends slowly or never stops cannot hold more than its own bounded
// place, and that an answer given before the request body was read reaches
// the client (RFC 9112 section 9.6) instead of being destroyed by a reset.
//
// It does not decide what to answer: that is the [Handler]'s, also for
// requests that could not be read.
//
// Start reading at [Server.Serve], then conn.go for the life of a connection
// and park.go for what becomes of idle ones.
package listener
