package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"torwart/internal/cause"
)

// Change is one thing a reload changes.
type Change struct {
	// Where names the key at the top of the file, or the site and its rule.
	Where cause.Text `json:"where"`
	// What says what happens to it.
	What cause.Text `json:"what"`
}

// In returns the change as one line in the language lang ("de", else English):
// "site example.com, rule /api: hold changes from 10s to 0s".
func (c Change) In(lang string) string { return c.Where.In(lang) + ": " + c.What.In(lang) }

// Diff tells in words what changes from one configuration to the next. It is
// empty exactly when both are the same.
func Diff(before, after *Config) []Change {
	var d diff
	d.list(key("listen"), noText, before.Listen, after.Listen)
	d.value(key("admin"), "", orOff(before.Admin), orOff(after.Admin))
	d.list(key("resolvers"), noText, before.Resolvers, after.Resolvers)
	d.value(key("log"), "access", before.Log.Access, after.Log.Access)
	d.value(key("log"), "file", before.Log.File, after.Log.File)
	d.list(key("trust"), noText, words(before.Trust), words(after.Trust))
	d.sites(before.Sites, after.Sites)
	if len(d.changes) == 0 {
		b, _ := json.Marshal(before)
		if a, _ := json.Marshal(after); !bytes.Equal(a, b) {
			d.add(text("the file", "die Datei"), text("only the order of entries changes", "nur die Reihenfolge von Einträgen ändert sich"))
		}
	}
	return d.changes
}

var noText cause.Text

func key(k string) cause.Text { return cause.Text{EN: k, DE: k} }

func orOff(admin string) string {
	if admin == "" {
		return "off"
	}
	return admin
}

func words[T fmt.Stringer](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return out
}

type diff struct{ changes []Change }

func (d *diff) add(where, what cause.Text) { d.changes = append(d.changes, Change{where, what}) }

var (
	added   = text("is added", "kommt hinzu")
	removed = text("is removed", "fällt weg")
)

// list tells what comes to a list and what leaves it. kind names an item, with
// a space after it; empty where the item says it itself.
func (d *diff) list(where, kind cause.Text, before, after []string) {
	for _, s := range after {
		if !slices.Contains(before, s) {
			d.add(where, text("%s%s %s", "%s%s %s", kind, s, added))
		}
	}
	for _, s := range before {
		if !slices.Contains(after, s) {
			d.add(where, text("%s%s %s", "%s%s %s", kind, s, removed))
		}
	}
}

func (d *diff) value(where cause.Text, name, before, after string) {
	if before == after {
		return
	}
	show := func(s string) any {
		if s == "" {
			return text("nothing", "nichts")
		}
		return s
	}
	name = strings.TrimPrefix(name+" ", " ")
	d.add(where, text("%schanges from %s to %s", "%sändert sich von %s zu %s", name, show(before), show(after)))
}

// sites pairs the sites that share a host: a site stays the same one when
// hosts come to it or leave it.
func (d *diff) sites(before, after []Site) {
	kept := make([]bool, len(before))
	for i := range after {
		s := &after[i]
		j := slices.IndexFunc(before, func(b Site) bool { return sharesHost(&b, s) })
		for j >= 0 && kept[j] {
			next := slices.IndexFunc(before[j+1:], func(b Site) bool { return sharesHost(&b, s) })
			if next < 0 {
				j = -1
				break
			}
			j += 1 + next
		}
		if j < 0 {
			d.add(siteName(s), added)
			continue
		}
		kept[j] = true
		d.list(siteName(s), text("host ", "Host "), before[j].Hosts, s.Hosts)
		d.rules(s, before[j].Rules, s.Rules)
	}
	for j := range before {
		if !kept[j] {
			d.add(siteName(&before[j]), removed)
		}
	}
}

func sharesHost(a, b *Site) bool {
	if len(a.Hosts) == 0 || len(b.Hosts) == 0 {
		return len(a.Hosts) == len(b.Hosts)
	}
	return slices.ContainsFunc(a.Hosts, func(h string) bool { return slices.Contains(b.Hosts, h) })
}

