package config_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"torwart/internal/config"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("torwart.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("torwart.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON reads YAML the way an editor does that checks a file by its schema.
func asJSON(data []byte) (any, error) {
	var v any
	if err := yaml.Load(data, &v); err != nil {
		return nil, err
	}
	out, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(out))
}

func TestSchemaAcceptsWhatCanBeUsed(t *testing.T) {
	s := compileSchema(t)
	for _, folder := range []string{"good", "doubtful"} {
		for _, file := range testFiles(t, folder) {
			doc, err := asJSON(read(t, file))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if err := s.Validate(doc); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// A bad file says in its first line what a schema can make of it: it refuses
// structural errors, accepts what only Parse knows to be wrong, and cannot be
// asked about what is unreadable already.
func TestSchemaRefusesStructuralErrors(t *testing.T) {
	s := compileSchema(t)
	for _, file := range testFiles(t, "bad") {
		data := read(t, file)
		first, _, _ := strings.Cut(string(data), "\n")
		want, _ := strings.CutPrefix(first, "# schema: ")
		got := "unreadable"
		if doc, err := asJSON(data); err == nil || filepath.Base(file) == "empty.yaml" {
			got = "accepts"
			if s.Validate(doc) != nil {
				got = "refuses"
			}
		}
		if got != want {
			t.Errorf("%s: the schema %s, the first line says %q", file, got, want)
		}
	}
}

// What the program prints of itself is a file again, as good as the first.
func TestEffectiveConfigurationIsAGoodFile(t *testing.T) {
	environment(t)
	s := compileSchema(t)
	for _, file := range testFiles(t, "good") {
		cfg, _ := config.Parse(file, read(t, file))
		if _, problems := config.Parse(file, effective(t, cfg)); len(problems) > 0 {
			t.Errorf("%s: its own print: %s", file, inWords(problems))
		}
		doc, err := asJSON(effective(t, cfg))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
