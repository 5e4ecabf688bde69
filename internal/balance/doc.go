// Package balance chooses the endpoint for an attempt.
//
// It provides [Load], what is known about how busy, how slow and how sick one
// endpoint is, and three [Picker]s over a slice of loads: [RoundRobin], [P2C]
// (power of two choices by peak-EWMA latency) and [Hash] (requests of one key
// stay at one endpoint). All three go by weights, and give an endpoint that
// has just come back ([Load.Warm]) a growing share.
//
// It promises that an endpoint which fails fast does not look fast, that an
// endpoint which got worse is tried again in time, that one nobody knows yet
// gets a fair start and not a flood, that gateways which know the same
// endpoints send a key to the same one, and that picking takes no lock and no
// allocation.
//
// It does not know whether an endpoint is up: the caller says whom to skip
// (packages health, ejection and upstream know). Nor does it know endpoints
// that get no new work: those are skipped as well.
//
// Start reading at [P2C.Pick].
package balance
