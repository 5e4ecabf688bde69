package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// results is everything that was measured.
type results struct {
	bench  *bench
	rows   []*figures
	direct *figures // the origin without a proxy
	about  about
	took   time.Duration
}

// target is the most CPU per request torwart may cost, as a multiple of the
// better of nginx and HAProxy.
const target = 1.4

// ours is the row compared with the rivals.
func (r *results) ours() *figures { return r.rows[0] }

// rivals are the rows of others.
func (r *results) rivals() []*figures {
	var out []*figures
	for _, f := range r.rows[1:] {
		if f.oneCore {
			out = append(out, f)
		}
	}
	return out
}

// ratio is torwart's CPU per request to that of the better rival.
func (r *results) ratio() spread {
	var theirs [][]float64
	for _, f := range r.rivals() {
		theirs = append(theirs, f.cpu)
	}
	return spreadOf(ratios(r.ours().cpu, theirs...))
}

// markdown is the report.
func (r *results) markdown() string {
	w := &bytes.Buffer{}
	fmt.Fprintf(w, "# What torwart costs\n\nWritten by `make bench` (`go run ./bench -o bench/RESULTS.md`) on %s; it took %s.\n\n",
		time.Now().UTC().Format("2006-01-02 15:04 UTC"), r.took.Round(time.Second))
	r.headline(w)
	r.saturation(w)
	r.latency(w)
	r.memory(w)
	r.remarks(w)
	r.conditions(w)
	return w.String()
}

func (r *results) headline(w *bytes.Buffer) {
	x := r.ratio()
	if len(r.rivals()) == 0 {
		fmt.Fprintf(w, "**Neither nginx nor HAProxy is installed: there is nothing to compare with.**\n\n")
		return
	}
	verdict := "the aim is reached"
	if x.median > target {
		verdict = "the aim is missed"
	}
	fmt.Fprintf(w, "**CPU per request: %.2f× the better of the rivals** (%.2f to %.2f by round; aim: at most %.1f×: %s).\n\n",
		x.median, x.low, x.high, target, verdict)
}

func (r *results) saturation(w *bytes.Buffer) {
	fmt.Fprintf(w, "## At saturation\n\nAs many requests as get answered over %d connections; median of %d rounds taken in turns (lowest–highest).\n\n",
		r.bench.conns, r.bench.rounds)
	fmt.Fprintf(w, "| | CPU per request | to the better rival's | requests/s | CPUs busy |\n|---|---|---|---|---|\n")
	for _, f := range r.rows {
		cpu, rps := spreadOf(f.cpu), spreadOf(f.rps)
		fmt.Fprintf(w, "| %s | %.1f µs (%.1f–%.1f) | %s | %.0f (%.0f–%.0f) | %.2f |\n",
			f.name, cpu.median, cpu.low, cpu.high, r.distance(f), rps.median, rps.low, rps.high, spreadOf(f.share).median)
	}
	fmt.Fprintf(w, "\nWhere a proxy kept less than about 0.95 of its CPU busy, load and origin were the bottleneck, and its requests/s are theirs.\n\n")
}

// distance is how f's CPU compares with the better rival's.
func (r *results) distance(f *figures) string {
	var theirs [][]float64
	for _, o := range r.rivals() {
		theirs = append(theirs, o.cpu)
	}
	if len(theirs) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f×", spreadOf(ratios(f.cpu, theirs...)).median)
}

