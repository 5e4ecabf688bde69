package ledger

import "torwart/internal/traffic"

// entry is one kept exchange with its place in the order of recording.
// Entries are replaced, never changed: readers may share them.
type entry struct {
	seq      uint64
	exchange traffic.Exchange
}

// ring holds the newest entries. It grows up to its size, so that an idle
// ledger costs nothing.
type ring struct {
	entries []entry
	next    int // where the next entry goes once the ring is full
}

func (r *ring) push(size int, e entry) {
	if len(r.entries) < size {
		r.entries = append(r.entries, e)
		return
	}
	r.entries[r.next] = e
	r.next = (r.next + 1) % size
}

// cursor walks a ring from the newest entry to the oldest.
type cursor struct {
	r    *ring
	at   int // index of the current entry
	left int // entries not yet passed, the current one included
}

func (r *ring) newest() cursor {
	n := len(r.entries)
	if n == 0 {
		return cursor{}
	}
	return cursor{r: r, at: (r.next - 1 + n) % n, left: n}
}

func (c *cursor) ok() bool      { return c.left > 0 }
func (c *cursor) entry() *entry { return &c.r.entries[c.at] }

func (c *cursor) older() {
	c.left--
	c.at = (c.at - 1 + len(c.r.entries)) % len(c.r.entries)
}
