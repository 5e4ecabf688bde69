//go:build unix

package http1

import (
	"io"
	"net"
	"os"
	"syscall"

	"torwart/internal/traffic"
)

// rawConn reads a socket past package net: only so can a connection wait for
// bytes without holding a buffer for them. The functions handed to
// syscall.RawConn are made once, because each would otherwise be an allocation
// per read; their arguments and results stand beside them.
type rawConn struct {
	conn syscall.RawConn // nil when there is no socket to read
	read func(fd uintptr) bool
	dst  []byte // nil: take a buffer when there is something to read
	n    int
	err  error

	peek   peeker
	socket syscall.RawConn // the socket below, also that of a TLS connection
}

// reads reports whether readRaw may be used.
func (r *rawConn) reads() bool { return r.conn != nil }

// initRaw finds the socket below the connection.
func (c *Conn) initRaw() {
	switch nc := c.nc.(type) {
	case *net.TCPConn, *net.UnixConn:
		raw, err := nc.(syscall.Conn).SyscallConn()
		if err != nil {
			return
		}
		c.raw.conn, c.raw.socket = raw, raw
		c.raw.read = c.tryRead
	default:
		if below := socketBelow(nc); below != nil && c.tls {
			c.raw.socket, _ = below.SyscallConn()
		}
	}
}

// socketBelow looks through connections that wrap others; nil if there is no
// socket at the bottom.
func socketBelow(nc net.Conn) syscall.Conn {
	for {
		if s, ok := nc.(syscall.Conn); ok {
			return s
		}
		w, ok := nc.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		nc = w.NetConn()
	}
}

// readRaw is one blocking read of the socket into p, or, when p is nil, into a
// new rbuf.
func (c *Conn) readRaw(p []byte) (int, error) {
	c.raw.dst = p
	err := c.raw.conn.Read(c.raw.read)
	c.raw.dst = nil
	if err != nil {
		if op, ok := err.(*net.OpError); ok { //nolint:errorlint // it is made there, not wrapped
			op.Op = "read"
		}
		return 0, err
	}
	n := c.raw.n
	switch {
	case c.raw.err != nil:
		return 0, c.opError(c.raw.err)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// opError is the error package net would have made.
func (c *Conn) opError(err error) error {
	e := &net.OpError{
		Op: "read", Source: c.nc.LocalAddr(), Addr: c.nc.RemoteAddr(),
		Err: os.NewSyscallError("read", err),
	}
	if e.Source != nil {
		e.Net = e.Source.Network()
	}
	return e
}

// tryRead reads once without blocking; false means "wait until there is
// something".
func (c *Conn) tryRead(fd uintptr) bool {
	p := c.raw.dst
	if p == nil {
		p = getBuffer(smallBuffer)
	}
	n, err := syscall.Read(int(fd), p)
	for isErrno(err, syscall.EINTR) {
		n, err = syscall.Read(int(fd), p)
	}
	c.raw.n, c.raw.err = n, err
	if c.raw.dst == nil {
		if err == nil && n > 0 {
			c.rbuf, c.r, c.w = p, 0, n
		} else {
			putBuffer(p)
		}
	}
	if isErrno(err, syscall.EAGAIN) {
		c.aboutToBlock()
		return false
	}
	return true
}

// isErrno is errors.Is for what package syscall returned a moment ago, which
// is never wrapped; errors.Is takes ten times as long.
func isErrno(err error, errno syscall.Errno) bool {
	e, ok := err.(syscall.Errno) //nolint:errorlint // see above
	return ok && e == errno
}

// peeker looks at a socket without reading it.
type peeker struct {
	look func(fd uintptr)
	buf  [8]byte // more than the head of a TLS record
	n    int
	err  error
}

func (p *peeker) run(fd uintptr) {
	const flags = syscall.MSG_PEEK | syscall.MSG_DONTWAIT
	p.n, _, p.err = syscall.Recvfrom(int(fd), p.buf[:], flags)
	for isErrno(p.err, syscall.EINTR) {
		p.n, _, p.err = syscall.Recvfrom(int(fd), p.buf[:], flags)
	}
}

// Ended reports, without blocking and without consuming anything, whether the
// peer has closed (EndFIN) or reset (EndRST) the connection, and whether bytes
// wait to be read, which nobody expects on an idle upstream connection. Bytes
// hide an end behind them.
//
// On TLS a close_notify counts as EndFIN, and other records, which may be
// session tickets, do not count as bytes. A connection that is no socket may
// implement Ended() (fin, rst bool); otherwise it has never ended.
//
// The reading goroutine calls it, or another while no read is under way.
func (c *Conn) Ended() (end traffic.End, pendingBytes bool) {
	pendingBytes = c.r < c.w
	if c.end != traffic.EndNone || c.raw.socket == nil {
		return c.endedWithoutSocket(), pendingBytes
	}
	p := &c.raw.peek
	if p.look == nil {
		p.look = p.run
	}
	if err := c.raw.socket.Control(p.look); err != nil {
		return traffic.EndNone, pendingBytes // closed by ourselves
	}
	switch {
	case isErrno(p.err, syscall.EAGAIN):
		return traffic.EndNone, pendingBytes
	case p.err != nil:
		// Looking has consumed the socket's error, so remember it.
		c.end = traffic.EndRST
	case p.n == 0:
		c.end = traffic.EndFIN
	case c.tls && isAlert(p.buf[:p.n]):
		return traffic.EndFIN, pendingBytes
	case c.tls:
		return traffic.EndNone, pendingBytes
	default:
		return traffic.EndNone, true
	}
	return c.end, pendingBytes
}

// isAlert reports whether a TLS record is an alert. TLS 1.3 disguises alerts
// as application data, but nothing else is as short (RFC 8446 section 5.2:
// two bytes, the true type, and a tag of 16).
func isAlert(record []byte) bool {
	const alert, applicationData = 21, 23
	if record[0] == alert {
		return true
	}
	return len(record) >= 5 && record[0] == applicationData && record[3] == 0 && record[4] == 19
}
