// Package balance chooses the endpoint for an attempt.
//
// It provides [Load], what is known about how busy, how slow and how sick one
// endpoint is, and two [Picker]s over a slice of loads: [RoundRobin] and
// [P2C] (power of two choices by peak-EWMA latency).
//
// It promises that an endpoint which fails fast does not look fast, that an
// endpoint which got worse is tried again in time, that one nobody knows yet
// gets a fair start and not a flood, and that picking takes no lock and no
// allocation.
//
// It does not know whether an endpoint is up: the caller says whom to skip
// (packages health and upstream know).
//
// Start reading at [P2C.Pick].
package balance
