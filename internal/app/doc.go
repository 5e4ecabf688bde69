// Package app assembles torwart: the whole process as a value.
//
// It provides [New], [App.Run] and [App.Reload]. The command line is one user
// of it, the tests are others: they start the real thing on port 0.
//
// It promises that a reload is all or nothing (sockets, pools, rules, logs),
// that no connection is refused and no exchange is cut by one, and that Run
// waits for everything it started.
//
// It knows every package and contains no logic of its own: what a request
// lives through is in package gateway.
//
// Start reading at [App].
package app
