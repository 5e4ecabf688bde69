package gateway

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
)

// waitingRoom is where exchanges wait while no endpoint takes connections.
// They wait in line; a few of them, one for each endpoint, dial now and then.
// What an endpoint answers lets the next two out, so that an application that
// has just come back is asked for one thing, then two, then four, and not for
// everything that waited.
type waitingRoom struct {
	waiting atomic.Int64
	// diallers holds the indexes of the endpoints nobody is dialling for the
	// room at the moment.
	diallers chan int

	mu    sync.Mutex
	line  []*waiter // the first is let out first
	pause []time.Duration
}

// waiter is one exchange in line.
type waiter struct {
	out  chan struct{} // closed when it is let out
	gone bool
}

// maxHeld bounds how many exchanges wait for one pool. A waiting exchange
// costs its connection's goroutine and no buffer.
const maxHeld = 10_000

// The pauses between two dials of an endpoint while it takes no connections.
const (
	firstRedial = 50 * time.Millisecond
	lastRedial  = 500 * time.Millisecond
)

func (w *waitingRoom) init(endpoints int) {
	w.diallers = make(chan int, endpoints)
	w.pause = make([]time.Duration, endpoints)
	for i := range endpoints {
		w.diallers <- i
	}
}

// enter takes a place in line; nil when the room is full.
func (w *waitingRoom) enter() *waiter {
	if w.waiting.Add(1) > maxHeld {
		w.waiting.Add(-1)
		return nil
	}
	me := &waiter{out: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line = append(w.line, me)
	return me
}

// leave gives the place up, let out or not.
func (w *waitingRoom) leave(me *waiter) {
	w.waiting.Add(-1)
	w.mu.Lock()
	defer w.mu.Unlock()
	me.gone = true
	w.tidy()
}

// tidy drops those from the head of the line who have left.
func (w *waitingRoom) tidy() {
	n := 0
	for n < len(w.line) && w.line[n].gone {
		n++
	}
	w.line = w.line[n:]
	if len(w.line) == 0 {
		w.line = nil
	}
}

// letOut is called for every answer, so the usual case, an empty room, costs
// next to nothing.
func (w *waitingRoom) letOut() {
	if w.waiting.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.pause)
	const n = 2
	for let := 0; let < n && len(w.line) > 0; {
		if next := w.line[0]; !next.gone {
			close(next.out)
			next.gone = true
			let++
		}
		w.tidy()
	}
}

// nextPause returns how long to wait before endpoint i is dialled again, with
// a little randomness so that several gateways do not knock in step.
func (w *waitingRoom) nextPause(i int) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := min(max(w.pause[i]*2, firstRedial), lastRedial)
	w.pause[i] = p
	return p + rand.N(p/4)
}

// hold waits until it is worth trying again: the exchange was let out, or it
// is its turn to find out about one endpoint. It returns a failure when the
// rule's hold time or the deadline is over, or the client left.
func (x *exchange) hold(failure *cause.Error) *cause.Error {
	until := x.earlier(x.holdSince.Add(x.rule.cfg.Hold))
	room := &x.rule.pool.room
	me := room.enter()
	if me == nil {
		failure.Detail = "too many exchanges wait for this pool already"
		return failure
	}
	defer room.leave(me)
	// A client that left is noticed at least twice a second.
	look := time.NewTicker(lastRedial)
	defer look.Stop()
	for time.Now().Before(until) {
		if x.s.Gone() {
			return clientGone()
		}
		select {
		case <-me.out:
			return nil
		case <-look.C:
		case i := <-room.diallers:
			x.dialsFor = i + 1
			return x.holdAsDialler(failure, until, me)
		case <-x.ctx.Done():
			return failure
		}
	}
	return failure
}

// holdAsDialler waits the pause of the endpoint it dials for.
func (x *exchange) holdAsDialler(failure *cause.Error, until time.Time, me *waiter) *cause.Error {
	room := &x.rule.pool.room
	timer := time.NewTimer(min(room.nextPause(x.dialsFor-1), time.Until(until)))
	defer timer.Stop()
	select {
	case <-me.out:
		x.doneDialling()
	case <-timer.C:
	case <-x.ctx.Done():
		x.doneDialling()
		return failure
	}
	if x.s.Gone() {
		x.doneDialling()
		return clientGone()
	}
	return nil
}

// doneDialling lets somebody else dial for the room.
func (x *exchange) doneDialling() {
	if x.dialsFor > 0 {
		x.rule.pool.room.diallers <- x.dialsFor - 1
		x.dialsFor = 0
	}
}

// breathe waits a moment before an attempt goes back to an endpoint that has
// just failed this exchange. A process that is dying takes another connection
// for some hundred microseconds and drops it unanswered, which looks like a
// second delivery; a moment later it refuses, which is a failure that heals.
func (x *exchange) breathe(now *time.Time) *cause.Error {
	last := x.past[x.epIndex].at
	wait := firstRedial - now.Sub(last)
	if last.IsZero() || wait <= 0 {
		return nil
	}
	timer := time.NewTimer(min(wait, x.timeLeft(*now)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.ctx.Done():
	}
	*now = time.Now()
	if x.s.Gone() {
		return clientGone()
	}
	return nil
}

func clientGone() *cause.Error {
	return &cause.Error{Symptom: cause.ClientGone, Side: cause.Downstream, Phase: cause.PhaseHead}
}
