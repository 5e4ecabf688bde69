package gateway

import (
	"bytes"
	"strconv"
	"time"

	"torwart/internal/balance"
)

// Sticky sessions keep a client at the endpoint that answered it first, by a
// cookie that names the endpoint without giving its address away. They are a
// preference: when the endpoint is not fit, the client moves on to another and
// stays there.

// stickyName is what the cookie says of an endpoint: the same in all gateways
// of a fleet, and through restarts.
func stickyName(url string) string {
	return strconv.FormatUint(balance.Key([]byte(url)), 36)
}

// noteSticky finds the endpoint the client's cookie asks for.
func (x *exchange) noteSticky() {
	x.prefer = -1
	name := x.rule.cfg.Sticky.Cookie
	if name == "" {
		return
	}
	value := x.cookie(name)
	if len(value) == 0 {
		return
	}
	for i, e := range x.rule.pool.endpoints {
		if string(value) == e.sticky {
			x.prefer = i
			return
		}
	}
}

// cookie returns the value of the request's cookie of this name, or nil
// (RFC 6265 section 4.2).
func (x *exchange) cookie(name string) []byte {
	for key, line := range x.req.Fields.All() {
		if string(key) != "Cookie" && string(key) != "cookie" {
			continue
		}
		for len(line) > 0 {
			var pair []byte
			pair, line, _ = bytes.Cut(line, []byte(";"))
			k, v, ok := bytes.Cut(bytes.TrimLeft(pair, " "), []byte("="))
			if ok && string(k) == name {
				return v
			}
		}
	}
	return nil
}

// setSticky tells the client where it is, unless it knows.
func (x *exchange) setSticky() {
	s := x.rule.cfg.Sticky
	if s.Cookie == "" || x.prefer == x.epIndex || x.resp.Status >= 500 {
		return
	}
	b := append(x.scratch[:0], s.Cookie...)
	b = append(append(b, '='), x.ep.sticky...)
	b = append(b, "; Path=/; HttpOnly; SameSite=Lax"...)
	if s.TTL > 0 {
		b = append(b, "; Max-Age="...)
		b = strconv.AppendInt(b, int64(s.TTL/time.Second), 10)
	}
	x.resp.Fields.AddBytes([]byte("Set-Cookie"), b)
	x.scratch = b
}
