//go:build !unix

package http1

import "torwart/internal/traffic"

// rawConn is not available here: connections are read through package net.
type rawConn struct{}

func (*rawConn) reads() bool { return false }

func (c *Conn) initRaw() {}

func (c *Conn) readRaw([]byte) (int, error) { panic("http1: readRaw without a socket") }

// Ended reports whether the peer has ended the connection, as far as that is
// known, and whether bytes are buffered.
func (c *Conn) Ended() (end traffic.End, pendingBytes bool) {
	return c.endedWithoutSocket(), c.r < c.w
}
