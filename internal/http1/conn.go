package http1

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"torwart/internal/message"
	"torwart/internal/traffic"
)

// ErrInterrupted is what reads fail with after InterruptRead, and writes after
// InterruptWrite. It is never wrapped.
var ErrInterrupted = errors.New("http1: interrupted")

// Conn is one side's connection: a buffered reader and writer over a net.Conn
// with lazily armed deadlines and byte counters.
//
// One goroutine may read while another writes. SetReadDeadline,
// SetWriteDeadline, In, Out, Close and the Interrupt and Resume methods may be
// called from any goroutine; everything else belongs to the reading or the
// writing one.
type Conn struct {
	nc  net.Conn
	raw rawConn
	// tls is set when nc encrypts: a write that once timed out has then
	// broken the connection, so write timers must not fire early.
	tls bool

	rd, wr  timer
	in, out atomic.Int64

	// The reading side: rbuf[r:w] was read and not consumed. rbuf is nil
	// while nothing is buffered and nothing being read.
	rbuf []byte
	r, w int
	one  [1]byte
	end  traffic.End
	// aborted is set when the last read ended by ErrInterrupted or by an
	// error of the watch function: such errors are handed on as they are.
	aborted bool
	watch   struct {
		every time.Duration
		call  func() error
	}
	body body
	// last is what the writing side must know of the last request read.
	last lastRequest
	// looseLines is set when the last response head had a bare LF.
	looseLines bool

	// The writing side: wbuf holds what is not yet handed to the kernel.
	wbuf []byte
	send outgoing
	// lost is set when a part of a body went out incompletely and cannot be
	// sent again: the connection is then of no use for writing.
	lost error
	vec  [3][]byte
	bufs net.Buffers
}

// NewConn returns a Conn over nc. It is cheap: buffers come from a pool when
// they are first needed. A TLS connection must have finished its handshake.
func NewConn(nc net.Conn) *Conn {
	c := &Conn{nc: nc}
	c.wr.write = true
	_, c.tls = nc.(interface{ Handshake() error })
	c.body.c = c
	c.initRaw()
	return c
}

// NetConn returns the connection below. Bytes may be buffered above it.
func (c *Conn) NetConn() net.Conn { return c.nc }

// Close closes the connection below. Buffers stay with the Conn, because a
// read or write may be under way; its owner calls Release afterwards.
func (c *Conn) Close() error { return c.nc.Close() }

// Release gives buffers that hold nothing back to the pool. The owner calls it
// when the connection goes idle or has been closed, with no read or write
// under way. WaitReadable and EndBody do the same for their own buffer.
func (c *Conn) Release() {
	c.releaseRead()
	if len(c.wbuf) == 0 {
		c.releaseWrite()
	}
}

func (c *Conn) releaseRead() {
	if c.r == c.w && c.rbuf != nil {
		putBuffer(c.rbuf)
		c.rbuf, c.r, c.w = nil, 0, 0
	}
}

func (c *Conn) releaseWrite() {
	if c.wbuf != nil {
		putBuffer(c.wbuf)
		c.wbuf = nil
	}
}

// In returns the number of bytes read from the connection so far, including
// those buffered. For TLS these are bytes of the content, not of records.
func (c *Conn) In() int64 { return c.in.Load() }

// Out returns the number of bytes handed to the connection so far, not
// counting those still buffered.
func (c *Conn) Out() int64 { return c.out.Load() }

// Buffered returns the bytes that were read and not consumed; after a failed
// head they begin with the first bytes of that head. They are valid until the
// next read.
func (c *Conn) Buffered() []byte { return c.rbuf[c.r:c.w] }

// Discard consumes n buffered bytes.
func (c *Conn) Discard(n int) {
	if n < 0 || n > c.w-c.r {
		panic("http1: Discard of more than is buffered")
	}
	c.r += n
}

