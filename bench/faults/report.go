package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// report is what was played, and what came out.
type report struct {
	scenarios []scenario
	gateways  []gateway
	missing   []string
	rows      [][]tally // by scenario, then by gateway
	begun     time.Time
	took      time.Duration
}

// total sums up what a gateway made of all scenarios.
type total struct {
	tally
	played, leaky int // scenarios, and those with an avoidable failure
	named, wrong  int // symptoms right, and not
	// growth is by how much the p99 of sound endpoints' answers grew at most
	// while another one failed, and where.
	growth time.Duration
	where  string
	// lostToOne are the POSTs lost to one bad endpoint while others were sound.
	lostToOne int
}

func (r *report) total(gateway int) total {
	var sum total
	base := time.Duration(0)
	for i := range r.rows {
		t, sc := r.rows[i][gateway], &r.scenarios[i]
		if t.skipped != "" {
			continue
		}
		sum.played++
		sum.requests += t.requests
		sum.avoidable += t.avoidable
		sum.twice += t.twice
		sum.lost += t.lost
		sum.slow += t.slow
		sum.silent += t.silent
		sum.excused += t.excused
		if t.avoidable > 0 {
			sum.leaky++
		}
		switch t.symptom {
		case "":
		case "right":
			sum.named++
		default:
			sum.wrong++
		}
		if sc.bystanders && r.allPlayed(i) {
			sum.lostToOne += t.lost
		}
		if sc.group == "Healthy" {
			base = t.p99
		}
		if growth := t.p99 - base; sc.bystanders && base > 0 && growth > sum.growth {
			sum.growth, sum.where = growth, sc.name
		}
	}
	return sum
}

// markdown is the report.
func (r *report) markdown() string {
	w := &bytes.Buffer{}
	fmt.Fprintf(w, "## What gets through when the application fails\n\nWritten by `make faults` (`go run ./bench/faults -o bench/RESULTS.md`) on %s; it took %s.\n\n",
		r.begun.UTC().Format("2006-01-02 15:04 UTC"), r.took.Round(time.Second))
	r.totals(w)
	r.aims(w)
	r.table(w)
	r.remarks(w)
	return w.String()
}

func (r *report) header(w *bytes.Buffer, first string, columns ...string) {
	fmt.Fprintf(w, "| %s |", first)
	for _, g := range r.gateways {
		fmt.Fprintf(w, " %s |", g.name)
	}
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(r.gateways)+len(columns)))
}

