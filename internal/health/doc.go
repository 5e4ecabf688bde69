// Package health finds out whether an endpoint is fit for use.
//
// It provides the active [Checker], which asks an endpoint at intervals by
// [HTTP] or [TCP] whether it is well, and the passive [Suspicion], which
// remembers for a moment that an endpoint took no connection.
//
// It promises that an endpoint counts as up until it is proven otherwise, that
// one bad answer among good ones changes nothing, and that reading either
// state costs one atomic load.
//
// It does not choose an endpoint and does not say what to do when none is up:
// the gateway uses endpoints that are down rather than none.
//
// Start reading at [Checker.Run].
package health
