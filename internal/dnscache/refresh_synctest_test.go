package dnscache_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"torwart/internal/dnscache"
)

// TestMovedAddressAfterRefresh: whoever could not connect asks again, and gets
// what DNS says now.
func TestMovedAddressAfterRefresh(t *testing.T) {
	for _, run := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld("app.test. 3600 IN A 10.0.0.1")
			w.change(one, func(s *server) { s.delay = 20 * time.Millisecond })
			c := w.cache()
			if run {
				start(t, c)
			}
			lookup(t, c, "app.test")
			w.zone("app.test. 3600 IN A 10.0.0.2")
			c.Refresh("APP.test.")
			got, took := timed(t, c, "app.test")
			want(t, "moved", got, "10.0.0.2")
			if took != 20*time.Millisecond {
				t.Errorf("took %v", took)
			}
			if _, took = timed(t, c, "app.test"); took != 0 {
				t.Errorf("the next lookup took %v", took)
			}
		})
	}
}

// TestRefreshWhileDNSIsSilent: what is known comes after a moment.
func TestRefreshWhileDNSIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 3600 IN A 10.0.0.1")
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		w.change(one, func(s *server) { s.silent = true })
		c.Refresh("app.test")
		time.Sleep(100 * time.Millisecond)
		got, took := timed(t, c, "app.test")
		want(t, "lookup", got, "10.0.0.1")
		if took != 150*time.Millisecond {
			t.Errorf("took %v, want what is left of the moment", took)
		}
		if _, took = timed(t, c, "app.test"); took != 0 {
			t.Errorf("the next one waited again: %v", took)
		}
	})
}

// TestRefreshJoinsTheQuestionUnderWay, and has lookups wait for it.
func TestRefreshJoinsTheQuestionUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		w.change(one, func(s *server) { s.delay = 200 * time.Millisecond })
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		w.questions()
		time.Sleep(9 * time.Second)
		w.zone("app.test. 10 IN A 10.0.0.2")
		time.Sleep(950 * time.Millisecond) // asked again 50 ms ago
		if got, took := timed(t, c, "app.test"); got != "10.0.0.1" || took != 0 {
			t.Errorf("before: %s after %v", got, took)
		}
		c.Refresh("app.test")
		if got, took := timed(t, c, "app.test"); got != "10.0.0.2" || took != 150*time.Millisecond {
			t.Errorf("after: %s after %v", got, took)
		}
		if n := len(w.questions()); n != 2 {
			t.Errorf("%d questions", n)
		}
	})
}

func TestRefreshIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 3600 IN A 10.0.0.1")
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		w.questions()
		begun := time.Now()
		for time.Since(begun) < 3*time.Second {
			for range 10 {
				c.Refresh("app.test")
				lookup(t, c, "app.test")
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(w.questions()) / 2; n < 3 || n > 4 {
			t.Errorf("asked %d times in 3 s", n)
		}
		// What came too soon is made up for, without being asked again.
		time.Sleep(2 * time.Second)
		w.questions()
		c.Refresh("app.test")
		lookup(t, c, "app.test")
		c.Refresh("app.test")
		w.zone("app.test. 3600 IN A 10.0.0.2")
		want(t, "too soon", lookup(t, c, "app.test"), "10.0.0.1")
		time.Sleep(time.Second)
		want(t, "made up for", lookup(t, c, "app.test"), "10.0.0.2")
	})
}

func TestRefreshOfTheUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		c := w.cache()
		start(t, c)
		for _, name := range []string{"app.test", "10.0.0.1", "", "no name", "localhost"} {
			c.Refresh(name)
		}
		synctest.Wait()
		if q := w.questions(); q != nil || len(c.Snapshot()) != 0 {
			t.Errorf("asked %v, kept %v", q, c.Snapshot())
		}
	})
}

// TestRefreshNotAnsweredByTheLaggard: a question whose answer is in already,
// and that only waits for the other family, is no answer to a later refresh.
func TestRefreshNotAnsweredByTheLaggard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 3600 IN A 10.0.0.1")
		w.change(one, func(s *server) {
			s.answer = func(q dns.Question, m *dns.Msg) (*dns.Msg, bool) {
				return nil, q.Qtype == dns.TypeAAAA
			}
		})
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test") // AAAA is waited for during the next second
		w.zone("app.test. 3600 IN A 10.0.0.2")
		c.Refresh("app.test")
		got, _ := timed(t, c, "app.test")
		want(t, "moved", got, "10.0.0.2")
		time.Sleep(5 * time.Second)
		want(t, "and stays so", lookup(t, c, "app.test"), "10.0.0.2")
	})
}

