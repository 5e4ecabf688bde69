package health

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// The defaults of a [Checker].
const (
	DefaultTimeout = 5 * time.Second
	DefaultFails   = 3
	DefaultPasses  = 2
	DefaultJitter  = 0.1
)

const (
	// hurry is how many times more often an endpoint is checked while its
	// state is in doubt or down: what failed once is to be known soon, and
	// what is back is to be used soon.
	hurry = 4
	// hurryLeast keeps hurried checks from becoming a load, unless Interval
	// itself is shorter.
	hurryLeast = 250 * time.Millisecond
)

// Checker keeps asking one endpoint whether it is well. Its fields must not be
// changed once Run was called; its methods are safe for concurrent use.
type Checker struct {
	// Check asks once. Required.
	Check Check
	// Interval is the time between two checks of a healthy endpoint; zero
	// means no checks at all.
	Interval time.Duration
	// Timeout bounds one check; zero means DefaultTimeout, or Interval where
	// that is shorter.
	Timeout time.Duration
	// Fails in a row take the endpoint down; zero means DefaultFails.
	Fails int
	// Passes in a row bring it back up; zero means DefaultPasses.
	Passes int
	// Jitter is by which share an interval may be longer or shorter, so that
	// many gateways do not check in step; zero means DefaultJitter, negative
	// none.
	Jitter float64
	// OnChange is called by Run whenever the endpoint goes up or down, with
	// the last error when down. It should return soon: no check runs
	// meanwhile. May be nil.
	OnChange func(up bool, err error)

	down  atomic.Bool
	mu    sync.Mutex
	state State
}

// State is what a [Checker] knows.
type State struct {
	Up bool `json:"up"`
	// Since is when the endpoint went up or down, or when Run began.
	Since time.Time `json:"since"`
	// Checked is when the last check ended; zero before the first.
	Checked time.Time `json:"checked"`
	// Err is what the last check returned.
	Err error `json:"-"`
	// Fails and Passes are how many checks in a row failed or passed last;
	// one of them is 0.
	Fails  int `json:"fails"`
	Passes int `json:"passes"`
}

// Up reports whether the endpoint counts as up. It does until the first Fails
// checks in a row have failed, also when Run was never called.
func (c *Checker) Up() bool { return !c.down.Load() }

// State returns what is known.
func (c *Checker) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.state
	s.Up = c.Up()
	return s
}

// Run checks until ctx ends: at once, then at intervals, and more often while
// the last check failed or the endpoint is down. It returns at once when
// Interval is zero. Call it once.
func (c *Checker) Run(ctx context.Context) {
	if c.Interval <= 0 {
		return
	}
	c.mu.Lock()
	c.state.Since = time.Now()
	c.mu.Unlock()

	for ctx.Err() == nil {
		err := c.once(ctx)
		if ctx.Err() != nil {
			return // says nothing about the endpoint
		}
		c.count(err)
		timer := time.NewTimer(c.pause())
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}

func (c *Checker) once(ctx context.Context) error {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = min(DefaultTimeout, c.Interval)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return c.Check(ctx)
}

// count takes in the result of one check.
func (c *Checker) count(err error) {
	now := time.Now()
	c.mu.Lock()
	s := &c.state
	s.Checked, s.Err = now, err
	if err != nil {
		s.Fails, s.Passes = s.Fails+1, 0
	} else {
		s.Fails, s.Passes = 0, s.Passes+1
	}
	up := c.Up()
	turned := up && s.Fails >= or(c.Fails, DefaultFails) || !up && s.Passes >= or(c.Passes, DefaultPasses)
	if turned {
		s.Since = now
		c.down.Store(up)
	}
	c.mu.Unlock()
	if turned && c.OnChange != nil {
		c.OnChange(!up, err)
	}
}

// pause returns the time until the next check.
func (c *Checker) pause() time.Duration {
	d := c.Interval
	if s := c.State(); !s.Up || s.Err != nil {
		d = min(d, max(d/hurry, hurryLeast))
	}
	jitter := c.Jitter
	if jitter == 0 {
		jitter = DefaultJitter
	}
	if jitter > 0 {
		d += time.Duration((2*rand.Float64() - 1) * min(jitter, 1) * float64(d))
	}
	return d
}

func or(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}
