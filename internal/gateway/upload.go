package gateway

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/listener"
	"torwart/internal/message"
	"torwart/internal/replay"
	"torwart/internal/upstream"
)

// upload is the request's body on its way to the upstream.
type upload struct {
	framing http1.Framing
	// whole is set when there is no body, or small is all of it.
	whole bool
	// small is a body that was read before the first attempt.
	small []byte
	// record keeps what was read from the client, for another attempt.
	record *replay.Buffer
	pump   *pump // of the attempt under way
	// limit is how many bytes the client may send; 0 means no limit.
	limit     int64
	received  int64 // how many it has sent
	ended     bool  // the client's last byte was read
	continued bool  // the client was told to go on sending
}

func (u *upload) close() {
	if u.record != nil {
		u.record.Close()
		u.record = nil
	}
}

// replayable reports whether the body can be sent from its first byte again.
func (u *upload) replayable() bool {
	return u.whole || u.record == nil || u.record.Replayable()
}

// maxSmall is the largest body read in full before the first attempt. It is
// then sent with the head in one piece, a slow client does not occupy the
// upstream, and no second goroutine is needed.
const maxSmall = 64 << 10

// prepareUpload gets the body ready for the first attempt.
func (x *exchange) prepareUpload() *cause.Error {
	u, f := &x.upload, &x.req.Fields
	body := x.req.Body
	if body == nil {
		u.whole = true
		f.Del(message.Expect)
		if f.Has(message.ContentLength) {
			u.framing = http1.Framing{Kind: http1.Length}
		}
		return nil
	}
	u.limit = x.rule.cfg.Limits.Body
	n := body.Length()
	u.framing = http1.Framing{Kind: http1.Length, Length: n}
	if n < 0 {
		u.framing = http1.Framing{Kind: http1.Chunked}
	}
	if n >= 0 && n <= maxSmall && !x.req.ExpectContinue {
		return x.readSmall(body, int(n))
	}
	lim := x.rule.cfg.Limits
	u.record = x.g.spill.NewLimited(lim.ReplayMemory, lim.ReplayFile)
	if !x.req.ExpectContinue {
		f.Del(message.Expect)
	}
	return nil
}

// readSmall reads a whole small body.
func (x *exchange) readSmall(body message.Body, n int) *cause.Error {
	u := &x.upload
	if cap(u.small) < n {
		u.small = make([]byte, n)
	}
	u.small = u.small[:n]
	_, err := io.ReadFull(body, u.small)
	if err == nil {
		// The end must be seen, so that the connection can be kept.
		var one [1]byte
		if _, err = body.Read(one[:]); errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return clientFailed(err)
	}
	u.whole, u.ended = true, true
	x.req.Fields.Del(message.Expect)
	return nil
}

// clientFailed makes the failure of a body that could not be read.
func clientFailed(err error) *cause.Error {
	if f := cause.As(err); f != nil {
		return f
	}
	return &cause.Error{
		Symptom: cause.ClientGone, Side: cause.Downstream, Phase: cause.PhaseBody, Err: err,
	}
}

// pump sends a body while the exchange's goroutine waits for the answer. The
// exchange owns it and waits for done before it goes on without it.
type pump struct {
	s    listener.Stream
	conn *upstream.Conn
	u    *upload

	done     chan struct{}
	finished atomic.Int64 // unix nanoseconds at which all was sent, 0 before
	// Of these at most one is set, before done is closed.
	fromClient *cause.Error // the client's side failed
	toUpstream error        // the upstream's side failed
}

// startPump begins to send the body over the attempt's connection.
func (x *exchange) startPump() {
	p := &pump{s: x.s, conn: x.conn, u: &x.upload, done: make(chan struct{})}
	x.upload.pump = p
	body := x.req.Body
	go func() {
		defer close(p.done)
		p.run(body)
	}()
}

func (p *pump) run(body message.Body) {
	buf := takeBuffer()
	defer giveBuffer(buf)
	err := p.replay(*buf)
	for err == nil && !p.u.ended {
		err = p.step(body, *buf)
	}
	if err == nil {
		err = p.conn.EndBody(body.Trailers())
	}
	if err == nil {
		p.finished.Store(time.Now().UnixNano())
		return
	}
	if p.fromClient == nil {
		p.toUpstream = err
	}
	if p.fromClient != nil || cause.Classify(cause.PhaseSend, err) == cause.RequestWriteStalled {
		// The other goroutine may wait for an answer that will not come.
		p.conn.InterruptRead()
	}
}

// replay sends what an earlier attempt has already read from the client.
func (p *pump) replay(buf []byte) error {
	if p.u.record.Len() == 0 {
		return nil
	}
	r := p.u.record.Reader()
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if werr := p.conn.WriteBody(buf[:n]); werr != nil {
				return werr
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return p.conn.Flush()
		case err != nil:
			return err
		}
	}
}

// step moves one piece from the client to the upstream.
func (p *pump) step(body message.Body, buf []byte) error {
	n, err := body.Read(buf)
	if n > 0 {
		_, _ = p.u.record.Write(buf[:n]) // never fails
		p.u.received += int64(n)
		if p.u.limit > 0 && p.u.received > p.u.limit {
			p.fromClient = bodyTooLarge()
			return p.fromClient
		}
		p.conn.SetWriteDeadline(time.Now().Add(writeStall))
		if werr := p.conn.WriteBody(buf[:n]); werr != nil {
			return werr
		}
		if err == nil {
			if werr := p.conn.Flush(); werr != nil {
				return werr
			}
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		p.u.ended = true
	case errors.Is(err, http1.ErrInterrupted):
		return err
	case err != nil:
		p.fromClient = clientFailed(err)
		return p.fromClient
	}
	return nil
}

// writeStall is how long the upstream may take no byte of a request.
const writeStall = 60 * time.Second

// pumping reports whether the body is still being sent.
func (x *exchange) pumping() bool {
	if x.upload.pump == nil {
		return false
	}
	select {
	case <-x.upload.pump.done:
		return false
	default:
		return true
	}
}

// stopPump ends the pump and waits for it. It reports whether the whole body
// had been sent.
func (x *exchange) stopPump() bool {
	p := x.upload.pump
	if p == nil {
		return true
	}
	if x.pumping() {
		x.s.InterruptBody()
		p.conn.InterruptWrite()
		<-p.done
		// It may have finished all the same: then both are used again.
		x.s.ResumeBody()
		p.conn.ResumeWrite()
	}
	x.upload.pump = nil
	return p.finished.Load() != 0
}
