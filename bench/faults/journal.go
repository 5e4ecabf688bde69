package main

import (
	"sync"
	"time"
)

// journal is what the upstreams of one play saw. Safe for concurrent use.
type journal struct {
	mu       sync.Mutex
	seen     map[int][]sight // by request
	farewell []time.Time     // when connections were dropped on purpose
}

// sight is one request as one endpoint saw it.
type sight struct {
	endpoint int
	// executed is set when the application did what was asked.
	executed bool
	// answered is set when the whole, right answer was written.
	answered bool
}

// note records a request that an endpoint has read, and returns its handle
// and whether the request was seen before.
func (j *journal) note(id, endpoint int) (handle int, again bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.seen == nil {
		j.seen = make(map[int][]sight)
	}
	handle = len(j.seen[id])
	j.seen[id] = append(j.seen[id], sight{endpoint: endpoint, executed: true})
	return handle, handle > 0
}

// unexecuted records a request that reached an endpoint and went no further.
func (j *journal) unexecuted(id, endpoint int) {
	handle, _ := j.note(id, endpoint)
	j.mark(id, handle, func(s *sight) { s.executed = false })
}

// mark changes what was noted.
func (j *journal) mark(id, handle int, change func(*sight)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(&j.seen[id][handle])
}

// dropped notes that connections are being cut now.
func (j *journal) dropped() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.farewell = append(j.farewell, time.Now())
}

// of returns what is known about a request.
func (j *journal) of(id int) []sight {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]sight(nil), j.seen[id]...)
}

// droppedWithin reports whether connections were cut between two moments.
func (j *journal) droppedWithin(from, to time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range j.farewell {
		if !t.Before(from) && !t.After(to) {
			return true
		}
	}
	return false
}

// busiest returns the endpoint that saw most requests, 0 if none did.
func (j *journal) busiest() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	count := map[int]int{}
	most := 0
	for _, sights := range j.seen {
		for _, s := range sights {
			count[s.endpoint]++
			if n := count[s.endpoint]; n > count[most] || n == count[most] && s.endpoint < most {
				most = s.endpoint
			}
		}
	}
	return most
}
