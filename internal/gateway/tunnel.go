package gateway

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// tunnelIdle is how long neither side of a tunnel may say a word. It is long
// because WebSockets are quiet by nature and cutting them is a failure people
// notice; each side may still use pings to find out sooner.
const tunnelIdle = time.Hour

// halfClosed is how long the other direction of a tunnel may go on after one
// has ended.
const halfClosed = 30 * time.Second

// tunnel passes the 101 on and then every byte, both ways, until both sides
// have ended.
func (x *exchange) tunnel() *cause.Error {
	resp := &x.resp
	x.scratch = append(x.scratch[:0], resp.Upgrade...)
	message.StripConnection(&resp.Fields)
	resp.Fields.AddName(message.Connection, "Upgrade")
	resp.Fields.AddBytes([]byte("Upgrade"), x.scratch)
	resp.Close = false
	x.status = 101
	x.settleOutcome()
	err := x.s.Respond(resp, 0)
	if err == nil {
		err = x.s.Flush()
	}
	up := x.conn
	x.conn = nil
	defer up.Close()
	x.endAt = time.Now()
	x.closeBook()
	if err != nil {
		x.cutOff(err)
		return nil
	}
	x.bodySent = splice(x.s.Tunnel(), up.Conn)
	x.endAt = time.Now()
	x.att.Timings.Body = x.endAt.Sub(x.headAt)
	return nil
}

// splice copies both ways until both ends are done, and returns how many
// bytes went down.
func splice(down, up *http1.Conn) int64 {
	var last atomic.Int64 // unix nanoseconds of the last byte, either way
	last.Store(time.Now().UnixNano())
	done := make(chan struct{})
	go func() {
		defer close(done)
		copyOneWay(up, down, &last)
		down.SetReadDeadline(time.Now().Add(halfClosed))
	}()
	n := copyOneWay(down, up, &last)
	up.SetReadDeadline(time.Now().Add(halfClosed))
	<-done
	return n
}

// copyOneWay copies until src ends, then ends dst's direction.
func copyOneWay(dst, src *http1.Conn, last *atomic.Int64) (n int64) {
	buf := takeBuffer()
	defer giveBuffer(buf)
	to := dst.NetConn()
	for {
		src.SetReadDeadline(time.Unix(0, last.Load()).Add(tunnelIdle))
		k, err := src.Read(*buf)
		if k > 0 {
			last.Store(time.Now().UnixNano())
			_ = to.SetWriteDeadline(time.Now().Add(writeStall))
			if _, werr := to.Write((*buf)[:k]); werr != nil {
				return n
			}
			n += int64(k)
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) &&
			time.Since(time.Unix(0, last.Load())) < tunnelIdle:
			// The other direction is alive.
		case errors.Is(err, io.EOF):
			if cw, ok := to.(interface{ CloseWrite() error }); ok && cw.CloseWrite() == nil {
				return n
			}
			to.Close()
			return n
		default:
			to.Close()
			return n
		}
	}
}
