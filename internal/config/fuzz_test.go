package config_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

// FuzzParse: whatever the file, there is a configuration or an error and never
// both, each problem is told in both languages, and a configuration printed
// and read again is the same one.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"good", "doubtful", "bad"} {
		for _, file := range testFiles(f, folder) {
			f.Add(read(f, file))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, problems := config.Parse("fuzz.yaml", data)
		failed := false
		for _, p := range problems {
			failed = failed || p.Severity == config.Error
			if p.Wrong.EN == "" || p.Wrong.DE == "" || (p.Hint.EN == "") != (p.Hint.DE == "") {
				t.Errorf("a problem lacks a language: %+v", p)
			}
		}
		if failed != (cfg == nil) {
			t.Fatalf("errors: %v, configuration: %v", failed, cfg != nil)
		}
		if cfg == nil {
			return
		}
		printed, err := json.Marshal(cfg)
		if err != nil {
			t.Fatal(err)
		}
		again, problems := config.Parse("again.yaml", printed)
		if again == nil {
			t.Fatalf("its own print is refused: %s\n%s", inWords(problems), printed)
		}
		if diff := cmp.Diff(cfg, again, comparePrefixes); diff != "" {
			t.Errorf("printed and read again (-before +after):\n%s", diff)
		}
	})
}