func (r *report) totals(w *bytes.Buffer) {
	r.header(w, fmt.Sprintf("All %d scenarios", len(r.rows)))
	for _, line := range []struct {
		name string
		of   func(total) string
	}{
		{"**avoidable failures**", func(t total) string { return fmt.Sprintf("**%d**", t.avoidable) }},
		{"requests", func(t total) string { return fmt.Sprint(t.requests) }},
		{"scenarios with an avoidable failure", func(t total) string { return fmt.Sprintf("%d of %d", t.leaky, t.played) }},
		{"wrong answers that look whole", func(t total) string { return fmt.Sprint(t.silent) }},
		{"POSTs executed twice", func(t total) string { return fmt.Sprint(t.twice) }},
		{"delivered POSTs lost", func(t total) string { return fmt.Sprint(t.lost) }},
		{"of these to one bad endpoint of three", func(t total) string { return fmt.Sprint(t.lostToOne) }},
		{"slow answers", func(t total) string { return fmt.Sprint(t.slow) }},
		{"p99 of sound endpoints' answers grew at most by", func(t total) string { return fmt.Sprintf("%.1f ms", inMillis(t.growth)) }},
	} {
		fmt.Fprintf(w, "| %s |", line.name)
		for i := range r.gateways {
			fmt.Fprintf(w, " %s |", line.of(r.total(i)))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// aims compares torwart with what it has to reach.
func (r *report) aims(w *bytes.Buffer) {
	ours := r.column("torwart")
	if ours < 0 {
		return
	}
	t := r.total(ours)
	verdict := func(reached bool) string {
		if reached {
			return "reached"
		}
		return "**missed**"
	}
	fmt.Fprintf(w, "torwart's aims:\n\n* no avoidable failure, no POST executed twice: %s (%d, %d);\n* the right symptom in every scenario: %s (%d of %d);\n",
		verdict(t.avoidable+t.twice == 0), t.avoidable, t.twice, verdict(t.wrong == 0), t.named, t.named+t.wrong)
	if best, name := r.leastLost(ours); name != "" {
		fmt.Fprintf(w, "* delivered POSTs lost to one bad endpoint of three, at most a third of the best rival's: %s (%d; %s %d);\n",
			verdict(3*t.lostToOne <= best), t.lostToOne, name, best)
	}
	fmt.Fprintf(w, "* p99 of sound endpoints' answers grows by less than 50 ms: %s (%.1f ms%s).\n\n",
		verdict(t.growth < 50*time.Millisecond), inMillis(t.growth), in(t.where))
}

func in(where string) string {
	if where == "" {
		return ""
	}
	return ", in “" + where + "”"
}

func (r *report) column(name string) int {
	for i, g := range r.gateways {
		if g.name == name {
			return i
		}
	}
	return -1
}

// allPlayed reports whether no gateway had to skip a scenario.
func (r *report) allPlayed(row int) bool {
	return !slices.ContainsFunc(r.rows[row], func(t tally) bool { return t.skipped != "" })
}

func (r *report) leastLost(ours int) (least int, name string) {
	for i, g := range r.gateways {
		if i == ours {
			continue
		}
		if n := r.total(i).lostToOne; name == "" || n < least {
			least, name = n, g.name
		}
	}
	return least, name
}

func (r *report) table(w *bytes.Buffer) {
	fmt.Fprint(w, "Each field: avoidable failures/requests, and where there are any: POSTs executed *twice*, delivered POSTs *lost*, *slow* answers "+
		"(more than a second later than scripted), wrong answers that look whole (*lies*). The last column is how torwart's ledger names the fault.\n\n")
	r.header(w, "", r.ledgerColumn()...)
	group := ""
	for i, row := range r.rows {
		sc := &r.scenarios[i]
		if sc.group != group {
			group = sc.group
			fmt.Fprintf(w, "| **%s** |%s\n", group, strings.Repeat(" |", len(r.gateways)+len(r.ledgerColumn())))
		}
		fmt.Fprintf(w, "| %s |", sc.name)
		for _, t := range row {
			fmt.Fprintf(w, " %s |", t.cell())
		}
		if ours := r.column("torwart"); ours >= 0 {
			fmt.Fprintf(w, " %s |", row[ours].symptom)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

func (r *report) ledgerColumn() []string {
	if r.column("torwart") < 0 {
		return nil
	}
	return []string{"symptom"}
}

func (r *report) remarks(w *bytes.Buffer) {
	fmt.Fprintf(w, "What counts: a failure is every answer but the right one, to the last byte. It was avoidable, if another endpoint could have answered, "+
		"or the same one within ten seconds; but for POSTs that were delivered and not answered, and what a scenario excuses "+
		"(`judge.go`, `table_scenarios.go` in `bench/faults`). Faults begin at the endpoint that gets the next request, %v into a load of %d requests per second "+
		"(three GETs, a PUT and a POST in turn, open loop, none repeated).\n\n", outbreak, usualRate)
	fmt.Fprint(w, "Configurations: torwart has its defaults, and is told the name server where there is one, and how long the application may take in the scenarios about that. "+
		"The others are set up as their experts would, and know how long the application takes and keeps connections: `rival_*.go` says what and why. "+
		"Versions: ")
	for i, g := range r.gateways {
		if i > 0 {
			fmt.Fprint(w, "; ")
		}
		fmt.Fprintf(w, "%s: %s", g.name, g.version)
	}
	fmt.Fprint(w, ".\n")
	if len(r.missing) > 0 {
		fmt.Fprintf(w, "\nMissing on this machine, and left out: %s.\n", strings.Join(r.missing, ", "))
	}
	fmt.Fprint(w, "\nTo doubt: counts depend on chance where endpoints are drawn at random, and differ by a few from run to run; latencies depend on what else the machine did; "+
		"loopback loses nothing and answers at once.\n")
}

// cell is the tally in a few words.
func (t tally) cell() string {
	if t.skipped != "" {
		return t.skipped
	}
	out := fmt.Sprintf("%d/%d", t.avoidable, t.requests)
	if t.avoidable > 0 {
		out = fmt.Sprintf("**%d**/%d", t.avoidable, t.requests)
	}
	for _, part := range []struct {
		n    int
		name string
	}{{t.twice, "**twice**"}, {t.silent, "**lies**"}, {t.lost, "lost"}, {t.slow, "slow"}} {
		if part.n > 0 {
			out += fmt.Sprintf(" · %d %s", part.n, part.name)
		}
	}
	return out
}

func inMillis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// The markers between which the report stands in a larger file.
const (
	beginMark = "<!-- faults -->"
	endMark   = "<!-- /faults -->"
)

// replaceSection puts text between the markers of a file, at its end if it has
// none.
func replaceSection(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(file, []byte(withSection(string(old), text)), 0o644)
}

func withSection(old, text string) string {
	section := beginMark + "\n" + strings.TrimSpace(text) + "\n" + endMark
	before, rest, found := strings.Cut(old, beginMark)
	if _, after, ends := strings.Cut(rest, endMark); found && ends {
		return before + section + after
	}
	if before = strings.TrimRight(old, "\n"); before != "" {
		before += "\n\n"
	}
	return before + section + "\n"
}
