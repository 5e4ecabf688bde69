package main

import (
	"time"

	"torwart/internal/cause"
)

// scenario is one script that every gateway is led through.
type scenario struct {
	group string
	name  string // what -only is matched with

	// endpoints is how many there are; 0: three.
	endpoints int
	// manner is how all of them behave from the start.
	manner manner
	// prepare changes the stage before the gateway starts.
	prepare func(*stage) error
	// script is what happens while requests run.
	script func(*stage)

	// rate is how many requests are made per second, 0: usualRate, and
	// length how long, 0: usualLength. plan makes other requests than usual.
	rate   int
	length time.Duration
	plan   func(sc *scenario) []planned

	// limit is the longest the application takes, for an answer or between two
	// parts of one, as its operator knows. Only where it is given torwart is
	// told; its rivals always have one.
	limit time.Duration
	// idle is how long the application keeps connections, as its operator may
	// know. torwart is not told.
	idle time.Duration
	// retires is set where connections end unannounced, and the operator knows.
	retires bool

	// expect returns the right answer where it is not the usual one.
	expect func(request) (status int, body []byte, ok bool)
	// due is how long the script makes the right answer to a request take
	// that begins at a moment of the load.
	due func(at time.Duration) time.Duration
	// blind is set where endpoints drop connections without reading: a
	// request may have been delivered though none of them saw it.
	blind bool
	// excuse reports whether a failure was not avoidable, beyond the rule for
	// delivered POSTs.
	excuse func(*stage, *result) bool

	// symptoms are what torwart's ledger has to name, at least one of them,
	// besides what else it may. Neither: no attempt may be recorded as failed.
	symptoms, besides []cause.Code
	// bystanders is set where two endpoints of three are sound, so that the
	// latency of their answers can be compared with that of healthy days.
	bystanders bool
	// dns is set where the application is known by name, and reloads where the
	// gateway is reloaded.
	dns, reloads bool
}

const (
	usualRate   = 200
	usualLength = 1500 * time.Millisecond
	// outbreak is when faults begin: by then connections are kept.
	outbreak = 300 * time.Millisecond
	// tardy is how much longer than scripted makes an answer slow.
	tardy = time.Second
)

func (sc *scenario) count() int {
	if sc.endpoints == 0 {
		return 3
	}
	return sc.endpoints
}

func (sc *scenario) span() time.Duration {
	if sc.length == 0 {
		return usualLength
	}
	return sc.length
}

func (sc *scenario) perSecond() int {
	if sc.rate == 0 {
		return usualRate
	}
	return sc.rate
}

// requests returns the load, the same for every gateway.
func (sc *scenario) requests() []planned {
	if sc.plan != nil {
		return sc.plan(sc)
	}
	gap := time.Second / time.Duration(sc.perSecond())
	out := make([]planned, 0, sc.span()/gap)
	for i := range cap(out) {
		out = append(out, planned{usual(i + 1), time.Duration(i) * gap})
	}
	return out
}

// usual is the mix of the load: of five requests three are GET, one PUT and
// one POST.
func usual(id int) request {
	switch id % 5 {
	case 1:
		return request{id, "PUT", "doc", 50 + id*53%4000}
	case 3:
		return request{id, "POST", "order", 50 + id*29%900}
	}
	return request{id, "GET", "item", 200 + id*37%6000}
}

// spread returns n requests per second made by make.
func spread(sc *scenario, make func(id int) request) []planned {
	gap := time.Second / time.Duration(sc.perSecond())
	var out []planned
	for at := time.Duration(0); at < sc.span(); at += gap {
		out = append(out, planned{make(len(out) + 1), at})
	}
	return out
}

// each plans one kind of requests.
func each(make func(id int) request) func(*scenario) []planned {
	return func(sc *scenario) []planned { return spread(sc, make) }
}
