package gateway

import "torwart/internal/cause"

// admit takes a place among the exchanges the rule serves at once.
func (x *exchange) admit() *cause.Error {
	r := x.rule
	if n := r.inFlight.Add(1); r.cfg.Limits.Concurrent > 0 && n > int64(r.cfg.Limits.Concurrent) {
		r.inFlight.Add(-1)
		return &cause.Error{
			Symptom: cause.RequestShed, Side: cause.Internal,
			Detail: "limits.concurrent of the rule is reached",
		}
	}
	r.pool.budget.Deposit()
	if r.hedges != nil {
		r.hedges.Deposit()
	}
	if b := x.req.Body; b != nil {
		if max := r.cfg.Limits.Body; max > 0 && b.Length() > max {
			r.inFlight.Add(-1)
			return bodyTooLarge()
		}
	}
	return nil
}

// leave gives the place back.
func (x *exchange) leave() { x.rule.inFlight.Add(-1) }

func bodyTooLarge() *cause.Error {
	return &cause.Error{
		Symptom: cause.ClientRequestTooLarge, Side: cause.Downstream, Status: 413,
		Detail: "the body is larger than limits.body",
	}
}
