package http1

import (
	"errors"
	"os"
)

// room sees to it that n more bytes fit the buffer.
func (c *Conn) room(n int) error {
	if c.wbuf != nil && cap(c.wbuf)-len(c.wbuf) >= n {
		return nil
	}
	if err := c.Flush(); err != nil {
		return err
	}
	if cap(c.wbuf) < n {
		c.releaseWrite()
		c.wbuf = getBuffer(n)[:0]
	}
	return nil
}

// put writes p and tail, buffered when they fit.
func (c *Conn) put(p []byte, tail string) error {
	if c.lost != nil {
		return c.lost
	}
	if c.wbuf == nil {
		c.wbuf = getBuffer(smallBuffer)[:0]
	}
	if len(c.wbuf)+len(p)+len(tail) <= cap(c.wbuf) {
		c.wbuf = append(append(c.wbuf, p...), tail...)
		return nil
	}
	if c.raw.reads() {
		return c.gather(p, tail)
	}
	// Without writev every write would be a packet or a TLS record of its
	// own: fill up the buffer instead, and let only the rest go past it.
	n := min(len(p), cap(c.wbuf)-len(c.wbuf))
	c.wbuf = append(c.wbuf, p[:n]...)
	if err := c.Flush(); err != nil {
		return err
	}
	p = p[n:]
	if len(p)+len(tail) > cap(c.wbuf) {
		if _, err := c.write(p); err != nil {
			c.lost = err
			return err
		}
		p = nil
	}
	c.wbuf = append(append(c.wbuf, p...), tail...)
	return nil
}

var crlfBytes = []byte(crlf)

// gather writes what is buffered, p and tail ("" or CR LF) in one system call.
func (c *Conn) gather(p []byte, tail string) error {
	c.vec = [3][]byte{c.wbuf, p, crlfBytes[:len(tail)]}
	c.bufs = c.vec[:]
	defer func() {
		c.vec, c.bufs = [3][]byte{}, nil
		c.wbuf = c.wbuf[:0]
	}()
	for {
		if c.wr.interrupted.Load() {
			c.lost = ErrInterrupted
			return ErrInterrupted
		}
		n, err := c.bufs.WriteTo(c.nc)
		c.out.Add(n)
		if err == nil {
			return nil
		}
		if err := c.afterWriteError(err); err != nil {
			c.lost = err
			return err
		}
	}
}

// Flush hands everything buffered to the kernel.
func (c *Conn) Flush() error {
	if c.lost != nil {
		return c.lost
	}
	if len(c.wbuf) == 0 {
		return nil
	}
	n, err := c.write(c.wbuf)
	if err != nil {
		// Keep the rest: an interrupted write may be resumed.
		c.wbuf = c.wbuf[:copy(c.wbuf, c.wbuf[n:])]
		return err
	}
	c.wbuf = c.wbuf[:0]
	return nil
}

// write writes p past the buffer, riding over timers that fire early.
func (c *Conn) write(p []byte) (written int, err error) {
	for {
		if c.wr.interrupted.Load() {
			return written, ErrInterrupted
		}
		n, err := c.nc.Write(p[written:])
		written += n
		c.out.Add(int64(n))
		if err == nil {
			return written, nil
		}
		if err := c.afterWriteError(err); err != nil {
			return written, err
		}
	}
}

// afterWriteError returns nil when the write should go on.
func (c *Conn) afterWriteError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return c.writeTimerFired(err)
	}
	return err
}
