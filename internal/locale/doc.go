// Package locale is everything a person reads: the messages in the languages
// torwart speaks, English and German, and numbers and durations as people
// write them.
//
// It provides [Lang] with the choice of a language from the environment or a
// request ([FromEnv], [FromAcceptLanguage]), its messages by key
// ([Lang.Text], [Lang.Count]) and the formats ([Lang.Number],
// [Lang.Decimal], [Lang.Duration]).
//
// It promises that every message exists in every language with the same
// values in it: the tests compare the catalogues. English is the answer to
// everything unknown.
//
// It does not hold the texts of symptoms and root causes, which stand in
// package cause beside their codes, and no log messages, which are English.
//
// Messages are in en/*.json and de/*.json, one file for each area, one line
// for each key: "area.what": "text with %s". A new message is one line in
// each language; a new area is one file in each. Start reading at [Lang].
package locale
