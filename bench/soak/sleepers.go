package main

import (
	"net"
	"time"
)

// Sleepers are clients that ask once and then keep their connection, unused,
// from one quiet moment to the next: long enough for torwart to park it. Then
// half of them ask again, and all leave.
const sleepers = 24

// sleepIn has them come and ask.
func (l *load) sleepIn() {
	var stay []*line
	for n := range sleepers {
		c, err := l.dial(1)
		if err != nil {
			continue
		}
		c.SetDeadline(time.Now().Add(patience))
		r := page(l, n)
		if _, again := c.once(r); !again {
			c.Close()
			continue
		}
		stay = append(stay, c)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stay = stay
}

// wakeUp has half of them ask again, and all leave, some by a reset.
func (l *load) wakeUp(stay []*line) {
	for n, c := range stay {
		c.SetDeadline(time.Now().Add(patience))
		if n%2 == 0 {
			r := page(l, n)
			if res, _ := c.once(r); res.failure == "" {
				l.woken++
			}
		}
		if n%3 == 0 {
			c.Conn.(*net.TCPConn).SetLinger(0)
		}
		c.Close()
	}
}

// once sends a request without a body and reads the answer.
func (c *line) once(r request) (result, bool) {
	if err := c.send(r); err != nil {
		return result{failure: "not sent: " + word(err)}, false
	}
	return c.receive(r)
}
