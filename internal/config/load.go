package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"torwart/internal/cause"
)

// maxFile is the largest file read, in bytes.
const maxFile = 16 << 20

// Load reads the configuration in the file path. See [Parse].
func Load(path string) (*Config, []Problem) {
	data, err := readFile(path)
	if err != nil {
		r := &reading{file: path}
		r.report("", unreadable(err))
		return nil, r.problems
	}
	return Parse(path, data)
}

// Parse reads the configuration in data; name is what problems call it. It
// returns all problems in the order of the file. The configuration is nil if
// one of them is an [Error], and sound if there are only warnings.
//
// Environment variables named in values, ${NAME} or ${NAME:-default}, are
// looked up in the environment of the process.
func Parse(name string, data []byte) (*Config, []Problem) {
	r := &reading{file: name, spots: map[string]spot{}, bad: map[string]bool{}}
	d := &decoder{reading: r, lookup: os.LookupEnv}
	var f File
	d.document(data, &f)
	if d.stopped {
		return nil, r.sorted()
	}
	cfg := r.complete(&f)
	if r.failed() {
		cfg = nil
	}
	return cfg, r.sorted()
}

// FromFlags makes the configuration of `torwart serve --listen ADDRESS --to
// URL`: one site for all hosts, everything else by default. listen may be
// empty. It returns like [Parse]; the key of a problem is the flag.
func FromFlags(listen, to []string) (*Config, []Problem) {
	r := &reading{spots: map[string]spot{}, bad: map[string]bool{}}
	if len(to) > 0 {
		r.spots["sites[0].to"] = spot{}
	}
	f := File{Sites: []FileSite{{To: targetsOf(to)}}}
	if len(listen) > 0 {
		f.Listen = listen
	}
	cfg := r.complete(&f)
	for i, p := range r.problems {
		r.problems[i].Key = "--listen"
		if strings.HasPrefix(p.Key, "sites") {
			r.problems[i].Key = "--to"
		}
	}
	if r.failed() {
		cfg = nil
	}
	return cfg, r.problems
}

var errTooLarge = errors.New("too large")

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errTooLarge
	}
	return data, err
}

// unreadable says why a file cannot be read.
func unreadable(err error) *fault {
	why, hint := cause.Text{EN: err.Error(), DE: err.Error()}, noHint
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		why = cause.Text{EN: pe.Err.Error(), DE: pe.Err.Error()}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = text("there is no such file", "es gibt sie nicht")
		hint = text("check the path", "prüfen Sie den Pfad")
	case errors.Is(err, fs.ErrPermission):
		why = text("permission denied", "keine Berechtigung")
		hint = text("let the user that runs torwart read it", "geben Sie dem Benutzer, unter dem torwart läuft, Leserechte")
	case errors.Is(err, errTooLarge):
		size := fmt.Sprintf("%d MiB", maxFile>>20)
		why = text("it is larger than %s", "sie ist größer als %s", size)
	}
	return wrong(text("the file cannot be read: %s", "die Datei ist nicht lesbar: %s", why), hint)
}
