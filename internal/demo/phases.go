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

// act is a row of the programme, its length as a share.
type act struct {
	key    string
	share  float64
	script script
}

// acts are the programme. The upstreams that hang and reset have not failed
// before, so that torwart has no reason yet to leave them alone; garbage
// comes from two of them, one after the other.
func acts() []act {
	return []act{
		{"calm", 3, calm},
		{"crash", 6, crash},
		{"hang", 6, hang},
		{"reset", 5, reset},
		{"garbage", 6, garbage},
		{"rolling", 7, rolling},
		{"outage", 3, outage},
		{"after", 3, calm},
	}
}

// programme gives every act its time. Who hangs for less than the timeout is
// only slow, so that act comes first and the others share what it leaves.
func programme(length time.Duration, t timeouts) []phase {
	var shares float64
	for _, a := range acts() {
		shares += a.share
	}
	const hangs = 6
	rest := length - max(time.Duration(hangs/shares*float64(length)), t.response*9/5)
	var out []phase
	for _, a := range acts() {
		p := phase{a.key, time.Duration(a.share / (shares - hangs) * float64(rest)), a.script}
		if a.key == "hang" {
			p.length = length - rest
		}
		out = append(out, p)
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
	return s.misbehave(ctx, s.shop.upstreams[0], resetting, length)
}

func garbage(ctx context.Context, s *show, length time.Duration) error {
	if err := s.misbehave(ctx, s.shop.upstreams[1], babbling, length/2); err != nil {
		return err
	}
	return s.misbehave(ctx, s.shop.upstreams[2], breaking, length/2)
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
