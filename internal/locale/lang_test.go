package locale_test

import (
	"strings"
	"testing"

	"torwart/internal/locale"
)

func TestParse(t *testing.T) {
	for tag, want := range map[string]struct {
		lang locale.Lang
		ok   bool
	}{
		"de":          {locale.DE, true},
		"DE":          {locale.DE, true},
		"de-AT":       {locale.DE, true},
		"de_DE.UTF-8": {locale.DE, true},
		"de_CH@euro":  {locale.DE, true},
		"de.UTF-8":    {locale.DE, true},
		" en-GB ":     {locale.EN, true},
		"C":           {locale.EN, false},
		"POSIX":       {locale.EN, false},
		"C.UTF-8":     {locale.EN, false},
		"":            {locale.EN, false},
		"fr":          {locale.EN, false},
		"den":         {locale.EN, false},
		"deu":         {locale.EN, false},
		"-de":         {locale.EN, false},
	} {
		if lang, ok := locale.Parse(tag); lang != want.lang || ok != want.ok {
			t.Errorf("Parse(%q) = %q, %v; want %q, %v", tag, lang, ok, want.lang, want.ok)
		}
	}
}

func TestFromEnvFirstVariableSetDecides(t *testing.T) {
	for _, tc := range []struct {
		env  map[string]string
		want locale.Lang
	}{
		{nil, locale.EN},
		{map[string]string{"LANG": "de_DE.UTF-8"}, locale.DE},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, locale.EN},
		{map[string]string{"LC_MESSAGES": "de_AT", "LANG": "en_US"}, locale.DE},
		{map[string]string{"LC_MESSAGES": "en_US", "LANG": "de_DE"}, locale.EN},
		{map[string]string{"LC_ALL": "C", "LC_MESSAGES": "de_DE", "LANG": "de_DE"}, locale.EN},
		{map[string]string{"LC_ALL": "de", "LANG": "en_US"}, locale.DE},
		{map[string]string{"LC_ALL": "", "LANG": "de_DE"}, locale.DE},
		{map[string]string{"LC_TIME": "de_DE"}, locale.EN},
	} {
		lookup := func(name string) string { return tc.env[name] }
		if got := locale.FromEnv(lookup); got != tc.want {
			t.Errorf("%v: got %q, want %q", tc.env, got, tc.want)
		}
	}
}

func TestFromAcceptLanguage(t *testing.T) {
	for value, want := range map[string]locale.Lang{
		"":                                    locale.EN,
		"de":                                  locale.DE,
		"de-AT":                               locale.DE,
		"DE-ch-1996":                          locale.DE,
		"de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7": locale.DE,
		"en-US,en;q=0.9,de;q=0.8":             locale.EN,
		"en;q=0.8, de;q=0.9":                  locale.DE,
		"en;q=0.80001,de;q=0.801":             locale.DE,
		"de, en":                              locale.DE,
		"en, de":                              locale.EN,
		"fr, de;q=0.1":                        locale.DE,
		"fr-CH, fr;q=0.9":                     locale.EN,
		"*":                                   locale.EN,
		"*, de;q=0.5":                         locale.EN,
		"en;q=0, *":                           locale.DE,
		"en;q=0, *;q=0.1":                     locale.DE,
		"de;q=0, *":                           locale.EN,
		"de;q=0":                              locale.EN,
		"en;q=0, de;q=0":                      locale.EN,
		"en;q=0.5, *;q=0.9":                   locale.DE,
		"de-AT;q=0.2, de;q=0.9, en;q=0.5":     locale.DE,
		"de;Q=0.9, en ; q = 0.8":              locale.DE,
		"de ; level=1 ; q=0.3, en;q=0.4":      locale.EN,
		",,, ,de,,":                           locale.DE,
		// Broken elements are passed over, sound ones still count.
		"en;q=x, de;q=0.1":        locale.DE,
		"en;q=2, de;q=0.1":        locale.DE,
		"en;q=1.1, de;q=0.1":      locale.DE,
		"en;q=-1, de;q=0.1":       locale.DE,
		"en;q=, de;q=0.1":         locale.DE,
		"en;q=0.0a, de;q=0.1":     locale.DE,
		";q=1, de;q=0.1":          locale.DE,
		"\x00\xff, de":            locale.DE,
		strings.Repeat("x,", 1e5): locale.EN,
	} {
		if got := locale.FromAcceptLanguage(value); got != want {
			t.Errorf("%.60q: got %q, want %q", value, got, want)
		}
	}
}

// FuzzFromAcceptLanguage: any bytes give a language we speak, and what a
// visitor asks for first at full weight is what they get.
func FuzzFromAcceptLanguage(f *testing.F) {
	for _, s := range []string{"", "de-AT,de;q=0.9,en;q=0.8", "*;q=0", "en;q=0.8888888888888888888", "de;q=1.000;x=\"y,z\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := locale.FromAcceptLanguage(value)
		if got != locale.EN && got != locale.DE {
			t.Fatalf("%q: %q is none of ours", value, got)
		}
		for _, l := range locale.Langs() {
			if first := locale.FromAcceptLanguage(string(l) + "," + value); first != l {
				t.Errorf("%q asked for first, then %q: got %q", l, value, first)
			}
		}
	})
}