// TestOneQuestionForAll: a hundred lookups at once are one question per type.
func TestOneQuestionForAll(t *testing.T) {
	for _, run := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld("app.test. 30 IN A 10.0.0.1")
			w.change(one, func(s *server) { s.delay = 20 * time.Millisecond })
			c := w.cache()
			if run {
				start(t, c)
			}
			var wg sync.WaitGroup
			for i := range 100 {
				wg.Go(func() {
					time.Sleep(time.Duration(i) * 100 * time.Microsecond)
					want(t, "lookup", lookup(t, c, "app.test"), "10.0.0.1")
				})
			}
			wg.Wait()
			if d := cmp.Diff([]string{"A app.test @" + one, "AAAA app.test @" + one}, w.questions()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestOneLeavesTheOthersStay: a lookup that gives up takes nothing from those
// that wait for the same name.
func TestOneLeavesTheOthersStay(t *testing.T) {
	for _, run := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld("app.test. 30 IN A 10.0.0.1")
			w.change(one, func(s *server) { s.delay = 60 * time.Millisecond })
			c := w.cache()
			if run {
				start(t, c)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
				defer cancel()
				addrs, err := c.LookupNetIP(ctx, "ip", "app.test")
				want(t, "the first", result(t, addrs, err), "dns-timeout")
			})
			time.Sleep(10 * time.Millisecond)
			got, took := timed(t, c, "app.test")
			want(t, "the second", got, "10.0.0.1")
			if took != 50*time.Millisecond {
				t.Errorf("took %v: began anew", took)
			}
			wg.Wait()
		})
	}
}

// TestRunOwnsWhatItBegan: its questions end with it, whoever waits for them
// asks again, and lookups work afterwards.
func TestRunOwnsWhatItBegan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 30 IN A 10.0.0.1")
		w.change(one, func(s *server) { s.delay = 50 * time.Millisecond })
		c := w.cache()
		stop := start(t, c)
		var wg sync.WaitGroup
		wg.Go(func() { want(t, "across the end", lookup(t, c, "app.test"), "10.0.0.1") })
		time.Sleep(10 * time.Millisecond)
		begun := time.Now()
		stop()
		if took := time.Since(begun); took != 0 {
			t.Errorf("Run took %v to end", took)
		}
		wg.Wait()
		want(t, "after the end", lookup(t, c, "other.test"), "dns-name-not-found")
		stop = start(t, c)
		want(t, "run again", lookup(t, c, "app.test"), "10.0.0.1")
		time.Sleep(29870 * time.Millisecond)
		if n := w.connections(); n != 2 {
			t.Errorf("%d questions under way shortly before the end of the TTL", n)
		}
		stop()
		if n := w.connections(); n != 0 {
			t.Errorf("%d questions outlived it", n)
		}
	})
}

func TestRunWorksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 10 IN A 10.0.0.1")
		w.change(one, func(s *server) { s.delay = time.Millisecond })
		c := w.cache()
		start(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		c.Run(ctx)
		if took := time.Since(begun); took != time.Second {
			t.Errorf("the second Run returned after %v", took)
		}
		// The first one is not disturbed.
		lookup(t, c, "app.test")
		w.zone("app.test. 10 IN A 10.0.0.2")
		time.Sleep(10 * time.Second)
		got, took := timed(t, c, "app.test")
		want(t, "refreshed", got, "10.0.0.2")
		if took != 0 {
			t.Errorf("waited %v", took)
		}
	})
}

// TestSetServers: what is known stays until the new servers have spoken.
func TestSetServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("app.test. 3600 IN A 10.0.0.1")
		w.change(two, func(s *server) {
			s.zone = []string{"app.test. 3600 IN A 10.0.0.2"}
			s.delay = 20 * time.Millisecond
		})
		c := w.cache()
		start(t, c)
		lookup(t, c, "app.test")
		w.questions()
		c.SetServers([]string{one})
		time.Sleep(time.Second)
		if q := w.questions(); q != nil {
			t.Errorf("asked %v although nothing changed", q)
		}
		c.SetServers([]string{two})
		got, took := timed(t, c, "app.test")
		if got != "10.0.0.1" && got != "10.0.0.2" || took > 20*time.Millisecond {
			t.Errorf("got %s after %v", got, took)
		}
		time.Sleep(time.Second)
		want(t, "asked the new one", lookup(t, c, "app.test"), "10.0.0.2")
		want(t, "resolver", entryOf(t, c, "app.test").Resolver, two)
		// A lookup under way asks the new servers as well.
		w.change(one, func(s *server) { s.silent = true })
		c.SetServers([]string{one})
		var wg sync.WaitGroup
		wg.Go(func() { want(t, "under way", lookup(t, c, "new.test"), "dns-name-not-found") })
		time.Sleep(100 * time.Millisecond)
		c.SetServers([]string{two})
		wg.Wait()
	})
}

func TestNamesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a.test. 3600 IN A 10.0.0.1", "b.test. 3600 IN A 10.0.0.2", "c.test. 3600 IN A 10.0.0.3")
		c := w.cache()
		c.MaxNames = 2
		for _, name := range []string{"a.test", "b.test", "a.test", "c.test"} {
			lookup(t, c, name)
			time.Sleep(time.Second)
		}
		var names []string
		for _, e := range c.Snapshot() {
			names = append(names, e.Name)
		}
		if d := cmp.Diff([]string{"a.test", "c.test"}, names); d != "" {
			t.Error(d)
		}
	})
}

func TestServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(
			"_http._tcp.app.test. 30 IN SRV 10 5 8080 a.test.",
			"_http._tcp.app.test. 30 IN SRV 10 20 8081 B.test.",
			"_http._tcp.app.test. 30 IN SRV 5 0 8082 gone.test.",
			"a.test. 60 IN A 10.0.0.1", "b.test. 60 IN A 10.0.0.2",
			"_none._tcp.app.test. 30 IN SRV 0 0 0 .",
			"_lost._tcp.app.test. 30 IN SRV 0 0 80 gone.test.",
		)
		c := w.cache()
		start(t, c)
		get := func() []dnscache.SRVTarget {
			t.Helper()
			targets, err := c.LookupSRV(t.Context(), "_http._tcp.app.test")
			if err != nil {
				t.Fatal(err)
			}
			return targets
		}
		wanted := []dnscache.SRVTarget{
			{Host: "gone.test", Port: 8082, Priority: 5},
			{Host: "b.test", Port: 8081, Priority: 10, Weight: 20, Addrs: addrs("10.0.0.2")},
			{Host: "a.test", Port: 8080, Priority: 10, Weight: 5, Addrs: addrs("10.0.0.1")},
		}
		if d := cmp.Diff(wanted, get(), compareAddr); d != "" {
			t.Error(d)
		}
		if e := entryOf(t, c, "_http._tcp.app.test"); len(e.Targets) != 3 || e.Targets[1].Addrs != nil {
			t.Errorf("snapshot %+v", e.Targets)
		}
		for name, symptom := range map[string]string{
			"_none._tcp.app.test": "dns-empty", "_lost._tcp.app.test": "dns-name-not-found",
			"_gone._tcp.app.test": "dns-name-not-found", "no name": "dns-name-not-found",
		} {
			_, err := c.LookupSRV(t.Context(), name)
			want(t, name, result(t, nil, err), symptom)
		}
		// Refreshing the service refreshes its targets, too.
		w.zone("_http._tcp.app.test. 30 IN SRV 10 5 8080 a.test.", "a.test. 60 IN A 10.0.0.9")
		c.Refresh("_http._tcp.app.test")
		wanted = []dnscache.SRVTarget{{Host: "a.test", Port: 8080, Priority: 10, Weight: 5, Addrs: addrs("10.0.0.9")}}
		if d := cmp.Diff(wanted, get(), compareAddr); d != "" {
			t.Error(d)
		}
		// The service vanishes: the target that still answers stays.
		w.change(one, func(s *server) { s.rcode = dns.RcodeServerFailure })
		time.Sleep(time.Minute)
		if d := cmp.Diff(wanted, get(), compareAddr); d != "" {
			t.Error(d)
		}
		if e := entryOf(t, c, "_http._tcp.app.test"); e.State != dnscache.Stale || !e.Service {
			t.Errorf("got %+v", e)
		}
	})
}

func TestVanishedService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(
			"_http._tcp.app.test. 30 IN SRV 1 1 8080 a.test.", "_http._tcp.app.test. 30 IN SRV 1 1 8081 b.test.",
			"a.test. 60 IN A 10.0.0.1", "b.test. 60 IN A 10.0.0.2",
		)
		c := w.cache()
		c.Reachable = func(_ context.Context, name string, at dnscacheAddr) bool {
			return name == "_http._tcp.app.test" && at.String() == "10.0.0.2:8081"
		}
		start(t, c)
		if targets, err := c.LookupSRV(t.Context(), "_http._tcp.app.test"); err != nil || len(targets) != 2 {
			t.Fatal(targets, err)
		}
		w.zone("a.test. 60 IN A 10.0.0.1", "b.test. 60 IN A 10.0.0.2")
		time.Sleep(31 * time.Second)
		targets, err := c.LookupSRV(t.Context(), "_http._tcp.app.test")
		if err != nil || len(targets) != 1 || targets[0].Host != "b.test" {
			t.Errorf("got %v, %v", targets, err)
		}
	})
}
