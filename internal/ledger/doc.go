// Package ledger keeps every exchange that did not go smoothly, and counts
// all of them.
//
// It provides [Ledger]: a bounded ring in memory of the exchanges with a
// failed attempt (also the saved ones) or an outcome other than served, the
// counters over all exchanges since the start, and the questions the admin
// interface asks about both.
//
// It promises that recording a served exchange costs one atomic addition and
// neither a lock nor an allocation; that what it keeps is bounded in number
// and in bytes whatever clients send; and that a flood of refused or abandoned
// requests cannot push out the failures of upstreams.
//
// It does not write to disk, does not diagnose, and knows no clock: all times
// come from the exchanges.
//
// Start reading at [Ledger].
package ledger
