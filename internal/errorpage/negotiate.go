package errorpage

import (
	"strconv"
	"strings"
)

// Kind is a form of the page.
type Kind uint8

// The forms; the zero value is plain text.
const (
	Text Kind = iota
	HTML
	JSON
	kindCount
)

// ContentType returns the value of Content-Type for the form.
func (k Kind) ContentType() string {
	switch k {
	case HTML:
		return "text/html; charset=utf-8"
	case JSON:
		return "application/problem+json"
	}
	return "text/plain; charset=utf-8"
}

// How exactly a media range names a form; the more exact range decides
// (RFC 9110 section 12.5.1).
const (
	notNamed = iota
	byAnything
	byType
	byName
)

// preference is what an Accept says about one form.
type preference struct {
	exact int
	q     float64
	order int // place in the list, to settle a draw
}

// Negotiate chooses the form by the value of Accept; "" means the field was
// absent. Browsers get HTML and API clients problem+json, because both name
// it; who takes anything, as curl and monitors do, gets plain text, and so
// does who takes nothing we have: a page in the wrong form beats none.
func Negotiate(accept string) Kind {
	var prefs [kindCount]preference
	order := 0
	for item := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(item, ";")
		media = strings.ToLower(strings.TrimSpace(media))
		q := quality(params)
		order++
		for k := range kindCount {
			p := &prefs[k]
			exact := match(media, k)
			if exact > p.exact || exact == p.exact && exact != notNamed && q > p.q {
				*p = preference{exact, q, order}
			}
		}
	}
	best := Text
	for k := Text + 1; k < kindCount; k++ {
		if prefs[k].betterThan(prefs[best]) {
			best = k
		}
	}
	return best
}

func (p preference) betterThan(o preference) bool {
	switch {
	case p.q == 0: // also where nothing names it
		return false
	case p.q != o.q:
		return p.q > o.q
	case p.exact != o.exact:
		return p.exact > o.exact
	}
	return p.order < o.order
}

// match says how exactly a media range, in lower case, names a form.
func match(media string, k Kind) int {
	if media == "*/*" || media == "*" { // the second is what some Java clients send
		return byAnything
	}
	switch k {
	case HTML:
		if media == "text/html" || media == "application/xhtml+xml" {
			return byName
		}
	case JSON:
		if media == "application/json" ||
			strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json") {
			return byName
		}
		if media == "application/*" {
			return byType
		}
	case Text:
		if media == "text/plain" {
			return byName
		}
		if media == "text/*" {
			return byType
		}
	}
	return notNamed
}

// quality returns the weight among the parameters of a media range, 1 when
// there is none and 0 when it makes no sense (RFC 9110 section 12.4.2).
func quality(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !ok || !strings.EqualFold(name, "q") {
			continue
		}
		q, err := strconv.ParseFloat(value, 64)
		if err != nil || !(q >= 0 && q <= 1) { // NaN is neither
			return 0
		}
		return q
	}
	return 1
}
