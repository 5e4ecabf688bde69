package admin_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"torwart/internal/admin"
	"torwart/internal/config"
)

func TestWebPageOfAnotherOriginIsRefused(t *testing.T) {
	for _, fields := range [][]string{
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
	} {
		o := options()
		o.Reload = func() ([]config.Change, []config.Problem, error) {
			t.Errorf("%v: reloaded", fields)
			return nil, nil, nil
		}
		a := ask(t, o, "POST", "/api/v1/reload", fields...)
		if got := decode(t, a)["error"]; a.status != 403 || got != "refused: the request comes from a web page of another origin" {
			t.Errorf("%v: got %d %v", fields, a.status, got)
		}
	}
	// A program sends neither field, and a page of the interface itself may.
	if a := ask(t, options(), "POST", "/api/v1/reload", "Sec-Fetch-Site", "same-origin"); a.status != 200 {
		t.Errorf("same origin: got %d", a.status)
	}
}

func TestAnswersCannotBeReadByOtherOrigins(t *testing.T) {
	a := ask(t, options(), "GET", "/api/v1/ledger", "Origin", "https://evil.example")
	if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("Access-Control-Allow-Origin is %q", got)
	}
}

func TestNameThatLeadsToTheLoopbackIsRefused(t *testing.T) {
	for _, tc := range []struct {
		local, host string
		status      int
	}{
		{"127.0.0.1", "127.0.0.1:9180", 200},
		{"127.0.0.1", "localhost:9180", 200},
		{"127.0.0.1", "LocalHost.", 200},
		{"127.0.0.1", "torwart.localhost:9180", 200},
		{"127.0.0.1", "", 200},
		{"::1", "[::1]:9180", 200},
		{"::1", "[::1]", 200},
		{"127.0.0.1", "evil.example:9180", 403},
		{"127.0.0.1", "notlocalhost", 403},
		{"::1", "evil.example", 403},
		{"10.0.0.7", "gateway.internal:9180", 200},
	} {
		r := httptest.NewRequest("GET", "/api/v1/ledger", nil)
		r.Host = tc.host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey,
			net.Addr(&net.TCPAddr{IP: net.ParseIP(tc.local), Port: 9180})))
		w := httptest.NewRecorder()
		admin.New(options()).ServeHTTP(w, r)
		if w.Code != tc.status {
			t.Errorf("%s over %s: got %d, want %d", tc.host, tc.local, w.Code, tc.status)
		}
	}
}
