package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestReportNamesTheRatioAndWhereWeLose(t *testing.T) {
	b := &bench{plan: quickPlan(), cpus: 2, missing: []string{"wrk"}}
	row := func(name string, oneCore bool, cpu float64) *figures {
		f := &figures{
			name: name, oneCore: oneCore, cpu: []float64{cpu, cpu}, rps: []float64{1, 1},
			share: []float64{1, 1}, others: []float64{0, 0}, idle: 1 << 10,
		}
		for _, rate := range b.rates {
			f.pace = append(f.pace, pace{rate, []float64{1}, []float64{2}, []float64{cpu}})
		}
		return f
	}
	r := &results{
		bench: b, direct: row("origin", false, 5), took: time.Minute,
		rows: []*figures{row("torwart", true, 30), row("nginx", true, 20), row("HAProxy", true, 25), row("torwart, all cores", false, 1)},
	}
	r.rows[0].idle = 8 << 10
	text := r.markdown()
	for _, want := range []string{
		"**CPU per request: 1.50× the better of the rivals**", "the aim is missed",
		"| torwart | 30.0 µs (30.0–30.0) | 1.50× |", "| HAProxy | 25.0 µs (25.0–25.0) | 1.25× |",
		"CPU per request at saturation: 1.50× that of nginx", "CPU per request at saturation: 1.20× that of HAProxy",
		"Memory per idle connection: 8.00× that of nginx", "Missing on this machine, and left out: wrk.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestNoiseIsNoLoss(t *testing.T) {
	var w bytes.Buffer
	behind(&w, "x", "nginx", 1.04, 1)
	behind(&w, "x", "nginx", 0.5, 1)
	if w.Len() != 0 {
		t.Errorf("%q, want nothing", w.String())
	}
}
