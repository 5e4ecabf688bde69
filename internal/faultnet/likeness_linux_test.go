package faultnet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/faultnet"
)

// tcp is what both *net.TCPConn and *faultnet.Conn can do.
type tcp interface {
	net.Conn
	CloseWrite() error
	SetLinger(sec int) error
}

// A scene is played once over the real network and once over this one. Its
// steps are written down, and must be the same.
type scene struct {
	name string
	play func(s *script)
}

// script notes what the steps of a scene return.
type script struct {
	t              *testing.T
	dialer, server tcp
	lines          []string
}

func (s *script) note(what string, n int, err error) {
	s.lines = append(s.lines, fmt.Sprintf("%s: %d, %s", what, n, shape(err)))
}

// shape writes an error down by its types, without addresses.
func shape(err error) string {
	if err == nil || err == io.EOF {
		return fmt.Sprint(err)
	}
	var op *net.OpError
	if !errors.As(err, &op) {
		return fmt.Sprintf("%T", err)
	}
	out := fmt.Sprintf("OpError{%s %s source:%v addr:%v timeout:%v}", op.Op, op.Net, op.Source != nil, op.Addr != nil, op.Timeout())
	var call *os.SyscallError
	switch {
	case errors.As(err, &call):
		out += fmt.Sprintf(" SyscallError{%s} %v", call.Syscall, call.Err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		out += " deadline"
	case errors.Is(err, net.ErrClosed):
		out += " closed"
	}
	return out
}

func (s *script) read(who string, c tcp) {
	p := make([]byte, 100)
	n, err := c.Read(p)
	s.note(who+" reads "+string(p[:n]), n, err)
}

func (s *script) write(who string, c tcp, what string) {
	n, err := io.WriteString(c, what)
	s.note(who+" writes", n, err)
}

var scenes = []scene{
	{"orderly close", func(s *script) {
		s.write("server", s.server, "bye")
		s.server.Close()
		s.read("dialer", s.dialer)
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "anybody there?")
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "really?")
		s.write("dialer", s.dialer, "no")
		s.read("dialer", s.dialer)
	}},
	{"close with unread bytes", func(s *script) {
		s.write("dialer", s.dialer, "unread")
		s.write("server", s.server, "413")
		s.server.Close()
		s.read("dialer", s.dialer)
		s.read("dialer", s.dialer)
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "x")
	}},
	{"reset seen by write", func(s *script) {
		s.server.SetLinger(0)
		s.server.Close()
		s.write("dialer", s.dialer, "x")
		s.write("dialer", s.dialer, "x")
		s.read("dialer", s.dialer)
	}},
	{"reset after half close", func(s *script) {
		s.server.CloseWrite()
		s.read("dialer", s.dialer)
		s.server.SetLinger(0)
		s.server.Close()
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "x")
		s.write("dialer", s.dialer, "x")
	}},
	{"half close", func(s *script) {
		s.write("dialer", s.dialer, "question")
		s.note("dialer half closes", 0, s.dialer.CloseWrite())
		s.read("server", s.server)
		s.read("server", s.server)
		s.write("dialer", s.dialer, "x")
		s.write("server", s.server, "answer")
		s.read("dialer", s.dialer)
		s.server.Close()
		s.read("dialer", s.dialer)
	}},
	{"deadlines", func(s *script) {
		s.dialer.SetDeadline(time.Now().Add(5 * time.Millisecond))
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "x")
		s.write("server", s.server, "y")
		s.read("dialer", s.dialer)
		s.dialer.SetDeadline(time.Time{})
		s.read("dialer", s.dialer)
	}},
	{"own close", func(s *script) {
		s.note("close", 0, s.dialer.Close())
		s.note("close", 0, s.dialer.Close())
		s.read("dialer", s.dialer)
		s.write("dialer", s.dialer, "x")
		s.note("half close", 0, s.dialer.CloseWrite())
		s.read("server", s.server)
	}},
	{"half close after reset", func(s *script) {
		s.server.SetLinger(0)
		s.server.Close()
		s.read("dialer", s.dialer)
		s.note("half close", 0, s.dialer.CloseWrite())
	}},
}

// TestLikeTheRealNetwork plays the scenes over loopback, which is the second
// opinion on everything this package claims about Linux.
func TestLikeTheRealNetwork(t *testing.T) {
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			real := realScript(t)
			sc.play(real)
			fake := connect(t, faultnet.Faults{})
			ours := &script{t: t, dialer: fake.dialer, server: fake.server}
			sc.play(ours)
			if diff := cmp.Diff(real.lines, ours.lines); diff != "" {
				t.Errorf("-real +ours\n%s", diff)
			}
		})
	}
}

func realScript(t *testing.T) *script {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); s.Close() })
	return &script{t: t, dialer: d.(tcp), server: s.(tcp)}
}

// TestDialLikeTheRealNetwork does the same for dials and listeners.
func TestDialLikeTheRealNetwork(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	var n faultnet.Network
	ours, err := n.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	_, err = new(net.ListenConfig).Listen(t.Context(), "tcp", at)
	_, err2 := n.Listen(at)
	same(t, "listen twice", err, err2)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = new(net.Dialer).DialContext(ended, "tcp", at)
	_, err2 = n.DialContext(ended, "tcp", at)
	same(t, "dial with an ended context", err, err2)
	if !errors.Is(err, context.Canceled) || !errors.Is(err2, context.Canceled) {
		t.Errorf("%v, %v: not canceled", err, err2)
	}

	l.Close()
	ours.Close()
	_, err = new(net.Dialer).DialContext(t.Context(), "tcp", at)
	_, err2 = n.DialContext(t.Context(), "tcp", at)
	same(t, "dial nobody", err, err2)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial nobody: %v", err)
	}
	_, err = l.Accept()
	_, err2 = ours.Accept()
	same(t, "accept after close", err, err2)
	same(t, "close twice", l.Close(), ours.Close())
}

func same(t *testing.T, what string, real, ours error) {
	t.Helper()
	if shape(real) != shape(ours) {
		t.Errorf("%s: real %s, ours %s", what, shape(real), shape(ours))
	}
}
