// Command bench measures what torwart costs beside nginx and HAProxy: CPU per
// proxied request, requests per second, latency at a fixed rate, memory per
// idle connection. Run it with go run ./bench, or make bench.
//
// It provides one table in Markdown. It promises that all rivals are measured
// in one run, in turns, with equal features, the same origin and the same
// load, and that figures are given with their spread, also where torwart
// loses. What is missing on the machine is named and left out.
//
// It does not judge: the ratio to the better rival is the figure to look at,
// because absolute ones are those of one machine on one day.
//
// Start reading at run, then rivals.go for how each rival is configured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

func main() {
	// Children die with the thread that started them; this one lives as long
	// as the program.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// plan is what is done, and how long.
type plan struct {
	rounds  int           // of the CPU measurement
	load    time.Duration // of one saturating load
	conns   int           // client connections
	laps    int           // of the latency measurement
	lap     time.Duration
	rates   []int // requests per second
	idle    int   // idle connections
	settle  time.Duration
	warm    time.Duration
	resting time.Duration // between two measurements
}

func fullPlan() plan {
	return plan{
		rounds: 5, load: 4 * time.Second, conns: 64, laps: 4, lap: 2 * time.Second, rates: []int{2000, 5000},
		idle: 5000, settle: 10 * time.Second, warm: time.Second, resting: 200 * time.Millisecond,
	}
}

func quickPlan() plan {
	p := fullPlan()
	p.rounds, p.load, p.laps, p.lap = 2, 1500*time.Millisecond, 1, 1500*time.Millisecond
	p.idle, p.settle, p.warm = 2000, 2*time.Second, 300*time.Millisecond
	p.rates = []int{5000}
	return p
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	quick := f.Bool("quick", false, "about half a minute, for trying; the figures are coarse")
	file := f.String("o", "", "also write the table to this `file`")
	binary := f.String("torwart", "", "measure this `binary` instead of building one")
	origin := f.String("origin", "", "be the origin at this `address` (used by bench itself)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *origin != "" {
		return serveOrigin(ctx, *origin, originAnswer())
	}
	p := fullPlan()
	if *quick {
		p = quickPlan()
	}
	b, err := newBench(ctx, p, *binary, stderr)
	if err != nil {
		return err
	}
	defer b.close()
	begun := time.Now()
	r, err := b.measure(ctx)
	if err != nil {
		return err
	}
	r.took = time.Since(begun)
	text := r.markdown()
	fmt.Fprint(stdout, text)
	if *file != "" {
		return os.WriteFile(*file, []byte(text), 0o644)
	}
	return nil
}
