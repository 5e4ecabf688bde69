package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"torwart/internal/cause"
)

// recorded is the part of torwart's ledger that is compared here.
type recorded struct {
	Exchanges []exchange `json:"exchanges"`
}

type exchange struct {
	Method   string    `json:"method"`
	Target   string    `json:"target"`
	Outcome  string    `json:"outcome"`
	Symptom  string    `json:"symptom"`
	Detail   string    `json:"detail"`
	Attempts []attempt `json:"attempts"`
}

type attempt struct {
	Endpoint string     `json:"endpoint"`
	Symptom  cause.Code `json:"symptom"`
	Decision string     `json:"decision"`
	Error    string     `json:"error"`
	Detail   string     `json:"detail"`
	Reused   bool       `json:"reused"`
	Idle     int64      `json:"idle_age_ns"`
}

// askLedger returns everything that failed.
func askLedger(ctx context.Context, admin string) (*recorded, error) {
	ctx, cancel := context.WithTimeout(ctx, torwartPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/api/v1/ledger?limit=0", nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var r recorded
	return &r, json.NewDecoder(resp.Body).Decode(&r)
}

// verdict compares the symptoms recorded with those a scenario must and may
// have: "right", or what is not.
func (r *recorded) verdict(must, may []cause.Code) string {
	seen := map[cause.Code]int{}
	named := 0
	for _, x := range r.Exchanges {
		for _, a := range x.Attempts {
			if a.Symptom != "" {
				seen[a.Symptom]++
			}
		}
	}
	var wrong []string
	for code, n := range seen {
		if slices.Contains(must, code) {
			named += n
		} else if !slices.Contains(may, code) {
			wrong = append(wrong, fmt.Sprintf("%d× %s", n, code))
		}
	}
	slices.Sort(wrong)
	if len(must) > 0 && named == 0 {
		wrong = append(wrong, "no "+string(must[0]))
	}
	if len(wrong) == 0 {
		return "right"
	}
	return strings.Join(wrong, ", ")
}

// story tells the exchanges that failed to clients, and those with symptoms
// that are not allowed.
func (r *recorded) story(allowed []cause.Code, most int) string {
	var b strings.Builder
	for _, x := range r.Exchanges {
		odd := x.Outcome == "conceded"
		for _, a := range x.Attempts {
			odd = odd || a.Symptom != "" && !slices.Contains(allowed, a.Symptom)
		}
		if !odd || most == 0 {
			continue
		}
		most--
		fmt.Fprintf(&b, "    %s %s: %s %s %s\n", x.Method, x.Target, x.Outcome, x.Symptom, x.Detail)
		for _, a := range x.Attempts {
			fmt.Fprintf(&b, "      %s reused=%v idle=%.3fs %s | %s | %s | %s\n", a.Endpoint, a.Reused, float64(a.Idle)/1e9,
				a.Symptom, a.Decision, a.Detail, a.Error)
		}
	}
	return b.String()
}
