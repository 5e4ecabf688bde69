package demo_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/config"
	"torwart/internal/demo"
	"torwart/internal/locale"
	"torwart/internal/traffic"
)

// The whole demo: the plain proxy fails in every act, torwart concedes
// nothing avoidable and names what it saw.
func TestTorwartConcedesNothingAvoidable(t *testing.T) {
	r, out := run(t, demo.Options{Length: 10 * time.Second})
	if !r.OK() || r.Torwart.Avoidable() != 0 || r.Stopped {
		t.Errorf("torwart conceded %d avoidable failures, orders twice: %v", r.Torwart.Avoidable(), r.Torwart.Twice)
	}
	if r.Plain.Requests != r.Torwart.Requests || r.Plain.Requests < 100 {
		t.Errorf("%d requests through the plain proxy, %d through torwart", r.Plain.Requests, r.Torwart.Requests)
	}
	for _, phase := range []string{"crash", "hang", "cut", "reset", "garbage", "keepalive", "rolling", "outage"} {
		if phase == "keepalive" && r.Stall > 100*time.Millisecond {
			continue // visitors came too late to meet the close
		}
		if r.Plain.FailedIn[phase] == 0 {
			t.Errorf("nothing failed through the plain proxy in phase %q: %v", phase, r.Plain.FailedIn)
		}
	}
	seen := make(map[cause.Code]int)
	for _, c := range r.Symptoms {
		seen[c.What] = c.N
	}
	for _, want := range []cause.Code{
		cause.ConnectRefused, cause.ResponseTimeout, cause.ResetBeforeResponse, cause.ResponseBodyIncomplete,
	} {
		if seen[want] == 0 {
			t.Errorf("torwart did not see %s: %v", want, seen)
		}
	}
	saved := make(map[traffic.Save]int)
	for _, c := range r.Saves {
		saved[c.What] = c.N
	}
	for _, want := range []traffic.Save{traffic.Retried, traffic.Held, traffic.Resumed} {
		if saved[want] == 0 {
			t.Errorf("nothing was %s: %v", want, saved)
		}
	}
	learned := 0
	for _, k := range r.Learned {
		if 0 < k.Kept && k.Kept < k.Closes {
			learned++
		}
	}
	if len(r.Learned) != 3 || learned == 0 {
		t.Errorf("learned of idle connections: %v", r.Learned)
	}
	lines := strings.Split(out, "\n")
	if len(lines) < 10 || !strings.HasPrefix(lines[1], "Crash: ") || !strings.HasPrefix(lines[9], "Calm again: ") {
		t.Errorf("not a line for each phase")
	}
	if strings.Contains(out, "\x1b") {
		t.Error("control sequences where there is no terminal")
	}
	if t.Failed() {
		t.Log(out)
	}
}

// run shows a demo on a machine that keeps up. One that stalls for half a
// timeout makes upstreams fail that do not: nothing can be said then.
func run(t *testing.T, opts demo.Options) (*demo.Report, string) {
	t.Helper()
	const tries, most = 3, 500 * time.Millisecond
	for range tries {
		var out bytes.Buffer
		opts.Stdout = &out
		r, err := demo.Run(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		if r.Stall < most {
			return r, out.String()
		}
	}
	t.Skipf("this machine stalled for more than %v in each of %d demos", most, tries)
	return nil, ""
}

// The demo cannot flatter: without its saves torwart fails it, and the ledger
// says where.
func TestWithoutSavesItFails(t *testing.T) {
	var out bytes.Buffer
	r, err := demo.RunWith(t.Context(), demo.Options{Length: demo.ShortestDemo, Stdout: &out},
		func(c *config.Config) {
			c.Sites[0].Rules[0].Retry.Attempts = 0
			c.Sites[0].Rules[0].Hold = 0
		})
	if err != nil {
		t.Fatal(err)
	}
	if r.OK() || r.Torwart.Avoidable() == 0 {
		t.Errorf("a torwart that saves nothing passed:\n%s", out.String())
	}
	for _, want := range []string{"avoidable failures, from the ledger:", "answer: retries-off"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the offenders are not shown with %q:\n%s", want, out.String())
		}
	}
}

// On a terminal a picture is drawn in place; whoever stops the demo gets what
// came out until then, and the cursor back.
func TestStoppedOnATerminal(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	var out bytes.Buffer
	begun := time.Now()
	r, err := demo.Run(ctx, demo.Options{
		Lang: locale.DE, Stdout: &out, Color: true,
		Size: func() (columns, rows int) { return 80, 24 },
	})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	if !r.Stopped || r.Torwart.Requests == 0 {
		t.Errorf("stopped %v, %d requests", r.Stopped, r.Torwart.Requests)
	}
	picture, rest, shown := strings.Cut(out.String(), "\x1b[?25h")
	if !strings.HasPrefix(picture, "\x1b[?25l") || !shown {
		t.Error("the cursor was not hidden and shown again")
	}
	if !strings.Contains(picture, "Alle drei Upstreams bedienen.") || strings.Count(picture, "Upstream 3 ") < 3 {
		t.Errorf("the picture was not drawn several times:\n%q", picture)
	}
	if strings.Contains(rest, "\x1b") || !strings.Contains(rest, "Beendet nach ") {
		t.Errorf("the closing words:\n%s", rest)
	}
}

func TestUnavoidableIsOnlyADeliveredOrder(t *testing.T) {
	for _, c := range []struct {
		method string
		tiers  []cause.Tier
		want   bool
	}{
		{"POST", []cause.Tier{cause.P3}, true},
		{"PATCH", []cause.Tier{cause.P2}, true},
		{"POST", []cause.Tier{cause.P0, cause.P3}, true},
		{"POST", []cause.Tier{cause.P3, cause.P0}, false},
		{"POST", []cause.Tier{cause.P0}, false},
		{"POST", []cause.Tier{cause.P1}, false},
		{"POST", []cause.Tier{cause.P4}, false},
		{"POST", nil, false},
		{"GET", []cause.Tier{cause.P3}, false},
		{"PUT", []cause.Tier{cause.P2}, false},
	} {
		x := traffic.Exchange{Method: c.method}
		for _, tier := range c.tiers {
			x.Attempts = append(x.Attempts, traffic.Attempt{Tier: tier})
		}
		if got := demo.Excused(&x); got != c.want {
			t.Errorf("%s %v: unavoidable %v, want %v", c.method, c.tiers, got, c.want)
		}
	}
}

func TestOrderCarriedOutTwiceFailsTheDemo(t *testing.T) {
	r := demo.Report{Torwart: demo.Score{Twice: []string{"/orders/7"}}}
	if r.OK() || !strings.Contains(r.Text(locale.EN), "carried out twice behind torwart: /orders/7") {
		t.Errorf("OK %v:\n%s", r.OK(), r.Text(locale.EN))
	}
}
