package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"torwart/internal/app"
)

// options say how long and how hard.
type options struct {
	length time.Duration
	every  time.Duration // from one sample to the next
	lasts  time.Duration // how long a fault lasts
	rate   float64       // visitors a second
	// linger is how long what ends in its own time may take in the end.
	linger time.Duration
	bounds bounds
	faults []fault
	// progress receives a line for every sample and every leak.
	progress io.Writer
}

func tenMinutes(length time.Duration) options {
	return options{
		length: length, every: min(10*time.Second, length/9), lasts: 1200 * time.Millisecond, rate: 80,
		linger: 5 * time.Second, bounds: strict(), faults: faults(), progress: os.Stderr,
	}
}

// soak is a run.
type soak struct {
	options
	dir       string
	book      book
	upstreams []*upstream
	names     *nameServer
	torwart   *app.App
	load      *load
	judge     judge
	begun     time.Time

	samples []sample
	before  sample // before the load
	after   sample // after it
	// goroutines and descriptors are those before the load, which nobody is blamed
	// for.
	goroutines, descriptors profile

	played, reloads int
	leaks           []string
}

// kept is the size of torwart's ledger here. It has to be full before the
// second third of a run, or it would look like a leak.
const kept = 512

// run soaks torwart and returns what was found; the error is for what kept it
// from being played.
func run(ctx context.Context, o options) (*soak, error) {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is a temporary one
	s := &soak{options: o, dir: dir}
	// Room for all samples now: the soak must not grow itself.
	s.samples = make([]sample, 0, int(o.length/o.every)+2)
	empty := hold()
	emptyProfile := goroutines()
	if err := s.open(ctx); err != nil {
		s.close()
		return nil, err
	}
	err = s.serve(ctx)
	s.close()
	if err != nil {
		return s, err
	}
	if left := o.bounds.left(empty, o.settled(empty)); len(left) > 0 {
		s.leak("after torwart has ended, "+fmt.Sprint(left), goroutines().more(emptyProfile))
	}
	if twice := s.book.executedTwice(); len(twice) > 0 {
		s.leak(fmt.Sprintf("%d orders were executed twice: %v", len(twice), twice), nil)
	}
	return s, nil
}

// settled measures until it is as before, but not for ever.
func (o *options) settled(before sample) sample {
	begun := time.Now()
	for {
		s := hold()
		if len(o.bounds.left(before, s)) == 0 || time.Since(begun) > o.linger {
			return s
		}
	}
}

func (s *soak) open(ctx context.Context) error {
	stock := newStock()
	for n := range 3 {
		u := &upstream{number: n, stock: stock, book: &s.book}
		if err := u.start(); err != nil {
			return err
		}
		s.upstreams = append(s.upstreams, u)
	}
	var err error
	if s.names, err = startNameServer(ctx, netip.MustParseAddr(homes()[0])); err != nil {
		return err
	}
	cfg, err := s.configuration(variantUsual)
	if err != nil {
		return err
	}
	s.torwart, err = app.New(cfg, app.Options{
		Stdout: io.Discard, Version: "soak", DrainTime: 5 * time.Second, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	s.torwart.Ledger().Size = kept
	s.judge.ledger, s.judge.told, s.judge.kinds = s.torwart.Ledger(), s.progress, map[string]int{}
	s.load = &load{
		addr: s.torwart.Addr(listen).String(), stock: stock, rate: s.rate, judge: &s.judge,
		paused: true, under: map[int]visiting{}, kinds: map[string]int{},
	}
	return nil
}

func (s *soak) close() {
	for _, u := range s.upstreams {
		u.close()
	}
	if s.names != nil {
		s.names.close()
	}
}

// serve runs torwart and the load for as long as it takes.
func (s *soak) serve(ctx context.Context) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.torwart.Run(serving) }()
	visiting, leave := context.WithCancel(ctx)
	defer leave()
	var visitors sync.WaitGroup
	visitors.Go(func() { s.load.run(visiting) })

	s.before = s.look(ctx)
	s.goroutines, s.descriptors = goroutines(), descriptors()
	fmt.Fprintln(s.progress, "before:", s.before)
	s.begun = time.Now()
	s.load.resume()
	err := s.direct(ctx)
	// After an end that was not planned there is nothing to conclude.
	if err == nil && ctx.Err() == nil {
		s.conclude(ctx)
	}
	leave()
	visitors.Wait()
	s.load.closeIdle()
	stop()
	return errors.Join(err, <-ended)
}

