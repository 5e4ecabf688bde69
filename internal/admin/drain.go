package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// drained is what became of an endpoint.
type drained struct {
	Endpoint string `json:"endpoint"`
	Drained  bool   `json:"drained"`
	// Pools is how many pools have the endpoint.
	Pools int `json:"pools"`
	// InFlight is how many exchanges it is still working on, in all of them.
	InFlight int64 `json:"in_flight"`
	// Deserted names the pools that have no endpoint left that takes new
	// exchanges: theirs are answered 503 from now on.
	Deserted []string `json:"deserted"`
}

// drain answers POST /api/v1/drain?endpoint=URL, and with on false
// POST /api/v1/undrain?endpoint=URL.
func (o Options) drain(on bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		endpoint, err := parseEndpoint(r)
		if err != nil {
			writeError(w, http.StatusBadRequest, err.Error())
			return
		}
		// What is drained stays so through reloads: a mistyped endpoint must
		// not be remembered and hit one that is configured later. Taking a
		// drain back can do no such harm.
		n := 0
		if !on || slices.Contains(o.endpoints(), endpoint) {
			n = o.Drain(endpoint, on)
		}
		if n == 0 {
			writeJSON(w, http.StatusNotFound, map[string]any{
				"error": fmt.Sprintf("no pool has the endpoint %s", endpoint), "endpoints": o.endpoints(),
			})
			return
		}
		d := drained{Endpoint: endpoint, Drained: on, Pools: n, Deserted: []string{}}
		o.lookAt(&d)
		writeJSON(w, http.StatusOK, d)
	}
}

func parseEndpoint(r *http.Request) (string, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", fmt.Errorf("the query cannot be read: %w", err)
	}
	for key := range v {
		if key != "endpoint" {
			return "", fmt.Errorf("unknown parameter %q; the only one is endpoint", key)
		}
	}
	if given := v["endpoint"]; len(given) != 1 || given[0] == "" {
		return "", fmt.Errorf("write one endpoint=URL, such as endpoint=%s", url.QueryEscape("http://127.0.0.1:9101"))
	}
	return v.Get("endpoint"), nil
}

// lookAt fills in what the pools say of the endpoint.
func (o Options) lookAt(d *drained) {
	for _, p := range o.Pools() {
		has, deserted := false, true
		for _, e := range p.Endpoints {
			if e.URL == d.Endpoint {
				has = true
				d.InFlight += e.Load.InFlight
			}
			deserted = deserted && e.Drained
		}
		if has && deserted {
			d.Deserted = append(d.Deserted, p.Name)
		}
	}
}

// endpoints are the URLs of all pools, each once, in the order of the
// configuration.
func (o Options) endpoints() []string {
	out := []string{}
	for _, p := range o.Pools() {
		for _, e := range p.Endpoints {
			if !slices.Contains(out, e.URL) {
				out = append(out, e.URL)
			}
		}
	}
	return out
}
