// Package http1 is torwart's own HTTP/1.1 engine for both sides of an
// exchange: it reads requests and writes responses downstream, and writes
// requests and reads responses upstream (RFC 9112, RFC 9110).
//
// It provides [Conn], a buffered connection with lazily armed deadlines, and
// on it the parsers of heads and bodies and the printers of both.
//
// It promises: strictness (whatever is accepted here, another careful parser
// reads the same way; what could be read two ways is refused), bounds on
// everything a peer can send, no allocation per message once a connection is
// warm, few system calls (a message that fits the buffers costs one read and
// one write), and failures as *cause.Error made where the wire was seen. Only
// an I/O error before the first byte of a head is handed on raw, because its
// meaning depends on what the connection did before.
//
// It does not dial, listen, pool, retry or decide about fields: whoever
// writes a message has removed the fields meant for the last hop
// (message.StripConnection) and chosen the [Framing].
//
// Start reading at [Conn], then [Conn.ReadRequest] and [Conn.WriteResponse].
package http1
