package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"torwart/internal/traffic"
)

// The marks a report stands between.
const (
	beginMark = "<!-- soak -->\n"
	endMark   = "<!-- /soak -->\n"
)

// writeSection replaces what stands between the marks in a file, or adds it
// at the end.
func writeSection(file, report string) error {
	b, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(file, []byte(withSection(string(b), report)), 0o644)
}

func withSection(text, report string) string {
	section := beginMark + report + endMark
	before, rest, found := strings.Cut(text, beginMark)
	if _, after, ended := strings.Cut(rest, endMark); found && ended {
		return before + section + after
	}
	if text != "" {
		text = strings.TrimRight(text, "\n") + "\n\n"
	}
	return text + section
}

// rows is how many samples are shown.
const rows = 20

// markdown is the report.
func (s *soak) markdown() string {
	w := &bytes.Buffer{}
	race := ""
	if raceDetector() {
		race = " under the race detector"
	}
	fmt.Fprintf(w, "## Soak: does anything leak?\n\nWritten by `make soak` on %s: %v%s, %d visits, %d faults of %d kinds, %d reloads.\n\n",
		time.Now().UTC().Format("2006-01-02 15:04 UTC"), s.length, race, s.after.visits, s.played, len(s.faults), s.reloads)
	s.headline(w)
	w.WriteString("| after | visits | goroutines | descriptors | memory |\n|---|---|---|---|---|\n")
	row := func(name string, x sample) {
		fmt.Fprintf(w, "| %s | %d | %d | %d | %s |\n", name, x.visits, x.goroutines, x.descriptors, mebibytes(float64(x.memory)))
	}
	row("before the load", s.before)
	step := max((len(s.samples)+rows-1)/rows, 1)
	for i := step - 1; i < len(s.samples); i += step {
		row(s.samples[i].at.Round(time.Second).String(), s.samples[i])
	}
	row("after the load", s.after)
	w.WriteByte('\n')
	s.medians(w)
	s.remarks(w)
	return w.String()
}

func (s *soak) headline(w *bytes.Buffer) {
	if len(s.leaks) == 0 {
		fmt.Fprintf(w, "**Nothing leaked; POSTs executed twice: 0.**\n\n")
		return
	}
	fmt.Fprintf(w, "**%d findings:**\n\n", len(s.leaks))
	for _, l := range s.leaks {
		fmt.Fprintf(w, "* %s\n", l)
	}
	w.WriteByte('\n')
}

// medians is what the verdict rests on.
func (s *soak) medians(w *bytes.Buffer) {
	second, last := thirds(s.samples, s.length)
	if len(second) == 0 || len(last) == 0 {
		return
	}
	w.WriteString("| median | second third | last third | allowed |\n|---|---|---|---|\n")
	for _, f := range s.bounds.figures() {
		show := func(v float64) string { return fmt.Sprintf("%.0f", v) }
		if f.name == "memory" {
			show = mebibytes
		}
		before := middle(second, f.of)
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", f.name, show(before), show(middle(last, f.of)), show(f.allowed(before)))
	}
	w.WriteByte('\n')
}

func (s *soak) remarks(w *bytes.Buffer) {
	j := &s.judge
	fmt.Fprintf(w, "* Answers: %d right; %d failures that were avoidable, %d that were not (orders delivered and never answered), "+
		"%d passed on as the upstream gave them. Faults follow each other faster here than in `bench/faults`, which is the judge of that.\n",
		j.right, j.avoid, j.excused, j.passedOn)
	for _, k := range slices.Sorted(maps.Keys(j.kinds)) {
		fmt.Fprintf(w, "  * avoidable, %d times: %s.\n", j.kinds[k], k)
	}
	t := s.torwart.Ledger().Totals()
	var saves []string
	for k, n := range savesOf(t.Saves) {
		saves = append(saves, fmt.Sprintf("%s %d", k, n))
	}
	slices.Sort(saves)
	fmt.Fprintf(w, "* Saves: %s.\n", strings.Join(saves, ", "))
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(s.load.kinds)) {
		kinds = append(kinds, fmt.Sprintf("%s %d", k, s.load.kinds[k]))
	}
	fmt.Fprintf(w, "* Visitors: %s; %d connections that slept from one sample to the next, of which %d asked again and were answered.\n",
		strings.Join(kinds, ", "), sleepers*(len(s.samples)+1), s.load.woken)
	fmt.Fprintf(w, "* Memory is the heap after two collections, and stacks, without what the race detector adds. torwart, its clients and "+
		"its upstreams share the process; the ledger keeps %d exchanges. Samples are taken while visitors pause.\n", kept)
	fmt.Fprintf(w, "* %s, %d CPUs, %s.\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS)
}

func savesOf(all map[traffic.Save]uint64) map[string]uint64 {
	out := map[string]uint64{}
	for k, n := range all {
		out[k.String()] += n
	}
	return out
}

func mebibytes(v float64) string { return fmt.Sprintf("%.2f MiB", v/(1<<20)) }

// raceDetector reports whether this program was built with it.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
