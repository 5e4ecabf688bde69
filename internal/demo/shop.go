package demo

import (
	"bytes"
	"fmt"
	"sync"
)

// shop is the application: three upstreams with the same pages and one book
// of orders.
type shop struct {
	upstreams []*upstream
	book      *book
}

const upstreamCount = 3

func openShop() (*shop, error) {
	s := &shop{book: &book{}}
	stock := newStock()
	for range upstreamCount {
		u := &upstream{book: s.book, stock: stock, idle: idleTime}
		s.upstreams = append(s.upstreams, u)
		if err := u.start(); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

func (s *shop) urls() []string {
	var out []string
	for _, u := range s.upstreams {
		out = append(out, "http://"+u.addr)
	}
	return out
}

func (s *shop) close() {
	for _, u := range s.upstreams {
		u.close()
	}
}

// stock is what the shop has to show, the same at every upstream: pages, and
// catalogues to download, too large for any gateway to gather whole.
type stock struct{ wares, catalogues [][]byte }

const (
	wareCount      = 40
	catalogueCount = 4
	catalogueSize  = 192 << 10
)

// newStock makes pages of 1 to 21 KiB and the catalogues. Each differs from
// the others in every line, so that a visitor notices a foreign or a cut one,
// and one that was put together wrongly.
func newStock() *stock {
	s := &stock{}
	for n := range wareCount {
		s.wares = append(s.wares, text("Ware", n, 1024+n*512))
	}
	for n := range catalogueCount {
		s.catalogues = append(s.catalogues, text("Catalogue", n, catalogueSize))
	}
	return s
}

func text(kind string, n, size int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!doctype html><title>%s %d</title>\n", kind, n)
	for line := 0; b.Len() < size; line++ {
		fmt.Fprintf(&b, "<p>%s %d, line %d\n", kind, n, line)
	}
	return b.Bytes()
}

// request is what a visitor asks for and must get.
type request struct {
	method string
	// target is unique within the demo, to be found in the ledger.
	target string
	body   []byte
	want   []byte
}

// request returns the request with this number, counted from 0: of twenty,
// thirteen are pages, two are catalogues, three are stored baskets, two are
// orders.
func (s *stock) request(number int) request {
	body := fmt.Appendf(nil, "number %d", number)
	switch kind := number * 7 % 20; {
	case kind < 13:
		n := number % len(s.wares)
		return request{method: "GET", target: fmt.Sprintf("/wares/%d?visit=%d", n, number), want: s.wares[n]}
	case kind < 15:
		n := number % len(s.catalogues)
		return request{method: "GET", target: fmt.Sprintf("/catalogues/%d?visit=%d", n, number), want: s.catalogues[n]}
	case kind < 18:
		return request{"PUT", fmt.Sprintf("/baskets/%d", number), body, stored(body)}
	}
	return request{"POST", fmt.Sprintf("/orders/%d", number), body, accepted(body)}
}

// stored is the answer to a basket, accepted that to an order.
func stored(body []byte) []byte   { return append([]byte("stored: "), body...) }
func accepted(body []byte) []byte { return append([]byte("accepted: "), body...) }

// book is the shop's book of orders, and knows which of them ever arrived.
type book struct {
	mu     sync.Mutex
	orders map[order]*entry
}

// order is one order along one way.
type order struct {
	way    wayID
	target string
}

type entry struct{ arrived, executed int }

func (b *book) of(o order) *entry {
	if b.orders == nil {
		b.orders = make(map[order]*entry)
	}
	if b.orders[o] == nil {
		b.orders[o] = &entry{}
	}
	return b.orders[o]
}

func (b *book) arrive(o order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(o).arrived++
}

func (b *book) execute(o order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(o).executed++
}

// hasArrived reports whether an upstream ever read the order.
func (b *book) hasArrived(o order) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.orders[o] != nil && b.orders[o].arrived > 0
}

// twice lists the orders of a way that were carried out more than once.
func (b *book) twice(w wayID) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for o, e := range b.orders {
		if o.way == w && e.executed > 1 {
			out = append(out, o.target)
		}
	}
	return out
}
