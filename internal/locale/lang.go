package locale

import "strings"

// Lang is a language torwart speaks. The zero value speaks English.
type Lang string

// The languages.
const (
	EN Lang = "en"
	DE Lang = "de"
)

// Langs returns all languages, English first.
func Langs() []Lang { return []Lang{EN, DE} }

// Parse returns the language a tag stands for, whatever its region, encoding
// or case: "de", "de-AT", "de_DE.UTF-8". ok is false for a language torwart
// does not speak, and for "C" and "POSIX"; the Lang is English then.
func Parse(tag string) (l Lang, ok bool) {
	tag = strings.TrimSpace(tag)
	if i := strings.IndexAny(tag, "-_.@"); i >= 0 {
		tag = tag[:i]
	}
	for _, l := range Langs() {
		if strings.EqualFold(tag, string(l)) {
			return l, true
		}
	}
	return EN, false
}

// FromEnv returns the language of messages by the environment: the first of
// LC_ALL, LC_MESSAGES and LANG that is not empty decides (POSIX.1-2024
// section 8.2). lookup is os.Getenv outside tests.
func FromEnv(lookup func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := lookup(name); v != "" {
			l, _ := Parse(v)
			return l
		}
	}
	return EN
}

// FromAcceptLanguage returns the language an Accept-Language field asks for
// (RFC 9110 section 12.5.4): the one with the highest weight, the first of
// equals, English if none of ours is acceptable. Elements that are not
// well-formed are passed over, for a visitor is to get some page.
func FromAcceptLanguage(value string) Lang {
	const unnamed = -1
	langs := Langs()
	// best is the weight in thousandths and first place of each language.
	type wish struct{ weight, place int }
	best := make([]wish, len(langs))
	for i := range best {
		best[i].weight = unnamed
	}
	others := wish{unnamed, 0} // what "*" says

	place := 0
	for element := range strings.SplitSeq(value, ",") {
		tag, params, _ := strings.Cut(element, ";")
		weight, ok := weightOf(params)
		if !ok {
			continue
		}
		place++
		if strings.TrimSpace(tag) == "*" {
			others = wish{weight, place}
			continue
		}
		for i, l := range langs {
			// "de-AT, de;q=0.5": either is German, so the better counts.
			if p, known := Parse(tag); known && p == l && weight > best[i].weight {
				best[i] = wish{weight, place}
			}
		}
	}

	out, top := EN, wish{0, 0}
	for i, l := range langs {
		w := best[i]
		if w.weight == unnamed {
			w = others
		}
		if w.weight > top.weight || w.weight == top.weight && w.weight > 0 && w.place < top.place {
			out, top = l, w
		}
	}
	return out
}

// weightOf returns the q parameter among params in thousandths, 1000 when
// there is none (RFC 9110 section 12.4.2). ok is false if it is not a number
// from 0 to 1.
func weightOf(params string) (weight int, ok bool) {
	for p := range strings.SplitSeq(params, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			return parseWeight(strings.TrimSpace(v))
		}
	}
	return 1000, true
}

// parseWeight reads "0.8" as 800. Digits beyond the third are allowed, as
// real clients send them, and ignored.
func parseWeight(v string) (weight int, ok bool) {
	whole, fraction, _ := strings.Cut(v, ".")
	if whole != "0" && whole != "1" {
		return 0, false
	}
	weight = 1000 * int(whole[0]-'0')
	for i, unit := 0, 100; i < len(fraction); i, unit = i+1, unit/10 {
		d := fraction[i]
		if d < '0' || d > '9' {
			return 0, false
		}
		weight += unit * int(d-'0')
	}
	return weight, weight <= 1000
}