func siteName(s *Site) cause.Text {
	if len(s.Hosts) == 0 {
		return text("site for all other hosts", "Site für alle anderen Hosts")
	}
	return text("site %s", "Site %s", s.Hosts[0])
}

func (d *diff) rules(s *Site, before, after []Rule) {
	// Who wrote "to" on the site knows of no rules.
	plain := isPlain(before) && isPlain(after)
	where := func(r *Rule) cause.Text {
		if plain {
			return siteName(s)
		}
		methods := ""
		if len(r.Methods) > 0 {
			methods = " [" + strings.Join(r.Methods, ", ") + "]"
		}
		return text("%s, rule %s%s", "%s, Regel %s%s", siteName(s), r.Path, methods)
	}
	for i := range after {
		r := &after[i]
		j := slices.IndexFunc(before, func(b Rule) bool { return sameRequests(&b, r) })
		if j < 0 {
			d.add(where(r), added)
			continue
		}
		d.targets(where(r), before[j].To, r.To)
		b, a := flatten(before[j].file()), flatten(r.file())
		for k := range a {
			d.value(where(r), a[k].name, b[k].value, a[k].value)
		}
	}
	for j := range before {
		if !slices.ContainsFunc(after, func(a Rule) bool { return sameRequests(&a, &before[j]) }) {
			d.add(where(&before[j]), removed)
		}
	}
}

// targets tells which endpoints come to a rule and leave it, and what changes
// about those that stay.
func (d *diff) targets(where cause.Text, before, after []Target) {
	find := func(list []Target, url string) int {
		return slices.IndexFunc(list, func(t Target) bool { return t.URL == url })
	}
	for _, t := range after {
		j := find(before, t.URL)
		if j < 0 {
			d.add(where, text("endpoint %s %s", "Endpunkt %s %s", t.words(), added))
			continue
		}
		at := text("%s, endpoint %s", "%s, Endpunkt %s", where, t.URL)
		d.value(at, "weight", fmt.Sprint(before[j].Weight), fmt.Sprint(t.Weight))
		d.value(at, "backup", fmt.Sprint(before[j].Backup), fmt.Sprint(t.Backup))
	}
	for _, t := range before {
		if find(after, t.URL) < 0 {
			d.add(where, text("endpoint %s %s", "Endpunkt %s %s", t.URL, removed))
		}
	}
}

// words are the URL and whatever is not as by default.
func (t Target) words() string {
	var more []string
	if t.Weight != 1 {
		more = append(more, fmt.Sprintf("weight: %d", t.Weight))
	}
	if t.Backup {
		more = append(more, "backup: true")
	}
	if more == nil {
		return t.URL
	}
	return t.URL + " (" + strings.Join(more, ", ") + ")"
}

func isPlain(rules []Rule) bool {
	return len(rules) == 1 && rules[0].Path == "/" && len(rules[0].Methods) == 0
}

func sameRequests(a, b *Rule) bool {
	return a.Path == b.Path && len(a.Methods) == len(b.Methods) && sameSet(a.Methods, b.Methods)
}

// setting is one key of a site or rule and its value, as the file has them.
type setting struct{ name, value string }

// flatten lists complete settings under the names of the file, always in the
// same order; those without effect have no value.
func flatten(s FileSettings) []setting {
	var out []setting
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for _, f := range fieldsOf(v.Type()) {
			fv, name := v.FieldByIndex(f.index).Elem(), prefix+f.name
			switch fv.Kind() {
			case reflect.Struct:
				walk(name+".", fv)
				continue
			case reflect.Invalid:
				out = append(out, setting{name, ""})
				continue
			}
			value := fmt.Sprint(fv.Interface())
			if m, ok := reflect.TypeAssert[encoding.TextMarshaler](fv); ok {
				b, _ := m.MarshalText()
				value = string(b)
			}
			out = append(out, setting{name, value})
		}
	}
	walk("", reflect.ValueOf(s))
	return out
}
