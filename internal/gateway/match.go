package gateway

import (
	"bytes"
	"net/url"
	"path"
	"strings"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// match finds the site and rule for the request, refusing what is not for us
// and what came from ourselves.
func (x *exchange) match() *cause.Error {
	if x.loops() {
		return &cause.Error{
			Symptom: cause.ProxyLoop, Side: cause.Internal,
			Detail: "the request came back to the gateway that sent it",
		}
	}
	if x.req.Method == "CONNECT" {
		return refused(405, "CONNECT: this is a gateway, not a forward proxy")
	}
	s := x.t.site(x.hostKey())
	if s == nil {
		return refused(421, "no site serves this host")
	}
	x.site = s
	x.rule = s.rule(x.req.Method, matchPath(x.req.Path))
	if x.rule == nil {
		return refused(404, "no rule of the site is for this path and method")
	}
	x.deadline = x.start.Add(x.rule.cfg.Timeouts.Request)
	return nil
}

// refused is an answer given on purpose to a request that is not for us.
func refused(status int, detail string) *cause.Error {
	return &cause.Error{
		Symptom: cause.GatewayMisconfigured, Side: cause.Downstream,
		Status: status, Detail: detail,
	}
}

// loops reports whether our own mark is in Via (RFC 9110 section 7.6.3).
func (x *exchange) loops() bool {
	for v := range x.req.Fields.Values(message.Via) {
		if bytes.Contains(v, []byte(x.g.id)) {
			return true
		}
	}
	return false
}

// hostKey returns the authority without port, in lower case.
func (x *exchange) hostKey() []byte {
	host := x.req.Authority
	if i := bytes.LastIndexByte(host, ':'); i >= 0 && bytes.IndexByte(host[i:], ']') < 0 {
		host = host[:i]
	}
	host = bytes.TrimSuffix(host, []byte("."))
	x.scratch = append(x.scratch[:0], host...)
	for i, c := range x.scratch {
		if 'A' <= c && c <= 'Z' {
			x.scratch[i] = c + 'a' - 'A'
		}
	}
	return x.scratch
}

// site finds the site of a host: exact, then by the longest wildcard, then the
// one without hosts.
func (t *table) site(host []byte) *site {
	if s, ok := t.hosts[string(host)]; ok {
		return s
	}
	for rest := host; len(t.wildcards) > 0; {
		i := bytes.IndexByte(rest, '.')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		if s, ok := t.wildcards[string(rest)]; ok {
			return s
		}
	}
	return t.fallback
}

// rule finds the rule with the longest path that fits; rules are sorted so.
func (s *site) rule(method string, path []byte) *rule {
	for _, r := range s.rules {
		if r.fits(method, path) {
			return r
		}
	}
	return nil
}

func (r *rule) fits(method string, path []byte) bool {
	p := r.cfg.Path
	if len(path) < len(p) || string(path[:len(p)]) != p {
		return p == "/" && string(path) == "*" && r.allows(method)
	}
	if !strings.HasSuffix(p, "/") && len(path) > len(p) && path[len(p)] != '/' {
		return false
	}
	return r.allows(method)
}

func (r *rule) allows(method string) bool {
	for _, m := range r.cfg.Methods {
		// A rule for GET serves HEAD too: it is GET without the body.
		if m == method || m == "GET" && method == "HEAD" {
			return true
		}
	}
	return len(r.cfg.Methods) == 0
}

// matchPath returns the path rules are compared with: without the query, and
// with dot segments, doubled slashes and escapes undone, as the application
// will most likely understand it. Otherwise /public/../admin would be matched
// by the rule for /public.
func matchPath(target []byte) []byte {
	if i := bytes.IndexByte(target, '?'); i >= 0 {
		target = target[:i]
	}
	if bytes.IndexByte(target, '%') < 0 && !bytes.Contains(target, []byte("/.")) &&
		!bytes.Contains(target, []byte("//")) {
		return target
	}
	p, err := url.PathUnescape(string(target))
	if err != nil {
		p = string(target)
	}
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return []byte(clean)
}
