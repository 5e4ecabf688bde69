package demo

import (
	"fmt"
	"strings"
	"time"

	"torwart/internal/cause"
	"torwart/internal/locale"
	"torwart/internal/traffic"
)

// printWidth is how wide the closing words are.
const printWidth = 79

// Text is the closing words: the table, what it means, and the verdict.
func (r *Report) Text(l locale.Lang) string {
	var b strings.Builder
	say := func(text string) {
		for _, line := range wrap(text, printWidth) {
			fmt.Fprintln(&b, line)
		}
	}
	b.WriteByte('\n')
	if r.Stopped {
		fmt.Fprintln(&b, l.Text("demo.end.stopped", seconds(l, r.Took), seconds(l, r.Planned.Round(time.Second))))
		b.WriteByte('\n')
	}
	r.table(&b, l)
	b.WriteByte('\n')
	say(savesLine(l, r.Saves, "demo.save."))
	if len(r.Symptoms) > 0 {
		fmt.Fprintln(&b, l.Text("demo.end.symptoms"))
		for _, c := range r.Symptoms {
			fmt.Fprintf(&b, "%s  %s\n", numbered(l, c.N, left(symptomTitle(l, c.What), 46)), c.What)
		}
	}
	r.keepAlive(&b, l)
	if len(r.Plain.Saw) > 0 {
		fmt.Fprintln(&b, l.Text("demo.end.saw"))
		for _, c := range r.Plain.Saw {
			fmt.Fprintln(&b, numbered(l, c.N, l.Text(c.What)))
		}
	}
	b.WriteByte('\n')
	say(l.Text("demo.end.plain"))
	if r.Torwart.Unavoidable+r.Plain.Unavoidable > 0 {
		say(l.Text("demo.end.unavoidable"))
	}
	if len(r.Symptoms) > 0 {
		say(l.Text("demo.end.more", string(r.Symptoms[0].What)))
	}
	b.WriteByte('\n')
	r.verdict(&b, l)
	return b.String()
}

// keepAlive says what was learned of the upstreams' idle connections.
func (r *Report) keepAlive(b *strings.Builder, l locale.Lang) {
	title := l.Text("demo.end.learned") + "\n"
	for i, k := range r.Learned {
		if k.Closes == 0 {
			continue
		}
		fmt.Fprintf(b, "%s  %s  %s\n", title, l.Text("demo.upstream", i+1),
			l.Text("demo.end.keepalive", hundredths(l, k.Closes), hundredths(l, k.Kept)))
		title = ""
	}
}

// table has a row per thing counted and a column per way.
func (r *Report) table(b *strings.Builder, l locale.Lang) {
	line := func(what string, cell func(s Score) string) {
		fmt.Fprintln(b, strings.TrimRight(left(what, 34)+right(cell(r.Plain), 22)+right(cell(r.Torwart), 22), " "))
	}
	fmt.Fprintln(b, left("", 34)+right(l.Text("demo.way.plain"), 22)+right(l.Text("demo.way.torwart"), 22))
	line(l.Text("demo.table.requests"), func(s Score) string { return l.Number(int64(s.Requests)) })
	share := func(n int, s Score) string { return l.Number(int64(n)) + " " + right(percent(l, n, s.Requests), 8) }
	line(l.Text("demo.table.failed"), func(s Score) string { return share(s.Failed, s) })
	line(l.Text("demo.table.avoidable"), func(s Score) string { return share(s.Avoidable(), s) })
	line(l.Text("demo.table.unavoidable"), func(s Score) string { return share(s.Unavoidable, s) })
	line(l.Text("demo.table.twice"), func(s Score) string { return l.Number(int64(len(s.Twice))) })
}

// verdict says whether the promise was kept, and by whom not.
func (r *Report) verdict(b *strings.Builder, l locale.Lang) {
	if r.OK() {
		fmt.Fprintln(b, l.Text("demo.end.kept"))
		return
	}
	if len(r.Torwart.Twice) > 0 {
		fmt.Fprintln(b, l.Text("demo.end.twice", strings.Join(r.Torwart.Twice, ", ")))
	}
	if len(r.Offenders) == 0 {
		return
	}
	if r.Stall > tooLate {
		fmt.Fprintln(b, l.Text("demo.end.stall", l.Duration(r.Stall)))
	}
	fmt.Fprintln(b, l.Count("demo.end.broken", int64(len(r.Offenders))))
	for i, o := range r.Offenders {
		if i == shownOffenders {
			fmt.Fprintln(b, "  "+l.Text("demo.end.others", l.Number(int64(len(r.Offenders)-i))))
			break
		}
		o.write(b, l)
	}
}

// tooLate is how far a machine may be behind before its own slowness can pass
// for that of an upstream.
const tooLate = 250 * time.Millisecond

// shownOffenders is how many failures are printed in full.
const shownOffenders = 20

func (o *Offender) write(b *strings.Builder, l locale.Lang) {
	saw := o.Saw
	if saw == "" {
		saw = "demo.saw.answer"
	}
	fmt.Fprintf(b, "  %s %s: %s\n", o.Method, o.Target, l.Text(saw))
	x := o.Exchange
	if x == nil {
		fmt.Fprintln(b, "    "+l.Text("demo.end.norecord"))
		return
	}
	fmt.Fprintln(b, strings.TrimRight(fmt.Sprintf("    %s (%s) %d %s %s",
		symptomTitle(l, x.Symptom), x.Symptom, x.Status, l.Duration(x.Duration), x.Detail), " "))
	for i := range x.Attempts {
		writeAttempt(b, l, &x.Attempts[i])
	}
}

func writeAttempt(b *strings.Builder, l locale.Lang, a *traffic.Attempt) {
	what := string(a.Symptom)
	if a.Tier != cause.NoTier {
		what += " " + a.Tier.String()
	}
	if !a.Failed() {
		what = fmt.Sprint(a.Status)
	}
	reused := ""
	if a.Reused {
		reused = " " + l.Text("demo.end.reused", l.Duration(a.IdleAge))
	}
	parts := []string{a.Endpoint + reused, what}
	for _, s := range []string{a.Detail, a.Error, a.Decision} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	fmt.Fprintln(b, "      "+strings.Join(parts, " | "))
}
