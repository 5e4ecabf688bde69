package gateway

import (
	"strconv"
	"time"

	"torwart/internal/cause"
	"torwart/internal/errorpage"
	"torwart/internal/locale"
	"torwart/internal/message"
	"torwart/internal/traffic"
)

// retryAfter is what a client is told to wait when nothing better is known.
const retryAfter = 5 * time.Second

// answer turns what is known at the end of a failed exchange into the
// client's answer. It is the only place where torwart itself answers.
func (x *exchange) answer(f *cause.Error) {
	x.failure = f
	switch {
	case f.Symptom == cause.ClientGone:
		x.outcome = traffic.Abandoned
		x.s.Abort()
		return
	case f.Side == cause.Downstream, f.Symptom == cause.RequestShed:
		x.outcome = traffic.Refused
	default:
		x.outcome = traffic.Conceded
	}
	if x.s.Committed() {
		x.s.Abort()
		return
	}
	x.status = statusOf(f)
	body := x.ownResponse(f)
	err := x.s.Respond(&x.resp, int64(len(body)))
	if err == nil && x.req.Method != "HEAD" {
		err = x.s.Write(body)
		x.bodySent = int64(len(body))
	}
	if err == nil {
		err = x.s.Finish(nil)
	}
	if err != nil {
		x.s.Abort()
	}
}

// statusOf is what the client gets for a failure.
func statusOf(f *cause.Error) int {
	if f.Status != 0 {
		return f.Status
	}
	if e := cause.LookupSymptom(f.Symptom); e != nil && e.Status != 0 {
		return e.Status
	}
	return 502
}

// ownResponse fills x.resp with our own answer and returns its body.
func (x *exchange) ownResponse(f *cause.Error) []byte {
	r := &x.resp
	r.Reset()
	r.Status = x.status
	fields := &r.Fields
	fields.AddName(message.Date, time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	fields.AddName(message.CacheControl, "no-store")
	if e := cause.LookupSymptom(f.Symptom); e != nil && e.ProxyStatus != "" {
		fields.AddName(message.ProxyStatus,
			x.g.id+"; error="+e.ProxyStatus+`; details="`+string(f.Symptom)+`"`)
	}
	fields.AddBytes([]byte("X-Request-Id"), x.id[:])
	page := x.page(f)
	if page.RetryAfter > 0 {
		fields.AddName(message.RetryAfter, strconv.Itoa(int(page.RetryAfter/time.Second)))
	}
	accept, _ := x.req.Fields.Lookup("Accept")
	kind := errorpage.Negotiate(string(accept))
	fields.AddName(message.ContentType, kind.ContentType())
	fields.Add("Vary", "Accept, Accept-Language")
	if kind == errorpage.HTML {
		fields.Add("Content-Security-Policy", errorpage.CSP())
	}
	if kind != errorpage.JSON {
		fields.Add("Content-Language", page.Lang)
	}
	return page.Append(nil, kind)
}

func (x *exchange) page(f *cause.Error) errorpage.Page {
	p := errorpage.Page{
		Status: x.status, Reference: string(x.id[:]), Host: string(x.req.Authority),
		Symptom: f.Symptom, Method: x.req.Method, Delivered: x.delivered(),
	}
	if v, ok := x.req.Fields.Get(message.AcceptLanguage); ok {
		p.Lang = string(locale.FromAcceptLanguage(string(v)))
	}
	if p.Lang == "" {
		p.Lang = "en"
	}
	switch x.status {
	case 502, 503, 504:
		p.RetryAfter = retryAfter
	}
	return p
}

// delivered reports whether the request may have reached the application in
// any of the attempts.
func (x *exchange) delivered() bool {
	for i := range x.rec.Attempts {
		if x.rec.Attempts[i].Tier > cause.P0 {
			return true
		}
	}
	return false
}
