package demo

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"torwart/internal/ledger"
)

// frames is how often the picture is drawn, per second.
const frames = 5

// watch shows what happens until ctx ends, and then once more how it ended.
func (s *show) watch(ctx context.Context) {
	o := &observer{show: s}
	o.screen = screen{out: s.opts.Stdout, size: s.opts.Size, color: s.opts.Color}
	if s.opts.Size != nil {
		o.screen.open()
		defer o.screen.close()
	}
	ticker := time.NewTicker(time.Second / frames)
	defer ticker.Stop()
	for {
		o.look()
		select {
		case <-ctx.Done():
			o.look()
			return
		case <-ticker.C:
		}
	}
}

// observer is who watches.
type observer struct {
	*show
	screen screen

	// samples are the upstreams' counters of the last second, oldest first.
	samples []sample
	// judged is how many failures of the plain proxy were looked at, and
	// avoidable how many of them were.
	judged, avoidable int
	// told is how many phases the log was told about, and totals what the
	// ledger said then.
	told   int
	totals ledger.Totals
}

type sample struct {
	at    time.Time
	asked [upstreamCount][ways]int64
}

func (o *observer) look() {
	o.judge.look()
	o.board.look(o.shop)
	if o.opts.Size == nil {
		o.tell()
		return
	}
	o.sample()
	columns, _ := o.opts.Size()
	f := o.frame()
	o.screen.draw(f.rows(o.opts.Lang, columns))
}

func (o *observer) sample() {
	now := sample{at: time.Now()}
	for i, u := range o.shop.upstreams {
		for w := range ways {
			now.asked[i][w] = u.asked[w].Load()
		}
	}
	o.samples = append(o.samples, now)
	if len(o.samples) > frames+1 {
		o.samples = o.samples[1:]
	}
}

// rates are the requests per second an upstream got by either way.
func (o *observer) rates(upstream int) (r [ways]int) {
	if len(o.samples) < 2 {
		return r
	}
	first, last := o.samples[0], o.samples[len(o.samples)-1]
	for w := range r {
		n := float64(last.asked[upstream][w] - first.asked[upstream][w])
		r[w] = int(n/last.at.Sub(first.at).Seconds() + 0.5)
	}
	return r
}

// frame is the picture of this moment.
func (o *observer) frame() *frame {
	totals := o.torwart.Ledger().Totals()
	b := o.board
	b.mu.Lock()
	defer b.mu.Unlock()
	f := &frame{
		elapsed: b.elapsed(), total: b.total, phase: b.phases[b.phase].key,
		saves: savesOf(totals), symptoms: symptomsOf(totals), saw: b.sightings(plain),
		learned: b.learned,
	}
	if f.learned == nil {
		f.learned = o.learns()
	}
	if !b.ended.IsZero() {
		f.phase = over
	}
	f.now = b.slot()
	for i, u := range o.shop.upstreams {
		f.upstreams[i] = upstreamRow{states: b.states[i], state: u.now(), rates: o.rates(i)}
	}
	for w := range f.ways {
		t := b.sum(wayID(w))
		f.asked = t.asked
		f.ways[w] = wayRow{moments: b.moments[w], asked: t.asked, failed: t.failed}
	}
	for ; o.judged < len(b.failures[plain]); o.judged++ {
		if !o.judge.excusedPlain(b.failures[plain][o.judged]) {
			o.avoidable++
		}
	}
	f.ways[plain].avoidable = o.avoidable
	f.ways[torwart].avoidable, _ = o.judge.sort(b.failures[torwart])
	return f
}

// tell writes a line for every phase that is over and has not been told yet.
func (o *observer) tell() {
	for o.told < len(o.programme) {
		i := o.told
		b := o.board
		b.mu.Lock()
		settled := b.settled(i)
		p, t := b.tallies[plain][i], b.tallies[torwart][i]
		b.mu.Unlock()
		if !settled {
			return
		}
		o.told++
		totals := o.torwart.Ledger().Totals()
		fmt.Fprintln(o.opts.Stdout, o.line(o.programme[i], p, t, since(totals, o.totals)))
		o.totals = totals
	}
}

// line tells of one phase.
func (o *observer) line(ph phase, p, t tally, now ledger.Totals) string {
	l := o.opts.Lang
	var saw []string
	for _, c := range symptomsOf(now) {
		saw = append(saw, fmt.Sprintf("%s (%s)", symptomTitle(l, c.What), l.Number(int64(c.N))))
	}
	s := l.Text("demo.line", l.Text("demo.phase."+ph.key), l.Text("demo.phase."+ph.key+".what"),
		l.Number(int64(p.failed)), l.Number(int64(p.asked)), l.Number(int64(t.failed)), l.Number(int64(sumOf(savesOf(now)))))
	if len(saw) > 0 {
		s += " " + l.Text("demo.line.saw", strings.Join(saw, ", "))
	}
	return s
}

// since subtracts earlier totals.
func since(now, before ledger.Totals) ledger.Totals {
	out := ledger.Totals{Failed: maps.Clone(now.Failed), Saves: maps.Clone(now.Saves)}
	for c, n := range before.Failed {
		if out.Failed[c] -= n; out.Failed[c] == 0 {
			delete(out.Failed, c)
		}
	}
	for k, n := range before.Saves {
		out.Saves[k] -= n
	}
	return out
}
