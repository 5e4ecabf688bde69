package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// load is the visitors: some a second, whatever becomes of those before.
type load struct {
	addr  string
	extra atomic.Pointer[net.Addr] // of the listener that comes and goes; nil while it is away
	stock *stock
	rate  float64 // visitors a second at most
	judge *judge

	visitors sync.WaitGroup

	mu     sync.Mutex
	paused bool
	number int
	under  map[int]visiting // way
	idle   []*line          // kept connections, the one longest idle first
	stay   []*line          // those of sleepers
	kinds  map[string]int   // visits so far

	woken int // sleepers that asked again and got the right answer
}

// visiting is a visit under way.
type visiting struct {
	since  time.Time
	judged bool
}

const (
	// beat is how often it is looked whether a visitor is due.
	beat = 10 * time.Millisecond
	// mostVisitors bounds who waits: a machine that cannot keep up is given
	// fewer, or its timeouts would be its own.
	mostVisitors = 150
	leastRate    = 20
)

// run sends visitors until ctx ends, and returns when the last has left.
func (l *load) run(ctx context.Context) {
	defer l.visitors.Wait()
	table := visits()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	rate, due, last := l.rate, 0.0, time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		since := time.Since(last)
		last = time.Now()
		if since > 4*beat {
			rate = max(rate/2, leastRate)
		}
		rate = min(rate*1.01, l.rate)
		for due += min(since, 4*beat).Seconds() * rate; due >= 1; due-- {
			l.send(table)
		}
	}
}

// send lets one visitor come, unless visitors are kept out.
func (l *load) send(table []visit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paused || len(l.under) >= mostVisitors {
		return
	}
	l.number++
	number := l.number
	// 7 is prime to the table's weights: kinds are mixed, always the same.
	v := pick(table, number*7)
	l.under[number] = visiting{time.Now(), v.judged}
	l.kinds[v.kind]++
	l.visitors.Go(func() {
		v.run(l, number)
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.under, number)
	})
}

func pick(table []visit, n int) visit {
	sum := 0
	for _, v := range table {
		sum += v.weight
	}
	n %= sum
	for _, v := range table {
		if n -= v.weight; n < 0 {
			return v
		}
	}
	return table[0]
}

// patience is how long a visitor waits for an answer.
const patience = 20 * time.Second

// settle waits until all who asked something before it was called have their
// answers. No second upstream is to fail before: one of three fails at a time.
func (l *load) settle(ctx context.Context) {
	begun := time.Now()
	for time.Since(begun) < patience && l.waiting(begun) > 0 && pause(ctx, beat) {
	}
}

// waiting counts judged visits that began before t.
func (l *load) waiting(t time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, v := range l.under {
		if v.judged && v.since.Before(t) {
			n++
		}
	}
	return n
}

// quiet keeps visitors out and waits until the last has left; then it closes
// all kept connections. It says when somebody does not leave.
func (l *load) quiet(ctx context.Context) error {
	l.mu.Lock()
	l.paused = true
	stay := l.stay
	l.stay = nil
	l.mu.Unlock()
	l.wakeUp(stay)
	begun := time.Now()
	for {
		l.mu.Lock()
		n := len(l.under)
		l.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Since(begun) > patience+5*time.Second {
			return fmt.Errorf("%d visitors are still waiting %v after the last one came", n, time.Since(begun).Round(time.Second))
		}
		pause(ctx, beat)
	}
	l.closeIdle()
	return nil
}

// resume lets visitors in again.
func (l *load) resume() {
	l.sleepIn()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = false
}

func (l *load) closeIdle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.idle {
		c.Close()
	}
	l.idle = nil
}
