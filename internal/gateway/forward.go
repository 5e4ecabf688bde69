package gateway

import (
	"bytes"
	"net/netip"

	"torwart/internal/message"
)

// forward turns the request as it was received into the one the upstream
// gets: fields for one hop only are dropped, and who asked for what is told
// in X-Forwarded-*, Forwarded (RFC 7239), Via and X-Request-Id.
func (x *exchange) forward() {
	f := &x.req.Fields
	upgrade := x.req.Upgrade != nil
	if upgrade {
		// The value lives in the fields that are about to go.
		x.scratch = append(x.scratch[:0], x.req.Upgrade...)
	}
	message.StripConnection(f)
	if upgrade {
		f.AddName(message.Connection, "Upgrade")
		f.AddBytes([]byte("Upgrade"), x.scratch)
	}
	ip, port := splitClient(x.s.Client())
	believed := len(x.t.trust) > 0 && x.believes(ip)
	if !believed {
		f.Del(message.Forwarded)
		f.Del(message.XForwardedHost)
		f.Del(message.XForwardedProto)
		f.Del(message.XForwardedFor)
		f.Del(message.XRequestID)
	}
	x.addForwarded(ip, port)
	x.addForwardedFor(ip)
	if !f.Has(message.XForwardedProto) {
		f.AddName(message.XForwardedProto, x.req.Scheme)
	}
	if !f.Has(message.XForwardedHost) && len(x.req.Authority) > 0 {
		f.AddBytes([]byte("X-Forwarded-Host"), x.req.Authority)
	}
	if !f.Has(message.XRequestID) {
		f.AddBytes([]byte("X-Request-Id"), x.id[:])
	}
	f.AddName(message.Via, viaVersion(x.req.Version)+x.g.id)
	// An absolute-form target outranks Host (RFC 9112 section 3.2.2).
	if host, ok := f.Get(message.Host); !ok || !bytes.Equal(host, x.req.Authority) {
		f.Set(message.Host, string(x.req.Authority))
	}
}

func viaVersion(v message.Version) string {
	switch v {
	case message.HTTP10:
		return "1.0 "
	case message.HTTP2:
		return "2.0 "
	case message.HTTP3:
		return "3.0 "
	}
	return "1.1 "
}

// splitClient takes "ip:port" apart; ip keeps no brackets.
func splitClient(client string) (ip, port string) {
	for i := len(client) - 1; i >= 0; i-- {
		if client[i] == ':' {
			ip, port = client[:i], client[i+1:]
			if len(ip) > 1 && ip[0] == '[' {
				ip = ip[1 : len(ip)-1]
			}
			return ip, port
		}
	}
	return client, ""
}

func (x *exchange) believes(ip string) bool {
	addr, err := netip.ParseAddr(ip)
	return err == nil && x.t.trusted(addr.Unmap())
}

// addForwardedFor appends the client to the list a trusted peer sent, or
// begins one.
func (x *exchange) addForwardedFor(ip string) {
	f := &x.req.Fields
	x.scratch = x.scratch[:0]
	for v := range f.Values(message.XForwardedFor) {
		x.scratch = append(x.scratch, v...)
		x.scratch = append(x.scratch, ", "...)
	}
	f.Del(message.XForwardedFor)
	x.scratch = append(x.scratch, ip...)
	f.AddBytes([]byte("X-Forwarded-For"), x.scratch)
}

// addForwarded appends this hop to Forwarded (RFC 7239). An IPv6 address must
// be quoted and in brackets there; so must a host that is not a token.
func (x *exchange) addForwarded(ip, _ string) {
	f := &x.req.Fields
	b := x.scratch[:0]
	for v := range f.Values(message.Forwarded) {
		b = append(b, v...)
		b = append(b, ", "...)
	}
	f.Del(message.Forwarded)
	b = append(b, "for="...)
	if bytes.IndexByte([]byte(ip), ':') >= 0 {
		b = append(append(append(b, `"[`...), ip...), `]"`...)
	} else {
		b = append(b, ip...)
	}
	if len(x.req.Authority) > 0 {
		b = append(append(append(b, `;host="`...), x.req.Authority...), '"')
	}
	b = append(append(b, ";proto="...), x.req.Scheme...)
	f.AddBytes([]byte("Forwarded"), b)
	x.scratch = b
}
