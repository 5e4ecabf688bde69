// Package replay keeps a request body while it is streamed to an upstream, so
// that it can be sent again when the attempt fails.
//
// It provides [Store], which bounds memory and disk for all exchanges, and
// [Buffer], the recording of one body: in memory first, then in a spill file
// that has no name and vanishes with the process.
//
// It promises that recording never fails an exchange and never blocks on
// anything but the local disk: a body over the bounds, or a full disk, costs
// the possibility to replay and nothing else.
//
// It does not decide about retries (package retry does) and does not know
// whether the body is complete.
//
// Start reading at [Buffer].
package replay
