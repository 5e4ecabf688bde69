package http1

import (
	"errors"
	"io"
	"syscall"

	"torwart/internal/traffic"
)

// noteEnd remembers how a read found the connection ended.
func (c *Conn) noteEnd(err error) {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		c.end = traffic.EndFIN // TLS without close_notify is the latter
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		c.end = traffic.EndRST
	}
}

// endedWithoutSocket answers Ended from what was seen before, or by asking the
// connection itself.
func (c *Conn) endedWithoutSocket() traffic.End {
	if c.end != traffic.EndNone {
		return c.end
	}
	if e, ok := c.nc.(interface{ Ended() (fin, rst bool) }); ok {
		switch fin, rst := e.Ended(); {
		case rst:
			return traffic.EndRST
		case fin:
			return traffic.EndFIN
		}
	}
	return traffic.EndNone
}
