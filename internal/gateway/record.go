package gateway

import (
	"time"

	"torwart/internal/message"
	"torwart/internal/traffic"
)

// record completes the exchange's record and hands it to those who keep it.
// The texts, which cost an allocation each, are filled in only when somebody
// will read them.
func (x *exchange) record() {
	r := &x.rec
	r.Start = x.start
	if x.endAt.IsZero() {
		x.endAt = time.Now()
	}
	r.Duration = x.endAt.Sub(x.start)
	r.Status, r.BodyBytes = x.status, x.bodySent
	r.Outcome = x.outcome
	if x.failure != nil && x.outcome != traffic.Saved && x.outcome != traffic.Served {
		r.Symptom, r.Detail = x.failure.Symptom, x.failure.Detail
	}
	if x.outcome == traffic.Saved {
		r.Save = traffic.Retried
		switch {
		case x.hedgeWon:
			r.Save = traffic.Hedged
		case x.resumed:
			r.Save = traffic.Resumed
		case !x.holdSince.IsZero():
			r.Save = traffic.Held
		}
	}
	if x.site != nil {
		r.Site = x.site.name
	}
	if x.rule != nil {
		r.Rule = x.rule.cfg.Path
	}
	access := x.g.opts.Access != nil && (x.g.opts.WantAccess == nil || x.g.opts.WantAccess())
	if access || x.noteworthy() {
		x.texts()
	}
	if x.g.opts.Ledger != nil {
		x.g.opts.Ledger.Record(r)
	}
	if m := x.g.opts.Meter; m != nil {
		m.Observe(r)
		m.Ended()
	}
	if access {
		x.g.opts.Access(r)
	}
}

// noteworthy reports whether the ledger will keep the exchange.
func (x *exchange) noteworthy() bool {
	if x.outcome != traffic.Served {
		return true
	}
	for i := range x.rec.Attempts {
		if x.rec.Attempts[i].Failed() {
			return true
		}
	}
	return false
}

func (x *exchange) texts() {
	r, q := &x.rec, x.req
	r.ID = string(x.id[:])
	r.Client, _ = splitClient(x.s.Client())
	r.Method, r.Scheme = q.Method, q.Scheme
	r.Host, r.Target = string(q.Authority), string(q.Path)
	r.Protocol = q.Version.String()
	if v, ok := q.Fields.Get(message.UserAgent); ok {
		r.Agent = string(v)
	}
	if v, ok := q.Fields.Lookup("Referer"); ok {
		r.Referer = string(v)
	}
}
