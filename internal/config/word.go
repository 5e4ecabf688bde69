package config

import "strings"

// HashBy is what consistent hashing goes by in the file: client, path, "header
// NAME" or "cookie NAME".
type HashBy string

// CookieName is the name of a cookie in the file; empty for none.
type CookieName string

// looseHashBy are words of other files for what requests are shared out by.
var looseHashBy = map[string]string{
	"ip": "client", "client_ip": "client", "source": "client", "source_ip": "client", "src": "client", "address": "client",
	"remote_addr": "client", "$remote_addr": "client", "$binary_remote_addr": "client",
	"uri": "path", "url": "path", "request_uri": "path", "$uri": "path", "$request_uri": "path",
}

var hashForms = text(`client, path, "header NAME" or "cookie NAME"`, `client, path, "header NAME" oder "cookie NAME"`)

func parseHashBy(s string) (HashBy, *fault) {
	by, name, named := strings.Cut(s, " ")
	switch by {
	case "client", "path":
		if !named {
			return HashBy(s), nil
		}
		return "", wrong(text("%s goes by one thing only", "%s richtet sich nach mehr als einem", quote(s)), write(by))
	case "header", "cookie":
		if isToken(name) {
			return HashBy(s), nil
		}
	}
	what := text("%s is not known", "%s ist nicht bekannt", quote(s))
	// header: X-User and cookie(id) are what others write.
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" :=()", r) })
	if len(parts) > 0 {
		by = strings.ToLower(parts[0])
	}
	switch {
	case len(parts) == 2 && (by == "header" || by == "cookie") && isToken(parts[1]):
		return "", wrong(what, write(`"`+by+" "+parts[1]+`"`))
	case by == "header" || by == "cookie":
		return "", wrong(text("%s needs one name after %s", "%s braucht genau einen Namen nach %s", quote(s), by), write(`"`+by+` NAME"`))
	case looseHashBy[by] != "":
		return "", wrong(what, write(looseHashBy[by]))
	}
	if near := nearest(by, []string{"client", "path"}); near != "" {
		return "", wrong(what, write(near))
	}
	return "", wrong(what, text("write %s", "schreiben Sie %s", hashForms))
}

// parseCookieName reads a cookie's name, which is a token (RFC 6265 section
// 4.1.1). The words for yes and no are refused: who writes "sticky: true" means
// no cookie of that name.
func parseCookieName(s string) (CookieName, *fault) {
	hint := text("write a name such as server, or off", "schreiben Sie einen Namen wie server, oder off")
	switch low := strings.ToLower(s); {
	case switched[low] != "" || low == "on" || low == "off":
		return "", wrong(text("%s does not name a cookie", "%s nennt kein Cookie", quote(s)), hint)
	case s != "" && !isToken(s):
		return "", wrong(text("%s is no name of a cookie", "%s ist kein Name eines Cookies", quote(s)),
			text("write letters, digits, - and _ only", "schreiben Sie nur Buchstaben, Ziffern, - und _"))
	}
	return CookieName(s), nil
}

// isToken reports whether s is a token (RFC 9110 section 5.6.2), as methods and
// the names of fields and cookies are.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	})
}
