package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

// defaultLimit is how many exchanges the ledger returns when not told.
const defaultLimit = 100

// ledger answers GET /api/v1/ledger?limit=&since=&id=&outcome=&symptom=&site=&endpoint=.
func (o Options) ledger(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	found := o.Ledger.Find(q)
	if found == nil {
		found = []traffic.Exchange{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"exchanges": found, "totals": o.Ledger.Totals()})
}

func parseQuery(r *http.Request) (ledger.Query, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return ledger.Query{}, fmt.Errorf("the query cannot be read: %w", err)
	}
	q := ledger.Query{
		Limit: defaultLimit, ID: v.Get("id"), Symptom: cause.Code(v.Get("symptom")),
		Site: v.Get("site"), Endpoint: v.Get("endpoint"),
	}
	for key := range v {
		switch key {
		case "limit", "since", "id", "outcome", "symptom", "site", "endpoint":
		default:
			return q, fmt.Errorf("unknown parameter %q; known are limit, since, id, outcome, symptom, site, endpoint", key)
		}
	}
	if s := v.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return q, fmt.Errorf("limit=%q: write a number, 0 for all", s)
		}
		q.Limit = n
	}
	if s := v.Get("since"); s != "" {
		t, err := parseSince(s)
		if err != nil {
			return q, err
		}
		q.Since = t
	}
	if s := v.Get("outcome"); s != "" {
		for _, out := range traffic.Outcomes() {
			if out.String() == s {
				q.Outcome = &out
			}
		}
		if q.Outcome == nil {
			return q, fmt.Errorf("outcome=%q: write one of %v", s, traffic.Outcomes())
		}
	}
	if q.Symptom != "" && cause.LookupSymptom(q.Symptom) == nil {
		return q, fmt.Errorf("symptom=%q is not in the catalogue; see torwart causes", q.Symptom)
	}
	return q, nil
}

// parseSince reads a time, or an age such as "15m".
func parseSince(s string) (time.Time, error) {
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return time.Now().Add(-d), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("since=%q: write an age such as 15m or a time such as 2026-11-20T03:00:00Z", s)
	}
	return t, nil
}
