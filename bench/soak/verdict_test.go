package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// series is a run of 90 seconds with a sample every ten.
func series(of func(n int) sample) []sample {
	var out []sample
	for n := 1; n <= 9; n++ {
		s := of(n)
		s.at = time.Duration(n) * 10 * time.Second
		out = append(out, s)
	}
	return out
}

func TestTrendsAreLeaks(t *testing.T) {
	const mib = 1 << 20
	for name, tc := range map[string]struct {
		of   func(n int) sample
		want string // the first word of each finding
	}{
		"still": {func(int) sample { return sample{goroutines: 30, descriptors: 20, memory: 10 * mib} }, ""},
		"warms up": {func(n int) sample {
			return sample{goroutines: min(n, 3) * 10, descriptors: 20, memory: uint64(min(n, 4)) * mib}
		}, ""},
		"one outlier": {func(n int) sample {
			s := sample{goroutines: 30, descriptors: 20, memory: 10 * mib}
			if n == 8 {
				s = sample{goroutines: 90, descriptors: 80, memory: 20 * mib}
			}
			return s
		}, ""},
		"goroutines":  {func(n int) sample { return sample{goroutines: 30 + 2*n} }, "goroutines"},
		"descriptors": {func(n int) sample { return sample{descriptors: 30 + 2*n} }, "descriptors"},
		"memory":      {func(n int) sample { return sample{memory: 10*mib + uint64(n)*mib/3} }, "memory"},
		"all":         {func(n int) sample { return sample{goroutines: 9 * n, descriptors: 9 * n, memory: uint64(n) * mib} }, "goroutines descriptors memory"},
	} {
		var got []string
		for _, g := range strict().grown(series(tc.of), 90*time.Second) {
			first, _, _ := strings.Cut(g, " ")
			got = append(got, first)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestDescriptorsAreNamed(t *testing.T) {
	if countDescriptors() == 0 {
		t.Skip("descriptors cannot be listed here")
	}
	before, n := descriptors(), countDescriptors()
	name := filepath.Join(t.TempDir(), "kept open")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	more := descriptors().more(before)
	if countDescriptors() != n+1 || len(more) != 1 || !strings.Contains(more[0], name) {
		t.Errorf("%d descriptors after %d, more: %q", countDescriptors(), n, more)
	}
}

func TestSectionIsReplacedAndAdded(t *testing.T) {
	const other = "# Results\n<!-- faults -->\nx\n<!-- /faults -->\n"
	first := withSection(other, "one\n")
	if want := other + "\n" + beginMark + "one\n" + endMark; first != want {
		t.Errorf("added: %q", first)
	}
	if got, want := withSection(first+"more\n", "two\n"), other+"\n"+beginMark+"two\n"+endMark+"more\n"; got != want {
		t.Errorf("replaced: %q", got)
	}
}

func TestJudge(t *testing.T) {
	j := &judge{kinds: map[string]int{}, told: io.Discard, ledger: &ledger.Ledger{}}
	// What torwart conceded, by target; the ledger's word decides.
	for target, tier := range map[string]cause.Tier{"/delivered": cause.P3, "/never-sent": cause.P0, "/cut": cause.P4} {
		j.ledger.Record(&traffic.Exchange{
			Target: target, Outcome: traffic.Conceded, Start: time.Now(), Attempts: []traffic.Attempt{{Tier: tier, Symptom: cause.ConnectRefused}},
		})
	}
	bad := result{failure: "status 502", status: 502}
	j.see(request{method: "POST", target: "/delivered"}, bad)
	if j.excused != 1 || j.avoid != 0 {
		t.Errorf("an order that was delivered: %d excused, %d avoidable", j.excused, j.avoid)
	}
	j.see(request{method: "GET", target: "/delivered"}, bad)
	j.see(request{method: "POST", target: "/never-sent"}, bad)
	j.see(request{method: "GET", target: "/cut"}, bad)
	if j.excused != 1 || j.avoid != 3 || len(j.kinds) != 3 {
		t.Errorf("%d excused, %d avoidable, %v", j.excused, j.avoid, j.kinds)
	}
	for _, r := range []struct {
		method string
		result
	}{
		{"GET", result{status: 200}},
		{"POST", result{failure: "status 503", status: 503, servedBy: "1"}},
		{"GET", result{failure: "status 500", status: 500, servedBy: "1"}},
		{"PUT", result{failure: "status 413", status: 413, servedBy: "1"}},
	} {
		j.see(request{method: r.method}, r.result)
	}
	if j.right != 1 || j.passedOn != 3 || j.avoid != 3 {
		t.Errorf("%d right, %d passed on, %d avoidable", j.right, j.passedOn, j.avoid)
	}
	for tier, want := range map[cause.Tier]bool{cause.P0: false, cause.P1: false, cause.P2: true, cause.P3: true, cause.P4: false} {
		if got := excused(&traffic.Exchange{Attempts: []traffic.Attempt{{}, {Tier: tier}}}); got != want {
			t.Errorf("%v: excused %t", tier, got)
		}
	}
	if excused(&traffic.Exchange{}) {
		t.Error("excused without an attempt")
	}
}

func TestOrdersExecutedTwiceAreSeen(t *testing.T) {
	b := &book{}
	for _, n := range []int{1, 2, 1 + len(b.recent), 2 + len(b.recent), 3, 3, 3} {
		b.execute(n)
	}
	if got := b.executedTwice(); len(got) != 1 || got[0] != 3 {
		t.Errorf("twice: %v, want 3 alone", got)
	}
}
