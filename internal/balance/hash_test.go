package balance_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"torwart/internal/balance"
)

// byKey picks for one key after the other, so that a Hash can stand where a
// Picker stands.
type byKey struct {
	*balance.Hash
	next *uint64
}

func (k byKey) Pick(ls []*balance.Load, skip func(int) bool) int {
	*k.next++
	return k.PickKey(key(*k.next), ls, skip)
}

// withHash returns all pickers, by the number of endpoints.
func withHash() map[string]func(n int) balance.Picker {
	all := map[string]func(int) balance.Picker{
		"hash": func(n int) balance.Picker { return byKey{balance.NewHash(names(n)), new(uint64)} },
	}
	for name, make := range pickers {
		all[name] = func(int) balance.Picker { return make() }
	}
	return all
}

func key(n uint64) uint64 { return balance.Key(fmt.Appendf(nil, "client %d", n)) }

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("http://10.0.0.%d:80", i+1)
	}
	return out
}

const keys = 20_000

// homes says by name where each key goes.
func homes(names []string, ls []*balance.Load) []string {
	h := balance.NewHash(names)
	out := make([]string, keys)
	for k := range out {
		out[k] = names[h.PickKey(key(uint64(k)), ls, nil)]
	}
	return out
}

func TestHashSharesByWeight(t *testing.T) {
	for _, weights := range [][]int{{1, 1}, {1, 1, 1, 1, 1}, {5, 3, 2}, {100, 1}, {3, 3, 1, 1, 1, 1}} {
		h, ls, sum := balance.NewHash(names(len(weights))), weighted(weights...), 0
		for _, w := range weights {
			sum += w
		}
		got := make([]int, len(ls))
		for k := range keys {
			got[h.PickKey(key(uint64(k)), ls, nil)]++
		}
		for i, w := range weights {
			if want := keys * w / sum; got[i] < want*93/100-10 || got[i] > want*107/100+10 {
				t.Errorf("weights %v: %v", weights, got)
			}
		}
	}
}

// TestWeightsCountAmongTheRest: weights are compared among those that are left.
func TestWeightsCountAmongTheRest(t *testing.T) {
	h, ls, got := balance.NewHash(names(4)), weighted(1, 5, 1, 1), [4]int{}
	for k := range keys {
		got[h.PickKey(key(uint64(k)), ls, func(i int) bool { return i == 0 })]++
	}
	if want := keys * 5 / 7; got[0] != 0 || got[1] < want*97/100 || got[1] > want*103/100 {
		t.Errorf("weight 5 beside 1 and 1: %v", got)
	}
}

// TestOnlyTheKeysOfTheGoneMove: and when it comes back, they come back.
func TestOnlyTheKeysOfTheGoneMove(t *testing.T) {
	for _, weights := range [][]int{{1, 1, 1, 1, 1}, {3, 1, 2, 1, 5}} {
		ns := names(5)
		before := homes(ns, weighted(weights...))
		for gone := range 5 {
			without := slices.Delete(slices.Clone(ns), gone, gone+1)
			now := homes(without, weighted(slices.Delete(slices.Clone(weights), gone, gone+1)...))
			moved := map[string]int{}
			for k := range keys {
				if before[k] != ns[gone] && now[k] != before[k] {
					t.Fatalf("key %d moved from %s to %s, neither of which went", k, before[k], now[k])
				}
				if before[k] == ns[gone] {
					moved[now[k]]++
				}
			}
			// They are shared out, not all moved to one neighbour.
			if len(moved) != 4 {
				t.Errorf("the keys of endpoint %d went to %v", gone, moved)
			}
		}
	}
}

func TestOneMoreTakesItsShareOnly(t *testing.T) {
	before, now := homes(names(4), loads(4)), homes(names(5), loads(5))
	moved := 0
	for k := range keys {
		if before[k] == now[k] {
			continue
		}
		moved++
		if now[k] != names(5)[4] {
			t.Fatalf("key %d moved from %s to %s, which is not new", k, before[k], now[k])
		}
	}
	if moved < keys*18/100 || moved > keys*22/100 {
		t.Errorf("%d of %d keys moved, want a fifth", moved, keys)
	}
}

// TestOrderOfNamesDoesNotMatter: gateways of a fleet may read their endpoints
// from different files.
func TestOrderOfNamesDoesNotMatter(t *testing.T) {
	ns := names(6)
	before := homes(ns, loads(6))
	slices.Reverse(ns)
	if now := homes(ns, loads(6)); !slices.Equal(before, now) {
		t.Error("the same names in another order are other homes")
	}
}

// TestHashIsTheSameForever: a release that sends keys elsewhere empties the
// caches of whoever installs it. Do not mend this test; undo the change.
func TestHashIsTheSameForever(t *testing.T) {
	for text, want := range map[string]uint64{
		"": 0xefd01f60ba992926, "a": 0x82a2a958a9bece5b, "203.0.113.7": 0x987c7c1923965ade,
	} {
		if got := balance.Key([]byte(text)); got != want {
			t.Errorf("Key(%q) = %#x, want %#x", text, got, want)
		}
	}
	h, unnamed := balance.NewHash(names(5)), new(balance.Hash)
	var got, gotUnnamed, gotWeighted string
	for k := range uint64(32) {
		got += fmt.Sprint(h.PickKey(key(k), loads(5), nil))
		gotUnnamed += fmt.Sprint(unnamed.PickKey(key(k), loads(5), nil))
		gotWeighted += fmt.Sprint(h.PickKey(key(k), weighted(1, 2, 3, 4, 5), nil))
	}
	for _, c := range [][2]string{
		{got, "04310101312042411403341412332040"},
		{gotUnnamed, "20044004301120341010212330431033"},
		{gotWeighted, "34313121412442444433341412333044"},
	} {
		if c[0] != c[1] {
			t.Errorf("keys go to %s, went to %s", c[0], c[1])
		}
	}
}

