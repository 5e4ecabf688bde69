// Package cause is the catalogue: every symptom torwart can see, every root
// cause it can name, and the one error type that carries them.
//
// It provides the closed list of codes ([Symptoms], [RootCauses], [Lookup]),
// their texts in English and German, and [Classify], the only place in the
// program where a Go, syscall or TLS error becomes a symptom.
//
// It promises that a code, once released, keeps its meaning for ever: codes
// stand in logs, metrics, URLs, alerts and stored incidents. The golden file
// testdata/catalogue.golden keeps that promise: a code is retired, never
// renamed or reused.
//
// It does not decide what to do about a failure. Whether an attempt may be
// repeated follows from the [Tier] an [Error] carries, in package retry.
//
// Start reading at [Error] and [Entry]; the tables are in table_*.go.
package cause
