package main

import (
	"slices"
	"time"
)

// happens lets something happen to the endpoint that gets the first request
// after the outbreak, before that is read.
func happens(spring func(*endpoint)) func(*stage) {
	return func(s *stage) {
		if s.at(outbreak) {
			s.trap.arm(spring)
		}
	}
}

// breaks makes an endpoint behave badly.
func breaks(m manner) func(*stage) {
	return happens(func(e *endpoint) { e.turn(m) })
}

// isReplaced is another program at the address of an endpoint: what was
// connected is closed.
func isReplaced(m manner) func(*stage) {
	return happens(func(e *endpoint) {
		e.turn(m)
		e.hangUp()
	})
}

// ends is how an endpoint is taken down.
type ends func(*endpoint)

func abruptly(e *endpoint)   { e.kill() }
func gracefully(e *endpoint) { e.stop() }

// away takes all endpoints down at the outbreak, and starts them again after
// d.
func away(how ends, d time.Duration) func(*stage) {
	return func(s *stage) {
		if !s.at(outbreak) {
			return
		}
		for _, e := range s.endpoints {
			how(e)
		}
		if !s.at(outbreak + d) {
			return
		}
		for _, e := range s.endpoints {
			s.check(e.start())
		}
	}
}

// until is how long the answers of requests made during an outage take.
func until(d time.Duration) func(time.Duration) time.Duration {
	return func(at time.Duration) time.Duration {
		if at < outbreak-lameDuck {
			return 0
		}
		return max(0, outbreak+d-at)
	}
}

// always is a load during which every answer takes d.
func always(d time.Duration) func(time.Duration) time.Duration {
	return func(time.Duration) time.Duration { return d }
}

// rolls restarts one endpoint after the other, each away for 300 ms.
func rolls(how ends) func(*stage) {
	return func(s *stage) {
		for i, e := range s.endpoints {
			t := outbreak + time.Duration(i)*600*time.Millisecond
			if !s.at(t) {
				return
			}
			how(e)
			if !s.at(t + 300*time.Millisecond) {
				return
			}
			s.check(e.start())
		}
	}
}

// flaps takes the busiest endpoint down and up again every 200 ms.
func flaps(s *stage) {
	if !s.at(outbreak) {
		return
	}
	e := s.busiest()
	for t := outbreak; t < s.scenario.span(); t += 400 * time.Millisecond {
		if !s.at(t) {
			return
		}
		e.kill()
		if !s.at(t + 200*time.Millisecond) {
			return
		}
		s.check(e.start())
	}
}

// isBlackHole is one endpoint behind a firewall that drops everything.
func isBlackHole(s *stage) error {
	b, err := newBlackHole(s.ctx)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, b.close)
	s.setup.to[1] = b.addr
	return nil
}

// knows names the application: two endpoints, of which DNS knows the first n.
func knows(ttl uint32, n int) func(*stage) error {
	return func(s *stage) error { return s.named(ttl, n) }
}

// dnsTurns changes what DNS answers from the outbreak on.
func dnsTurns(change func(*nameServer)) func(*stage) {
	return func(s *stage) {
		if s.at(outbreak) {
			s.names.turn(change)
		}
	}
}

// busiest is the endpoint that most requests went to so far.
func (s *stage) busiest() *endpoint { return s.endpoints[s.journal.busiest()] }

// moves takes the application to another address.
func moves(s *stage) {
	if s.at(outbreak) {
		s.names.turn(func(n *nameServer) { n.addrs = append(n.addrs[:0], s.addrOf(1)) })
		s.endpoints[0].kill()
	}
}

// firstResolverSilent puts a name server in front that never answers.
func firstResolverSilent(s *stage) error {
	if err := s.named(1, 2); err != nil {
		return err
	}
	mute, err := startNameServer(s.ctx, 1)
	if err != nil {
		return err
	}
	mute.turn(func(n *nameServer) { n.silent = true })
	s.closers = append(s.closers, mute.close)
	s.setup.resolvers = append([]string{mute.addr}, s.setup.resolvers...)
	return nil
}

// isReconfigured takes endpoints out of the configuration and puts new ones
// in, three times; what is out is stopped half a second later.
func isReconfigured(s *stage) {
	t := outbreak
	for range 3 {
		if !s.at(t) {
			return
		}
		fresh := s.add(manner{})
		s.check(fresh.start())
		old := s.endpoints[slices.IndexFunc(s.endpoints, func(e *endpoint) bool { return e.addr == s.setup.to[0] })]
		s.setup.to = append(slices.Clone(s.setup.to[1:]), fresh.addr)
		s.check(s.reload(s.setup))
		if !s.at(t + 500*time.Millisecond) {
			return
		}
		old.stop()
		t += 700 * time.Millisecond
	}
}

// bursts makes n requests at once, half of them unsafe, and again whenever the
// connections of the last ones have been idle for about as long as the
// application keeps them. That is the keep-alive race.
func bursts(n int) func(*scenario) []planned {
	return func(sc *scenario) []planned {
		var out []planned
		for t := time.Duration(0); t < sc.span(); t += sc.idle + raceAnswer {
			for i := range n {
				r := usual(len(out) + 1)
				if i%2 == 0 {
					r = request{len(out) + 1, "POST", "order", 100}
				}
				out = append(out, planned{r, t + time.Duration(i)*8*time.Millisecond/time.Duration(n)})
			}
		}
		return out
	}
}

// raceAnswer is how long answers take in the keep-alive race, so that a burst
// needs a connection for each of its requests.
const raceAnswer = 5 * time.Millisecond
