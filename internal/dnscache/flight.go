package dnscache

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"torwart/internal/cause"
)

// patience is how long a lookup waits for a better answer than the one there
// is.
const patience = 250 * time.Millisecond

// flight is one question under way, on behalf of all who want its answer.
//
// It belongs to Run, which waits for it. Where Run is not running it belongs
// to those who wait for the answer: the last one to leave ends it, and waits
// until it has ended.
type flight struct {
	begun  time.Time
	cancel context.CancelFunc
	owned  bool          // by Run
	behind bool          // begun in the background, and counted there
	ready  chan struct{} // closed when looking at the view is worth it
	done   chan struct{} // closed when nothing of it runs any more
	once   sync.Once     // closes ready

	// Guarded by the entry's mu.
	waiters int
	urgent  bool // lookups wait for it also when they have something
	settled bool // the view is its work
}

func (f *flight) markReady() { f.once.Do(func() { close(f.ready) }) }

func (f *flight) isReady() bool {
	select {
	case <-f.ready:
		return true
	default:
		return false
	}
}

// launch begins a flight. e.mu is held, and there is no other flight. Where
// Run does not own it, the caller waits for it.
func (c *Cache) launch(e *entry, urgent bool, by owner) {
	ctx, cancel := context.WithCancel(by.ctx)
	f := &flight{
		begun: time.Now(), cancel: cancel, owned: by.run, behind: !urgent, urgent: urgent,
		ready: make(chan struct{}), done: make(chan struct{}),
	}
	e.flight = f
	if e.owed {
		e.owed, e.forced = false, f.begun
	}
	if f.behind {
		c.behind.Add(1)
	}
	go c.fly(ctx, e, f)
}

// fly asks and has the entry take in what came of it.
func (c *Cache) fly(ctx context.Context, e *entry, f *flight) {
	defer c.disown(f)
	defer f.cancel()
	before := e.view.Load()
	replies := c.resolve(ctx, e.key, func(early []reply) {
		c.settle(ctx, e, f, early)
		f.markReady()
	})
	c.settle(ctx, e, f, replies)
	e.mu.Lock()
	if e.flight == f {
		e.flight = nil
	}
	settled := f.settled
	e.mu.Unlock()
	f.markReady()
	if settled {
		c.report(e, before)
	}
	close(f.done)
}

// await asks, or waits for whoever does, until there is something to return
// or ctx ends.
func (c *Cache) await(ctx context.Context, e *entry) (*view, error) {
	for {
		if v := e.view.Load(); ctx.Err() != nil {
			if v.serves(time.Now()) {
				return v, nil
			}
			return nil, c.gaveUp(ctx, e)
		}
		f, wait := c.join(e)
		if f == nil {
			return e.view.Load(), nil
		}
		if wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-f.ready:
			case <-timer.C:
			case <-ctx.Done():
			}
			timer.Stop()
		}
		settled := c.leave(e, f)
		if v := e.view.Load(); settled || v.serves(time.Now()) {
			return v, nil
		}
		// ctx ended, or Run or the servers changed under the flight.
	}
}

// join returns the flight to wait for and for how long at most, a new flight
// if need be, or nil where the view is all there will be.
func (c *Cache) join(e *entry) (*flight, time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	v := e.view.Load()
	serves := v.serves(now)
	switch {
	case e.flight == nil && v != nil && now.Before(v.until):
		return nil, 0 // answered meanwhile
	case e.flight == nil:
		c.launch(e, true, c.owner())
	case serves && !e.flight.urgent:
		return nil, 0 // refreshed in the background
	}
	f := e.flight
	f.waiters++
	if serves {
		return f, max(0, f.begun.Add(patience).Sub(now))
	}
	return f, forever
}

// forever is longer than any ctx lasts.
const forever = 1 << 62

// leave ends the wait for f, and f itself where nobody else owns it. It
// reports whether the view is f's work.
func (c *Cache) leave(e *entry, f *flight) (settled bool) {
	e.mu.Lock()
	f.waiters--
	last := f.waiters == 0 && !f.owned
	if last {
		f.cancel()
		if e.flight == f {
			e.flight = nil
		}
	}
	settled = f.settled
	e.mu.Unlock()
	if last {
		<-f.done
	}
	return settled
}

// refresh is Refresh for one entry.
func (c *Cache) refresh(e *entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.view.Load() == nil {
		return // the first answer is still to come
	}
	now := time.Now()
	if next := e.forced.Add(RefreshGap); now.Before(next) {
		e.owed = true
		e.askAt(next)
		c.nudge(next)
		return
	}
	e.forced = now
	e.askAt(time.Time{}) // lookups see that there is something to wait for
	if e.flight != nil && !e.flight.isReady() {
		e.flight.urgent, e.flight.begun = true, now
		return
	}
	e.drop()
	if by := c.owner(); by.run {
		c.launch(e, true, by)
	}
}

// gaveUp is the error of a lookup whose ctx ended before any answer.
func (c *Cache) gaveUp(ctx context.Context, e *entry) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return cause.NewError(cause.PhaseResolve, ctx.Err())
	}
	detail := e.name + ": no answer in time from " + strings.Join(c.asked(), ", ")
	return failure(cause.DNSTimeout, detail, ctx.Err())
}

// failure makes the error of a lookup.
func failure(symptom cause.Code, detail string, err error) *cause.Error {
	return &cause.Error{
		Symptom: symptom, Tier: cause.P0, Side: cause.SideOf(symptom),
		Phase: cause.PhaseResolve, Detail: detail, Err: err,
	}
}
