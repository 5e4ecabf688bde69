// Package demo is "torwart demo": a shop with three upstreams that are
// killed, hung, cut off and made to talk nonsense while visitors use it, once
// through a plain proxy and once through torwart, all within one process and
// on real sockets of the loopback.
//
// It provides [Run], which shows it on a terminal or writes a line per phase,
// and the [Report] of what came out.
//
// It promises that both ways get the same requests at the same time, that a
// visitor checks every byte and never asks twice, and that an order carried
// out twice is noticed: the upstreams keep the book of orders, not the
// proxies. The plain proxy is what most people have: it gets the timeouts of
// torwart, takes turns, and has no health checks; it repeats nothing but a GET
// that met a closed connection, as Go's client does by itself.
//
// It does not measure speed, and it saves nothing itself: torwart's side is
// an [app.App] with the defaults of every site, only with times that fit the
// length of the demo.
//
// Start reading at [Run]; phases.go is what happens, upstream.go to whom.
package demo
