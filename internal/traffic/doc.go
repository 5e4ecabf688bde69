// Package traffic holds the records of what happened: the exchange (one
// request and what became of it) and the attempt (one try at an endpoint).
//
// Gateway, log analyser, prober and capture analyser all produce these same
// records, so that diagnosis and impact are written once. The records are
// plain data: they know no network, no clock and no storage.
//
// Start reading at [Exchange].
package traffic
