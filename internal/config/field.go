package config

import (
	"reflect"
	"strings"
	"sync"
)

// field is one key of a mapping in the file, as its struct's tags describe it.
type field struct {
	name  string
	index []int
	// preset is the "default" tag; hasPreset tells "" from none.
	preset    string
	hasPreset bool
	// least and most are the "min" and "max" tags, "" for none.
	least, most string
	enum        []string
	// bare: the value of this key may stand for the whole mapping.
	bare bool
	// off is what the word off, standing for the mapping, gives this key;
	// hasOff tells "" from none.
	off    string
	hasOff bool
}

// fieldsOf lists the keys a struct of the file has, those of embedded structs
// among them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for _, sf := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		f := field{name: name, index: sf.Index, least: sf.Tag.Get("min"), most: sf.Tag.Get("max")}
		f.preset, f.hasPreset = sf.Tag.Lookup("default")
		f.off, f.hasOff = sf.Tag.Lookup("off")
		f.bare = sf.Tag.Get("bare") != ""
		if e := sf.Tag.Get("enum"); e != "" {
			f.enum = strings.Split(e, ",")
		}
		out = append(out, f)
	}
	return out
}

// shortForms returns the key of the mapping t whose value may stand for all of
// it, and the keys that the word off is for; nil where there are none.
func shortForms(t reflect.Type) (bare *field, off []field) {
	for _, f := range fieldsOf(t) {
		if f.bare {
			bare = &f
		}
		if f.hasOff {
			off = append(off, f)
		}
	}
	return bare, off
}

// preset fills in the defaults of everything absent from a struct of the file.
// It leaves lists of structs alone: nobody has sites by default.
func preset(v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		fv := v.FieldByIndex(f.index)
		switch {
		case fv.Kind() == reflect.Pointer && fv.Type().Elem().Kind() == reflect.Struct:
			if fv.IsNil() {
				fv.Set(reflect.New(fv.Type().Elem()))
			}
			preset(fv.Elem())
		case !f.hasPreset || !fv.IsNil():
		case fv.Kind() == reflect.Pointer:
			fv.Set(reflect.New(fv.Type().Elem()))
			// The tags are constants, and a test parses every one of them.
			_ = parseScalar(f.preset, fv.Elem())
		default:
			fv.Set(reflect.ValueOf(Strings{f.preset}))
		}
	}
}

// presets are the settings of a site that says nothing.
var presets = sync.OnceValue(func() FileSettings {
	var s FileSettings
	preset(reflect.ValueOf(&s).Elem())
	return s
})

// inherit returns base with everything that over says taken from over. Neither
// is changed.
func inherit(base, over FileSettings) FileSettings {
	return inheritValue(reflect.ValueOf(base), reflect.ValueOf(over)).Interface().(FileSettings)
}

func inheritValue(base, over reflect.Value) reflect.Value {
	out := reflect.New(base.Type()).Elem()
	for i := range base.NumField() {
		b, o := base.Field(i), over.Field(i)
		switch {
		case o.IsNil():
			out.Field(i).Set(b)
		case b.IsNil() || b.Type().Elem().Kind() != reflect.Struct:
			out.Field(i).Set(o)
		default:
			p := reflect.New(b.Type().Elem())
			p.Elem().Set(inheritValue(b.Elem(), o.Elem()))
			out.Field(i).Set(p)
		}
	}
	return out
}

// parseScalar reads s into a scalar of the file.
func parseScalar(s string, into reflect.Value) *fault {
	var f *fault
	var v any
	switch into.Interface().(type) {
	case Duration:
		v, f = parseDuration(s)
	case Size:
		v, f = parseSize(s)
	case Share:
		v, f = parseShare(s)
	case Factor:
		v, f = parseFactor(s)
	case HashBy:
		v, f = parseHashBy(s)
	case CookieName:
		v, f = parseCookieName(s)
	case int:
		v, f = parseInt(s)
	case bool:
		v, f = parseBool(s)
	default:
		v = s
	}
	if f == nil {
		into.Set(reflect.ValueOf(v))
	}
	return f
}
