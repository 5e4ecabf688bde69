package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"torwart/internal/cause"
)

// maxAliased bounds how many nodes aliases may repeat.
const maxAliased = 1 << 17

// decoder turns YAML nodes into the structs of the file. It goes on after
// every fault, so that all of them are found in one run.
type decoder struct {
	*reading
	// lookup finds environment variables.
	lookup func(string) (string, bool)
	// aliases counts those the decoder is in, aliased the nodes read there.
	aliases, aliased int
	// stopped is set where the file gives no whole to say more about.
	stopped bool
}

// document reads the only document of data into f.
func (d *decoder) document(data []byte, f *File) {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	var root, second yaml.Node
	if err == nil {
		err = loader.Load(&root)
	}
	if err == nil {
		err = loader.Load(&second)
		if err == nil {
			d.stopped = true
			d.reportAt(spotOf(&second), "", wrong(text("a second document begins here", "hier beginnt ein zweites Dokument"),
				text(`delete the line "---"`, `streichen Sie die Zeile "---"`)))
			return
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		d.stopped = true
		d.syntax(data, err)
		return
	}
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		d.spots[""] = spotOf(root.Content[0])
		if root.Content[0].Tag != "!!null" {
			d.value(root.Content[0], "", reflect.ValueOf(f).Elem(), field{})
			d.stopped = d.stopped || d.bad[""]
		}
	}
}

// syntax reports that the file is no YAML. The library's own words are English
// and stand in both texts.
func (d *decoder) syntax(data []byte, err error) {
	at, words := spot{}, err.Error()
	if le, ok := errors.AsType[*yaml.LoadError](err); ok {
		at, words = spot{le.Mark.Line, le.Mark.Column}, le.Message
	}
	hint := text("check the indentation, and put values that contain \": \" or \" #\" or begin with one of *&!|>%@`{[ in quotes",
		"prüfen Sie die Einrückung, und setzen Sie Werte in Anführungszeichen, die \": \" oder \" #\" enthalten oder mit einem von *&!|>%@`{[ beginnen")
	lines := bytes.Split(data, []byte("\n"))
	if at.line >= 1 && at.line <= len(lines) {
		l := lines[at.line-1]
		if indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]; bytes.ContainsRune(indent, '\t') {
			hint = text("indent with spaces, not with tabs", "rücken Sie mit Leerzeichen ein, nicht mit Tabulatoren")
		}
	}
	d.reportAt(at, "", wrong(text("not valid YAML: %s", "kein gültiges YAML: %s", words), hint))
}

// value reads the node n, which stands at key, into v.
func (d *decoder) value(n *yaml.Node, key string, v reflect.Value, f field) {
	at := spotOf(n)
	if n.Kind == yaml.AliasNode {
		n = n.Alias
		d.aliases++
		defer func() { d.aliases-- }()
	}
	if d.aliases > 0 {
		d.aliased++
	}
	if d.aliased > maxAliased && !d.stopped {
		d.stopped = true
		d.fail(at, key, wrong(text("aliases make the file too large", "Aliase machen die Datei zu groß"), noHint))
	}
	if d.stopped {
		return
	}
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(at, key, wrong(text("the YAML tag %s is not known", "das YAML-Tag %s ist nicht bekannt", quote(n.Tag)),
			text("delete it", "streichen Sie es")))
	case n.Tag == "!!null":
		d.fail(at, key, wrong(text("has no value", "hat keinen Wert"),
			text("write one, or delete the line", "geben Sie einen an, oder streichen Sie die Zeile")))
	default:
		d.typed(n, at, key, v, f)
	}
}

func (d *decoder) typed(n *yaml.Node, at spot, key string, v reflect.Value, f field) {
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.typed(n, at, key, p.Elem(), f)
		if !d.bad[key] {
			v.Set(p)
		}
	case reflect.Struct:
		d.mapping(n, at, key, v)
	case reflect.Slice:
		d.list(n, at, key, v, f)
	default:
		d.scalar(n, at, key, v, f)
	}
}

// fail reports a value that cannot be read.
func (d *decoder) fail(at spot, key string, f *fault) {
	d.bad[key] = true
	d.reportAt(at, key, f)
}

func (d *decoder) mapping(n *yaml.Node, at spot, key string, v reflect.Value) {
	fields := fieldsOf(v.Type())
	if n.Kind == yaml.ScalarNode && d.short(n, at, key, v) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fail(at, key, wrongKind(n, wantedMapping(v)))
		return
	}
	first := make(map[string]spot, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, here := n.Content[i], spotOf(n.Content[i])
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			d.reportAt(here, key, wrong(text("a key has to be a word", "ein Schlüssel muss ein Wort sein"), noHint))
			continue
		}
		if before, twice := first[k.Value]; twice {
			d.reportAt(here, key, wrong(text("key %s stands twice, first in line %d", "der Schlüssel %s steht zweimal, zuerst in Zeile %d", quote(k.Value), before.line),
				text("delete one of them", "streichen Sie einen davon")))
			continue
		}
		first[k.Value] = here
		f := slices.IndexFunc(fields, func(f field) bool { return f.name == k.Value })
		if f < 0 {
			d.reportAt(here, key, unknownKey(k.Value, fields))
			continue
		}
		child := strings.TrimPrefix(key+"."+k.Value, ".")
		d.spots[child] = here
		d.value(n.Content[i+1], child, v.FieldByIndex(fields[f].index), fields[f])
	}
}

