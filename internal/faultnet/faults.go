package faultnet

import (
	"syscall"
	"time"
)

// End is how a connection is ended.
type End uint8

// The ends.
const (
	// None: it is not.
	None End = iota
	// FIN is an orderly close.
	FIN
	// RST is a reset.
	RST
)

// Faults are what is wrong with an address. The zero value is a network
// without faults. All of it happens at the listening side: "the server" is
// whoever listens at the address, "the dialer" whoever connects to it.
//
// Faults may be changed at any time. Those of a dial hold for dials from then
// on and for dials that still wait; the others also for open connections.
type Faults struct {
	// Refuse makes dials fail with ECONNREFUSED, as they do while nobody
	// listens.
	Refuse bool
	// Errno makes dials fail with this error, such as EHOSTUNREACH. 0: none.
	Errno syscall.Errno
	// BlackHole makes dials hang until their context ends or the fault does.
	BlackHole bool
	// Connect is how long a dial takes.
	Connect time.Duration
	// AcceptReset takes connections and resets them at once. The server never
	// hears of them.
	AcceptReset bool

	// Stall keeps all bytes, and FIN, from being delivered in both directions
	// while it is set. Connections are still taken, and writes fill the
	// buffers, as when the server's process is stopped.
	Stall bool
	// Request is what happens to the bytes from the dialer to the server,
	// Response to those from the server to the dialer.
	Request, Response Flow
	// Reuse ends a kept connection at the worst moment: when the dialer begins
	// to use it again.
	Reuse Reuse
	// Idle ends a connection by FIN when no byte went either way for so long
	// after bytes of the server. It does not end connections on which the
	// server still owes an answer. 0: never.
	Idle time.Duration
}

// Flow is what happens to the bytes of one direction.
type Flow struct {
	// End ends the connection as soon as After bytes of this direction were
	// taken since the connection began; with After 0, instead of taking the
	// first. Later bytes vanish. FIN is the server closing in order, whichever
	// direction is counted.
	End   End
	After int64
	// Bytes is how many bytes become readable at a time, one portion each
	// Every. Every 0: all, at once.
	Bytes int
	Every time.Duration
}

// Reuse is a connection ended between its exchanges. A turn begins with the
// dialer's first byte, and with its first byte after bytes of the server; an
// interim response therefore begins a new one.
type Reuse struct {
	// End is how. By RST nothing can be read any more but what was sent
	// before; by FIN the dialer reads the end. In both cases the dialer's
	// write succeeds and nothing of it is acknowledged.
	End End
	// After is after how many turns, at least 1.
	After int
}
