package dnscache

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/miekg/dns"
)

const (
	// udpSize is the largest datagram asked for: what passes every path in
	// one piece (DNS flag day 2020; RFC 9715 section 3.1).
	udpSize = 1232
	// readSize is the largest datagram taken.
	readSize = 4096
	header   = 12
)

// errTruncated says that the answer did not fit a datagram.
var errTruncated = errors.New("answer truncated")

// errForeign says that a connection brought something else than the answer.
var errForeign = errors.New("not an answer to the question")

// exchange asks one server: by UDP with EDNS0, without EDNS0 where the server
// does not know it (RFC 6891 section 7), by TCP where the answer is too large.
func (a *asking) exchange(ctx context.Context, server string, q question) (*dns.Msg, error) {
	m, err := a.roundTrip(ctx, "udp", server, newQuery(q, true))
	if err == nil && (m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented) {
		m, err = a.roundTrip(ctx, "udp", server, newQuery(q, false))
	}
	if errors.Is(err, errTruncated) {
		m, err = a.roundTrip(ctx, "tcp", server, newQuery(q, true))
	}
	return m, err
}

// query is a question as it is sent.
type query struct {
	question
	id   uint16
	wire []byte
	err  error
}

// newQuery makes a query with an id nobody can guess. So is the port it is
// sent from: every query has a socket of its own, whose port the kernel draws
// by lot (RFC 5452 section 9.2).
func newQuery(q question, edns bool) query {
	var id [2]byte
	rand.Read(id[:]) // never fails
	m := dns.Msg{Question: []dns.Question{{Name: q.name, Qtype: q.kind, Qclass: dns.ClassINET}}}
	m.Id = binary.BigEndian.Uint16(id[:])
	m.RecursionDesired = true
	if edns {
		m.SetEdns0(udpSize, false)
	}
	wire, err := m.Pack()
	return query{q, m.Id, wire, err}
}

// roundTrip sends a query and returns its answer. It returns soon after ctx
// ends.
func (a *asking) roundTrip(ctx context.Context, network, server string, q query) (*dns.Msg, error) {
	if q.err != nil {
		return nil, q.err
	}
	conn, err := a.dial(ctx, network, server)
	if err != nil {
		return nil, overOr(ctx, err)
	}
	defer conn.Close()
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		conn.SetDeadline(time.Unix(1, 0)) // ends reads and writes under way
		close(ended)
	})
	defer func() {
		if !stop() {
			<-ended
		}
	}()
	var m *dns.Msg
	if network == "tcp" {
		m, err = overStream(conn, q)
	} else {
		m, err = overDatagrams(conn, q)
	}
	if err != nil {
		return nil, overOr(ctx, err)
	}
	return m, nil
}

// overOr returns why ctx ended, or err where it did not.
func overOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// overDatagrams ignores whatever is not the answer: late ones, forged ones,
// noise (RFC 5452 section 9.1).
func overDatagrams(conn net.Conn, q query) (*dns.Msg, error) {
	if _, err := conn.Write(q.wire); err != nil {
		return nil, err
	}
	buf := make([]byte, readSize)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return nil, err
		}
		if m, err := q.read(buf[:n]); !errors.Is(err, errForeign) {
			return m, err
		}
	}
}

// overStream puts the length before the message (RFC 7766 section 8).
func overStream(conn net.Conn, q query) (*dns.Msg, error) {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(q.wire)))
	if _, err := conn.Write(append(out, q.wire...)); err != nil {
		return nil, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	buf := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, buf); err != nil {
		return nil, err
	}
	m, err := q.read(buf)
	if errors.Is(err, errTruncated) {
		return nil, fmt.Errorf("over TCP: %w", errForeign)
	}
	return m, err
}

// read parses a message. It returns errForeign where that is not the answer,
// and errTruncated where it is but lacks something, even its end.
func (q *query) read(wire []byte) (*dns.Msg, error) {
	if len(wire) < header || binary.BigEndian.Uint16(wire) != q.id {
		return nil, errForeign
	}
	var m dns.Msg
	err := m.Unpack(wire)
	if !answers(&m, q.question) {
		return nil, errForeign
	}
	switch {
	case m.Truncated:
		return nil, errTruncated
	case err != nil:
		return nil, err // the server's, but of no use: the next one may do better
	}
	return &m, nil
}
