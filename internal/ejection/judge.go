package ejection

import (
	"fmt"
	"math"
	"time"
)

const (
	// together is how close failures follow each other that may be one piece
	// of news: whatever was under way when a process died.
	together = int64(20 * time.Millisecond)
	// chance is how likely a row of failures may be, with all endpoints
	// equally bad, and still eject one: once in a million.
	chance = 1e-6
	// sigmas is how many standard errors an error rate has to lie above the
	// others'.
	sigmas = 5
	// odds is how many times the odds to fail have to be those at the others.
	// Unlike a ratio of rates it can also tell 100 % from 80 %.
	odds = 4
)

// failed takes in a failure of an attempt that began at began.
func (p *Pool) failed(m, began moment, i int, shape uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &p.endpoints[i]
	p.expire(m, i)
	counts := e.until.Load() == 0 && began >= e.returned.Load()
	if shape != 0 {
		s := p.shapes.claim(m, shape)
		s.failedAt(m, i)
		counts = counts && !p.quarantine(m, s)
	}
	if counts {
		e.window.add(m, aFailure)
	}
	if counts && !e.oldNews(m, began) {
		p.strike(m, i, shape)
		p.judgeRow(m, i)
		p.judgeRate(m, i)
	}
	p.relieve(m)
}

// strike adds a failure to the row of endpoint i. It counts against it when
// another endpoint served since the last one; in trouble that all share it does
// not.
func (p *Pool) strike(m moment, i int, shape uint64) {
	e := &p.endpoints[i]
	if e.row.Load() == 0 || p.othersServed(i, e.lastFailed.Load()) {
		e.failures[e.next%remembered] = shape
		e.next++
		e.strikes++
	}
	if e.trial > 0 {
		e.trial = proving
	}
	e.row.Add(1)
	e.lastFailed.Store(m)
}

// look makes the tests that need a look at the whole pool, unless somebody else
// just does.
func (p *Pool) look(m moment) {
	next := p.review.Load()
	if m < next || !p.review.CompareAndSwap(next, m+int64(reviewEvery)) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.endpoints {
		p.expire(m, i)
	}
	p.judgeLatencies(m)
	p.relieve(m)
}

// judgeRow ejects endpoint i if it failed too often in a row.
func (p *Pool) judgeRow(m moment, i int) {
	e, needs := &p.endpoints[i], min(p.opts.Failures, remembered)
	if needs <= 0 || e.strikes < p.opts.Failures || e.until.Load() != 0 {
		return
	}
	of := min(e.strikes, remembered)
	count, proof := p.against(i, of)
	if count < needs || !proof {
		return
	}
	// A long time tells the others' rate, a short one that it has just changed.
	rate := max(p.others(m, i, slots).rate(), p.others(m, i, 2).rate())
	if math.Pow(rate, float64(count)) > chance {
		return
	}
	why := fmt.Sprintf("%d failures in a row", e.row.Load())
	if e.trial > 0 {
		why = "failed again after its return"
	}
	if p.eject(m, i, why) {
		e.proofOf, e.proofNeeds = of, needs
	}
}

// judgeRate ejects endpoint i, which has just failed, if it fails much more
// often than the others did at the same time.
func (p *Pool) judgeRate(m moment, i int) {
	e, least := &p.endpoints[i], p.opts.MinRequests
	own, span := e.window.sum(m, least)
	if p.opts.ErrorRate <= 0 || own.all < least || own.rate() < p.opts.ErrorRate || e.until.Load() != 0 {
		return
	}
	others := p.others(m, i, span)
	if others.all < least || !clearlyWorse(own, others) {
		return
	}
	last := min(own.failed, remembered)
	if _, proof := p.against(i, last); !proof {
		return
	}
	if p.eject(m, i, fmt.Sprintf("error rate %.0f %% against %.0f %%", own.rate()*100, others.rate()*100)) {
		e.proofOf, e.proofNeeds = last, 1
	}
}

// clearlyWorse reports whether a fails more often than b, beyond chance and
// beyond what is worth a difference.
func clearlyWorse(a, b counts) bool {
	both, n, m := a.plus(b).rate(), float64(a.all), float64(b.all)
	byChance := sigmas * math.Sqrt(both*(1-both)*(1/n+1/m))
	return a.rate()-b.rate() >= byChance && a.rate()*(1-b.rate()) >= odds*b.rate()*(1-a.rate())
}

// against returns how many of the last failures at endpoint i count against
// it, and whether they prove anything: either they are of several shapes, or
// of one that is served elsewhere.
func (p *Pool) against(i, last int) (count int, proof bool) {
	e := &p.endpoints[i]
	var seen uint64
	for k := 1; k <= min(last, e.next); k++ {
		shape := e.failures[(e.next-k)%remembered]
		blame := p.shapes.blame(i, shape)
		if blame == blameNone {
			continue
		}
		// A shape nobody knows is one of a kind.
		proof = proof || blame == blameAll || count > 0 && (shape == 0 || shape != seen)
		count++
		seen = shape
	}
	return count, proof
}

// othersServed reports whether an endpoint other than i served since.
func (p *Pool) othersServed(i int, since moment) bool {
	for j := range p.endpoints {
		if e := &p.endpoints[j]; j != i && e.until.Load() == 0 && e.lastServed.Load() >= since {
			return true
		}
	}
	return false
}

// others adds up what the endpoints other than i did in the latest slots of
// time.
func (p *Pool) others(m moment, i, span int) (sum counts) {
	for j := range p.endpoints {
		if e := &p.endpoints[j]; j != i && e.until.Load() == 0 {
			sum = sum.plus(e.window.sumOver(m, span))
		}
	}
	return sum
}

// useless reports whether an endpoint serves nobody any more.
func (p *Pool) useless(m moment, e *endpoint) bool {
	c, _ := e.window.sum(m, p.opts.MinRequests)
	return int(e.row.Load()) >= max(uselessRow, p.opts.Failures) ||
		c.all >= p.opts.MinRequests && c.rate() >= uselessRate
}
