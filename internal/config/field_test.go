package config

import (
	"reflect"
	"testing"

	"torwart/internal/cause"
)

// walkFields calls visit for every key of the file that is no mapping.
func walkFields(t reflect.Type, path string, visit func(path string, t reflect.Type, f field)) {
	for _, f := range fieldsOf(t) {
		ft := t.FieldByIndex(f.index).Type
		elem := ft
		if ft.Kind() == reflect.Pointer || ft.Kind() == reflect.Slice {
			elem = ft.Elem()
		}
		if elem.Kind() == reflect.Struct {
			walkFields(elem, path+f.name+".", visit)
			continue
		}
		visit(path+f.name, ft, f)
	}
}

// preset and outOfRange trust the tags; this is why they may.
func TestTagsOfTheFileParse(t *testing.T) {
	n := 0
	walkFields(reflect.TypeFor[File](), "", func(path string, ft reflect.Type, f field) {
		n++
		if ft.Kind() != reflect.Pointer {
			return
		}
		for name, tag := range map[string]string{"default": f.preset, "min": f.least, "max": f.most, "off": f.off} {
			v := reflect.New(ft.Elem()).Elem()
			if tag == "" {
				continue
			}
			if bad := parseScalar(tag, v); bad != nil {
				t.Errorf("%s: %s: %s", path, name, bad.wrong.EN)
			}
			if bad := outOfRange(tag, v, f); bad != nil {
				t.Errorf("%s: %s: %s", path, name, bad.wrong.EN)
			}
		}
	})
	if n < 40 {
		t.Errorf("only %d keys were seen", n)
	}
}

// complete dereferences all settings, so every one of them needs a default.
func TestEverySettingHasADefault(t *testing.T) {
	walkFields(reflect.TypeFor[FileSettings](), "", func(path string, _ reflect.Type, f field) {
		if !f.hasPreset {
			t.Errorf("%s has no default", path)
		}
	})
}

func TestFactorsAreReadAndPrinted(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "0x": "0", "10x": "10x", "2.50x": "2.5x", "1.01x": "1.01x"} {
		f, bad := parseFactor(in)
		if bad != nil {
			t.Errorf("%s: %s", in, bad.wrong.EN)
			continue
		}
		if got, _ := f.MarshalText(); string(got) != want {
			t.Errorf("%s is printed %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "x", ".5x", "10", "0.0", "1x", "0.5x", "-2x", "+2x", "1e3x", "0x10x", "infx", "nanx", "10xx", "10 x", "10ms"} {
		if f, bad := parseFactor(in); bad == nil {
			t.Errorf("%q is taken for %v", in, f)
		}
	}
}

func TestSynonymsNameKnownKeys(t *testing.T) {
	for word, key := range synonyms {
		if homes()[key] == (cause.Text{}) {
			t.Errorf("%s stands for %s, which is no key", word, key)
		}
		if homes()[word] != (cause.Text{}) {
			t.Errorf("%s is a key itself", word)
		}
	}
}

func TestDistanceCountsSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "", 3},
		{"conect", "connect", 1},
		{"tiemouts", "timeouts", 1},
		{"rule", "rules", 1},
		{"hold", "head", 2},
		{"balance", "limits", 7},
	} {
		for _, got := range []int{distance(c.a, c.b), distance(c.b, c.a)} {
			if got != c.want {
				t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
			}
		}
	}
}

func TestExpandReplacesVariables(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "one", "EMPTY": "", "NESTED": "${A}"}[name]
		return v, ok
	}
	for in, want := range map[string]string{
		"":                   "",
		"plain $A $ }":       "plain $A $ }",
		"${A}":               "one",
		"x${A}y${A}z":        "xoneyonez",
		"${B:-two}":          "two",
		"${B:-}":             "",
		"${EMPTY}":           "",
		"${EMPTY:-two}":      "two",
		"${A:-two}":          "one",
		"$${A} ${A}":         "${A} one",
		"${NESTED}":          "${A}",
		"${B:-http://a:80/}": "http://a:80/",
	} {
		if got, bad := expand(in, lookup); got != want || bad != nil {
			t.Errorf("%s: %q, %v, want %q", in, got, bad, want)
		}
	}
	for _, in := range []string{"${B}", "${", "${A", "${}", "${1}", "${A-b}", "${A B}"} {
		if got, bad := expand(in, lookup); bad == nil {
			t.Errorf("%s: %q, want a fault", in, got)
		}
	}
	for _, s := range []string{"${A}", "a$${b}", "$", "$$", "x${"} {
		if got, bad := expand(unexpand(s), lookup); got != s || bad != nil {
			t.Errorf("%s came back as %q, %v", s, got, bad)
		}
	}
}
