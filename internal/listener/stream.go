package listener

import (
	"context"
	"net"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// Handler answers exchanges, on the goroutine of their connection.
type Handler interface {
	// Handle answers one request. It has answered, aborted or tunnelled the
	// stream when it returns.
	Handle(ctx context.Context, s Stream)
	// Reject answers a request that could not be read, for the reason err;
	// the request holds what was understood of it. The connection ends
	// afterwards.
	Reject(ctx context.Context, s Stream, err *cause.Error)
}

// Stream is the downstream side of one exchange. Its methods are called by
// one goroutine, except that the request's body may be read by another, and
// InterruptBody called by any.
type Stream interface {
	// Request is the request; its head may be changed freely. It is valid
	// until the handler returns.
	Request() *message.Request
	// Client and Local are the two ends of the connection, "ip:port".
	Client() string
	Local() string

	// Inform sends an interim response (1xx) at once.
	Inform(resp *message.Response) error
	// Respond begins the answer; nothing need reach the client before Flush.
	// length is the body's, -1 when not known, 0 for none. For answers to
	// HEAD and for 204 and 304 no body is sent whatever length says.
	Respond(resp *message.Response, length int64) error
	// Write sends a piece of the body, perhaps later together with others.
	Write(p []byte) error
	// Flush sends what was written so far.
	Flush() error
	// Finish ends the answer; trailers may be nil.
	Finish(trailers *message.Fields) error
	// Abort cuts the connection so that the client cannot take what it got
	// for the whole.
	Abort()

	// Committed reports whether any byte of the final answer was handed to
	// the kernel.
	Committed() bool
	// Gone reports whether the client has left. Not while the body is being
	// read.
	Gone() bool
	// InterruptBody makes reading the request's body fail with
	// http1.ErrInterrupted until ResumeBody.
	InterruptBody()
	ResumeBody()
	// Tunnel hands over the connection after a 101 was sent: bytes the
	// client sent early are still in it. It is closed when the handler
	// returns.
	Tunnel() *http1.Conn
}

// addrString is the address for records; the addresses of unix sockets and
// of test networks may be empty.
func addrString(a net.Addr) string {
	if a == nil {
		return ""
	}
	return a.String()
}
