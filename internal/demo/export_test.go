package demo

import (
	"bytes"
	"context"
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

// Reset makes an upstream carry out orders and not answer them.
func (s Shop) Reset(upstream int) { s.s.upstreams[upstream].behave(resetting) }

// Excused reports whether the judge calls the failure unavoidable.
func Excused(x *traffic.Exchange) bool { return excused(x) }

// Keys are the messages whose keys are put together.
func Keys() []string {
	out := []string{"demo.phase." + over, "demo.phase." + over + ".what"}
	for _, a := range acts() {
		out = append(out, "demo.phase."+a.key, "demo.phase."+a.key+".what")
	}
	for s := isServing; s <= isCrashed; s++ {
		out = append(out, "demo.state."+s.key())
	}
	for s := range sight(sights) {
		out = append(out, s.key())
	}
	for _, k := range traffic.Saves() {
		out = append(out, "demo.save."+k.String())
	}
	return out
}

// Picture draws a moment of a demo, twice over itself when again is set.
func Picture(l locale.Lang, columns, rows int, color, again bool) string {
	f := frame{
		elapsed: 12300 * time.Millisecond, total: 40 * time.Second, phase: "hang", asked: 12345, now: 12,
		saves:    []Count[traffic.Save]{{traffic.Retried, 1234}, {traffic.Held, 128}},
		symptoms: []Count[cause.Code]{{cause.ConnectRefused, 1402}, {cause.ResponseTimeout, 14}, {cause.ReusedConnectionClosed, 1}},
		saw:      []Count[string]{{saw502.key(), 2023}, {sawHalf.key(), 94}},
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