// Read reads bytes as they come, buffered ones first; for what follows an
// upgrade. Errors are those of the connection below, io.EOF at its orderly
// end, or ErrInterrupted.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if c.r < c.w {
		n := copy(p, c.rbuf[c.r:c.w])
		c.r += n
		return n, nil
	}
	return c.readSome(p)
}

// WaitReadable blocks until at least one byte of the next message is buffered.
// It returns io.EOF when the peer closed in order, ErrInterrupted, the watch
// function's error, or the error of the connection below.
//
// While it waits it holds no read buffer, so that an idle connection costs
// little more than its goroutine.
func (c *Conn) WaitReadable() error {
	if c.r < c.w {
		return nil
	}
	c.releaseRead()
	if c.raw.reads() {
		_, err := c.readSome(nil) // fills rbuf itself
		return err
	}
	// Other connections cannot be asked "is there anything?", but they can
	// be asked for one byte, and that needs no buffer.
	if _, err := c.readSome(c.one[:]); err != nil {
		return err
	}
	c.rbuf = getBuffer(smallBuffer)
	c.rbuf[0] = c.one[0]
	c.r, c.w = 0, 1
	return nil
}

// LooseLines reports whether the last response head read had lines ended by a
// bare LF. It was accepted nevertheless; see ReadResponse.
func (c *Conn) LooseLines() bool { return c.looseLines }

// readInto reads into p, buffered bytes first. Large reads go past the buffer.
func (c *Conn) readInto(p []byte) (int, error) {
	if c.r == c.w {
		if len(p) >= smallBuffer/4 {
			return c.readSome(p)
		}
		if err := c.fill(smallBuffer); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.rbuf[c.r:c.w])
	c.r += n
	return n, nil
}

// fill reads at least one more byte into the buffer. It makes room by moving
// what is unread, or by a larger buffer of at most limit bytes; the caller
// sees to it that less than limit is buffered.
func (c *Conn) fill(limit int) error {
	switch {
	case c.rbuf == nil:
		c.rbuf, c.r, c.w = getBuffer(smallBuffer), 0, 0
	case c.r == c.w:
		c.r, c.w = 0, 0
	case c.w == len(c.rbuf) && c.r > 0:
		c.w = copy(c.rbuf, c.rbuf[c.r:c.w])
		c.r = 0
	case c.w == len(c.rbuf):
		// Doubling keeps the copying in proportion to what arrives.
		bigger := getBuffer(max(min(limit, 2*len(c.rbuf)), len(c.rbuf)+1))
		copy(bigger, c.rbuf[:c.w])
		putBuffer(c.rbuf)
		c.rbuf = bigger
	}
	n, err := c.readSome(c.rbuf[c.w:])
	c.w += n
	return err
}

// readSome reads at least one byte into p, riding over timers that fire early
// and calling the watch function. A nil p waits with no buffer at all and puts
// what arrives into a new rbuf.
func (c *Conn) readSome(p []byte) (int, error) {
	c.aborted = false
	for empty := 0; ; {
		if c.rd.interrupted.Load() {
			c.aborted = true
			return 0, ErrInterrupted
		}
		n, err := c.readOnce(p)
		switch {
		case n > 0:
			// An error beside bytes comes again with the next read.
			c.in.Add(int64(n))
			return n, nil
		case err == nil:
			if empty++; empty == 100 {
				return 0, io.ErrNoProgress
			}
		case errors.Is(err, os.ErrDeadlineExceeded):
			if err := c.readTimerFired(err); err != nil {
				return 0, err
			}
		default:
			c.noteEnd(err)
			return 0, err
		}
	}
}

// readOnce is one read, which may block.
func (c *Conn) readOnce(p []byte) (int, error) {
	if c.raw.reads() {
		return c.readRaw(p)
	}
	c.aboutToBlock()
	return c.nc.Read(p)
}

// lastRequest is what the form of a response depends on.
type lastRequest struct {
	head, connect, http10 bool
}

func (l *lastRequest) set(req *message.Request) {
	l.head = req.Method == "HEAD"
	l.connect = req.Method == "CONNECT"
	l.http10 = req.Version == message.HTTP10
}
