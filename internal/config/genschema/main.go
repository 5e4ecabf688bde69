// Command genschema writes the JSON Schema of the configuration file, made
// from the structs of package config and their comments.
//
// It promises that the same structs give the same bytes. It is run by
// "go generate ./internal/config" and is no part of torwart's binary.
//
// Start reading at generate.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"torwart/internal/config"
)

func main() {
	out, err := generate()
	if err == nil {
		err = os.WriteFile("torwart.schema.json", out, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "genschema:", err)
		os.Exit(1)
	}
}

// generate returns the schema. The working directory has to be that of
// package config, whose comments become the descriptions.
func generate() ([]byte, error) {
	r := &jsonschema.Reflector{
		Anonymous: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true,
		Mapper: leaf,
		Namer:  func(t reflect.Type) string { return strings.TrimPrefix(t.Name(), "File") },
	}
	if err := r.AddGoComments("torwart/internal/config", "."); err != nil {
		return nil, fmt.Errorf("reading the comments: %w", err)
	}
	// Comments are wrapped for the source.
	for k, v := range r.CommentMap {
		r.CommentMap[k] = strings.ReplaceAll(v, "\n", " ")
	}
	s := r.Reflect(config.File{})
	s.Title = "torwart configuration"
	if s.Properties == nil {
		return nil, fmt.Errorf("%T came out without properties", config.File{})
	}
	refine(s, reflect.TypeFor[config.File](), s.Definitions)
	s.Description = "The configuration file of torwart."
	// The lists of endpoints stand where they are used, with their short forms.
	delete(s.Definitions, reflect.TypeFor[config.Targets]().Name())
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}

// variable is what stands instead of a value that comes from the environment.
const variable = `\$\{[A-Za-z_]`

// token is a character of a field's or a cookie's name.
const token = "[A-Za-z0-9!#$%&'*+.^_`|~-]"

// leaf gives the schema of the values that are no structs. Each may also be
// written as a text with an environment variable in it.
func leaf(t reflect.Type) *jsonschema.Schema {
	text := func(pattern string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: pattern}
	}
	switch t {
	case reflect.TypeFor[config.Duration]():
		return anyOf(text(`^([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$|`+variable), &jsonschema.Schema{Type: "integer", Enum: []any{0}})
	case reflect.TypeFor[config.Size]():
		return anyOf(text(`^[0-9]+\s*(B|[kKMGT]B|[KMGT]iB)?$|`+variable), &jsonschema.Schema{Type: "integer", Minimum: "0"})
	case reflect.TypeFor[config.Share]():
		return anyOf(&jsonschema.Schema{Type: "number", Minimum: "0", Maximum: "1"}, text(`^[0-9.]+%?$|`+variable))
	case reflect.TypeFor[config.Factor]():
		return anyOf(text(`^[0-9]+(\.[0-9]*)?x$|^0$|`+variable), &jsonschema.Schema{Type: "integer", Enum: []any{0}})
	case reflect.TypeFor[config.HashBy]():
		return text(`^(client|path|(header|cookie) ` + token + `+)$|` + variable)
	case reflect.TypeFor[config.CookieName]():
		return text(`^` + token + `*$|` + variable)
	case reflect.TypeFor[config.Strings]():
		word := &jsonschema.Schema{Type: "string"}
		return anyOf(&jsonschema.Schema{Type: "array", Items: word}, word)
	}
	switch t.Kind() {
	case reflect.Int:
		return anyOf(&jsonschema.Schema{Type: "integer"}, text(variable))
	case reflect.Bool:
		return anyOf(&jsonschema.Schema{Type: "boolean"}, text(variable))
	}
	return nil
}

func anyOf(s ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: s} }

// refine puts what the tags of package config say into the schema s of the
// struct t, and into those of the structs below it.
func refine(s *jsonschema.Schema, t reflect.Type, defs jsonschema.Definitions) {
	s.Description = strings.TrimPrefix(s.Description, "File")
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p, ok := s.Properties.Get(name)
		if name == "" || !ok {
			continue
		}
		// Comments begin with the Go name; who reads the schema knows the key.
		if rest, ok := strings.CutPrefix(p.Description, f.Name); ok {
			p.Description = name + rest
		}
		if d, ok := f.Tag.Lookup("default"); ok {
			p.Default = preset(d, f.Type)
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			p.Type = ""
			var words []any
			for w := range strings.SplitSeq(enum, ",") {
				words = append(words, w)
			}
			p.AnyOf = []*jsonschema.Schema{{Type: "string", Enum: words}, {Type: "string", Pattern: variable}}
		}
		least, most := f.Tag.Get("min"), f.Tag.Get("max")
		elem := f.Type
		if elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice {
			elem = elem.Elem()
		}
		if elem.Kind() == reflect.Struct {
			shortForms(p, f.Type)
		}
		switch {
		case elem.Kind() == reflect.Int:
			p.AnyOf[0].Minimum, p.AnyOf[0].Maximum = json.Number(least), json.Number(most)
		case f.Type.Kind() == reflect.Slice && least != "":
			list := p
			if p.AnyOf != nil {
				list = p.AnyOf[0]
			}
			list.MinItems = new(uint64(1))
		}
		if elem.Kind() == reflect.Struct {
			refine(defs[strings.TrimPrefix(elem.Name(), "File")], elem, defs)
		}
	}
}

// shortForms lets the property p, a struct or a list of structs, be written as
// one value too, where the tags of package config allow that. A list may then be
// its only item.
func shortForms(p *jsonschema.Schema, t reflect.Type) {
	var bare, off *jsonschema.Schema
	for _, f := range reflect.VisibleFields(t.Elem()) {
		if _, ok := f.Tag.Lookup("off"); ok {
			off = &jsonschema.Schema{Type: "string", Pattern: `^off$|` + variable}
		}
		if f.Tag.Get("bare") != "" {
			if bare = leaf(f.Type.Elem()); bare == nil {
				bare = &jsonschema.Schema{Type: "string"}
			}
		}
	}
	if bare == nil && off == nil {
		return
	}
	forms := slices.DeleteFunc([]*jsonschema.Schema{off, bare, {Ref: definition(t.Elem())}},
		func(s *jsonschema.Schema) bool { return s == nil })
	if t.Kind() == reflect.Slice {
		forms = append([]*jsonschema.Schema{{Type: "array", Items: anyOf(forms...)}}, forms...)
	}
	p.Ref, p.AnyOf = "", forms
}

// definition is the reference to what the schema knows of a struct.
func definition(t reflect.Type) string { return "#/$defs/" + strings.TrimPrefix(t.Name(), "File") }

// preset is a "default" tag as a value of JSON.
func preset(tag string, t reflect.Type) any {
	if t.Kind() == reflect.Slice {
		return []string{tag}
	}
	switch t.Elem().Kind() {
	case reflect.Int, reflect.Bool, reflect.Float64:
		if json.Valid([]byte(tag)) {
			return json.RawMessage(tag)
		}
	}
	return tag
}
