package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// figures are what was measured of one server.
type figures struct {
	name    string
	oneCore bool
	cpu     []float64 // µs of CPU per request at saturation, by round
	rps     []float64
	share   []float64 // by round: CPUs the server itself kept busy
	others  []float64 // by round: CPUs kept busy by what is none of ours
	pace    []pace
	idle    int64 // bytes per idle connection
	base    int64 // bytes before
}

// pace is what was measured at one fixed rate.
type pace struct {
	rate     int
	p50, p99 []float64 // ms, by lap
	cpu      []float64 // µs per request
}

// measure does everything, the rivals in turns.
func (b *bench) measure(ctx context.Context) (*results, error) {
	r := &results{bench: b, about: machine(ctx), direct: &figures{name: "origin, no proxy"}}
	var servers []*server
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	for _, rv := range b.rivals {
		s, err := b.start(ctx, rv)
		if err != nil {
			return nil, err
		}
		servers = append(servers, s)
		r.rows = append(r.rows, &figures{name: s.name, oneCore: s.oneCore})
		if _, err := b.load(ctx, s, b.warm); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for round := range b.rounds {
		for i, s := range servers {
			if err := b.saturated(ctx, s, r.rows[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			f := r.rows[i]
			b.say("round %d of %d: %-19s %6.2f µs per request, %6.0f requests/s", round+1, b.rounds, s.name, f.cpu[round], f.rps[round])
		}
	}
	if err := b.paced(ctx, servers, r); err != nil {
		return nil, err
	}
	for i, s := range servers {
		if !s.oneCore {
			continue
		}
		if err := b.idleMemory(ctx, s, r.rows[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		b.say("%s: %.1f KiB per idle connection", s.name, float64(r.rows[i].idle)/1024)
	}
	return r, nil
}

// used is what a stretch of time cost.
type used struct {
	wall, cpu, others time.Duration
}

// watch measures what f costs the server, and what the rest of the machine
// does meanwhile.
func (b *bench) watch(s *server, f func() error) (used, error) {
	pids, err := tree(s.cmd.Process.Pid)
	if err != nil {
		return used{}, err
	}
	begin, all0, ours0, cpu0, err := b.clocks(pids)
	if err != nil {
		return used{}, err
	}
	if err := f(); err != nil {
		return used{}, fmt.Errorf("%w; %s", err, s.out)
	}
	end, all1, ours1, cpu1, err := b.clocks(pids)
	return used{end.Sub(begin), cpu1 - cpu0, (all1 - all0) - (ours1 - ours0)}, err
}

// clocks reads the CPU time of the machine, of everything bench started, and
// of the processes measured.
func (b *bench) clocks(pids []int) (now time.Time, all, ours, cpu time.Duration, err error) {
	if cpu, err = cpuOf(pids); err != nil {
		return now, all, ours, cpu, err
	}
	family, err := tree(os.Getpid())
	if err != nil {
		return now, all, ours, cpu, err
	}
	if ours, err = cpuOf(family); err != nil {
		return now, all, ours, cpu, err
	}
	ours += reaped()
	all, err = busy()
	return time.Now(), all, ours, cpu, err
}

// load makes as many requests as it can for d.
func (b *bench) load(ctx context.Context, s *server, d time.Duration) (wrkResult, error) {
	if b.wrkPath != "" {
		return b.wrk(ctx, b.wrkPath, s.addr, d)
	}
	clients, err := dialAll(ctx, s.addr, b.conns)
	if err != nil {
		return wrkResult{}, err
	}
	defer hangUp(clients)
	begin := time.Now()
	n, err := saturate(clients, d)
	return wrkResult{n, time.Since(begin)}, err
}

// saturated is one round of one server.
func (b *bench) saturated(ctx context.Context, s *server, f *figures) error {
	var done wrkResult
	u, err := b.watch(s, func() (err error) {
		done, err = b.load(ctx, s, b.plan.load)
		return err
	})
	if err != nil {
		return err
	}
	if done.requests == 0 {
		return fmt.Errorf("not one request was answered: %s", s.out)
	}
	f.cpu = append(f.cpu, perRequest(u.cpu, done.requests))
	f.rps = append(f.rps, float64(done.requests)/done.took.Seconds())
	f.share = append(f.share, u.cpu.Seconds()/u.wall.Seconds())
	f.others = append(f.others, u.others.Seconds()/u.wall.Seconds())
	return b.rest(ctx)
}

// perRequest returns µs.
func perRequest(cpu time.Duration, requests int) float64 {
	return float64(cpu) / float64(time.Microsecond) / float64(requests)
}

// rest lets the machine come to rest between two measurements.
func (b *bench) rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(b.resting):
		return nil
	}
}

// paced measures latency at fixed rates, also that of the origin alone.
func (b *bench) paced(ctx context.Context, servers []*server, r *results) error {
	all, rows := append([]*server{b.origin}, servers...), append([]*figures{r.direct}, r.rows...)
	for _, f := range rows {
		for _, rate := range b.rates {
			f.pace = append(f.pace, pace{rate: rate})
		}
	}
	for lap := range b.laps {
		for i := range b.rates {
			for k, s := range all {
				if err := b.lapOf(ctx, s, &rows[k].pace[i]); err != nil {
					return fmt.Errorf("%s at %d/s: %w", s.name, b.rates[i], err)
				}
				p := &rows[k].pace[i]
				b.say("lap %d of %d: %-19s at %d/s: p50 %.2f ms, p99 %.2f ms", lap+1, b.laps, rows[k].name, p.rate, p.p50[lap], p.p99[lap])
			}
		}
	}
	return nil
}

func (b *bench) lapOf(ctx context.Context, s *server, p *pace) error {
	clients, err := dialAll(ctx, s.addr, b.conns)
	if err != nil {
		return err
	}
	defer hangUp(clients)
	var took []time.Duration
	u, err := b.watch(s, func() (err error) {
		took, err = atRate(ctx, clients, p.rate, b.lap)
		return err
	})
	if err != nil {
		return err
	}
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	p.p50 = append(p.p50, ms(percentile(took, 0.5)))
	p.p99 = append(p.p99, ms(percentile(took, 0.99)))
	p.cpu = append(p.cpu, perRequest(u.cpu, len(took)))
	return b.rest(ctx)
}

// idleMemory opens many connections that each made one request, and measures
// what each costs once the server has come to rest.
func (b *bench) idleMemory(ctx context.Context, s *server, f *figures) error {
	pids, err := tree(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	if f.base, err = b.settled(ctx, pids); err != nil {
		return err
	}
	clients, err := dialAll(ctx, s.addr, b.plan.idle)
	if err != nil {
		return err
	}
	defer hangUp(clients)
	after, err := b.settled(ctx, pids)
	if err != nil {
		return err
	}
	// All must still be there: a server that closed them would look thrifty.
	for _, c := range clients {
		_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // a dead connection fails next
		if err := c.again(); err != nil {
			return fmt.Errorf("an idle connection was closed: %w", err)
		}
	}
	f.idle = (after - f.base) / int64(len(clients))
	return nil
}

// settled returns the memory of the processes when it has stopped to shrink:
// a garbage collector gives back what it found only by and by.
func (b *bench) settled(ctx context.Context, pids []int) (int64, error) {
	const step = 500 * time.Millisecond
	smallest, err := pssOf(pids)
	if err != nil {
		return 0, err
	}
	quiet := time.Now()
	for end := time.Now().Add(b.settle); time.Now().Before(end) && time.Since(quiet) < b.settle/2; {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(step):
		}
		n, err := pssOf(pids)
		if err != nil {
			return 0, err
		}
		if n < smallest-smallest/100 {
			quiet = time.Now()
		}
		smallest = min(smallest, n)
	}
	return smallest, nil
}
