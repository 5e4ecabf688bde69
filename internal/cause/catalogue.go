package cause

import "sync"

// Kind tells the two closed lists apart.
type Kind uint8

// The kinds of entry.
const (
	// Symptom is what was seen on the wire.
	Symptom Kind = iota + 1
	// RootCause is why.
	RootCause
)

// String returns "symptom" or "root-cause".
func (k Kind) String() string {
	if k == RootCause {
		return "root-cause"
	}
	return "symptom"
}

// MarshalText writes the kind as its name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Text is one text in the languages torwart speaks.
type Text struct {
	EN string `json:"en"`
	DE string `json:"de"`
}

// In returns the text in the language lang ("de" or anything else, which is
// English).
func (t Text) In(lang string) string {
	if lang == "de" {
		return t.DE
	}
	return t.EN
}

// Step is one thing to do about a cause.
type Step struct {
	// For is the software the step is for: "nginx", "apache", "haproxy",
	// "php-fpm", "systemd", "torwart", "linux", ... Empty: for everybody.
	For string `json:"for,omitempty"`
	// Do says what to do, in one sentence.
	Do Text `json:"do"`
	// Line is the exact directive or command, the same in every language.
	// May be empty.
	Line string `json:"line,omitempty"`
}

// Entry is one row of the catalogue.
type Entry struct {
	Code Code `json:"code"`
	Kind Kind `json:"kind"`

	// ProxyStatus is the RFC 9209 section 2.3 error type, or "" where the
	// failure is none of the proxy's. Symptoms only.
	ProxyStatus string `json:"proxy_status,omitempty"`
	// Tier is the usual retry-safety tier of the symptom; an [Error] carries
	// the one that was proven. Symptoms only.
	Tier Tier `json:"tier,omitempty"`
	// Status is what the client gets when nothing can save the request;
	// 0 means "as the upstream answered". Symptoms only.
	Status int `json:"status,omitempty"`

	// Category is one of crash, overload, misconfiguration, software, dns,
	// firewall, network, cdn, client. Root causes only; "" for unknown.
	Category string `json:"category,omitempty"`

	// Title is a noun phrase of a few words.
	Title Text `json:"title"`
	// Meaning says in one to three plain sentences what happened.
	Meaning Text `json:"meaning"`
	// Tell says how to tell it from its neighbours, naming their codes.
	Tell Text `json:"tell"`
	// Remedy is what to do, most likely first.
	Remedy []Step `json:"remedy"`
}

// entryKey is a code within its list: "proxy-loop" is a symptom and a root
// cause.
type entryKey struct {
	kind Kind
	code Code
}

// catalogue is assembled from the tables once; nobody may change it.
var catalogue = sync.OnceValue(func() (c struct {
	all   []Entry
	byKey map[entryKey]*Entry
},
) {
	for _, table := range tables() {
		c.all = append(c.all, table...)
	}
	c.byKey = make(map[entryKey]*Entry, len(c.all))
	for i := range c.all {
		e := &c.all[i]
		k := entryKey{e.Kind, e.Code}
		if c.byKey[k] != nil {
			panic("cause: code " + string(e.Code) + " stands twice in the catalogue")
		}
		c.byKey[k] = e
	}
	return c
})

// All returns the whole catalogue: symptoms first, each list in its
// documented order. The slice is shared and must not be changed.
func All() []Entry { return catalogue().all }

// LookupSymptom returns the symptom with this code, or nil.
func LookupSymptom(c Code) *Entry { return catalogue().byKey[entryKey{Symptom, c}] }

// LookupRootCause returns the root cause with this code, or nil.
func LookupRootCause(c Code) *Entry { return catalogue().byKey[entryKey{RootCause, c}] }

// Lookup returns all entries with this code: none, one, or (proxy-loop) the
// symptom and the root cause.
func Lookup(c Code) []*Entry {
	var out []*Entry
	for _, e := range []*Entry{LookupSymptom(c), LookupRootCause(c)} {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// Symptoms returns the entries that say what was seen.
func Symptoms() []Entry { return ofKind(Symptom) }

// RootCauses returns the entries that say why.
func RootCauses() []Entry { return ofKind(RootCause) }

func ofKind(k Kind) []Entry {
	var out []Entry
	for _, e := range All() {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	return out
}