func (r *results) latency(w *bytes.Buffer) {
	fmt.Fprintf(w, "## Latency at a fixed rate\n\nEvery request has its moment, and its time counts from there, sent or not: coordinated omission hides nothing. "+
		"Medians of %d laps of %v; \"added\" is what is left after the origin's own.\n\n", r.bench.laps, r.bench.lap)
	fmt.Fprintf(w, "| |")
	for _, rate := range r.bench.rates {
		fmt.Fprintf(w, " %d/s: p50 | p99 | p99 added | CPU per request |", rate)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|---|---|---|", len(r.bench.rates)))
	for _, f := range append([]*figures{r.direct}, r.rows...) {
		fmt.Fprintf(w, "| %s |", f.name)
		for i, p := range f.pace {
			p99 := spreadOf(p.p99).median
			added := fmt.Sprintf("%.2f ms", p99-spreadOf(r.direct.pace[i].p99).median)
			if f == r.direct {
				added = "–"
			}
			s := spreadOf(p.p99)
			fmt.Fprintf(w, " %.2f ms | %.2f ms (%.2f–%.2f) | %s | %.1f µs |", spreadOf(p.p50).median, p99, s.low, s.high, added, spreadOf(p.cpu).median)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

func (r *results) memory(w *bytes.Buffer) {
	fmt.Fprintf(w, "## Memory of an idle connection\n\n%d kept connections of clients that made one request each, after up to %v of rest; "+
		"proportional set size, without what the kernel needs for its sockets, which is the same for all.\n\n", r.bench.plan.idle, r.bench.settle)
	fmt.Fprintf(w, "| | per connection | process before |\n|---|---|---|\n")
	for _, f := range r.rows {
		if f.oneCore {
			fmt.Fprintf(w, "| %s | %.1f KiB | %.1f MiB |\n", f.name, float64(f.idle)/(1<<10), float64(f.base)/(1<<20))
		}
	}
	fmt.Fprintln(w)
}

// remarks says where torwart loses, and what to doubt.
func (r *results) remarks(w *bytes.Buffer) {
	fmt.Fprintf(w, "## Where torwart loses, and what to doubt\n\n")
	ours := r.ours()
	for _, f := range r.rivals() {
		behind(w, "CPU per request at saturation", f.name, spreadOf(ours.cpu).median, spreadOf(f.cpu).median)
		for i := range ours.pace {
			what := fmt.Sprintf("CPU per request at %d/s", ours.pace[i].rate)
			behind(w, what, f.name, spreadOf(ours.pace[i].cpu).median, spreadOf(f.pace[i].cpu).median)
			behind(w, fmt.Sprintf("p99 at %d/s", ours.pace[i].rate), f.name, spreadOf(ours.pace[i].p99).median, spreadOf(f.pace[i].p99).median)
		}
		behind(w, "Memory per idle connection", f.name, float64(ours.idle), float64(f.idle))
	}
	var others []float64
	for _, f := range r.rows {
		others = append(others, f.others...)
	}
	o := spreadOf(others)
	fmt.Fprintf(w, "* What was none of ours kept %.2f CPUs busy meanwhile (median; up to %.2f). Above 0.1 the absolute figures are doubtful, "+
		"latencies above all; the ratios suffer less, because the rivals take turns.\n", o.median, o.high)
	fmt.Fprintf(w, "* Loopback has no round trips and loses nothing; answers come at once. What torwart does when they do not is what it is for, and not measured here.\n")
	fmt.Fprintf(w, "* nginx sets memory for all its connections aside when it starts, so an idle one adds almost nothing.\n")
	for _, m := range r.bench.missing {
		fmt.Fprintf(w, "* Missing on this machine, and left out: %s.\n", m)
	}
	fmt.Fprintln(w)
}

// behind says so when we need more than a rival. Five per cent are noise.
func behind(w *bytes.Buffer, what, rival string, ours, theirs float64) {
	switch x := ours / theirs; {
	case x > 1.05 && x < 1000:
		fmt.Fprintf(w, "* %s: %.2f× that of %s.\n", what, x, rival)
	case theirs <= 0 && ours > 0, x >= 1000:
		fmt.Fprintf(w, "* %s: %s needs nothing worth mentioning.\n", what, rival)
	}
}

func (r *results) conditions(w *bytes.Buffer) {
	b := r.bench
	fmt.Fprintf(w, "## Conditions\n\n* Machine: %s, %d CPUs, Linux %s.\n", r.about.cpu, b.cpus, r.about.kernel)
	fmt.Fprintf(w, "* Versions: torwart of this tree (%s), built with CGO_ENABLED=0; %s; %s; %s.\n",
		runtime.Version(), r.about.nginx, r.about.haproxy, r.about.wrk)
	load := "wrk -t1"
	if b.wrkPath == "" {
		load = "bench's own load generator"
	}
	fmt.Fprintf(w, "* Each proxy has one CPU (the first) and one worker: nginx `worker_processes 1`, HAProxy `nbthread 1`, torwart `GOMAXPROCS=1`. "+
		"\"all cores\" is torwart as it runs by default, sharing its CPUs with the load and the origin.\n")
	fmt.Fprintf(w, "* Origin (a bare epoll loop, %d bytes of body, the same for all) and load (%s for saturation, bench's own clients for latency) have the other CPU(s).\n", bodySize, load)
	fmt.Fprintf(w, "* Equal features: kept connections on both sides, HTTP/1.1 to the origin, X-Forwarded-For, -Proto and -Host, Forwarded, Via, X-Request-Id made anew, "+
		"access log off, retry of what was not delivered. torwart also checks health, holds back, and keeps its ledger, as it does by default. "+
		"The configurations are in `bench/rivals.go`.\n")
	fmt.Fprintf(w, "* CPU per request: user and system time of the proxy and its children from /proc, over the load, by the requests answered. One failed request makes the run fail.\n")
}

// cpuModel returns the processor's name as Linux knows it.
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// about is what the figures hold for.
type about struct {
	cpu, kernel, nginx, haproxy, wrk string
}

// machine asks the machine and the programs about themselves.
func machine(ctx context.Context) about {
	return about{
		cpu: cpuModel(), kernel: versionOf(ctx, "uname", "-r"), nginx: versionOf(ctx, "nginx", "-v"),
		haproxy: versionOf(ctx, "haproxy", "-v"), wrk: versionOf(ctx, "wrk", "-v"),
	}
}
