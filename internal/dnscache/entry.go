package dnscache

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
)

// entry is one name. Whoever looks it up reads view alone.
type entry struct {
	key
	view atomic.Pointer[view] // nil before the first answer
	used atomic.Int64         // Unix time of the last lookup, in seconds
	turn atomic.Uint32        // rotates the addresses

	mu     sync.Mutex
	flight *flight // the question under way, or nil
	// parts is the last good answer to each question type. The slice is
	// replaced, never changed.
	parts  []part
	fails  int       // refreshes in a row that failed
	forced time.Time // when Refresh was last obeyed
	owed   bool      // it is to be obeyed when it may
}

// part is the last good answer to one question.
type part struct {
	reply
	got time.Time
}

func (p *part) expires() time.Time { return p.got.Add(p.ttl) }

// view is what is known of a name at one time. It is never changed.
type view struct {
	groups  [][]netip.Addr // of a host: see order
	targets []SRVTarget    // of a service, without addresses
	// until is when to ask again; before that, a lookup looks no further.
	until time.Time
	// expires is the end of the TTL of what the last good answer brought,
	// answered when that came, since when these records were first seen
	// together.
	expires, answered, since time.Time
	server                   string
	// err is why the last refresh brought nothing; never nil where the view
	// holds nothing.
	err *cause.Error
	// vanished is set where DNS denies the name, but the addresses answer.
	vanished bool
}

// holds reports whether there is anything to return but an error.
func (v *view) holds() bool {
	return v != nil && (len(v.groups) > 0 || len(v.targets) > 0)
}

// serves reports whether what v holds may still be returned at now.
func (v *view) serves(now time.Time) bool {
	return v.holds() && now.Before(v.expires.Add(StaleLimit))
}

func (v *view) addrs() []netip.Addr { return slices.Concat(v.groups...) }

// same reports whether two views hold the same records.
func (v *view) same(w *view) bool {
	return v != nil && w != nil && slices.EqualFunc(v.groups, w.groups, slices.Equal) &&
		slices.EqualFunc(v.targets, w.targets, func(a, b SRVTarget) bool {
			return a.Host == b.Host && a.Port == b.Port && a.Priority == b.Priority && a.Weight == b.Weight
		})
}

// touch notes that the name is in use.
func (e *entry) touch(now time.Time) {
	// Writing only when it says something new keeps the line in every
	// core's cache.
	if s := now.Unix(); e.used.Load() != s {
		e.used.Store(s)
	}
}

// inUse reports whether the name was looked up lately.
func (e *entry) inUse(now time.Time) bool { return e.unused(now) < inUse }

func (e *entry) unused(now time.Time) time.Duration {
	return time.Duration(now.Unix()-e.used.Load()) * time.Second
}

// askAt brings the next question forward to at. e.mu is held.
func (e *entry) askAt(at time.Time) {
	v := e.view.Load()
	if v == nil || !at.Before(v.until) {
		return
	}
	w := *v
	w.until = at
	e.view.Store(&w)
}

// expire has what is known asked again, and drops the question under way.
func (e *entry) expire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop()
	e.askAt(time.Time{})
}

// drop ends the question under way without an answer. Those who wait for it
// ask again. e.mu is held.
func (e *entry) drop() {
	if e.flight != nil {
		e.flight.cancel()
		e.flight = nil
	}
}