// short reads a mapping that is written as one value: the word off, or the
// value of its bare key. It reports whether the mapping has such a form.
func (d *decoder) short(n *yaml.Node, at spot, key string, v reflect.Value) bool {
	s, bad := expand(n.Value, d.lookup)
	bare, off := shortForms(v.Type())
	switch {
	case bare == nil && off == nil:
		return false
	case bad != nil:
		d.fail(at, key, bad)
	case off != nil && s == "off":
		for _, f := range off {
			p := v.FieldByIndex(f.index)
			p.Set(reflect.New(p.Type().Elem()))
			// The tags are constants, and a test parses every one of them.
			_ = parseScalar(f.off, p.Elem())
		}
	case off != nil && switched[strings.ToLower(s)] == "off":
		d.fail(at, key, notInEnum(s, []string{"off"}))
	case bare == nil:
		return false
	default:
		d.typed(n, at, key, v.FieldByIndex(bare.index), *bare)
	}
	return true
}

// list reads a sequence; where words or endpoints are wanted, a single one will
// do. Items that cannot be read keep their place, so that the indices of the
// others stay those of the file.
func (d *decoder) list(n *yaml.Node, at spot, key string, v reflect.Value, f field) {
	_, words := reflect.TypeAssert[Strings](v)
	_, targets := reflect.TypeAssert[Targets](v)
	items := n.Content
	switch {
	case n.Kind == yaml.ScalarNode && (words || targets), n.Kind == yaml.MappingNode && targets:
		items = []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		d.fail(at, key, wrongKind(n, text("a list", "eine Liste")))
		return
	case len(items) == 0 && f.least != "":
		d.fail(at, key, wrong(text("is empty", "ist leer"), text("name at least one", "nennen Sie mindestens einen Eintrag")))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		child := fmt.Sprintf("%s[%d]", key, i)
		d.spots[child] = spotOf(item)
		d.value(item, child, v.Index(i), field{})
	}
}

func (d *decoder) scalar(n *yaml.Node, at spot, key string, v reflect.Value, f field) {
	if n.Kind != yaml.ScalarNode {
		d.fail(at, key, wrongKind(n, wantedScalar(v, f)))
		return
	}
	s, bad := expand(n.Value, d.lookup)
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	switch _, isText := reflect.TypeAssert[string](v); {
	case bad != nil:
	// What came from a variable had to be quoted in some places of YAML, so
	// quotes say nothing there.
	case quoted && s == n.Value && (v.Kind() == reflect.Int || v.Kind() == reflect.Bool):
		bad = wrong(text("%s is a text, not %s", "%s ist ein Text, verlangt wird %s", quote(s), wantedScalar(v, f)),
			text("write it without quotes", "schreiben Sie es ohne Anführungszeichen"))
	case len(f.enum) > 0 && !slices.Contains(f.enum, s):
		bad = notInEnum(s, f.enum)
	case isText && strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		bad = wrong(text("%s has a control character in it", "%s enthält ein Steuerzeichen", quote(s)), noHint)
	default:
		if bad = parseScalar(s, v); bad == nil {
			bad = outOfRange(s, v, f)
		}
	}
	if bad != nil {
		d.fail(at, key, bad)
	}
}

// outOfRange compares v with the bounds its tags give; s is how it was
// written.
func outOfRange(s string, v reflect.Value, f field) *fault {
	bound := func(tag string) (b reflect.Value, below bool) {
		b = reflect.New(v.Type()).Elem()
		_ = parseScalar(tag, b)
		if v.CanFloat() {
			return b, v.Float() < b.Float()
		}
		return b, v.Int() < b.Int()
	}
	if f.least != "" {
		if _, below := bound(f.least); below {
			return wrong(text("%s is less than %s", "%s ist weniger als %s", quote(s), f.least), rangeHint(f))
		}
	}
	if f.most != "" {
		if b, below := bound(f.most); !below && !v.Equal(b) {
			return wrong(text("%s is more than %s", "%s ist mehr als %s", quote(s), f.most), rangeHint(f))
		}
	}
	return nil
}

func rangeHint(f field) cause.Text {
	return text("write a value from %s to %s", "schreiben Sie einen Wert von %s bis %s", f.least, f.most)
}

func spotOf(n *yaml.Node) spot { return spot{n.Line, n.Column} }
