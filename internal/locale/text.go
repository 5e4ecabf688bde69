package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sync"
)

//go:embed en/*.json de/*.json
var files embed.FS

// catalogues are the messages of each language, read once. A message is
// looked up in one map for all areas; the tests see to it that no key stands
// in two files.
var catalogues = sync.OnceValue(func() map[Lang]map[string]string {
	out := make(map[Lang]map[string]string)
	for _, l := range Langs() {
		out[l] = make(map[string]string)
		names, err := fs.Glob(files, path.Join(string(l), "*.json"))
		if err != nil {
			panic("locale: " + err.Error())
		}
		for _, name := range names {
			if err := readArea(name, out[l]); err != nil {
				// Embedded, so wrong for everybody or nobody.
				panic("locale: " + name + ": " + err.Error())
			}
		}
	}
	return out
})

func readArea(name string, into map[string]string) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &into)
}

// Text returns the message with this key in the language l, with args put in
// as [fmt.Sprintf] does; a per cent sign in a message is always "%%". A key
// that l lacks is answered in English, one that does not exist at all by the
// key itself.
func (l Lang) Text(key string, args ...any) string {
	text, ok := catalogues()[l][key]
	if !ok {
		text, ok = catalogues()[EN][key]
	}
	if !ok {
		return key
	}
	return fmt.Sprintf(text, args...)
}

// Count returns the message for n things: that of key+".one" or
// key+".other". The first value put in is n as [Lang.Number] writes it (%s),
// args follow.
func (l Lang) Count(key string, n int64, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return l.Text(key+form, append([]any{l.Number(n)}, args...)...)
}
