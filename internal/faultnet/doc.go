// Package faultnet is an in-memory network that can hurt. Tests only.
//
// It provides [Network], with Listen and DialContext as package net has them,
// and [Faults] that can be set for an address at any time: refuse, swallow,
// reset, cut after n bytes, close at reuse, close when idle, trickle, stall.
//
// It promises the behaviour of a Linux TCP socket where a gateway depends on
// it: buffered writes, deadlines that interrupt, half close, closing with
// unread data resets, the order in which data, FIN and a pending error are
// seen, and the error types of the real network. It waits on nothing but
// mutexes, conditions, channels and timers, so that time stands still for it
// in a testing/synctest bubble; a Network belongs to the bubble it was made
// in.
//
// It does not model packets, windows or loss, and does not speak HTTP: what it
// calls a turn is a change of direction.
//
// Start reading at [Faults].
package faultnet
