package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"torwart/internal/cli"
)

// What a command line does is in cmd/torwart/testdata/script; here is what
// needs a hand on the process.

func run(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	e := cli.Env{Args: args, Stdout: &out, Stderr: &errs}
	if env != nil {
		e.Getenv = func(name string) string { return env[name] }
	}
	status = cli.Run(t.Context(), e)
	return status, out.String(), errs.String()
}

// commands reads the names off the help page.
func commands(t *testing.T) []string {
	t.Helper()
	_, help, _ := run(t, nil)
	_, list, _ := strings.Cut(help, "Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	var names []string
	for line := range strings.Lines(list) {
		names = append(names, strings.Fields(line)[0])
	}
	if len(names) < 5 {
		t.Fatalf("commands %v in:\n%s", names, help)
	}
	return names
}

func TestEveryCommandHasHelpInBothLanguages(t *testing.T) {
	for _, name := range append(commands(t), "completion") {
		status, english, errs := run(t, nil, name, "--help")
		if status != 0 || errs != "" || !strings.Contains(english, "\nUsage:\n  torwart "+name) {
			t.Errorf("%s: status %d, %q\n%s", name, status, errs, english)
		}
		_, german, _ := run(t, nil, name, "--help", "--lang", "de")
		if !strings.Contains(german, "\nAufruf:\n  torwart "+name) {
			t.Errorf("%s:\n%s", name, german)
		}
		// Apart from what is the same in both, such as an example.
		for line := range strings.Lines(english) {
			if strings.Contains(line, " the ") && strings.Contains(german, line) {
				t.Errorf("%s: English in the German help: %s", name, line)
			}
		}
		// A key without a text stands for itself.
		for _, help := range []string{english, german} {
			if strings.Contains(help, "cli.") || strings.Contains(help, "%!") {
				t.Errorf("%s: a text is missing:\n%s", name, help)
			}
		}
	}
}

func TestLanguageIsChosenByFlagThenEnvironment(t *testing.T) {
	german := map[string]string{"LANG": "de_DE.UTF-8"}
	for _, tc := range []struct {
		env  map[string]string
		args string
		want string
	}{
		{nil, "", "Usage:"},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, "", "Usage:"},
		{german, "", "Aufruf:"},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_AT"}, "", "Aufruf:"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "", "Usage:"},
		{german, "--lang en", "Usage:"},
		{german, "--lang=en", "Usage:"},
		{nil, "--lang DE", "Aufruf:"},
		{nil, "help --lang=de-CH", "Aufruf:"},
	} {
		_, out, _ := run(t, tc.env, strings.Fields(tc.args)...)
		if !strings.Contains(out, "\n"+tc.want) {
			t.Errorf("%v %q: no %s in:\n%s", tc.env, tc.args, tc.want, out)
		}
	}
}

func TestSlipsAreUnderstood(t *testing.T) {
	for word, want := range map[string]string{
		"conect-refused":     "connect-refused",
		"connection-refused": "connect-refused",
		"refusd":             "",
		"loop":               "proxy-loop or app-restart-loop",
		"x":                  "",
		"tls-verson":         "tls-version",
	} {
		status, _, errs := run(t, nil, "causes", word)
		_, meant, _ := strings.Cut(strings.SplitN(errs, "\n", 2)[0], "; did you mean ")
		if status != 2 || strings.TrimSuffix(meant, "?") != want {
			t.Errorf("%s: status %d, meant %q, want %q", word, status, meant, want)
		}
	}
	_, _, errs := run(t, nil, "causes", "certificate")
	if n := strings.Count(errs, ", "); n > 4 || !strings.Contains(errs, " or ") {
		t.Errorf("too much, or no list: %s", errs)
	}
}

// firstWrite closes wrote when something is written for the first time.
type firstWrite struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	once  sync.Once
	wrote chan struct{}
}

func (f *firstWrite) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.once.Do(func() { close(f.wrote) })
	return f.buf.Write(p)
}

// served runs torwart until it has said what it serves.
func served(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	errs := &firstWrite{wrote: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(func() {
		status = cli.Run(ctx, cli.Env{Args: args, Stdout: &bytes.Buffer{}, Stderr: errs})
		errs.once.Do(func() { close(errs.wrote) })
	})
	<-errs.wrote
	cancel()
	running.Wait()
	return status, errs.buf.String()
}

func TestServeEndsWithItsContext(t *testing.T) {
	status, said := served(t, "serve", "--listen", "127.0.0.1:0", "--to", "http://127.0.0.1:1", "--admin", "127.0.0.1:0")
	if status != 0 || !strings.Contains(said, "serving at http://127.0.0.1:") || strings.Contains(said, ":0\n") {
		t.Errorf("status %d, said:\n%s", status, said)
	}
}

func TestServeSaysWhereEverybodyIsServed(t *testing.T) {
	_, said := served(t, "serve", "--listen", ":0", "--to", "http://127.0.0.1:1", "--admin", "off", "--lang", "de")
	if !strings.HasPrefix(said, "bedient wird an Port ") || !strings.Contains(said, " aller Adressen\n") {
		t.Errorf("said:\n%s", said)
	}
}

func TestServeDoesNotListAThousandRules(t *testing.T) {
	var file strings.Builder
	file.WriteString("listen: 127.0.0.1:0\nadmin: off\nsites:\n")
	for i := range 8 {
		fmt.Fprintf(&file, "  - hosts: site%d.example\n    health: {interval: 0}\n    rules:\n", i)
		for j := range 9 {
			fmt.Fprintf(&file, "      - {path: /%d, to: \"http://127.0.0.1:1\"}\n", j)
		}
	}
	name := filepath.Join(t.TempDir(), "torwart.yaml")
	if err := os.WriteFile(name, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := served(t, "serve", "--config", name)
	if n := strings.Count(said, " to http://"); status != 0 || n != 40 || !strings.Contains(said, "\nand 32 more rules\n") {
		t.Errorf("status %d, %d rules said:\n%s", status, n, said)
	}
}
