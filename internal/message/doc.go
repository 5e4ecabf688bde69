// Package message is the neutral form of an HTTP request and response that
// every part of torwart passes around, whatever protocol it came by.
//
// It provides [Request], [Response] and [Fields]: field lines in wire order
// and case, all in one buffer, found without allocating and without a map.
//
// It promises that fields which nobody touched print exactly as they were
// read, that a message can be reused after Reset without allocating, and that
// what it returns as []byte stays valid until then.
//
// It does not parse or print any protocol (packages http1 and http2 do), and
// it does not judge: a Fields holds whatever it was given.
//
// Start reading at [Fields].
package message
