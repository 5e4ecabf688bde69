// Package accesslog writes one line per exchange, as JSON or in Apache's
// combined format.
//
// It provides [Log], which gathers lines in memory and writes them in one
// goroutine, and [File], which can be reopened after a rotation.
//
// It promises that writing a line neither blocks on the disk nor fails an
// exchange nor allocates in a steady state, that every line is one line
// whatever a client sent, and that lines which could not be written are
// counted and reported.
//
// It does not rotate files itself and does not read logs.
//
// Start reading at [Log].
package accesslog
