package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"torwart/internal/config"
)

func TestRulesByHostPathAndMethod(t *testing.T) {
	named := func(name string) string {
		return serverOf(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(name)) })
	}
	a, b, c, d, e := named("a"), named("b"), named("c"), named("d"), named("e")
	g := newGate(t, "", a)
	yaml := fmt.Sprintf(`
sites:
  - hosts: [exact.test]
    rules:
      - {path: /, to: [%q]}
      - {path: /api, to: [%q]}
      - {path: /api, methods: [POST], to: [%q]}
  - hosts: ["*.wild.test"]
    to: [%q]
  - hosts: [only.test]
    rules: [{path: /only, to: [%q]}]
`, a, b, c, d, e)
	cfg, problems := config.Parse("t.yaml", []byte(yaml))
	if cfg == nil {
		t.Fatal(problems)
	}
	if err := g.Apply(cfg); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ method, host, path, want string }{
		{"GET", "exact.test", "/", "200 a"},
		{"GET", "EXACT.test.:8080", "/x", "200 a"},
		{"GET", "exact.test", "/api", "200 b"},
		{"GET", "exact.test", "/api/v1?x=/y", "200 b"},
		{"GET", "exact.test", "/apix", "200 a"},
		{"POST", "exact.test", "/api/v1", "200 c"},
		{"GET", "exact.test", "/public/../api/x", "200 b"},
		{"GET", "exact.test", "/%61pi", "200 b"},
		{"GET", "exact.test", "//api", "200 b"},
		{"GET", "a.b.wild.test", "/", "200 d"},
		{"GET", "wild.test", "/", "421 "},
		{"GET", "unknown.test", "/", "421 "},
		{"GET", "only.test", "/only", "200 e"},
		{"GET", "only.test", "/other", "404 "},
	} {
		answer := g.raw(tc.method + " " + tc.path + " HTTP/1.1\r\nHost: " + tc.host + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		status, body := answer[9:13], answer[strings.LastIndex(answer, "\n")+1:]
		if got := status + body; !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s %s%s: %q, want %q", tc.method, tc.host, tc.path, got, tc.want)
		}
	}
}
