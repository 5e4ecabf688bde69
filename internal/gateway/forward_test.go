package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

// seen returns the header the upstream saw for a raw request head.
func seen(t *testing.T, trust string, head string) http.Header {
	t.Helper()
	arrived := make(chan http.Header, 1)
	g := newGate(t, "", serverOf(t, func(_ http.ResponseWriter, r *http.Request) {
		h := r.Header.Clone()
		h.Set("Host", r.Host)
		arrived <- h
	}))
	if trust != "" {
		cfg, problems := config.Parse("t.yaml", []byte("trust: [\""+trust+"\"]\nsites:\n  - to: [\""+g.Pools()[0].Name+"\"]\n"))
		if cfg == nil {
			t.Fatal(problems)
		}
		if err := g.Apply(cfg); err != nil {
			t.Fatal(err)
		}
	}
	g.raw(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n")
	select {
	case h := <-arrived:
		return h
	default:
		t.Fatal("nothing arrived")
		return nil
	}
}

func TestForwardedFields(t *testing.T) {
	const forged = "GET / HTTP/1.1\nHost: site.test\nConnection: close, X-Secret\nX-Secret: hop\nKeep-Alive: 5\nTE: trailers\n" +
		"X-Forwarded-For: 6.6.6.6\nX-Forwarded-Proto: https\nX-Forwarded-Host: evil.test\nForwarded: for=6.6.6.6\nX-Request-Id: abc\nAccept: a\n"
	t.Run("of a stranger are replaced", func(t *testing.T) {
		h := seen(t, "", forged)
		id, via := h.Get("X-Request-Id"), h.Get("Via")
		if len(id) != 16 || !strings.HasPrefix(via, "1.1 torwart-") {
			t.Errorf("X-Request-Id %q, Via %q", id, via)
		}
		h.Del("X-Request-Id")
		h.Del("Via")
		want := http.Header{
			"Host": {"site.test"}, "Accept": {"a"}, "X-Forwarded-For": {"127.0.0.1"},
			"X-Forwarded-Proto": {"http"}, "X-Forwarded-Host": {"site.test"},
			"Forwarded": {`for=127.0.0.1;host="site.test";proto=http`},
		}
		if diff := cmp.Diff(want, h); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
	t.Run("of a trusted peer are continued", func(t *testing.T) {
		h := seen(t, "127.0.0.0/8", forged)
		h.Del("Via")
		want := http.Header{
			"Host": {"site.test"}, "Accept": {"a"}, "X-Forwarded-For": {"6.6.6.6, 127.0.0.1"},
			"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil.test"}, "X-Request-Id": {"abc"},
			"Forwarded": {`for=6.6.6.6, for=127.0.0.1;host="site.test";proto=http`},
		}
		if diff := cmp.Diff(want, h); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
	t.Run("the target outranks Host", func(t *testing.T) {
		h := seen(t, "", "GET http://real.test/ HTTP/1.1\nHost: other.test\nConnection: close\n")
		if h.Get("Host") != "real.test" {
			t.Errorf("Host %q", h.Get("Host"))
		}
	})
}

func TestLoopIsSeen(t *testing.T) {
	g := newGate(t, "", refusing(t))
	g.apply("hold: 0s", g.url) // its own listener
	resp, err := g.client.Get(g.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 508 {
		t.Errorf("status %d, want 508\n%s", resp.StatusCode, body)
	}
}
