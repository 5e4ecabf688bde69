package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testFiles returns the YAML files of a folder of testdata.
func testFiles(t testing.TB, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata/%s: %d files, %v", folder, len(files), err)
	}
	return files
}

// environment sets what the files of testdata refer to.
func environment(t testing.TB) {
	t.Setenv("TORWART_TEST_HOST", "app.example.com")
	t.Setenv("TORWART_TEST_HOLD", "7s")
	t.Setenv("TORWART_TEST_EMPTY", "")
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The table is the files: good ones have no problems, doubtful ones only
// warnings, bad ones errors. Beside each stand its effective configuration
// (.json) and its problems in both languages (.txt), where it has any.
func TestFilesReadAsTheirGoldenFilesSay(t *testing.T) {
	for _, folder := range []string{"good", "doubtful", "bad"} {
		for _, file := range testFiles(t, folder) {
			t.Run(folder+"/"+filepath.Base(file), func(t *testing.T) {
				environment(t)
				cfg, problems := config.Parse(filepath.Base(file), read(t, file))
				if (cfg == nil) != (folder == "bad") || (len(problems) == 0) != (folder == "good") {
					t.Errorf("a %s file gave configuration %v and %d problems", folder, cfg != nil, len(problems))
				}
				golden(t, strings.TrimSuffix(file, ".yaml")+".json", effective(t, cfg))
				golden(t, strings.TrimSuffix(file, ".yaml")+".txt", inWords(problems))
			})
		}
	}
}

func effective(t *testing.T, cfg *config.Config) []byte {
	t.Helper()
	if cfg == nil {
		return nil
	}
	out, err := json.MarshalIndent(cfg, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func inWords(problems []config.Problem) []byte {
	var en, de bytes.Buffer
	for _, p := range problems {
		en.WriteString(p.In("en") + "\n")
		de.WriteString(p.In("de") + "\n")
	}
	if en.Len() > 0 {
		en.WriteByte('\n')
	}
	return append(en.Bytes(), de.Bytes()...)
}

// golden compares got with a file; nothing means that there must be none.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if len(got) > 0 {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil && (len(got) > 0 || !os.IsNotExist(err)) {
		t.Error(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got); -update writes it anew:\n%s", file, diff)
	}
}
