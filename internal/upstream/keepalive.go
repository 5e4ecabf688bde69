package upstream

import (
	"sync"
	"time"

	"torwart/internal/message"
)

// keepAlive learns how long an endpoint keeps an idle connection open, so that
// none is reused at the moment its server closes it: the most frequent cause
// of a 502, and one that cannot be repaired for unsafe requests, only
// avoided. It learns from Keep-Alive: timeout= where the server says it, else
// from the ages at which connections were seen closed.
type keepAlive struct {
	mu     sync.Mutex
	stated time.Duration // by Keep-Alive: timeout=, 0 unknown
	seen   [8]time.Duration
	count  int       // of closes seen, the last len(seen) of which stand in seen
	last   time.Time // when a close was seen last
}

// KeepAlive is what is known of an endpoint's idle timeout, for people.
type KeepAlive struct {
	// Closes is when the endpoint closes idle connections; 0 when unknown.
	Closes time.Duration `json:"closes_ns"`
	// Kept is how long torwart reuses an idle connection.
	Kept time.Duration `json:"kept_ns"`
	// From is "header", "observed" or "default".
	From string `json:"from"`
}

const (
	// keptShare is how much of a known idle timeout is used. The rest is for
	// the way there and for clocks that are not ours.
	keptShare = 0.9
	// Closes that differ by a tenth and agree are one idle timeout; a restart
	// closes connections of any age.
	agree = 50 * time.Millisecond
	// forgetAfter is how long observed closes are believed. Once a timeout is
	// known, torwart closes first and sees no more of them: now and then it
	// has to find out whether they still hold.
	forgetAfter = 15 * time.Minute
	// enough closes of the same age are an idle timeout.
	enough = 3
)

// learnField takes the timeout from a Keep-Alive field, in seconds.
func (k *keepAlive) learnField(f *message.Fields) {
	v, ok := f.Get(message.KeepAlive)
	if !ok {
		return
	}
	d, ok := parseTimeout(v)
	if !ok {
		return
	}
	k.mu.Lock()
	k.stated = d
	k.mu.Unlock()
}

// parseTimeout finds timeout=N in "timeout=5, max=100".
func parseTimeout(v []byte) (time.Duration, bool) {
	const name = "timeout="
	for i := 0; i+len(name) < len(v); i++ {
		if !message.EqualFold(v[i:i+len(name)], name) {
			continue
		}
		n := 0
		digits := v[i+len(name):]
		for len(digits) > 0 && '0' <= digits[0] && digits[0] <= '9' && n < 1e6 {
			n = n*10 + int(digits[0]-'0')
			digits = digits[1:]
		}
		return time.Duration(n) * time.Second, n > 0
	}
	return 0, false
}

// learnClose notes that a connection which had been idle for age was found
// closed by its server.
func (k *keepAlive) learnClose(age time.Duration) {
	if age < freshAge {
		return // closed right after an answer: not for being idle
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[k.count%len(k.seen)] = age
	k.count++
	k.last = time.Now()
}

// known returns the idle timeout and where it is known from.
func (k *keepAlive) known() (time.Duration, string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stated > 0 {
		return k.stated, "header"
	}
	if k.count > 0 && time.Since(k.last) > forgetAfter {
		k.count = 0
	}
	seen := k.seen[:min(k.count, len(k.seen))]
	best := time.Duration(0)
	for _, a := range seen {
		n := 0
		for _, b := range seen {
			if (a - b).Abs() <= a/10+agree {
				n++
			}
		}
		if n >= enough && (best == 0 || a < best) {
			best = a
		}
	}
	if best > 0 {
		return best, "observed"
	}
	return 0, "default"
}
