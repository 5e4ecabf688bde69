package cause_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
)

// sample is an entry with everything a page has to cope with.
func sample() *cause.Entry {
	return &cause.Entry{
		Code: cause.ConnectRefused, Kind: cause.Symptom,
		ProxyStatus: "connection_refused", Tier: cause.P0, Status: 502,
		Title:   cause.Text{EN: "Connection refused", DE: "Verbindung abgelehnt"},
		Meaning: cause.Text{EN: "The kernel of the upstream answered with a reset & nobody listened at the address it was asked for.", DE: "Öde Übung."},
		Tell:    cause.Text{EN: "Not connect-refused-x.", DE: "Kein anderes <Symptom>."},
		Remedy: []cause.Step{
			{For: "php-fpm", Do: cause.Text{EN: "Set pm.max_children in [www] of _www_.", DE: "Setzen."}, Line: "pm.max_children = 20\npm = static"},
			{Do: cause.Text{EN: "Wait for it, and if waiting does not help then go on waiting for somewhat longer.", DE: "Warten."}},
		},
	}
}

func TestEntryText(t *testing.T) {
	want := `connect-refused: Connection refused

The kernel of the upstream answered with a reset & nobody listened at the
address it was asked for.

How to tell
  Not connect-refused-x.

What to do
  1. PHP-FPM: Set pm.max_children in [www] of _www_.
         pm.max_children = 20
         pm = static
  2. Wait for it, and if waiting does not help then go on waiting for somewhat
     longer.

Kind:         symptom
Proxy-Status: connection_refused
Trying again: P0, nothing was delivered: any request may be sent again
Status:       502
`
	if diff := cmp.Diff(want, sample().Text("en")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = `connect-refused: Verbindung abgelehnt

Öde Übung.

Woran man es erkennt
  Kein anderes <Symptom>.

Was zu tun ist
  1. PHP-FPM: Setzen.
         pm.max_children = 20
         pm = static
  2. Warten.

Art:          Symptom
Proxy-Status: connection_refused
Wiederholen:  P0, nichts kam an: Jede Anfrage darf noch einmal gesendet werden
Status:       502
`
	if diff := cmp.Diff(want, sample().Text("de")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEntryMarkdown(t *testing.T) {
	want := "# Connection refused\n\n`connect-refused`\n\n" +
		"The kernel of the upstream answered with a reset &amp; nobody listened at the address it was asked for.\n\n" +
		"## How to tell\n\nNot connect-refused-x.\n\n" +
		"## What to do\n\n" +
		"1. **PHP-FPM**: Set pm.max_children in \\[www\\] of \\_www\\_.\n\n" +
		"   ```\n   pm.max_children = 20\n   pm = static\n   ```\n\n" +
		"2. Wait for it, and if waiting does not help then go on waiting for somewhat longer.\n\n" +
		"---\n\n" +
		"- Kind: symptom\n" +
		"- Proxy-Status: connection_refused\n" +
		"- Trying again: P0, nothing was delivered: any request may be sent again\n" +
		"- Status: 502\n"
	if diff := cmp.Diff(want, sample().Markdown("en")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if de := sample().Markdown("de"); !strings.Contains(de, "Kein anderes \\<Symptom>.") {
		t.Errorf("an angle bracket would open HTML:\n%s", de)
	}
}

func TestEntryMarkdownLinksOtherCodes(t *testing.T) {
	e := sample()
	e.Tell.EN = "It is connect-timeout, not connect-refused; app-not-running-like, unknown or proxy-loop."
	got := e.Markdown("en")
	want := "It is [connect-timeout](../symptom/connect-timeout.md), not connect-refused; " +
		"app-not-running-like, unknown or [proxy-loop](../symptom/proxy-loop.md).\n"
	if !strings.Contains(got, want) {
		t.Errorf("want the line\n%s in\n%s", want, got)
	}
	e.Kind, e.Code = cause.Symptom, cause.ProxyLoop
	if got := e.Markdown("en"); !strings.Contains(got, "[proxy-loop](../root-cause/proxy-loop.md)") {
		t.Errorf("proxy-loop's own page must mean the other one:\n%s", got)
	}
}

func TestEveryPageFitsTheTerminal(t *testing.T) {
	for _, e := range cause.All() {
		commands := make(map[string]bool)
		for _, s := range e.Remedy {
			for line := range strings.Lines(s.Line) {
				commands[strings.TrimSpace(line)] = true
			}
		}
		for _, lang := range []string{"en", "de"} {
			for line := range strings.Lines(e.Text(lang)) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > 78 && !commands[strings.TrimSpace(line)] {
					t.Errorf("%s %s, %s: too long: %q", e.Kind, e.Code, lang, line)
				}
			}
		}
	}
}
