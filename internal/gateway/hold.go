package gateway

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
)

// waitingRoom is where exchanges wait while no endpoint takes connections.
type waitingRoom struct {
	waiting atomic.Int64
	// dialler holds one token: whoever has it dials for all the others.
	dialler chan struct{}

	mu sync.Mutex
	// reopened is closed when an endpoint has taken a connection again.
	reopened chan struct{}
	// pause is the time before the next dial.
	pause time.Duration
}

func (w *waitingRoom) init() {
	w.reopened = make(chan struct{})
	w.dialler = make(chan struct{}, 1)
	w.dialler <- struct{}{}
}

// maxHeld bounds how many exchanges wait for one pool. A waiting exchange
// costs its connection's goroutine and no buffer.
const maxHeld = 10_000

// enter takes a place in the room; false when it is full.
func (w *waitingRoom) enter() (reopened <-chan struct{}, ok bool) {
	if w.waiting.Add(1) > maxHeld {
		w.waiting.Add(-1)
		return nil, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reopened, true
}

func (w *waitingRoom) leave() { w.waiting.Add(-1) }

// reopen lets everybody try again. It is called for every connection that
// was opened, so the usual case must cost next to nothing.
func (w *waitingRoom) reopen() {
	if w.waiting.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.reopened)
	w.reopened = make(chan struct{})
	w.pause = 0
}

// nextPause returns how long to wait before the next dial, with a little
// randomness so that several gateways do not knock in step.
func (w *waitingRoom) nextPause() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pause = min(max(w.pause*2, firstRedial), lastRedial)
	return w.pause + rand.N(w.pause/4)
}

// The pauses between two dials while nothing takes connections.
const (
	firstRedial = 50 * time.Millisecond
	lastRedial  = 500 * time.Millisecond
)

// hold waits until it is worth trying again: an endpoint took a connection,
// or it is this exchange's turn to find out. It returns a failure when the
// rule's hold time or the deadline is over, or the client left.
func (x *exchange) hold(failure *cause.Error, since time.Time) *cause.Error {
	until := x.earlier(since.Add(x.rule.cfg.Hold))
	room := &x.rule.pool.room
	reopened, ok := room.enter()
	if !ok {
		failure.Detail = "too many exchanges wait for this pool already"
		return failure
	}
	defer room.leave()
	// A client that left is noticed at least twice a second.
	look := time.NewTicker(lastRedial)
	defer look.Stop()
	for {
		now := time.Now()
		if !now.Before(until) {
			return failure
		}
		if x.s.Gone() {
			return clientGone()
		}
		select {
		case <-reopened:
			return nil
		case <-look.C:
		case <-room.dialler:
			return x.holdAsDialler(failure, until, reopened)
		case <-x.ctx.Done():
			return failure
		}
	}
}

// holdAsDialler waits the pause and then lets the exchange dial, for itself
// and for all that wait with it.
func (x *exchange) holdAsDialler(failure *cause.Error, until time.Time, reopened <-chan struct{}) *cause.Error {
	room := &x.rule.pool.room
	defer func() { room.dialler <- struct{}{} }()
	timer := time.NewTimer(min(room.nextPause(), time.Until(until)))
	defer timer.Stop()
	select {
	case <-reopened:
	case <-timer.C:
	case <-x.ctx.Done():
		return failure
	}
	if x.s.Gone() {
		return clientGone()
	}
	return nil
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
