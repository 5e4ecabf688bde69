package retry_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"torwart/internal/cause"
	"torwart/internal/retry"
)

var (
	safe     = []string{"GET", "HEAD", "OPTIONS", "TRACE"}
	twice    = []string{"PUT", "DELETE"}
	risky    = []string{"POST", "PATCH", "CONNECT", "LOCK", "PROPFIND", "get", "", "QUERYISH"}
	allTiers = []cause.Tier{cause.NoTier, cause.P0, cause.P1, cause.P2, cause.P3, cause.P4, cause.P5, 99}
)

// kinds are symptoms of every kind the ladder tells apart, and one it does not
// know.
var kinds = []cause.Code{
	cause.ConnectRefused, cause.TLSCertificateExpired, cause.ReusedConnectionClosed, cause.QueueTimeout,
	cause.ClosedBeforeResponse, cause.ResponseTimeout, cause.UpstreamErrorStatus, cause.ClientGone, "new-code",
}

// every calls f with every combination of what Decide looks at.
func every(f func(p retry.Policy, x retry.Failure)) {
	methods := append(append(append([]string{}, safe...), twice...), risky...)
	for bits := range 1 << 9 {
		bit := func(i int) bool { return bits>>i&1 == 1 }
		p := retry.Policy{UnsafeProbable: bit(0), P1Off: bit(1)}
		x := retry.Failure{
			IdempotencyKey: bit(2), Replayable: bit(3), Others: bit(4), Committed: bit(5), Budget: bit(6),
		}
		x.Hope = bit(8)
		if bit(7) {
			x.Left = time.Second
		}
		for _, x.Tier = range allTiers {
			for _, x.Method = range methods {
				for _, x.Symptom = range kinds {
					for _, n := range counts {
						p.Attempts, x.Made, x.Undelivered, x.Ambiguous, x.Status = n[0], n[1], n[2], n[3], n[4]
						f(p, x)
					}
				}
			}
		}
	}
}

// counts are Attempts, Made, Undelivered, Ambiguous, Status.
var counts = [][5]int{
	{2, 1, 0, 0, 503}, {2, 2, 1, 1, 500}, {2, 3, 0, 2, 200}, {0, 1, 0, 1, 502}, {1, 9, 8, 1, 504}, {3, 40, 40, 0, 0}, {-1, 0, 0, 0, 425},
}

func allSymptoms() []cause.Code {
	seen := map[cause.Code]bool{}
	var out []cause.Code
	for _, s := range symptoms {
		if !seen[s.code] {
			seen[s.code] = true
			out = append(out, s.code)
		}
	}
	return out
}

func TestWhatNeverHappens(t *testing.T) {
	isSafe, isIdempotent := map[string]bool{}, map[string]bool{}
	for _, m := range safe {
		isSafe[m], isIdempotent[m] = true, true
	}
	for _, m := range twice {
		isIdempotent[m] = true
	}
	cases, tried := 0, 0
	every(func(p retry.Policy, f retry.Failure) {
		d := retry.Decide(p, f)
		cases++
		if d.Reason == "" {
			t.Fatalf("no reason: %+v %+v", p, f)
		}
		if d.Action == retry.Answer {
			if d.Charged {
				t.Fatalf("answering costs a token: %+v %+v: %v", p, f, d)
			}
			return
		}
		tried++
		for _, bad := range []struct {
			is   bool
			what string
		}{
			{f.Committed || f.Tier == cause.P4, "tried again after bytes reached the client"},
			{f.Tier == cause.NoTier || f.Tier > cause.P5, "tried again without a tier"},
			{f.Tier == cause.P3 && !isIdempotent[f.Method], "an unsafe request that may have been executed is repeated"},
			{f.Tier == cause.P3 && f.Ambiguous > 2, "P3 is repeated more than twice"},
			{f.Tier == cause.P3 && f.Ambiguous > 1 && !isSafe[f.Method], "P3 of a method that changes something is repeated more than once"},
			{f.Tier == cause.P2 && !isIdempotent[f.Method] && !p.UnsafeProbable && !f.IdempotencyKey, "P2 repeated unsafe without leave"},
			{f.Tier == cause.P5 && !isIdempotent[f.Method], "an answer is fetched twice for an unsuitable method"},
			{f.Tier == cause.P5 && d.Action != retry.Elsewhere, "the endpoint that answered is asked again"},
			{!f.Replayable, "a body that is gone is sent again"},
			{f.Left <= 0, "tried again after the deadline"},
			{p.Attempts <= 0 && d.Action != retry.Hold, "tried again with retries off"},
			{f.Tier != cause.P0 && d.Action == retry.Hold, "held a request that was delivered"},
			{d.Action == retry.Elsewhere && !f.Others, "sent elsewhere where there is no elsewhere"},
			{d.Charged != (f.Tier == cause.P3 || f.Tier == cause.P5), "charged wrongly"},
			{d.Charged && !f.Budget, "tried again without budget"},
			{d.Charged && f.Made-f.Undelivered > p.Attempts, "tried more often than allowed"},
		} {
			if bad.is {
				t.Fatalf("%s: %+v %+v: %v", bad.what, p, f, d)
			}
		}
	})
	t.Logf("%d combinations, %d tried again", cases, tried)
	if tried == 0 {
		t.Fatal("nothing is ever tried again")
	}
}

