package message_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/message"
)

// fieldsOf builds a list from lines like "Name: value".
func fieldsOf(lines ...string) *message.Fields {
	f := new(message.Fields)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		f.Add(name, value)
	}
	return f
}

// text is the list as it stands on the wire.
func text(f *message.Fields) string { return string(f.AppendTo(nil)) }

func wire(lines ...string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

func TestUntouchedFieldsPrintAsTheyWereRead(t *testing.T) {
	var f message.Fields
	lines := []string{"hOsT:a\r\n", "Accept-Language: \t de \r\n", "X-Y:\r\n", "COOKIE: a=b\r\n"}
	for _, raw := range lines {
		name, rest, _ := strings.Cut(raw, ":")
		value := strings.TrimSpace(rest)
		at := len(raw)
		if value != "" {
			at = strings.Index(raw, value)
		}
		f.AddLine([]byte(raw), len(name), at, at+len(value))
	}
	if got := text(&f); got != strings.Join(lines, "") {
		t.Errorf("printed %q", got)
	}
	var got []string
	for name, value := range f.All() {
		got = append(got, string(name)+"="+string(value))
	}
	want := []string{"hOsT=a", "Accept-Language=de", "X-Y=", "COOKIE=a=b"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("All (-want +got)\n%s", d)
	}
}

func TestFieldsAreFoundInAnyCase(t *testing.T) {
	f := fieldsOf("hOST: a", "X-Custom: b", "via: c", "Via: d", "x-custom: e")
	if v, ok := f.Get(message.Host); !ok || string(v) != "a" {
		t.Errorf("Host is %q, %v", v, ok)
	}
	if v, ok := f.Lookup("x-CUSTOM"); !ok || string(v) != "b" {
		t.Errorf("X-Custom is %q, %v", v, ok)
	}
	if v, ok := f.Lookup("host"); !ok || string(v) != "a" {
		t.Errorf("Host by name is %q, %v", v, ok)
	}
	if _, ok := f.Lookup("X-Customs"); ok {
		t.Error("found a field that is not there")
	}
	if f.Has(message.Date) || !f.Has(message.Via) {
		t.Error("Has is wrong")
	}
	var vias []string
	for v := range f.Values(message.Via) {
		vias = append(vias, string(v))
	}
	if d := cmp.Diff([]string{"c", "d"}, vias); d != "" {
		t.Errorf("Via (-want +got)\n%s", d)
	}
	for v := range f.Values(message.Via) {
		if string(v) != "c" {
			t.Errorf("iteration went on to %q after break", v)
		}
		break
	}
}

func TestFieldsAreDeleted(t *testing.T) {
	all := []string{"Via: a", "X-A: b", "Host: c", "via: d", "x-a: e", "Date: f"}
	tests := []struct {
		name string
		do   func(f *message.Fields)
		want []string
	}{
		{"all lines of a known name", func(f *message.Fields) { f.Del(message.Via) }, []string{"X-A: b", "Host: c", "x-a: e", "Date: f"}},
		{"all lines of another name", func(f *message.Fields) { f.DelBytes([]byte("X-a")) }, []string{"Via: a", "Host: c", "via: d", "Date: f"}},
		{"a known name by its text", func(f *message.Fields) { f.DelBytes([]byte("VIA")) }, []string{"X-A: b", "Host: c", "x-a: e", "Date: f"}},
		{"a name that is not there", func(f *message.Fields) { f.Del(message.Expect); f.DelBytes([]byte("X-B")) }, all},
		{"everything", func(f *message.Fields) {
			for name := range f.All() {
				f.DelBytes(name)
			}
		}, nil},
		{"replaced", func(f *message.Fields) { f.Set(message.Via, "z") }, []string{"X-A: b", "Host: c", "x-a: e", "Date: f", "Via: z"}},
		{"deleted and added again", func(f *message.Fields) { f.Del(message.Host); f.AddName(message.Host, "z") }, []string{"Via: a", "X-A: b", "via: d", "x-a: e", "Date: f", "Host: z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := fieldsOf(all...)
			tt.do(f)
			if got := text(f); got != wire(tt.want...) {
				t.Errorf("left %q, want %q", got, wire(tt.want...))
			}
			if f.Len() != len(tt.want) {
				t.Errorf("Len is %d, want %d", f.Len(), len(tt.want))
			}
			for n := message.Other + 1; n.String() != ""; n++ {
				want := slices.ContainsFunc(tt.want, func(line string) bool {
					return strings.EqualFold(n.String(), line[:strings.Index(line, ":")])
				})
				if _, found := f.Get(n); f.Has(n) != want || found != want {
					t.Errorf("%s: Has %v, Get %v, want %v", n, f.Has(n), found, want)
				}
			}
		})
	}
}

func TestAppendWithoutLeavesOutAndChangesNothing(t *testing.T) {
	f := fieldsOf("Via: a", "X-A: b", "Host: c", "Via: d", "Date: e")
	f.Del(message.Date)
	for _, tt := range []struct {
		skip message.NameSet
		want []string
	}{
		{0, []string{"Via: a", "X-A: b", "Host: c", "Via: d"}},
		{message.SetOf(message.Expect), []string{"Via: a", "X-A: b", "Host: c", "Via: d"}},
		{message.SetOf(message.Via), []string{"X-A: b", "Host: c"}},
		{message.SetOf(message.Via, message.Host, message.Date), []string{"X-A: b"}},
	} {
		if got := string(f.AppendWithout([]byte("x"), tt.skip)); got != "x"+wire(tt.want...) {
			t.Errorf("printed %q, want %q", got, wire(tt.want...))
		}
		if !f.Has(message.Via) || text(f) != wire("Via: a", "X-A: b", "Host: c", "Via: d") {
			t.Fatalf("the list was changed to %q", text(f))
		}
		if f.Size() < len(wire(tt.want...)) {
			t.Errorf("Size is %d", f.Size())
		}
	}
}

func TestCopiesAreIndependent(t *testing.T) {
	f := fieldsOf("Host: a", "X: b")
	f.Del(message.Host)
	var g message.Fields
	g.Add("Old", "old")
	g.CopyFrom(f)
	f.Reset()
	f.Add("Other", "value")
	if got := text(&g); got != wire("X: b") || g.Has(message.Host) {
		t.Errorf("the copy is %q", got)
	}
	if got := text(f); got != wire("Other: value") || f.Len() != 1 {
		t.Errorf("the original is %q", got)
	}
}

func TestResetForgetsEverything(t *testing.T) {
	f := fieldsOf("Host: a", "X: b")
	f.Reset()
	if f.Len() != 0 || f.Has(message.Host) || text(f) != "" {
		t.Errorf("%q is left", text(f))
	}
}

func TestGrowMakesRoomOnce(t *testing.T) {
	var f message.Fields
	f.Add("A", "b")
	f.Grow(1000)
	name, value := []byte("X-Name"), []byte(strings.Repeat("v", 80))
	f.AddBytes(name, value) // the first may extend the list of lines
	n := testing.AllocsPerRun(1, func() {
		for range 2 {
			f.AddBytes(name, value)
		}
	})
	if n > 1 { // the list of lines may grow, the buffer must not
		t.Errorf("%v allocations after Grow", n)
	}
	if v, _ := f.Lookup("a"); string(v) != "b" {
		t.Errorf("Grow lost a field: %q", text(&f))
	}
}

func TestReusedFieldsAllocateNothing(t *testing.T) {
	var f message.Fields
	name, value := []byte("X-Name"), []byte("value")
	run := func() {
		f.Reset()
		f.AddName(message.Host, "example.com")
		f.Add("X-Other", "b")
		f.AddBytes(name, value)
		f.Set(message.Host, "example.org")
		f.DelBytes(name)
		for range f.All() {
			f.Has(message.Host)
		}
		for range f.Values(message.Host) {
			f.Get(message.Host)
		}
		f.Lookup("x-other")
	}
	run()
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNamesAreRecognised(t *testing.T) {
	if message.Range.String() != "Range" {
		t.Fatal("there are names without a text")
	}
	seen := map[string]message.Name{}
	for n := message.Other + 1; n.String() != ""; n++ {
		name := n.String()
		if other, twice := seen[name]; twice {
			t.Errorf("%s is name %d and %d", name, other, n)
		}
		seen[name] = n
		for _, spelled := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			if got := message.NameOf([]byte(spelled)); got != n {
				t.Errorf("NameOf(%q) is %d (%s), want %d", spelled, got, got, n)
			}
		}
		for _, near := range []string{name + "x", name[1:], name[:len(name)-1], "x" + name[1:], strings.ReplaceAll(name, "-", "_") + "_"} {
			if got := message.NameOf([]byte(near)); got != message.Other && !strings.EqualFold(got.String(), near) {
				t.Errorf("NameOf(%q) is %s", near, got)
			}
		}
	}
	for _, unknown := range []string{"", "X", "Cookie", strings.Repeat("x", 300), "\u212aeep-Alive"} {
		if got := message.NameOf([]byte(unknown)); got != message.Other {
			t.Errorf("NameOf(%q) is %s", unknown, got)
		}
	}
	if message.Other.String() != "" {
		t.Errorf("Other is called %q", message.Other)
	}
}

// TestCaseIsThatOfASCII: what Unicode calls equal is not equal in HTTP.
func TestCaseIsThatOfASCII(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Keep-Alive", "kEEP-aLIVE", true},
		{"Keep-Alive", "\u212aeep-Alive", false},
		{"a", "b", false},
		{"a", "ab", false},
		{"[", "{", false},
		{"@", "`", false},
		{"", "", true},
	} {
		if got := message.EqualFold([]byte(tt.a), tt.b); got != tt.want {
			t.Errorf("EqualFold(%q, %q) is %v", tt.a, tt.b, got)
		}
	}
}
