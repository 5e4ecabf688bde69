package gateway

import (
	"bytes"
	"strconv"
	"time"

	"torwart/internal/cause"
	"torwart/internal/message"
	"torwart/internal/upstream"
)

// resumable is what must be known of an answer before its head is sent, so
// that a body which breaks off can be continued from another endpoint.
type resumable struct {
	etag  []byte // strong; empty: cannot be resumed
	total int64  // length of the whole; -1: sent in chunks, not known
	tries int
}

// noteResumable decides whether the answer could be resumed: a whole 200 to a
// GET with a strong ETag, which promises the same bytes wherever it is met
// (RFC 9110 section 8.8.3).
func (x *exchange) noteResumable() {
	x.res.etag = x.res.etag[:0]
	x.res.tries = 0
	body := x.resp.Body
	if !x.rule.cfg.Resume || body == nil || body.Length() == 0 || x.resp.Status != 200 ||
		x.req.Method != "GET" || x.req.Fields.Has(message.Range) {
		return
	}
	if etag, ok := x.resp.Fields.Get(message.ETag); ok && len(etag) > 2 && etag[0] == '"' {
		x.res.etag = append(x.res.etag, etag...)
		x.res.total = body.Length()
	}
}

// resume continues a body that broke off after bytes of it reached the
// client: the rest is asked for by Range and If-Range (RFC 9110 section 14),
// elsewhere first. It returns the body to go on with, or nil when nobody
// could continue byte for byte.
func (x *exchange) resume(failure *cause.Error) message.Body {
	if failure.Side != cause.Upstream || len(x.res.etag) == 0 {
		return nil
	}
	x.deadline = time.Now().Add(x.rule.cfg.Timeouts.Request)
	for x.res.tries < x.rule.cfg.Retry.Attempts {
		x.res.tries++
		if !x.mayResume(failure) {
			return nil
		}
		next := x.continueFrom(x.bodySent)
		if next == nil {
			x.resumed = true
			return x.resp.Body
		}
		failure = next
	}
	return nil
}

// mayResume closes the book on the attempt that broke and asks the budget.
func (x *exchange) mayResume(failure *cause.Error) bool {
	x.att.Decision = "resume: p4-range"
	x.markFailed(failure)
	if x.counted {
		x.observe(time.Now(), x.headAt.Sub(x.att.Start), true)
		x.counted = false
	}
	x.closeConn()
	cfg := x.rule.cfg.Retry
	return cfg.Budget > 0 && x.rule.pool.budget.Withdraw()
}

// continueFrom makes one attempt at the rest of the body.
func (x *exchange) continueFrom(offset int64) *cause.Error {
	f := &x.req.Fields
	f.Set(message.Range, "bytes="+strconv.FormatInt(offset, 10)+"-")
	f.DelBytes([]byte("If-Range"))
	f.AddBytes([]byte("If-Range"), x.res.etag)
	if failure := x.take(upstream.AnyConn); failure != nil {
		return failure
	}
	failure := x.send()
	if failure == nil {
		failure = x.readHead()
	}
	if failure == nil {
		x.headAt = time.Now()
		x.att.Timings.Head = x.headAt.Sub(x.sentAt)
		failure = x.checkRange(offset)
	}
	return failure
}

// checkRange makes sure that the answer continues exactly the one that broke
// off, to its end.
func (x *exchange) checkRange(offset int64) *cause.Error {
	r := &x.resp
	rng, _ := r.Fields.Lookup("Content-Range")
	first, last, total, ok := parseRange(rng)
	etag, hasTag := r.Fields.Get(message.ETag)
	switch {
	case r.Status != 206, r.Body == nil, !ok, first != offset, last != total-1,
		x.res.total >= 0 && total != x.res.total, r.Body.Length() != total-offset,
		hasTag && !bytes.Equal(etag, x.res.etag):
		f := &cause.Error{
			Symptom: cause.ResponseBodyIncomplete, Tier: cause.P4, Side: cause.Upstream, Phase: cause.PhaseHead,
			Detail: "the rest was asked for and the answer does not continue it: status " + strconv.Itoa(r.Status),
		}
		x.conn.Answered(x.att, f)
		return f
	}
	x.res.total = total
	return nil
}

// parseRange reads a Content-Range such as "bytes 200-999/1000"
// (RFC 9110 section 14.4).
func parseRange(v []byte) (first, last, total int64, ok bool) {
	s, ok := bytes.CutPrefix(v, []byte("bytes "))
	from, rest, ok1 := bytes.Cut(s, []byte("-"))
	to, of, ok2 := bytes.Cut(rest, []byte("/"))
	if !ok || !ok1 || !ok2 {
		return 0, 0, 0, false
	}
	for _, n := range []struct {
		text []byte
		to   *int64
	}{{from, &first}, {to, &last}, {of, &total}} {
		v, err := strconv.ParseUint(string(n.text), 10, 62)
		if err != nil {
			return 0, 0, 0, false
		}
		*n.to = int64(v)
	}
	return first, last, total, true
}

// closeConn ends the attempt's connection, which nobody uses any more.
func (x *exchange) closeConn() {
	if x.conn != nil {
		x.stopPump()
		x.conn.Close()
		x.conn = nil
	}
}
