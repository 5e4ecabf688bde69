// Package gateway is the life of a request: from a request read by package
// listener to an answer given, with every attempt at an upstream in between.
//
// The directory listing tells it: match.go (rule), admit.go (limit),
// forward.go (what the upstream is told), pick.go (endpoint), attempt.go (the
// loop), send.go and upload.go (the request), receive.go (the head), holdback.go
// (is the body sound?), hold.go (nothing takes connections), deliver.go and
// tunnel.go (the answer), answer.go (our own answer), record.go (what became
// of it).
//
// It promises that a request is sent again only where package retry says so,
// that one deadline bounds all attempts and waits of an exchange, that a
// failure after bytes reached the client is cut visibly and never ends as if
// complete, and that every exchange is recorded with every attempt.
//
// It does not read the configuration file or open listeners: package app
// does, and calls [Gateway.Apply].
//
// Start reading at [Gateway.Handle], then attempt.go.
package gateway