func TestSameNamesShare(t *testing.T) {
	h, got := balance.NewHash([]string{"a", "a", "a"}), [3]int{}
	for k := range uint64(3000) {
		got[h.PickKey(key(k), loads(3), nil)]++
	}
	for _, n := range got {
		if n < 850 || n > 1150 {
			t.Errorf("three of the same name: %v", got)
		}
	}
}

// TestHomeThatIsUnfit: each reason sends the keys to their next homes, the
// same where the endpoint is skipped, and nobody else's keys move.
func TestHomeThatIsUnfit(t *testing.T) {
	h := balance.NewHash(names(4))
	all := loads(4)
	without := func(i int) bool { return i == 1 }
	unfit := map[string]func(*balance.Load){
		"sick": func(l *balance.Load) {
			for range 20 {
				failed(l, time.Now(), time.Millisecond)
			}
		},
		"full": func(l *balance.Load) {
			for range 10 {
				l.Begin(start)
			}
		},
	}
	for name, make := range unfit {
		ls := loads(4)
		make(ls[1])
		for k := range uint64(1000) {
			want := h.PickKey(key(k), all, without)
			if got := h.PickKey(key(k), ls, nil); got != want {
				t.Errorf("endpoint 1 is %s: key %d goes to %d, want %d", name, k, got, want)
			}
			if got := h.PickKey(key(k), ls, func(i int) bool { return i != 1 }); got != 1 {
				t.Errorf("only endpoint 1 is left, %s: key %d goes to %d", name, k, got)
			}
		}
	}
}

// TestLoadsAreBounded: one key that everybody asks for must not bring its home
// down.
func TestLoadsAreBounded(t *testing.T) {
	for _, weights := range [][]int{{1, 1, 1, 1}, {4, 2, 1, 1}} {
		h, ls, sum := balance.NewHash(names(4)), weighted(weights...), 0
		for _, w := range weights {
			sum += w
		}
		for n := 1; n <= 400; n++ {
			ls[h.PickKey(key(1), ls, nil)].Begin(start)
			for i, l := range ls {
				most := max(1.25*float64(n*weights[i])/float64(sum)+1, 4)
				if got := l.Snapshot(start).InFlight; float64(got) > most {
					t.Fatalf("weights %v: %d of %d in flight at endpoint %d, want at most %.0f", weights, got, n, i, most)
				}
			}
		}
	}
}

// TestFewInFlightDoNotPartAKey: with little going on, the mean is less than
// the one attempt a key has in flight.
func TestFewInFlightDoNotPartAKey(t *testing.T) {
	h, ls := balance.NewHash(names(5)), loads(5)
	home := h.PickKey(key(7), ls, nil)
	for n := range 4 {
		if got := h.PickKey(key(7), ls, nil); got != home {
			t.Errorf("with %d in flight the key leaves home", n)
		}
		ls[home].Begin(start)
	}
	if got := h.PickKey(key(7), ls, nil); got == home {
		t.Error("with 4 in flight at home and none elsewhere the key stays")
	}
}

// TestKeysComeHomeOnce: in a slow start a key that has come home stays there.
func TestKeysComeHomeOnce(t *testing.T) {
	h, cold, all := balance.NewHash(names(3)), loads(3), loads(3)
	home := map[uint64]bool{}
	for percent := range 101 {
		// Warmth is a matter of the wall clock: begin so long ago.
		cold[0].Warm(time.Now().Add(-time.Duration(percent)*time.Second), 100*time.Second)
		for k := range uint64(500) {
			got := h.PickKey(key(k), cold, nil)
			switch want := h.PickKey(key(k), all, nil); {
			case want != 0 && got != want:
				t.Fatalf("key %d of endpoint %d went to %d", k, want, got)
			case home[k] && got != 0:
				t.Fatalf("key %d left home again at %d %%", k, percent)
			}
			home[k] = home[k] || got == 0
		}
	}
}

func TestHashOfNobody(t *testing.T) {
	var h balance.Hash
	if got := h.PickKey(1, nil, nil); got != -1 {
		t.Errorf("of none: %d", got)
	}
	if got := h.PickKey(1, loads(3), func(int) bool { return true }); got != -1 {
		t.Errorf("with all skipped: %d", got)
	}
	for seed := range 64 { // skip reads state that others change
		calls := 0
		if got := h.PickKey(1, loads(3), func(int) bool { calls++; return seed>>(calls%6)&1 == 1 }); got < -1 || got > 2 {
			t.Fatalf("picked %d", got)
		}
	}
}

func TestPickingByKeyAllocatesNothing(t *testing.T) {
	h, ls, cookie := balance.NewHash(names(3)), weighted(1, 2, 3), []byte("3f2a9c77d1e8")
	ls[1].Warm(time.Now(), time.Minute)
	skip := func(i int) bool { return i == 0 }
	if n := testing.AllocsPerRun(100, func() { h.PickKey(balance.Key(cookie), ls, skip) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
