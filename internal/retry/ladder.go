package retry

import (
	"time"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// Policy is what the operator allows.
type Policy struct {
	// Attempts is how many more attempts one exchange may cost, not counting
	// those after which nothing had been delivered (P0). 0 switches retries
	// off, also for P0; holding stays on.
	Attempts int
	// UnsafeProbable lets unsafe methods be repeated on P2.
	UnsafeProbable bool
	// P1Off forbids repeating unsafe methods on P1. It wins over
	// UnsafeProbable: the stricter setting counts. An Idempotency-Key wins
	// over both.
	P1Off bool
}

// Failure is what is known when an attempt has failed. All counts include the
// attempt that just failed.
type Failure struct {
	Symptom cause.Code
	Tier    cause.Tier
	// Method as sent. Whatever RFC 9110 section 9.2.2 does not call
	// idempotent is unsafe to repeat, unknown methods too.
	Method string
	// IdempotencyKey is set when the request carries an Idempotency-Key.
	IdempotencyKey bool
	// Replayable is set when the request body can be sent again from its
	// first byte: there is none, nothing of it was consumed, or all that was
	// consumed stands in the replay buffer.
	Replayable bool
	// Made is how many attempts were made, at least 1.
	Made int
	// Undelivered is how many of Made ended in P0.
	Undelivered int
	// Ambiguous is how many of Made ended in P3.
	Ambiguous int
	// Others is set when an endpoint that did not fail this exchange yet can
	// be used.
	Others bool
	// Hope is set when an earlier failure of this exchange was one that
	// waiting may heal (see [MayHeal]): holding is then worth it also when the
	// endpoint that failed last will not come back.
	Hope bool
	// Left is the time until the exchange's deadline.
	Left time.Duration
	// Status is what the upstream answered, for P5.
	Status int
	// Outlier is set when the endpoint was known to fail where others serve
	// before this attempt.
	Outlier bool
	// Committed is set once a byte of the answer went to the client.
	Committed bool
	// Budget is set when [Budget.Available] said so.
	Budget bool
}

// Action is what to do next.
type Action uint8

// The actions. The zero value is the one that cannot do harm.
const (
	// Answer: do not try again.
	Answer Action = iota
	// Again: try at any endpoint, the failed one included, there on a fresh
	// connection.
	Again
	// Elsewhere: try at an endpoint that did not fail this exchange yet.
	Elsewhere
	// Hold: nothing takes connections; wait for an endpoint that does, within
	// the rule's hold time, and then try it.
	Hold
)

var actionNames = [...]string{"answer", "again", "elsewhere", "hold"}

// String returns the action's name.
func (a Action) String() string { return actionNames[a] }

// MarshalText writes the action as its name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Decision is what the ladder says about a failed attempt.
type Decision struct {
	Action Action
	// Reason is one of the Reason constants.
	Reason string
	// Charged is set when the new attempt costs a token: call
	// [Budget.Withdraw] before making it.
	Charged bool
}

// String returns "action: reason", as it stands in the ledger.
func (d Decision) String() string { return d.Action.String() + ": " + d.Reason }

// Reasons why an attempt is made. They are stable: they stand in the ledger
// and in metrics.
const (
	// ReasonUndelivered: P0, nothing was delivered.
	ReasonUndelivered = "p0-undelivered"
	// ReasonNothingConnects: P0 and no endpoint left to try now.
	ReasonNothingConnects = "p0-nothing-connects"
	// ReasonFIN: P1, nothing was acknowledged and the peer closed in order.
	ReasonFIN = "p1-closed-unread"
	// ReasonRST: P2, nothing was acknowledged and the method may be repeated.
	ReasonRST = "p2-reset-unread"
	// ReasonOptedIn: P2, and the operator lets unsafe methods be repeated.
	ReasonOptedIn = "p2-unsafe-opted-in"
	// ReasonKey: P1 or P2, and the client sent an Idempotency-Key.
	ReasonKey = "idempotency-key"
	// ReasonOnce: P3, an idempotent method's further try elsewhere.
	ReasonOnce = "p3-once-elsewhere"
	// ReasonOnceSame: P3, the same where there is no elsewhere.
	ReasonOnceSame = "p3-once-same"
	// ReasonStatus: P5, an idempotent method answered 502, 503 or 504.
	ReasonStatus = "p5-status-elsewhere"
)

// Reasons why no attempt is made, as stable as the others.
const (
	// ReasonCommitted: bytes of the answer reached the client (P4).
	ReasonCommitted = "committed"
	// ReasonNoAttempt: no attempt at an upstream failed.
	ReasonNoAttempt = "not-an-upstream-failure"
	// ReasonOnPurpose: the request was refused on purpose, or waited its time.
	ReasonOnPurpose = "refused-on-purpose"
	// ReasonHopeless: P0, no other endpoint, and waiting will not heal it.
	ReasonHopeless = "p0-will-not-heal"
	// ReasonUnsafeP1: P1, unsafe method, switched off.
	ReasonUnsafeP1 = "p1-unsafe-off"
	// ReasonUnsafeP2: P2, unsafe method, not opted in.
	ReasonUnsafeP2 = "p2-unsafe-not-opted-in"
	// ReasonUnsafeP3: P3, unsafe method: it may have been executed.
	ReasonUnsafeP3 = "p3-unsafe-never"
	// ReasonOnceSpent: P3, and the further tries were made.
	ReasonOnceSpent = "p3-once-spent"
	// ReasonNoOther: no other endpoint, and the same one would only fail
	// again.
	ReasonNoOther = "no-other-endpoint"
	// ReasonAnswered: P5, an answer that is not tried elsewhere.
	ReasonAnswered = "p5-answered"
	// ReasonOff: retries are switched off.
	ReasonOff = "retries-off"
	// ReasonSpent: the exchange had all its attempts.
	ReasonSpent = "attempts-spent"
	// ReasonNotReplayable: the request body cannot be sent again.
	ReasonNotReplayable = "not-replayable"
	// ReasonDeadline: no time left.
	ReasonDeadline = "deadline"
	// ReasonBudget: no token left.
	ReasonBudget = "budget-spent"
)

// Decide says what to do after an attempt failed. It is the whole ladder: no
// other code in the program decides to send a request a second time.
//
// The order of the questions is the order in which an operator wants to hear
// the reason: first what the evidence forbids, then what policy forbids, then
// what ran out.
func Decide(p Policy, f Failure) Decision {
	if f.Committed || f.Tier == cause.P4 {
		return no(ReasonCommitted)
	}
	switch f.Tier {
	case cause.P0:
		return undelivered(p, f)
	case cause.P1, cause.P2:
		return unread(p, f)
	case cause.P3:
		return ambiguous(p, f)
	case cause.P5:
		return answered(p, f)
	}
	return no(ReasonNoAttempt)
}

// undelivered is P0: every method, every endpoint, no token. It costs no
// attempt either: each endpoint is tried once, then the exchange is held, so
// that one living endpoint of fifty is found.
func undelivered(p Policy, f Failure) Decision {
	d := Decision{Elsewhere, ReasonUndelivered, false}
	switch {
	case f.Symptom == cause.QueueTimeout || f.Symptom == cause.RequestShed:
		return no(ReasonOnPurpose)
	case onConnection(f.Symptom) && f.Made < freeAgain:
		d.Action = Again
	case f.Others:
	case !f.Hope && !MayHeal(f.Symptom):
		return no(ReasonHopeless)
	default:
		d = Decision{Hold, ReasonNothingConnects, false}
	}
	if p.Attempts <= 0 && d.Action != Hold {
		return no(ReasonOff)
	}
	if r := missing(f); r != "" {
		return no(r)
	}
	return d
}

// unread is P1 and P2: a reused connection ended and nothing of the request
// was acknowledged. The endpoint is not to blame, so any will do.
func unread(p Policy, f Failure) Decision {
	reason := ReasonFIN
	if f.Tier == cause.P2 {
		reason = ReasonRST
	}
	switch {
	case message.Idempotent(f.Method):
	case f.IdempotencyKey:
		reason = ReasonKey
	case f.Tier == cause.P1 && p.P1Off:
		return no(ReasonUnsafeP1)
	case f.Tier == cause.P1:
	case p.UnsafeProbable && !p.P1Off:
		reason = ReasonOptedIn
	default:
		return no(ReasonUnsafeP2)
	}
	// It costs no token either: a connection that was stale says nothing about
	// how much the upstream can take.
	if r := spent(p, f); r != "" {
		return no(r)
	}
	return Decision{Again, reason, false}
}

// ambiguous is P3: delivered, and then nobody knows. An Idempotency-Key does
// not help here: the gateway cannot know that the application honours it, and
// the client, who does, may repeat the request itself.
//
// Where no other endpoint exists, "once, elsewhere" becomes once on a fresh
// connection to the same one, but only if the connection ended: that is a
// process which died or was restarted, and its successor may answer. One that
// was too slow, or answered garbage, would do so again.
func ambiguous(p Policy, f Failure) Decision {
	d := Decision{Elsewhere, ReasonOnce, true}
	switch {
	case !message.Idempotent(f.Method):
		return no(ReasonUnsafeP3)
	case f.Ambiguous > furtherTries(f):
		return no(ReasonOnceSpent)
	case f.Others:
	case ended(f.Symptom):
		d = Decision{Again, ReasonOnceSame, true}
	default:
		return no(ReasonNoOther)
	}
	return charge(p, f, d)
}

// furtherTries is how many P3 failures of an exchange are followed by another
// attempt.
func furtherTries(f Failure) int {
	if message.Safe(f.Method) && ended(f.Symptom) {
		return 2
	}
	return 1
}

// answered is P5: the upstream's own verdict. Only the statuses that speak of
// the upstream's state and not of the request are tried elsewhere, and only
// for methods that may be repeated: a gateway behind us that says 502 may
// have delivered the request to its application all the same.
func answered(p Policy, f Failure) Decision {
	away := f.Status == 502 || f.Status == 503 || f.Status == 504
	// A 500 is the application's word on the request, unless the endpoint is
	// known to say so where others serve.
	away = away || f.Status == 500 && f.Outlier && message.Safe(f.Method)
	switch {
	case !away || !message.Idempotent(f.Method):
		return no(ReasonAnswered)
	case !f.Others:
		return no(ReasonNoOther)
	}
	return charge(p, f, Decision{Elsewhere, ReasonStatus, true})
}

// charge lets d through if nothing has run out.
func charge(p Policy, f Failure, d Decision) Decision {
	if r := spent(p, f); r != "" {
		return no(r)
	}
	if !f.Budget {
		return no(ReasonBudget)
	}
	return d
}

// spent names what allows no further attempt of a request that may have been
// delivered, the budget aside.
func spent(p Policy, f Failure) string {
	switch {
	case p.Attempts <= 0:
		return ReasonOff
	case f.Made-f.Undelivered > p.Attempts:
		return ReasonSpent
	}
	return missing(f)
}

// missing names what every further attempt needs and is not there.
func missing(f Failure) string {
	switch {
	case !f.Replayable:
		return ReasonNotReplayable
	case f.Left <= 0:
		return ReasonDeadline
	}
	return ""
}

func no(reason string) Decision { return Decision{Answer, reason, false} }
