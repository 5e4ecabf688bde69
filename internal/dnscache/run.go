package dnscache

import (
	"context"
	"time"
)

const (
	// lead is how long before it expires a name in use is asked again. It is
	// short: resolvers count TTLs down, and would repeat what they have.
	lead = 100 * time.Millisecond
	// inUse is how long after its last lookup a name counts as in use.
	inUse = 10 * time.Minute
	// forget is how long after its last lookup a name without addresses is
	// dropped; one with addresses after StaleLimit.
	forget = 10 * time.Minute
	// lookEvery and lookAtMost are the longest and the shortest time between
	// two looks at all names.
	lookEvery  = time.Minute
	lookAtMost = 5 * time.Millisecond
	// mostBackground bounds how many names are refreshed at once.
	mostBackground = 64
)

// Run refreshes the names in use shortly before they expire, and drops those
// long unused, until ctx ends; then it waits for what it began. Of several
// calls at a time the first works, the others wait for their ctx.
func (c *Cache) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wake := make(chan struct{}, 1)
	if !c.begin(ctx, wake) {
		<-ctx.Done()
		return
	}
	timer := time.NewTimer(c.look())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			c.end()
			return
		case <-wake:
		case <-timer.C:
		}
		timer.Reset(c.look())
	}
}

func (c *Cache) begin(ctx context.Context, wake chan struct{}) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base != nil {
		return false
	}
	c.base, c.wake = ctx, wake
	return true
}

// end gives up ownership of new flights and waits for those begun.
func (c *Cache) end() {
	c.mu.Lock()
	c.base, c.wake = nil, nil
	c.mu.Unlock()
	c.work.Wait()
}

// owner is who a flight belongs to.
type owner struct {
	ctx context.Context
	run bool // Run, which waits until disown is called
}

// owner returns who a flight that begins now belongs to.
func (c *Cache) owner() owner {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base == nil {
		return owner{context.Background(), false}
	}
	c.work.Add(1)
	return owner{c.base, true}
}

func (c *Cache) disown(f *flight) {
	if f.behind {
		c.behind.Add(-1)
	}
	if f.owned {
		c.work.Done()
	}
}

// nudge has Run look around in time for a name that is to be asked at the
// given time.
func (c *Cache) nudge(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wake == nil || !at.Add(-lead).Before(c.planned) {
		return
	}
	select {
	case c.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// look begins the refreshes that are due, and returns the time until the next
// look. It goes through all names: at some thousands of them, dozens of times
// a second at worst, that costs less than keeping them sorted.
func (c *Cache) look() time.Duration {
	now := time.Now()
	next := now.Add(lookEvery)
	c.plan(next) // whatever changes from here on is worth another look
	c.names.Range(func(_, e any) bool {
		if due, ok := c.tend(e.(*entry), now); ok {
			next = earlier(next, due)
		}
		return true
	})
	next = now.Add(max(lookAtMost, next.Sub(now)))
	c.plan(next)
	return time.Until(next)
}

func (c *Cache) plan(next time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.planned = next
}

// tend refreshes one name if that is due, and returns when it will be.
func (c *Cache) tend(e *entry, now time.Time) (due time.Time, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := e.view.Load()
	if e.flight != nil {
		return due, false // Run hears of its end
	}
	if unused := e.unused(now); unused > StaleLimit || unused > forget && !v.holds() {
		c.remove(e)
		return due, false
	}
	// A name without an address is asked for by the next lookup, which has to
	// wait anyway.
	if !v.holds() || !e.inUse(now) {
		return due, false
	}
	if due = v.until.Add(-lead); now.Before(due) {
		return due, true
	}
	if c.behind.Load() >= mostBackground {
		return now, true
	}
	if by := c.owner(); by.run {
		c.launch(e, false, by)
	}
	return due, false
}

func (c *Cache) remove(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names.CompareAndDelete(e.key, e) {
		c.count--
	}
}
