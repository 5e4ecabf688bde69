package gateway

import (
	"context"
	"time"

	"torwart/internal/cause"
	"torwart/internal/listener"
	"torwart/internal/message"
	"torwart/internal/traffic"
	"torwart/internal/upstream"
)

// exchange is one request on its way. It is reused for the next one, so that
// a request without trouble allocates next to nothing.
type exchange struct {
	g   *Gateway
	ctx context.Context
	s   listener.Stream
	req *message.Request
	t   *table

	rule *rule
	site *site

	rec      traffic.Exchange
	start    time.Time
	deadline time.Time
	endAt    time.Time // zero until the answer has ended

	// The attempt under way.
	ep       *endpoint
	epIndex  int    // in the pool
	prefer   int    // the endpoint of the client's cookie, or -1
	shape    uint64 // what the request has in common with others; 0 not known yet
	conn     *upstream.Conn
	att      *traffic.Attempt // in rec.Attempts
	resp     message.Response
	headAt   time.Time
	fresh    bool   // the next attempt takes no kept connection
	past     []past // by endpoint
	counted  bool   // ep.load.Begin was called
	doubtful bool   // the endpoint had failed before this attempt
	sendErr  error  // sending broke; an early answer may still be there
	sentAt   time.Time
	gotHead  bool // the final head was read while sending

	undelivered, ambiguous int
	hope                   bool      // a failure so far may heal by waiting
	holdSince              time.Time // began to wait for an endpoint to come back
	dialsFor               int       // 1 + the endpoint it dials for the waiting room, or 0

	upload upload

	hedged, hedgeWon bool // a second attempt was made; it was the faster

	// Whether and how a body that breaks off can be continued.
	res     resumable
	resumed bool

	// What was read of the body before the head was committed.
	buf      *[]byte
	gathered int
	whole    bool // gathered is all of the body

	// What to record.
	failure  *cause.Error
	outcome  traffic.Outcome
	status   int
	bodySent int64

	id      [idLength]byte
	scratch []byte

	// Methods as functions, made once.
	skipFn               func(i int) bool
	headWatch, bodyWatch func() error
	avoid                uint8     // what x.skip leaves out
	now                  time.Time // for x.skip
}

func newExchange(g *Gateway) *exchange {
	x := &exchange{g: g}
	x.skipFn, x.headWatch, x.bodyWatch = x.skip, x.watchHead, x.watchBody
	return x
}

// begin takes an exchange from the pool and starts its clock.
func (g *Gateway) begin(ctx context.Context, s listener.Stream) *exchange {
	x := g.events.Get().(*exchange)
	x.ctx, x.s, x.req = ctx, s, s.Request()
	x.t = g.table.Load()
	x.start = time.Now()
	x.newID()
	if g.opts.Meter != nil {
		g.opts.Meter.Began()
	}
	return x
}

// end records the exchange and gives it back.
func (g *Gateway) end(x *exchange) {
	x.doneDialling()
	x.upload.close()
	x.dropBuffer()
	x.record()
	attempts := x.rec.Attempts[:0]
	resp := x.resp
	resp.Reset()
	*x = exchange{
		g: g, skipFn: x.skipFn, headWatch: x.headWatch, bodyWatch: x.bodyWatch,
		past: x.past[:0], res: resumable{etag: x.res.etag[:0]}, scratch: x.scratch[:0], resp: resp,
		upload: upload{small: x.upload.small[:0]},
	}
	x.rec.Attempts = attempts
	g.events.Put(x)
}

// idLength is the length of a reference: six hexadecimal digits for the
// process, ten for the exchange.
const idLength = 16

// newID makes the exchange's reference. It names, it does not guard: that it
// can be guessed is no harm.
func (x *exchange) newID() {
	const digits = "0123456789abcdef"
	copy(x.id[:], x.g.prefix)
	n := x.g.serial.Add(1)
	for i := idLength - 1; i >= len(x.g.prefix); i-- {
		x.id[i] = digits[n&15]
		n >>= 4
	}
}

// timeLeft returns the time until the exchange's deadline.
func (x *exchange) timeLeft(now time.Time) time.Duration { return x.deadline.Sub(now) }

// earlier returns the earlier of t and the exchange's deadline.
func (x *exchange) earlier(t time.Time) time.Time {
	if x.deadline.Before(t) {
		return x.deadline
	}
	return t
}
