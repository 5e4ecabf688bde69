package upstream

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// maxFirstBytes is how much of a failed answer is kept in the record.
const maxFirstBytes = 32

// note writes on att what the wire and the kernel know at this moment.
func (c *Conn) note(att *traffic.Attempt, f *cause.Error, err error) {
	att.End = endOf(err)
	att.Written = c.Written()
	att.Read = c.In() - c.inMark
	att.Acked = -1
	if first := c.Buffered(); len(first) > 0 && f.Phase == cause.PhaseHead {
		att.FirstBytes = append([]byte(nil), first[:min(len(first), maxFirstBytes)]...)
	}
	acked := int64(-1)
	if info := tcpInfo(c.raw); info != nil {
		att.TCP = info
		acked = int64(info.BytesAcked)
	} else if a, ok := c.raw.(interface{ Acked() int64 }); ok {
		acked = a.Acked()
	}
	if acked >= 0 {
		att.Acked = max(0, acked-c.wireMark)
		if c.wire == nil {
			att.Acked = min(att.Acked, att.Written)
		}
	}
}

// record copies the failure to the attempt's record.
func record(att *traffic.Attempt, f *cause.Error) {
	att.Symptom, att.Tier, att.Phase, att.Detail = f.Symptom, f.Tier, f.Phase, f.Detail
	att.Error = ""
	if f.Err != nil {
		att.Error = f.Err.Error()
	}
}

// endOf tells from a read or write error how the peer ended the connection.
func endOf(err error) traffic.End {
	switch {
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return traffic.EndRST
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return traffic.EndFIN
	}
	return traffic.EndNone
}

// countingConn counts the bytes below TLS, which are those TCP_INFO speaks
// of. Writer and evidence may be different goroutines.
type countingConn struct {
	net.Conn
	out atomic.Int64
}

// NetConn returns the connection below, as that of crypto/tls does.
func (c *countingConn) NetConn() net.Conn { return c.Conn }

// Write counts what it hands on.
func (c *countingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.out.Add(int64(n))
	return n, err
}
