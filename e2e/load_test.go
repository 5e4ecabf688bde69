package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is a paced stream of requests to the shop the applications of testdata
// implement:
//
//	GET  /page/N       "page N", 4 KiB of filling, "end of page N"
//	PUT  /item/N       stores the body; "stored N, L bytes"
//	POST /order/ID     executes the order: one line into the order book, then
//	                   "accepted ID"
//
// Requests begin on time whether or not earlier ones were answered, as those
// of visitors do.
type load struct {
	visitors
	done     atomic.Int64
	inFlight atomic.Int64

	cancel context.CancelFunc
	wg     sync.WaitGroup
	mu     sync.Mutex
	all    []result
	asking map[int]bool // by number: under way
}

// result is one request of the load and what came of it.
type result struct {
	method, target string
	order          string // the POST's ID
	answer         answer
	err            error
	took           time.Duration
}

// failed says what a visitor would complain about, "" if nothing.
func (r *result) failed() string {
	switch {
	case r.err != nil:
		return r.err.Error()
	case r.answer.status != http.StatusOK:
		return fmt.Sprintf("status %d: %.200q", r.answer.status, r.answer.body)
	}
	return ""
}

// startLoad begins to send rate requests per second, of five three GET, one
// PUT and one POST.
func startLoad(t *testing.T, addr string, rate int) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{visitors: visitors{addr: addr}, cancel: cancel}
	l.wg.Go(func() { l.pace(ctx, rate) })
	t.Cleanup(func() { l.finish() })
	return l
}

// mostWaiting is how many visitors wait at once; more do not come. Without a
// bound a stall of the machine would end in a crowd no small server survives.
const mostWaiting = 200

// pace starts requests by the clock; the pacer being late does not thin them
// out.
func (l *load) pace(ctx context.Context, rate int) {
	begin := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			for due := int(now.Sub(begin).Seconds() * float64(rate)); n < due; n++ {
				if l.inFlight.Load() >= mostWaiting {
					continue
				}
				number := n
				l.inFlight.Add(1)
				l.wg.Go(func() {
					defer l.inFlight.Add(-1)
					l.mark(number, true)
					defer l.mark(number, false)
					l.one(number)
				})
			}
		}
	}
}

// bodySizes are those of PUT and POST bodies: some fit in one packet with the
// head, some do not.
var bodySizes = [...]int{20, 2_000, 40_000, 150_000}

func (l *load) one(n int) {
	r := result{method: http.MethodGet, target: fmt.Sprintf("/page/%d", n)}
	want := fmt.Sprintf("end of page %d\n", n)
	var body []byte
	switch n % 5 {
	case 3:
		r.method, r.target = http.MethodPut, fmt.Sprintf("/item/%d", n)
		body = filling(bodySizes[n/5%len(bodySizes)])
		want = fmt.Sprintf("stored %d, %d bytes\n", n, len(body))
	case 4:
		r.order = fmt.Sprintf("o%d", n)
		r.method, r.target = http.MethodPost, "/order/"+r.order
		body = filling(bodySizes[n/5%len(bodySizes)])
		want = fmt.Sprintf("accepted %s\n", r.order)
	}
	begin := time.Now()
	r.answer, r.err = l.ask(r.method, r.target, body)
	r.took = time.Since(begin)
	if r.failed() == "" && !bytes.HasSuffix(r.answer.body, []byte(want)) {
		r.err = fmt.Errorf("the answer does not end in %q: %.200q", want, r.answer.body)
	}
	if r.failed() == "" {
		r.answer = answer{status: r.answer.status, header: r.answer.header}
	}
	l.mu.Lock()
	l.all = append(l.all, r)
	l.mu.Unlock()
	l.done.Add(1)
}

// filling is n bytes of text.
func filling(n int) []byte {
	return []byte(strings.Repeat("0123456789abcde\n", n/16+1)[:n])
}

// finish ends the load, waits for what is under way, and returns everything.
func (l *load) finish() []result {
	l.cancel()
	l.wg.Wait()
	l.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}

func (l *load) mark(number int, asking bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking == nil {
		l.asking = map[int]bool{}
	}
	if asking {
		l.asking[number] = true
	} else {
		delete(l.asking, number)
	}
}

// caughtUp waits until what is under way now is answered. Two servers that
// die during one and the same request are more than anybody can save it from.
func (l *load) caughtUp(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	before := maps.Clone(l.asking)
	l.mu.Unlock()
	poll(t, 20*time.Second, "what was under way is answered", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for number := range before {
			if l.asking[number] {
				return false
			}
		}
		return true
	})
}

// more waits until n more requests are done.
func (l *load) more(t *testing.T, n int) {
	t.Helper()
	until := l.done.Load() + int64(n)
	poll(t, 20*time.Second, fmt.Sprintf("%d more requests are answered", n), func() bool { return l.done.Load() >= until })
}
