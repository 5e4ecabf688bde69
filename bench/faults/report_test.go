package main

import (
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	r := &report{
		begun:     time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC),
		scenarios: []scenario{{group: "Healthy", name: "nothing"}, {group: "Restarts", name: "rolls", bystanders: true}, {group: "DNS", name: "moves"}},
		gateways:  []gateway{{name: "torwart", version: "1"}, {name: "nginx", version: "2"}, {name: "Traefik", version: "3"}},
		missing:   []string{"caddy (no network)"},
		rows: [][]tally{
			{{requests: 400, symptom: "right", p99: 2 * time.Millisecond}, {requests: 400}, {requests: 400}},
			{
				{requests: 400, lost: 2, slow: 1, symptom: "2× dns-timeout", p99: 60 * time.Millisecond},
				{requests: 400, avoidable: 7, lost: 5, silent: 3},
				{requests: 400, lost: 9, twice: 4},
			},
			{{requests: 100, lost: 50, symptom: "right"}, {requests: 100, lost: 50}, {skipped: "n/a"}},
		},
	}
	text := r.markdown()
	for _, want := range []string{
		"| All 3 scenarios | torwart | nginx | Traefik |",
		"| **avoidable failures** | **0** | **7** | **0** |",
		"| scenarios with an avoidable failure | 0 of 3 | 1 of 3 | 0 of 2 |",
		"| POSTs executed twice | 0 | 0 | 4 |",
		"| rolls | 0/400 · 2 lost · 1 slow | **7**/400 · 3 **lies** · 5 lost | 0/400 · 4 **twice** · 9 lost | 2× dns-timeout |",
		"| moves | 0/100 · 50 lost | 0/100 · 50 lost | n/a | right |",
		"no POST executed twice: reached (0, 0)",
		"the right symptom in every scenario: **missed** (2 of 3)",
		// What Traefik did not play does not count.
		"a third of the best rival's: **missed** (2; nginx 5)",
		"less than 50 ms: **missed** (58.0 ms, in “rolls”)",
		"torwart: 1; nginx: 2; Traefik: 3.", "left out: caddy (no network)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestSectionIsReplaced(t *testing.T) {
	for _, c := range []struct{ old, want string }{
		{"", "<!-- faults -->\nnew\n<!-- /faults -->\n"},
		{"# Costs\n", "# Costs\n\n<!-- faults -->\nnew\n<!-- /faults -->\n"},
		{"a\n<!-- faults -->\nold\n<!-- /faults -->\nz\n", "a\n<!-- faults -->\nnew\n<!-- /faults -->\nz\n"},
	} {
		if got := withSection(c.old, "\nnew\n\n"); got != c.want {
			t.Errorf("%q became %q, want %q", c.old, got, c.want)
		}
	}
}
