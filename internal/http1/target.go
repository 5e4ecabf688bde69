package http1

import (
	"bytes"
	"net/netip"

	"torwart/internal/message"
)

// parseTarget tells the four forms of RFC 9112 section 3.2 apart and fills
// Authority and Path. It returns what is wrong, or "".
//
// Bytes that RFC 3986 does not allow but every browser and server passes on
// ('|', '{', raw UTF-8 and their like) are accepted. A fragment and a broken
// escape in the path are not, because the programs behind us disagree about
// where such a path ends.
func parseTarget(req *message.Request) (fault string) {
	t := req.Target
	if fault := checkTarget(t); fault != "" {
		return fault
	}
	switch {
	case req.Method == "CONNECT":
		if !validAuthority(t) || !hasPort(t) {
			return "CONNECT needs host and port"
		}
		req.Authority = t
	case t[0] == '/':
		req.Path = t
	case len(t) == 1 && t[0] == '*':
		if req.Method != "OPTIONS" {
			return "only OPTIONS may ask for it"
		}
		req.Path = t
	default:
		return parseAbsolute(req)
	}
	return ""
}

// checkTarget looks at the bytes of a target.
func checkTarget(t []byte) (fault string) {
	if len(t) == 0 {
		return "empty"
	}
	for i := targetEnd(t, 0); i < len(t); i = targetEnd(t, i+1) {
		switch {
		case t[i] == ' ':
			return "white space"
		case t[i] == '#':
			return "fragment"
		case t[i] != '%':
			return "control character"
		case bytes.IndexByte(t[:i], '?') >= 0:
			// Queries are not paths: what an escape means there is
			// for the application to say.
		case len(t)-i < 3 || !is(t[i+1], isHex) || !is(t[i+2], isHex):
			return "'%' without two hexadecimal digits"
		}
	}
	return ""
}

// parseAbsolute reads "http://authority/path".
func parseAbsolute(req *message.Request) (fault string) {
	t := req.Target
	rest, ok := cutScheme(t)
	if !ok {
		return "neither a path nor an http URL"
	}
	end := bytes.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	req.Authority, req.Path = rest[:end], rest[end:]
	switch {
	case !validAuthority(req.Authority):
		return "bad authority"
	case len(req.Path) > 0 && req.Path[0] == '/':
	case len(req.Path) == 0 && req.Method == "OPTIONS":
		req.Path = asterisk // RFC 9112 section 3.2.4
	default:
		// The missing "/" needs a place: behind the line, in its buffer.
		n := len(req.Line)
		req.Path = append(append(req.Line, '/'), req.Path...)[n:]
	}
	return ""
}

var asterisk = []byte("*")

// cutScheme removes "http://" or "https://" in any case.
func cutScheme(t []byte) (rest []byte, ok bool) {
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(t) >= len(scheme) && message.EqualFold(t[:len(scheme)], scheme) {
			return t[len(scheme):], true
		}
	}
	return nil, false
}

// validAuthority reports whether b is host[:port] (RFC 3986 section 3.2)
// without user information, which HTTP forbids, and with a host that is not
// empty (RFC 9110 section 4.2). Escapes in names are refused as well: no name
// that can be looked up needs one, and they make two spellings of one host.
func validAuthority(b []byte) bool {
	if len(b) > 0 && b[0] == '[' {
		return validLiteral(b)
	}
	i := 0
	for i < len(b) && is(b[i], isHost) {
		i++
	}
	return i > 0 && validPort(b[i:])
}

// validLiteral reads "[IPv6]:port". Zones mean nothing to another host.
func validLiteral(b []byte) bool {
	i := bytes.IndexByte(b, ']')
	if i < 0 || bytes.IndexByte(b[:i], '%') >= 0 {
		return false
	}
	addr, err := netip.ParseAddr(string(b[1:i]))
	return err == nil && addr.Is6() && validPort(b[i+1:])
}

// validPort reads ":port" or nothing. The digits may be missing.
func validPort(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] != ':' || len(b) > len(":65535") {
		return false
	}
	port := 0
	for _, c := range b[1:] {
		if !digit(c) {
			return false
		}
		port = port*10 + int(c-'0')
	}
	return port <= 65535
}

// hasPort reports whether a valid authority ends with a port.
func hasPort(b []byte) bool {
	i := bytes.LastIndexByte(b, ':')
	return i >= 0 && i < len(b)-1 && b[len(b)-1] != ']'
}
