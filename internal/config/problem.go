package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"torwart/internal/cause"
)

// Severity says whether a problem keeps a configuration from being used.
type Severity uint8

// The severities.
const (
	// Error: the configuration cannot be used.
	Error Severity = iota
	// Warning: it can, and hardly does what its author means.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes the severity as its name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Problem is one thing wrong with a configuration.
type Problem struct {
	// File is its name as handed to [Load] or [Parse]; "" for [FromFlags].
	File string `json:"file,omitempty"`
	// Line and Column count from 1; 0 where there is no place to point at.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Key is the path of the key concerned, such as
	// "sites[0].rules[1].timeouts.connect", or the flag, such as "--to". For
	// a key that is unknown or stands twice it is the mapping it stands in,
	// "" at the top.
	Key      string   `json:"key,omitempty"`
	Severity Severity `json:"severity"`
	// Wrong says what is wrong, Hint what to write instead. Hint may be empty.
	Wrong cause.Text `json:"wrong"`
	Hint  cause.Text `json:"hint"`
}

// In returns the problem as one line in the language lang ("de", else
// English): `torwart.yaml:5: sites[0].timeouts: unknown key "conect"; write
// "connect"`.
func (p Problem) In(lang string) string {
	var parts []string
	switch {
	case p.File != "" && p.Line > 0:
		parts = append(parts, fmt.Sprintf("%s:%d", p.File, p.Line))
	case p.File != "":
		parts = append(parts, p.File)
	}
	if p.Severity == Warning {
		parts = append(parts, text("warning", "Warnung").In(lang))
	}
	if p.Key != "" {
		parts = append(parts, p.Key)
	}
	line := strings.Join(append(parts, p.Wrong.In(lang)), ": ")
	if hint := p.Hint.In(lang); hint != "" {
		line += "; " + hint
	}
	return line
}

// spot is a place in the file.
type spot struct{ line, column int }

// reading collects what is found while one configuration is read: where each
// key stands and what is wrong.
type reading struct {
	file string
	// spots holds every key that is present, also those with a bad value.
	spots map[string]spot
	// bad holds the keys whose value could not be read; nothing more is said
	// about those.
	bad      map[string]bool
	problems []Problem
}

// has reports whether key is present in the file.
func (r *reading) has(key string) bool {
	_, ok := r.spots[key]
	return ok
}

// place finds where key stands, or else what it would stand in.
func (r *reading) place(key string) spot {
	for {
		if s, ok := r.spots[key]; ok || key == "" {
			return s
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
}

// report notes that key, which stands at the place in the file known for it,
// has a fault.
func (r *reading) report(key string, f *fault) {
	r.reportAt(r.place(key), key, f)
}

func (r *reading) reportAt(at spot, key string, f *fault) {
	r.problems = append(r.problems, Problem{
		File: r.file, Line: at.line, Column: at.column,
		Key: key, Severity: f.severity, Wrong: f.wrong, Hint: f.hint,
	})
}

// sorted returns the problems in the order of the file.
func (r *reading) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.problems
}

// failed reports whether one of the problems is an error.
func (r *reading) failed() bool {
	return slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Severity == Error })
}

// fault is what is wrong with one value, before it is known where the value
// stands.
type fault struct {
	severity    Severity
	wrong, hint cause.Text
}

// wrong makes a fault of what is wrong and what to write instead.
func wrong(w, hint cause.Text) *fault { return &fault{wrong: w, hint: hint} }

// doubtful makes a fault that is only a warning.
func doubtful(w, hint cause.Text) *fault { return &fault{severity: Warning, wrong: w, hint: hint} }

// noHint stands where what is wrong says all.
var noHint cause.Text

// text makes a text in both languages. Both take the same args; an argument
// that is itself a text goes into each in its language.
func text(en, de string, args ...any) cause.Text {
	if len(args) == 0 {
		return cause.Text{EN: en, DE: de}
	}
	in := func(lang, format string) string {
		local := slices.Clone(args)
		for i, a := range local {
			if t, ok := a.(cause.Text); ok {
				local[i] = t.In(lang)
			}
		}
		return fmt.Sprintf(format, local...)
	}
	return cause.Text{EN: in("en", en), DE: in("de", de)}
}

// write is the hint to write something else.
func write(what string) cause.Text {
	return text("write %s", "schreiben Sie %s", what)
}

// quote shows a piece of the file within a message: safe to print, and short.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return fmt.Sprintf("%q", s)
}
