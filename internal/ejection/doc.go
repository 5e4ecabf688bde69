// Package ejection leaves out endpoints that serve clearly worse than the
// others of their pool, by what their attempts bring: it needs no checks of
// its own, and sees what a health check does not.
//
// It provides [Pool], which is told of every attempt and says which endpoints
// are ejected, which are in doubt, and which requests are poison: of a shape
// that fails wherever it is sent ([Pool.Quarantined]). [Shape] tells what
// requests have in common.
//
// It promises that only a difference ejects: where all endpoints fail alike or
// are slow alike, the trouble is shared and nobody goes; that a request which
// fails everywhere speaks against no endpoint; that never the last endpoint
// and never more than the given share of a pool is out; that an ejection ends
// by itself; that memory is bounded, and that good news about a healthy
// endpoint costs no lock and no allocation. Time is what the caller says it
// is: the same calls lead to the same end.
//
// It does not pick endpoints, and does not know whether one takes connections:
// that heals within milliseconds and belongs to packages health and upstream.
// Failures to connect should not be told to a Pool.
//
// Start reading at [Pool.Observe], then judge.go.
package ejection