// TestStrongerEvidenceAllowsMore: whatever may be repeated on weaker evidence
// that it was not delivered may be repeated on stronger.
func TestStrongerEvidenceAllowsMore(t *testing.T) {
	ladder := []cause.Tier{cause.P0, cause.P1, cause.P2, cause.P3}
	every(func(p retry.Policy, f retry.Failure) {
		if f.Tier != cause.P3 || f.Symptom != cause.ReusedConnectionClosed {
			return
		}
		allowed := false
		for _, l := range slices.Backward(ladder) {
			f.Tier = l
			d := retry.Decide(p, f)
			if allowed && d.Action == retry.Answer {
				t.Fatalf("%s allows less than weaker evidence: %+v %+v: %v", f.Tier, p, f, d)
			}
			allowed = allowed || d.Action != retry.Answer
		}
	})
}

// TestUndeliveredIsTriedForEveryMethod: P0 looks at no method, budget or
// attempt count.
func TestUndeliveredIsTriedForEveryMethod(t *testing.T) {
	every(func(p retry.Policy, f retry.Failure) {
		if f.Tier != cause.P0 || f.Committed || !f.Replayable || f.Left <= 0 || p.Attempts <= 0 || !f.Others ||
			f.Symptom == cause.QueueTimeout || f.Symptom == cause.RequestShed {
			return
		}
		if d := retry.Decide(p, f); d.Action == retry.Answer {
			t.Fatalf("%+v %+v: %v", p, f, d)
		}
	})
}

func TestMethodsOfAClass(t *testing.T) {
	same := func(class []string, except func(f retry.Failure) bool) {
		every(func(p retry.Policy, f retry.Failure) {
			if f.Method != class[0] || except(f) {
				return
			}
			want := retry.Decide(p, f)
			for _, f.Method = range class[1:] {
				if got := retry.Decide(p, f); got != want {
					t.Fatalf("%s is not %s: %+v %+v: %v, not %v", f.Method, class[0], p, f, got, want)
				}
			}
		})
	}
	never := func(retry.Failure) bool { return false }
	same(safe, never)
	same(twice, never)
	same(append([]string{"GET"}, twice...), func(f retry.Failure) bool { return f.Tier == cause.P3 })
	same(risky, never)
}

// TestTheSameAgainAndAgain: a server that refuses every stream, or closes
// every connection before it takes a byte, must not keep an exchange busy.
func TestTheSameAgainAndAgain(t *testing.T) {
	for _, s := range symptoms {
		p, f := usual(s.tier, s.code)
		f.Made, f.Undelivered, f.Ambiguous = 0, 0, 0
		f.Others = false
		for {
			f.Made++
			if s.tier == cause.P0 {
				f.Undelivered++
			} else {
				f.Ambiguous++
			}
			if d := retry.Decide(p, f); d.Action == retry.Answer || d.Action == retry.Hold {
				break
			}
			if f.Made > 20 {
				t.Fatalf("%s %s is tried for ever", s.tier, s.code)
			}
		}
	}
}

// TestEveryExchangeEnds plays exchanges against a world that fails as badly as
// it can, and counts what was sent.
func TestEveryExchangeEnds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	codes := allSymptoms()
	methods := append(append(append([]string{}, safe...), twice...), risky...)
	for round := range 20000 {
		endpoints := 1 + rng.IntN(6)
		p := retry.Policy{Attempts: rng.IntN(4), UnsafeProbable: rng.IntN(2) == 0, P1Off: rng.IntN(2) == 0}
		f := retry.Failure{
			Method: methods[rng.IntN(len(methods))], IdempotencyKey: rng.IntN(4) == 0,
			Replayable: true, Left: time.Second, Budget: true,
		}
		charged, delivered := 0, 0
		for {
			f.Made++
			f.Symptom, f.Tier = codes[rng.IntN(len(codes))], cause.Tier(1+rng.IntN(6))
			f.Status = 500 + rng.IntN(5)
			f.Committed = f.Tier == cause.P4
			switch f.Tier {
			case cause.P0:
				f.Undelivered++
			case cause.P3:
				f.Ambiguous++
				delivered++
			case cause.P5:
				delivered++
			}
			f.Others = f.Made < endpoints
			d := retry.Decide(p, f)
			if d.Charged {
				charged++
			}
			if d.Action == retry.Answer || d.Action == retry.Hold {
				break
			}
			if f.Made > 100 {
				t.Fatalf("round %d does not end: %+v %+v", round, p, f)
			}
		}
		if charged > p.Attempts {
			t.Fatalf("%d attempts were charged, %d allowed", charged, p.Attempts)
		}
		if slices.Contains(risky, f.Method) && delivered > 1 {
			t.Fatalf("%s was delivered %d times", f.Method, delivered)
		}
	}
}
