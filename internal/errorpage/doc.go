// Package errorpage makes the page a visitor sees when nothing could be saved.
//
// It provides [Page] with its three forms (HTML for browsers, problem+json for
// API clients, plain text for the rest), [Negotiate] to choose among them, and
// [CSP], the header that permits exactly the page's own style and script.
//
// It promises a self-contained document in English or German that says
// honestly what is known, carries the reference, and comes back by itself when
// the site does; everything interpolated is escaped.
//
// It does not decide on status or header fields and writes to no connection.
//
// Start reading at [Page].
package errorpage
