package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// parsePath reads the path of a rule and undoes its percent-encoding, which is
// how the gateway compares paths: /über and /%C3%BCber are the same. What could
// never be the beginning of a request's path is refused: a rule that waits for
// ever is a mistake.
func parsePath(s string) (string, *fault) {
	if !strings.HasPrefix(s, "/") {
		hint := write("/" + s)
		if strings.ContainsAny(s, `^~$\()|`) {
			hint = text(`a path is a beginning, not an expression: write "/" or the part before it varies`,
				`ein Pfad ist ein Anfang, kein Ausdruck: schreiben Sie "/" oder den Teil, der gleich bleibt`)
		}
		return "", wrong(text(`the path %s does not begin with "/"`, `der Pfad %s beginnt nicht mit "/"`, quote(s)), hint)
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return "", notInPath(s, i)
	}
	if i := strings.IndexAny(s, "*{"); i >= 0 {
		return "", wrong(text("the path %s has a pattern in it and can never match", "der Pfad %s enthält ein Muster und kann nie zutreffen", quote(s)),
			text("write %s: a path means all that begins with it", "schreiben Sie %s: Ein Pfad meint alles, was mit ihm beginnt", beforePattern(s[:i])))
	}
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return "", badEscape(s)
	}
	segments := strings.Split(decoded, "/")
	if slices.Contains(segments, "..") || slices.Contains(segments, ".") || strings.Contains(decoded, "//") {
		return "", wrong(text(`the path %s has an empty segment or "." or ".." and can never match`, `der Pfad %s hat ein leeres Segment oder "." oder ".." und kann nie zutreffen`, quote(s)),
			text("write the path it leads to", "schreiben Sie den Pfad, zu dem es führt"))
	}
	return decoded, nil
}

// printPath is the inverse of parsePath.
func printPath(s string) string {
	return percentEncode(s, func(c byte) bool { return strings.IndexByte("%?#*{", c) < 0 && onWire(c) })
}

// beforePattern returns the whole segments of s.
func beforePattern(s string) string {
	if i := strings.LastIndexByte(s, '/'); i > 0 {
		return s[:i]
	}
	return "/"
}

// parseHealthPath reads the path of a health check, which may have a query. It
// is sent as it stands, so it has to be encoded (RFC 3986 section 3.3).
func parseHealthPath(s string) (string, *fault) {
	if s != "" && !strings.HasPrefix(s, "/") {
		hint := write("/" + s)
		if _, rest, ok := strings.Cut(s, "://"); ok {
			_, path, _ := strings.Cut(rest, "/")
			hint = write("/" + path)
		}
		return "", wrong(text(`the path %s does not begin with "/"`, `der Pfad %s beginnt nicht mit "/"`, quote(s)), hint)
	}
	if i := strings.IndexByte(s, '#'); i >= 0 {
		return "", notInPath(s, i)
	}
	path, _, _ := strings.Cut(s, "?")
	if _, err := url.PathUnescape(path); err != nil {
		return "", badEscape(s)
	}
	if encoded := percentEncode(s, onWire); encoded != s {
		return "", wrong(text("the path %s has characters no request has", "der Pfad %s enthält Zeichen, die keine Anfrage hat", quote(s)), write(encoded))
	}
	return s, nil
}

func notInPath(s string, at int) *fault {
	return wrong(text("the path %s has a %q, which is no part of a path", "der Pfad %s hat ein %q, das nicht zum Pfad gehört", quote(s), s[at]), write(s[:at]))
}

func badEscape(s string) *fault {
	return wrong(text("the path %s has a %% without two hexadecimal digits after it", "der Pfad %s hat ein %% ohne zwei Hexadezimalziffern dahinter", quote(s)),
		text("write %25 for the character itself", "schreiben Sie %25 für das Zeichen selbst"))
}

// onWire reports whether c may stand in the target of a request.
func onWire(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0
}

// percentEncode encodes what keep does not want kept.
func percentEncode(s string, keep func(byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if keep(s[i]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// parseMethod reads a request method. Methods are case-sensitive
// (RFC 9110 section 9.1), so that "get" would match nothing.
func parseMethod(s string) (string, *fault) {
	up := strings.ToUpper(s)
	switch up {
	case "*", "ALL", "ANY":
		return "", wrong(text("%s is no method", "%s ist keine Methode", quote(s)),
			text(`leave "methods" out: the rule is then for all`, `lassen Sie "methods" weg: Die Regel gilt dann für alle`))
	case s:
	default:
		return "", wrong(text("%s is no method: methods are written in capitals", "%s ist keine Methode: Methoden schreibt man groß", quote(s)), write(up))
	}
	if !isToken(s) {
		return "", wrong(text("%s is no method", "%s ist keine Methode", quote(s)),
			text("write one method per list item, such as GET", "schreiben Sie je Listeneintrag eine Methode, etwa GET"))
	}
	return s, nil
}
