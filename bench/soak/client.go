package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// request is what a visitor asks for and must get.
type request struct {
	method, host, target string
	body                 []byte
	chunked              bool
	// slowly makes the visitor read, or send, over most of a second.
	slowly bool
	want   []byte
}

// line is a visitor's connection, with the cookie it was given on it.
type line struct {
	net.Conn
	br     *bufio.Reader
	cookie string
}

// keptConns is how many idle connections visitors keep, and use in turn.
const keptConns = 12

// result is what a visitor saw.
type result struct {
	// failure is "" when it was the right answer, to the last byte.
	failure string
	// status and servedBy are those of the answer, "" when no upstream gave it.
	status   int
	servedBy string
}

// ask makes a request, once, and compares every byte of the answer.
func (l *load) ask(r request) result {
	c, err := l.take()
	if err != nil {
		return result{failure: "no connection: " + word(err)}
	}
	c.SetDeadline(time.Now().Add(patience))
	wrote := make(chan error, 1)
	go func() { wrote <- c.send(r) }()
	res, again := c.receive(r)
	if !again {
		c.Close() // ends the sending, too
	}
	if err := <-wrote; err != nil || !again {
		c.Close()
		return res
	}
	l.give(c)
	return res
}

// dial connects to torwart, now and then by the listener that comes and goes.
func (l *load) dial(number int) (*line, error) {
	addr := l.addr
	extra := l.extra.Load()
	if extra != nil && number%4 == 0 {
		addr = (*extra).String()
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", addr)
	if err != nil && addr != l.addr { // it has gone this moment
		nc, err = d.DialContext(ctx, "tcp", l.addr)
	}
	if err != nil {
		return nil, err
	}
	return &line{Conn: nc, br: bufio.NewReader(nc)}, nil
}

// take returns the connection that has been idle longest, or a new one while
// there are few.
func (l *load) take() (*line, error) {
	l.mu.Lock()
	if len(l.idle) >= keptConns {
		c := l.idle[0]
		l.idle = l.idle[1:]
		l.mu.Unlock()
		return c, nil
	}
	l.mu.Unlock()
	return l.dial(1)
}

func (l *load) give(c *line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paused || len(l.idle) > keptConns {
		c.Close()
		return
	}
	l.idle = append(l.idle, c)
}

// head is the request's head.
func (c *line) head(r request) []byte {
	h := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: soak\r\n", r.method, r.target, r.host)
	if c.cookie != "" {
		h = fmt.Appendf(h, "Cookie: %s\r\n", c.cookie)
	}
	switch {
	case r.chunked:
		h = append(h, "Transfer-Encoding: chunked\r\n"...)
	case r.body != nil:
		h = fmt.Appendf(h, "Content-Length: %d\r\n", len(r.body))
	}
	return append(h, "\r\n"...)
}

// pieces is in how many pieces bodies are sent that are chunked or slow.
const pieces = 8

func (c *line) send(r request) error {
	if !r.chunked && (!r.slowly || r.body == nil) {
		_, err := c.Write(append(c.head(r), r.body...))
		return err
	}
	if _, err := c.Write(c.head(r)); err != nil {
		return err
	}
	for size, rest := len(r.body)/pieces+1, r.body; len(rest) > 0; {
		n := min(size, len(rest))
		part := rest[:n]
		if r.chunked {
			part = fmt.Appendf(nil, "%x\r\n%s\r\n", n, part)
		}
		if _, err := c.Write(part); err != nil {
			return err
		}
		if rest = rest[n:]; r.slowly {
			time.Sleep(600 * time.Millisecond / pieces)
		}
	}
	if !r.chunked {
		return nil
	}
	_, err := io.WriteString(c, "0\r\n\r\n")
	return err
}

// receive reads the answer; again tells that the connection can be used again.
func (c *line) receive(r request) (res result, again bool) {
	resp, err := http.ReadResponse(c.br, &http.Request{Method: r.method})
	if err != nil {
		return result{failure: "no answer: " + word(err)}, false
	}
	defer resp.Body.Close()
	res = result{status: resp.StatusCode, servedBy: resp.Header.Get("Served-By")}
	if got := resp.Cookies(); len(got) > 0 {
		c.cookie = got[0].Name + "=" + got[0].Value
	}
	var body io.Reader = resp.Body
	if r.slowly && r.body == nil {
		body = &slowReader{r: resp.Body, pause: 800 * time.Millisecond * (16 << 10) / fileSize}
	}
	got, err := io.ReadAll(body)
	switch {
	case res.status != http.StatusOK:
		res.failure = fmt.Sprintf("status %d", res.status)
	case err != nil:
		res.failure = "body cut: " + word(err)
	case !bytes.Equal(got, r.want):
		res.failure = "wrong body"
	}
	return res, err == nil && !resp.Close
}

// slowReader reads 16 KiB at most, and then waits.
type slowReader struct {
	r     io.Reader
	pause time.Duration
	left  int
}

func (s *slowReader) Read(p []byte) (int, error) {
	if s.left <= 0 {
		time.Sleep(s.pause)
		s.left = 16 << 10
	}
	n, err := s.r.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// word names an error shortly.
func word(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	}
	return "unreadable"
}
