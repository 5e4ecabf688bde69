package cause

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

//go:generate go run ./gendocs ../../docs/causes

// textWidth is the longest line of [Entry.Text] in characters, apart from
// commands, which are never broken.
const textWidth = 78

// The headings of a page. The words are those of the project's CONTEXT.md.
var (
	headTell   = Text{"How to tell", "Woran man es erkennt"}
	headRemedy = Text{"What to do", "Was zu tun ist"}
)

// Text returns the entry as a page for a terminal, in the language lang
// ("de", or anything else for English), ending in a newline.
func (e *Entry) Text(lang string) string {
	var b strings.Builder
	wrap(&b, string(e.Code)+": "+e.Title.In(lang), "", "  ")
	wrap(&b, e.Meaning.In(lang), "\n", "")
	fmt.Fprintf(&b, "\n%s\n", headTell.In(lang))
	wrap(&b, e.Tell.In(lang), "  ", "  ")
	fmt.Fprintf(&b, "\n%s\n", headRemedy.In(lang))
	for i, s := range e.Remedy {
		number := fmt.Sprintf("%3d. ", i+1)
		indent := strings.Repeat(" ", len(number))
		do := s.Do.In(lang)
		if s.For != "" {
			do = softwareName(s.For) + ": " + do
		}
		wrap(&b, do, number, indent)
		for line := range strings.Lines(s.Line) {
			fmt.Fprintf(&b, "%s    %s\n", indent, strings.TrimSuffix(line, "\n"))
		}
	}
	b.WriteByte('\n')
	attributes := e.attributes()
	label := 0
	for _, a := range attributes {
		label = max(label, utf8.RuneCountInString(a.label.In(lang)))
	}
	for _, a := range attributes {
		name := a.label.In(lang) + ": "
		pad := strings.Repeat(" ", label+2-utf8.RuneCountInString(name))
		wrap(&b, a.value.In(lang), name+pad, strings.Repeat(" ", label+2))
	}
	return b.String()
}

// wrap writes text in lines of at most textWidth characters. The first line
// begins with first, the others with indent.
func wrap(b *strings.Builder, text, first, indent string) {
	b.WriteString(first)
	column := utf8.RuneCountInString(first)
	fresh := true
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case fresh:
		case column+1+n > textWidth:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
		fresh = false
	}
	b.WriteByte('\n')
}

// attribute is one property of an entry in words.
type attribute struct{ label, value Text }

// attributes returns what an entry says besides its texts.
func (e *Entry) attributes() []attribute {
	same := func(s string) Text { return Text{s, s} }
	if e.Kind == RootCause {
		out := []attribute{{Text{"Kind", "Art"}, Text{"root cause", "Ursache"}}}
		if e.Category != "" {
			out = append(out, attribute{Text{"Category", "Bereich"}, categoryName(e.Category)})
		}
		return out
	}
	out := []attribute{{Text{"Kind", "Art"}, Text{"symptom", "Symptom"}}}
	if e.ProxyStatus != "" {
		out = append(out, attribute{same("Proxy-Status"), same(e.ProxyStatus)})
	}
	if t := tierMeaning(e.Tier); t.EN != "" {
		out = append(out, attribute{Text{"Trying again", "Wiederholen"}, t})
	}
	if e.Status != 0 {
		out = append(out, attribute{Text{"Status", "Status"}, same(fmt.Sprint(e.Status))})
	}
	return out
}

// tierMeaning says what a tier allows; see the ladder in package retry.
func tierMeaning(t Tier) Text {
	switch t {
	case P0:
		return Text{
			"P0, nothing was delivered: any request may be sent again",
			"P0, nichts kam an: Jede Anfrage darf noch einmal gesendet werden",
		}
	case P1:
		return Text{
			"P1, almost certainly nothing was delivered: any request may be sent again",
			"P1, so gut wie sicher kam nichts an: Jede Anfrage darf noch einmal gesendet werden",
		}
	case P2:
		return Text{
			"P2, probably nothing was delivered: POST and PATCH only where allowed",
			"P2, wahrscheinlich kam nichts an: POST und PATCH nur, wo es erlaubt ist",
		}
	case P3:
		return Text{
			"P3, the request may have been carried out: never POST or PATCH",
			"P3, die Anfrage wurde vielleicht ausgeführt: niemals POST oder PATCH",
		}
	case P4:
		return Text{
			"P4, the client already has a part of the answer: it can only be resumed",
			"P4, ein Teil der Antwort ist schon beim Client: Sie lässt sich nur fortsetzen",
		}
	case P5:
		return Text{
			"P5, the upstream answered: sent again only by policy",
			"P5, der Upstream hat geantwortet: Wiederholt wird nur nach Vorgabe",
		}
	}
	return Text{}
}

func categoryName(c string) Text {
	de, ok := map[string]string{
		"crash":            "Absturz",
		"overload":         "Überlast",
		"misconfiguration": "Fehlkonfiguration",
		"network":          "Netz",
		"dns":              "DNS",
		"cdn":              "CDN",
		"client":           "Besucher",
	}[c]
	if !ok {
		return Text{c, strings.ToUpper(c[:1]) + c[1:]}
	}
	return Text{c, de}
}

// softwareName writes the software a step is for as its makers do.
func softwareName(s string) string {
	name, ok := map[string]string{
		"apache":       "Apache",
		"bind":         "BIND",
		"certbot":      "Certbot",
		"cloudflare":   "Cloudflare",
		"django":       "Django",
		"docker":       "Docker",
		"fail2ban":     "Fail2Ban",
		"haproxy":      "HAProxy",
		"kubernetes":   "Kubernetes",
		"linux":        "Linux",
		"mysql":        "MySQL",
		"node":         "Node.js",
		"oauth2-proxy": "OAuth2 Proxy",
		"php":          "PHP",
		"php-fpm":      "PHP-FPM",
		"postgresql":   "PostgreSQL",
		"redis":        "Redis",
		"suricata":     "Suricata",
		"tomcat":       "Tomcat",
		"unbound":      "Unbound",
		"uwsgi":        "uWSGI",
		"varnish":      "Varnish",
		"windows":      "Windows",
		"wireguard":    "WireGuard",
	}[s]
	if !ok {
		return s
	}
	return name
}