// direct plays the faults one after the other, with a quiet moment now and
// then.
func (s *soak) direct(ctx context.Context) error {
	looked := time.Now()
	for ctx.Err() == nil && time.Since(s.begun) < s.length {
		f := s.faults[s.played%len(s.faults)]
		if err := f.play(ctx, s, s.upstreams[s.played%len(s.upstreams)]); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		s.played++
		s.load.settle(ctx)
		pause(ctx, s.lasts/5)
		if time.Since(looked) < s.every {
			continue
		}
		if err := s.inspect(ctx); err != nil {
			return err
		}
		if err := s.load.quiet(ctx); err != nil {
			s.leak(err.Error(), goroutines().more(s.goroutines))
			return nil
		}
		now := s.look(ctx)
		s.samples = append(s.samples, now)
		fmt.Fprintln(s.progress, now, strings.Join(now.lost, "; "))
		looked = time.Now()
		s.load.resume()
	}
	return nil
}

// conclude compares.
func (s *soak) conclude(ctx context.Context) {
	if err := s.load.quiet(ctx); err != nil {
		s.leak(err.Error(), goroutines().more(s.goroutines))
		return
	}
	s.after = s.look(ctx)
	fmt.Fprintln(s.progress, "after: ", s.after)
	forgotten := 0
	var lost []string
	for _, x := range s.samples {
		forgotten += x.forgotten
		lost = append(lost, x.lost...)
	}
	if forgotten > s.bounds.descriptors {
		s.leak(fmt.Sprintf("%d descriptors were closed by nobody but the garbage collector", forgotten), lost)
	}
	for _, l := range append(s.bounds.grown(s.samples, s.length), s.bounds.left(s.before, s.after)...) {
		s.leak(l, append(goroutines().more(s.goroutines), descriptors().more(s.descriptors)...))
	}
}

// look measures a quiet moment: when the load is paused, and the connections
// to upstreams have ended for having been idle.
func (s *soak) look(ctx context.Context) sample {
	var idle, busy int64
	for range 40 {
		pause(ctx, 100*time.Millisecond)
		if idle, busy = s.torwartHolds(); idle+busy == 0 {
			break
		}
	}
	if busy != 0 {
		s.leak(fmt.Sprintf("torwart counts %d exchanges in flight when there is no visitor", busy), nil)
	}
	// Health checkers and listeners of a configuration just replaced end in
	// their own time.
	pause(ctx, 300*time.Millisecond)
	now := hold()
	if !s.begun.IsZero() {
		now.at = time.Since(s.begun)
	}
	s.load.mu.Lock()
	now.visits = s.load.number
	s.load.mu.Unlock()
	now.ledger = s.keptByLedger()
	return now
}

// torwartHolds is what torwart's pools say they hold.
func (s *soak) torwartHolds() (idle, busy int64) {
	for _, p := range s.torwart.Pools() {
		for _, e := range p.Endpoints {
			idle += int64(e.Idle)
			busy += e.Load.InFlight
		}
	}
	return idle, busy
}

// leak tells of something found at once: the run may be long.
func (s *soak) leak(what string, details []string) {
	for _, d := range details[:min(len(details), 15)] {
		what += "\n    " + d
	}
	s.leaks = append(s.leaks, what)
	fmt.Fprintln(s.progress, "LEAK:", what)
}

// String is the line that tells of a sample while it runs.
func (s sample) String() string {
	return fmt.Sprintf("%6.1fs  %6d visits  %4d goroutines  %4d descriptors  %7.2f MiB  (%d of %d in the ledger; %d forgotten)",
		s.at.Seconds(), s.visits, s.goroutines, s.descriptors, float64(s.memory)/(1<<20), s.ledger, kept, s.forgotten)
}
