package admin_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/admin"
	"torwart/internal/balance"
	"torwart/internal/gateway"
)

const (
	one   = "http://127.0.0.1:9101"
	two   = "http://127.0.0.1:9102"
	three = "unix:/run/api.sock"
)

// drainable is a gateway of two pools that share an endpoint.
func drainable() (o admin.Options, drained map[string]bool) {
	drained = make(map[string]bool)
	inFlight := map[string]int64{one: 3, two: 1}
	pool := func(urls ...string) gateway.PoolState {
		s := gateway.PoolState{Name: urls[0]}
		for _, u := range urls {
			s.Endpoints = append(s.Endpoints, gateway.EndpointState{
				URL: u, Up: true, Drained: drained[u], Load: balance.Snapshot{InFlight: inFlight[u]},
			})
		}
		return s
	}
	o = options()
	o.Pools = func() []gateway.PoolState { return []gateway.PoolState{pool(one, two), pool(three, one)} }
	o.Drain = func(u string, on bool) int {
		drained[u] = on
		return map[string]int{one: 2, two: 1, three: 1}[u]
	}
	return o, drained
}

func drainTarget(action, endpoint string) string {
	return "/api/v1/" + action + "?endpoint=" + url.QueryEscape(endpoint)
}

func TestDrainSaysWhatIsLeftToDo(t *testing.T) {
	o, drained := drainable()
	for _, tc := range []struct {
		what, action, endpoint string
		want                   map[string]any
	}{
		{"an endpoint of both pools", "drain", one, map[string]any{
			"endpoint": one, "drained": true, "pools": 2.0, "in_flight": 6.0, "deserted": []any{},
		}},
		{"the last of one of them", "drain", three, map[string]any{
			"endpoint": three, "drained": true, "pools": 1.0, "in_flight": 0.0, "deserted": []any{three},
		}},
		{"the last of the other", "drain", two, map[string]any{
			"endpoint": two, "drained": true, "pools": 1.0, "in_flight": 1.0, "deserted": []any{one},
		}},
		{"back again", "undrain", one, map[string]any{
			"endpoint": one, "drained": false, "pools": 2.0, "in_flight": 6.0, "deserted": []any{},
		}},
	} {
		a := ask(t, o, "POST", drainTarget(tc.action, tc.endpoint))
		if diff := cmp.Diff(tc.want, decode(t, a)); a.status != 200 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", tc.what, a.status, diff)
		}
		if want := tc.action == "drain"; drained[tc.endpoint] != want {
			t.Errorf("%s: drained %v", tc.what, drained[tc.endpoint])
		}
	}
}

// A drain outlives reloads, so that of an endpoint nobody has must not be
// remembered; one that was configured once can be taken back.
func TestUnknownEndpointIsNotDrained(t *testing.T) {
	o, drained := drainable()
	const unknown = "http://127.0.0.1:9109"
	for _, action := range []string{"drain", "undrain"} {
		drained[unknown] = action == "undrain"
		a := ask(t, o, "POST", drainTarget(action, unknown))
		want := map[string]any{
			"error": "no pool has the endpoint " + unknown, "endpoints": []any{one, two, three},
		}
		if diff := cmp.Diff(want, decode(t, a)); a.status != 404 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", action, a.status, diff)
		}
		if drained[unknown] {
			t.Errorf("%s: the endpoint is drained", action)
		}
	}
}

func TestDrainSaysWhatIsWrongWithAQuestion(t *testing.T) {
	o, drained := drainable()
	const write = "write one endpoint=URL, such as endpoint=http%3A%2F%2F127.0.0.1%3A9101"
	for query, want := range map[string]string{
		"":                       write,
		"endpoint=":              write,
		"endpoint=a&endpoint=b":  write,
		"url=a":                  `unknown parameter "url"; the only one is endpoint`,
		"endpoint=a&wait=1s":     `unknown parameter "wait"; the only one is endpoint`,
		"endpoint=%zz":           `the query cannot be read: invalid URL escape "%zz"`,
		"endpoint=a;endpoint=b&": `the query cannot be read: invalid semicolon separator in query`,
	} {
		for _, action := range []string{"drain", "undrain"} {
			a := ask(t, o, "POST", "/api/v1/"+action+"?"+query)
			if got := decode(t, a)["error"]; a.status != 400 || got != want {
				t.Errorf("%s?%s: got %d %v, want 400 %s", action, query, a.status, got, want)
			}
		}
	}
	if len(drained) != 0 {
		t.Errorf("drained: %v", drained)
	}
}

func TestReadingAndOtherOriginsDrainNothing(t *testing.T) {
	o, drained := drainable()
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"} {
		if a := ask(t, o, method, drainTarget("drain", one)); a.status != 405 || a.header.Get("Allow") != "POST" {
			t.Errorf("%s: got %d, Allow %q", method, a.status, a.header.Get("Allow"))
		}
	}
	if a := ask(t, o, "POST", drainTarget("drain", one), "Origin", "https://evil.example"); a.status != 403 {
		t.Errorf("another origin: got %d", a.status)
	}
	if len(drained) != 0 {
		t.Errorf("drained: %v", drained)
	}
}
