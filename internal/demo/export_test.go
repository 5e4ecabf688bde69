package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/locale"
	"torwart/internal/traffic"
)

// RunWith is Run with a fault planted in torwart's configuration.
func RunWith(ctx context.Context, opts Options, configure func(*config.Config)) (*Report, error) {
	opts.configure = configure
	return Run(ctx, opts)
}

// Ask lets a visitor ask a server for a page that should be "right", and
// returns what the visitor saw.
func Ask(addr string) string {
	w := &way{id: torwart, addr: addr}
	defer w.close()
	return w.ask(request{method: "GET", target: "/page", want: []byte("right")}).key()
}

// Shop is a shop with nothing in front of it.
type Shop struct{ s *shop }

func OpenShop() (Shop, error) {
	s, err := openShop()
	return Shop{s}, err
}

func (s Shop) Close() { s.s.close() }

// Order has a visitor order along torwart's way at one of the upstreams.
func (s Shop) Order(upstream, number int) string {
	target := []string{"/orders/0", "/orders/1"}[number]
	body := []byte("an order")
	w := &way{id: torwart, addr: s.s.upstreams[upstream].addr}
	defer w.close()
	return w.ask(request{"POST", target, body, accepted(body)}).key()
}

func (s Shop) Twice() []string { return s.s.book.twice(torwart) }

// Arrived reports whether an upstream ever read that order.
func (s Shop) Arrived(number int) bool {
	return s.s.book.hasArrived(order{torwart, []string{"/orders/0", "/orders/1"}[number]})
}

// Addr is where an upstream listens.
func (s Shop) Addr(upstream int) string { return s.s.upstreams[upstream].addr }

// Catalogue is a download and its path.
func (s Shop) Catalogue(n int) (path string, file []byte) {
	return fmt.Sprintf("/catalogues/%d", n), s.s.upstreams[0].stock.catalogues[n]
}

// Truncate makes an upstream break off downloads.
func (s Shop) Truncate(upstream int) { s.s.upstreams[upstream].behave(truncating) }

// Hasten makes an upstream give up connections before they bring anything,
// and close them a moment later.
func (s Shop) Hasten(upstream int) {
	u := s.s.upstreams[upstream]
	u.lag(lateness)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.idle = -1
}

// Wave is how many visitors come at a time, when they come in waves.
func Wave(rate float64, since, between time.Duration) int {
	now := time.Now()
	p := pace{rate: rate, waved: now.Add(-since)}
	return p.wave(now, between)
}

// Reset makes an upstream carry out orders and not answer them.
func (s Shop) Reset(upstream int) { s.s.upstreams[upstream].behave(resetting) }

// Excused reports whether the judge calls the failure unavoidable.
func Excused(x *traffic.Exchange) bool { return excused(x) }

// Phase is a part of the programme.
type Phase struct {
	Key           string
	Length, Least time.Duration
}

// Programme is what happens in a demo of this length.
func Programme(length time.Duration) []Phase {
	t := theTimeouts()
	acts := acts(t)
	var out []Phase
	for i, p := range programme(length, t) {
		out = append(out, Phase{p.key, p.length, acts[i].least})
	}
	return out
}

// Keys are the messages whose keys are put together.
func Keys() []string {
	out := []string{"demo.phase." + over, "demo.phase." + over + ".what"}
	for _, a := range acts(theTimeouts()) {
		out = append(out, "demo.phase."+a.key, "demo.phase."+a.key+".what")
	}
	for s := isServing; s <= isCrashed; s++ {
		out = append(out, "demo.state."+s.key())
	}
	for s := range sight(sights) {
		out = append(out, s.key())
	}
	for _, k := range traffic.Saves() {
		out = append(out, "demo.save."+k.String(), "demo.saved."+k.String())
	}
	return out
}

// Picture draws a moment of a demo, twice over itself when again is set.
func Picture(l locale.Lang, columns, rows int, color, again bool) string {
	f := frame{
		elapsed: 12300 * time.Millisecond, total: 48 * time.Second, phase: "hang", asked: 12345, now: 12,
		saves:    []Count[traffic.Save]{{traffic.Retried, 1234}, {traffic.Held, 128}, {traffic.Resumed, 23}},
		symptoms: []Count[cause.Code]{{cause.ConnectRefused, 1402}, {cause.ResponseTimeout, 14}, {cause.ReusedConnectionClosed, 1}},
		saw:      []Count[string]{{saw502.key(), 2023}, {sawHalf.key(), 94}},
		learned:  []Learned{{time.Second, 900 * time.Millisecond}, {}, {1023 * time.Millisecond, 920700 * time.Microsecond}},
	}
	for i := range f.upstreams {
		f.upstreams[i].rates = [ways]int{67, 100}
	}
	for at := 3; at < 8; at++ {
		f.upstreams[1].states[at] = isCrashed
		f.ways[plain].moments[at] = tally{30, 30, 3 * (at - 2)}
	}
	f.upstreams[2].states[12], f.upstreams[2].state = isHanging, isHanging
	f.ways[plain].moments[9] = tally{30, 30, 30}
	f.ways[plain].asked, f.ways[plain].failed, f.ways[plain].avoidable = 12345, 2117, 2001
	f.ways[torwart].moments[7] = tally{30, 30, 1}
	f.ways[torwart].asked, f.ways[torwart].failed = 12345, 9
	var b bytes.Buffer
	s := screen{out: &b, size: func() (int, int) { return columns, rows }, color: color}
	s.draw(f.rows(l, columns))
	if again {
		b.Reset()
		s.draw(f.rows(l, columns))
	}
	return b.String()
}
