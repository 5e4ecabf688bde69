package listener

import "time"

// SweepLong does at once what the sweeps of the next seconds would do.
func (s *Server) SweepLong() {
	for range parkAfter {
		s.SweepOnce()
	}
}

// SweepOnce is one sweep.
func (s *Server) SweepOnce() { s.sweep(time.Now()) }

// ParkAfter is how many sweeps it takes to be parked.
const ParkAfter = parkAfter

// Parked returns how many connections are parked.
func (s *Server) Parked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lot.len()
}

// Parks returns how often a connection was parked.
func (s *Server) Parks() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lot.tag
}

// Idle returns how many connections wait for a request, parked or not.
func (s *Server) Idle() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lot.len()
	for c := range s.conns {
		c.mu.Lock()
		if c.state == idle {
			n++
		}
		c.mu.Unlock()
	}
	return n
}

// LoseWatcher is what no system is known to do.
func (s *Server) LoseWatcher() {
	s.lot.watcher.close()
	<-s.lot.done
}
