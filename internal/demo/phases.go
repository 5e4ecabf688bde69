package demo

import (
	"context"
	"time"
)

// phase is one act of the programme.
type phase struct {
	// key names its texts: demo.phase.KEY and demo.phase.KEY.what.
	key    string
	length time.Duration
	script script
}

// script does to the shop what the phase is about, takes length for it and
// leaves all three upstreams serving. When ctx ends it only tidies up.
//
// Never does a second upstream fail while a visitor still waits who may have
// met the first: one of three is to fail at a time, also on a machine that is
// so busy that an answer takes as long as a phase.
type script func(ctx context.Context, s *show, length time.Duration) error

// act is a row of the programme: its length is a share of the whole, but not
// below least.
type act struct {
	key    string
	share  float64
	least  time.Duration
	script script
}

// acts are the programme. The upstreams that hang and cut have not failed
// before, so that torwart has no reason yet to leave them alone. Who hangs for
// less than the timeout is only slow, downloads are rare, and the keep-alive
// race takes some waves: those acts have a length they need.
func acts(t timeouts) []act {
	return []act{
		{"calm", 3, 0, calm},
		{"crash", 5, 0, crash},
		{"hang", 6, t.response * 9 / 5, hang},
		{"cut", 6, 1200 * time.Millisecond, cutting},
		{"reset", 5, 0, reset},
		{"garbage", 5, 0, garbage},
		{"keepalive", 6, 9 * betweenWaves / 4, keepAlive},
		{"rolling", 6, 0, rolling},
		{"outage", 4, 0, outage},
		{"after", 3, 0, calm},
	}
}

// programme gives every act its time: who needs more than the share takes it
// first, and the others divide what is left.
func programme(length time.Duration, t timeouts) []phase {
	acts := acts(t)
	out := make([]phase, len(acts))
	rest, shares := length, 0.0
	for i, a := range acts {
		out[i] = phase{key: a.key, script: a.script}
		shares += a.share
	}
	part := func(a act) time.Duration { return time.Duration(a.share / shares * float64(rest)) }
	for again := true; again; {
		again = false
		for i, a := range acts {
			if out[i].length == 0 && part(a) < a.least {
				out[i].length = a.least
				rest -= a.least
				shares -= a.share
				again = true
			}
		}
	}
	for i, a := range acts {
		if out[i].length == 0 {
			out[i].length = part(a)
		}
	}
	return out
}

// direct takes the shop through the programme.
func (s *show) direct(ctx context.Context) error {
	for i, p := range s.programme {
		if ctx.Err() != nil {
			return nil
		}
		s.board.enter(i)
		if err := p.script(ctx, s, p.length); err != nil {
			return err
		}
	}
	return nil
}

func calm(ctx context.Context, _ *show, length time.Duration) error {
	pause(ctx, length)
	return nil
}

func crash(ctx context.Context, s *show, length time.Duration) error {
	u := s.shop.upstreams[1]
	u.kill()
	pause(ctx, length*4/5)
	return s.recover(ctx, u, length/5)
}

func hang(ctx context.Context, s *show, length time.Duration) error {
	return s.misbehave(ctx, s.shop.upstreams[2], hanging, length)
}

func reset(ctx context.Context, s *show, length time.Duration) error {
	return s.misbehave(ctx, s.shop.upstreams[1], resetting, length)
}

func cutting(ctx context.Context, s *show, length time.Duration) error {
	u := s.shop.upstreams[0]
	u.behave(truncating)
	pause(ctx, length/2)
	return s.misbehave(ctx, u, breaking, length/2)
}

func garbage(ctx context.Context, s *show, length time.Duration) error {
	return s.misbehave(ctx, s.shop.upstreams[2], babbling, length)
}

const (
	// lateness is how far behind the timers of the upstreams are while
	// keep-alive is the subject: that of a busy event loop, or of the network
	// between a proxy and a server that is not on the same machine.
	lateness = 50 * time.Millisecond
	// betweenWaves has connections be used again in the midst of that.
	betweenWaves = idleTime + thinking + lateness/2
)

// keepAlive has visitors come in waves that are as far apart as the upstreams
// keep idle connections: requests meet their close halfway.
func keepAlive(ctx context.Context, s *show, length time.Duration) error {
	for _, u := range s.shop.upstreams {
		u.lag(lateness)
	}
	s.waves.Store(int64(betweenWaves))
	pause(ctx, length)
	s.waves.Store(0)
	for _, u := range s.shop.upstreams {
		u.lag(0)
	}
	s.board.learn(s.learns())
	s.board.settle(ctx)
	return nil
}

// learns is what torwart knows of the upstreams' idle timeouts, in their
// order.
func (s *show) learns() []Learned {
	var out []Learned
	for _, e := range s.torwart.Pools()[0].Endpoints {
		out = append(out, Learned{e.KeepAlive.Closes, e.KeepAlive.Kept})
	}
	return out
}

// misbehave has one upstream do so for most of the time, until somebody kills
// and starts it.
func (s *show) misbehave(ctx context.Context, u *upstream, how manner, length time.Duration) error {
	u.behave(how)
	pause(ctx, length*9/10)
	u.kill()
	return s.recover(ctx, u, length/10)
}

// recover starts an upstream again and waits at least for d.
func (s *show) recover(ctx context.Context, u *upstream, d time.Duration) error {
	err := u.start()
	s.board.settle(ctx)
	pause(ctx, d)
	return err
}

// rolling is a new version going live: one after the other stops in order, is
// away for a moment, and comes back.
func rolling(ctx context.Context, s *show, length time.Duration) error {
	share := length / time.Duration(len(s.shop.upstreams))
	for _, u := range s.shop.upstreams {
		u.stop()
		pause(ctx, share/2)
		if err := s.recover(ctx, u, share/2); err != nil {
			return err
		}
	}
	return nil
}

// outage is a new version going live the careless way: all at once.
func outage(ctx context.Context, s *show, length time.Duration) error {
	for _, u := range s.shop.upstreams {
		s.board.settle(ctx)
		u.stop()
	}
	pause(ctx, length/3)
	for _, u := range s.shop.upstreams {
		if err := u.start(); err != nil {
			return err
		}
	}
	s.board.settle(ctx)
	pause(ctx, length*2/3)
	return nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
