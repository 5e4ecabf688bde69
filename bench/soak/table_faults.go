package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// manner is how an upstream treats requests. The zero value is well-behaved.
type manner struct {
	// deaf leaves what arrives unread, as a stopped process does.
	deaf bool
	// idle is after how long kept connections are closed; 0: idleTime.
	idle time.Duration
	// early treats requests with a body of which only the head was read, and
	// ends their connection.
	early func(*conn)
	// before is how long a request is worked on.
	before time.Duration
	// answer sends something else than the right answer; false ends the
	// connection.
	answer func(c *conn, right answer) bool
	// declines is set where nothing is executed that is answered so.
	declines bool
}

// fault is something that goes wrong for about a second.
type fault struct {
	name string
	play func(ctx context.Context, s *soak, u *upstream) error
}

// faults are all of them. Each is played with the next upstream of the three.
func faults() []fault {
	return []fault{
		{"killed", func(ctx context.Context, s *soak, u *upstream) error {
			u.kill()
			pause(ctx, s.lasts)
			return u.start()
		}},
		{"hangs", misbehaves(manner{answer: func(c *conn, _ answer) bool { c.live(time.Minute); return false }})},
		{"reload: other pools", reloads(variantPools)},
		{"resets before the answer", misbehaves(ends("", rst))},
		{"drained and back", drains},
		{"reset in the middle of a body", misbehaves(spoils(rst, half))},
		{"name does not exist", names(func(n *nameServer) { n.rcode = dns.RcodeNameError })},
		{"cut bodies", misbehaves(spoils(fin, half))},
		{"rolling restart", rolling},
		{"speaks SSH", misbehaves(ends("SSH-2.0-OpenSSH_9.9\r\n", fin))},
		{"reload: other listeners", reloads(variantListeners)},
		{"broken heads", misbehaves(ends("HTTP/1.1 200 OK\r\n<b>Warning</b>: line 12\r\n\r\n", fin))},
		{"total outage", outage},
		{"bad chunks", misbehaves(spoils(fin, badChunk))},
		{"name server fails", names(func(n *nameServer) { n.rcode = dns.RcodeServerFailure })},
		{"slow", misbehaves(manner{before: 400 * time.Millisecond})},
		{"idle connections closed after 300 ms", misbehaves(manner{idle: 300 * time.Millisecond})},
		{"reload: log to another file", reloads(variantLog)},
		{"answers 503", misbehaves(manner{declines: true, answer: status("503 Service Unavailable")})},
		{"closes unannounced after each answer", misbehaves(manner{answer: func(c *conn, right answer) bool {
			_, _ = c.nc.Write(right.whole(false))
			return false
		}})},
		{"name server is silent", names(func(n *nameServer) { n.silent = true })},
		{"answers 500", misbehaves(manner{answer: status("500 Internal Server Error")})},
		{"trickles", misbehaves(manner{answer: trickle})},
		{"refuses uploads early", misbehaves(manner{early: func(c *conn) {
			fmt.Fprint(c.nc, "HTTP/1.1 413 Content Too Large\r\nServed-By: 9\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			c.nc.CloseWrite()
			c.nc.SetReadDeadline(time.Now().Add(2 * time.Second))
			_, _ = io.Copy(io.Discard, c.br)
		}})},
		{"name moves", names(func(n *nameServer) { n.addr4 = netip.MustParseAddr(homes()[1]) })},
		{"resets uploads in the middle", misbehaves(manner{early: func(c *conn) {
			_, _ = io.CopyN(io.Discard, c.br, 100)
			c.reset()
		}})},
		{"log moved away and opened again", rotate},
		{"stopped: reads nothing", misbehaves(manner{deaf: true})},
	}
}

// ending is how a connection ends.
type ending bool

const (
	fin ending = false
	rst ending = true
)

func (c *conn) end(how ending) bool {
	if how == rst {
		c.reset()
	}
	return false // talk closes it
}

// ends says something and ends the connection.
func ends(says string, how ending) manner {
	return manner{answer: func(c *conn, _ answer) bool {
		fmt.Fprint(c.nc, says)
		return c.end(how)
	}}
}

// spoils sends what is left of the right answer and ends the connection.
func spoils(how ending, spoilt func(answer) []byte) manner {
	return manner{answer: func(c *conn, right answer) bool {
		_, _ = c.nc.Write(spoilt(right))
		return c.end(how)
	}}
}

func half(a answer) []byte { return append(a.head(a.length()), a.body[:len(a.body)/2]...) }

func badChunk(a answer) []byte {
	part := a.body[:len(a.body)/2]
	return fmt.Appendf(a.head("Transfer-Encoding: chunked"), "%x\r\n%s\r\nnonsense\r\n", len(part), part)
}

func status(line string) func(*conn, answer) bool {
	return func(c *conn, right answer) bool {
		_, err := c.nc.Write(answer{line, fmt.Sprintf("Served-By: %d\r\n", c.number), []byte("sorry\n")}.whole(c.isLast()))
		return err == nil
	}
}

// trickle sends the right answer in twelve pieces.
func trickle(c *conn, right answer) bool {
	out := right.whole(false)
	for size := len(out)/12 + 1; len(out) > 0; {
		n := min(size, len(out))
		if _, err := c.nc.Write(out[:n]); err != nil || !c.live(20*time.Millisecond) {
			return false
		}
		out = out[n:]
	}
	return true
}

// misbehaves has an upstream do so until somebody kills and starts it.
func misbehaves(m manner) func(context.Context, *soak, *upstream) error {
	return func(ctx context.Context, s *soak, u *upstream) error {
		u.behave(m)
		pause(ctx, s.lasts)
		u.kill()
		return u.start()
	}
}

// names turns the name server, and back.
func names(change func(*nameServer)) func(context.Context, *soak, *upstream) error {
	return func(ctx context.Context, s *soak, _ *upstream) error {
		s.names.turn(change)
		pause(ctx, s.lasts)
		s.names.turn(func(n *nameServer) { n.rcode, n.silent, n.addr4 = 0, false, netip.MustParseAddr(homes()[0]) })
		return nil
	}
}

// rolling is a new version going live: one after the other.
func rolling(ctx context.Context, s *soak, _ *upstream) error {
	for _, u := range s.upstreams {
		u.stop()
		pause(ctx, s.lasts/4)
		if err := u.start(); err != nil {
			return err
		}
		s.load.settle(ctx)
	}
	return nil
}

// outage is a new version going live the careless way: all at once.
func outage(ctx context.Context, s *soak, _ *upstream) error {
	for _, u := range s.upstreams {
		s.load.settle(ctx)
		u.stop()
	}
	pause(ctx, time.Second)
	for _, u := range s.upstreams {
		if err := u.start(); err != nil {
			return err
		}
	}
	return nil
}

// drains takes an upstream out by the admin interface, and back.
func drains(ctx context.Context, s *soak, u *upstream) error {
	at := "?endpoint=http://" + u.addr()
	if err := s.admin(ctx, "drain"+at); err != nil {
		return err
	}
	pause(ctx, s.lasts/2)
	return s.admin(ctx, "undrain"+at)
}

// reloads applies variants of the configuration and the usual one again.
func reloads(v variant) func(context.Context, *soak, *upstream) error {
	return func(ctx context.Context, s *soak, _ *upstream) error {
		for range 3 {
			if err := s.reload(v); err != nil {
				return err
			}
			pause(ctx, s.lasts/6)
			if err := s.reload(variantUsual); err != nil {
				return err
			}
			pause(ctx, s.lasts/6)
		}
		return nil
	}
}

// rotate is what logrotate does.
func rotate(ctx context.Context, s *soak, _ *upstream) error {
	if err := s.reload(variantLog); err != nil {
		return err
	}
	for range 3 {
		pause(ctx, s.lasts/4)
		if err := s.rotate(); err != nil {
			return err
		}
	}
	return s.reload(variantUsual)
}
