package errorpage

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"torwart/internal/cause"
	"torwart/internal/message"
)

// Page is what is known about the failure a visitor is told of. Zero fields
// are left out of the page.
type Page struct {
	// Status is the HTTP status of the answer, 4xx or 5xx.
	Status int
	// Lang is "de" or "en"; anything else is English.
	Lang string
	// Reference is the exchange's ID.
	Reference string
	// Host is the name the visitor asked for.
	Host string
	// RetryAfter is that of the answer's field of this name; 0 without one.
	RetryAfter time.Duration
	// Symptom is why; shown as a code for those who run the site.
	Symptom cause.Code
	// Method of the request. Only after a GET the page reloads itself.
	Method string
	// Delivered is set unless it is proven (tier P0, on every attempt) that
	// nothing reached the application. A visitor who sent a form is then told
	// that nobody knows whether it was carried out; otherwise that it was not.
	Delivered bool
}

// Append appends the page in the form k.
func (p Page) Append(dst []byte, k Kind) []byte {
	switch k {
	case HTML:
		return p.HTML(dst)
	case JSON:
		return p.JSON(dst)
	}
	return p.Text(dst)
}

// Text appends the page as plain text, wrapped nowhere.
func (p Page) Text(dst []byte) []byte {
	t := textsIn(p.Lang)
	var b strings.Builder
	b.WriteString(p.statusLine() + "\n\n" + p.heading(t) + ".\n" + p.lead(t) + "\n")
	if title, text := p.consequence(t); text != "" {
		b.WriteString("\n")
		if title != "" {
			b.WriteString(title + ". ")
		}
		b.WriteString(text + "\n")
	}
	gap := "\n"
	for _, line := range []struct{ label, value string }{
		{t.reference, printable(p.Reference)},
		{t.code, printable(string(p.Symptom))},
		{t.retryIn, p.retrySeconds()},
	} {
		if line.value != "" {
			b.WriteString(gap + line.label + ": " + line.value + "\n")
			gap = ""
		}
	}
	return append(dst, b.String()...)
}

// problem is a problem detail (RFC 9457 section 3). With the type about:blank
// the title is the status phrase; what it cannot say stands in members of our
// own (section 3.2).
type problem struct {
	Type       string     `json:"type"`
	Title      string     `json:"title"`
	Status     int        `json:"status"`
	Detail     string     `json:"detail"`
	Reference  string     `json:"reference,omitempty"`
	Symptom    cause.Code `json:"symptom,omitempty"`
	RetryAfter int64      `json:"retry_after,omitempty"`
	// MaybeProcessed tells the sender of an unsafe request whether sending
	// it again could carry it out twice.
	MaybeProcessed *bool `json:"maybe_processed,omitempty"`
}

// JSON appends the page as a problem detail (RFC 9457). Its member
// maybe_processed, there after unsafe methods only, is Delivered.
func (p Page) JSON(dst []byte) []byte {
	t := textsIn(p.Lang)
	d := problem{
		Type: "about:blank", Title: statusPhrase(p.Status), Status: p.Status,
		Detail:    p.heading(t) + ". " + p.lead(t),
		Reference: p.Reference, Symptom: p.Symptom, RetryAfter: seconds(p.RetryAfter),
	}
	if p.unsafe() {
		d.MaybeProcessed = &p.Delivered
		_, text := p.consequence(t)
		d.Detail += " " + text
	}
	b, err := json.Marshal(d)
	if err != nil {
		panic("errorpage: " + err.Error()) // texts and numbers always marshal
	}
	return append(append(dst, b...), '\n')
}

// heading says in one sentence, without its full stop, what is the matter.
func (p Page) heading(t *texts) string {
	host := printable(p.Host)
	if host == "" {
		host = t.thisSite
	}
	return strings.Replace(t.situation[p.situation()].heading, "{host}", host, 1)
}

// lead says in a few sentences what that means for the visitor.
func (p Page) lead(t *texts) string {
	s := p.situation()
	lead := t.situation[s].lead
	switch {
	case s != unavailable && s != slow:
		return lead
	case message.Safe(p.Method):
		return lead + " " + t.nothingToDo
	}
	return lead + " " + t.notYourFault
}

// consequence says what became of what the visitor sent; the title is "" where
// it needs no attention. Both are "" where the situation says enough.
func (p Page) consequence(t *texts) (title, text string) {
	switch {
	case p.Status < 500 || p.Method == "":
		return "", ""
	case !p.unsafe():
		return "", t.onlyOpened
	case p.Delivered:
		return t.unknownTitle, t.unknown
	}
	return "", t.notCarriedOut
}

// unsafe reports whether sending the request again could do something twice.
func (p Page) unsafe() bool {
	return p.Status >= 500 && p.Method != "" && !message.Safe(p.Method)
}

// reloads reports whether the page comes back by itself: where waiting helps
// and asking again does nothing but show the page.
func (p Page) reloads() bool { return p.Method == http.MethodGet && p.Status >= 500 }

func (p Page) statusLine() string {
	return strconv.Itoa(p.Status) + " " + statusPhrase(p.Status)
}

func statusPhrase(status int) string {
	if s := http.StatusText(status); s != "" {
		return s
	}
	return "Error"
}

// retrySeconds returns RetryAfter as text, "" when it is not set or when sending
// the request again is exactly what the visitor should not do yet.
func (p Page) retrySeconds() string {
	if p.RetryAfter <= 0 || p.unsafe() && p.Delivered {
		return ""
	}
	return strconv.FormatInt(seconds(p.RetryAfter), 10) + " s"
}

// seconds rounds d up to whole seconds: coming back too early is in vain.
func seconds(d time.Duration) int64 {
	return int64(max(d+time.Second-1, 0) / time.Second)
}

// printable replaces what would move a terminal's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
