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
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a client waits for an answer before it gives up.
const patience = 12 * time.Second

// planned is a request and its moment.
type planned struct {
	request
	at time.Duration // since the load began
}

// result is what became of a request, as its client saw it.
type result struct {
	planned
	due time.Time
	// took counts from the moment the request was due, sent or not, to the
	// last byte of its answer.
	took   time.Duration
	status int
	got    int // bytes of the body
	// failure is "" where the answer is the right one, to the last byte; else
	// what is wrong with it, in a word or two.
	failure string
	// silent is set where a wrong answer looks like a whole one.
	silent bool
}

// client sends requests over kept connections, each once.
type client struct {
	addr    string
	content *content
	// expect returns the right answer.
	expect func(request) (status int, body []byte)

	mu   sync.Mutex
	idle []*line
}

// line is one connection of the client's.
type line struct {
	nc *net.TCPConn
	br *bufio.Reader
}

// run sends all requests at their moments, whatever becomes of them, and
// returns when the last is answered or given up.
func (c *client) run(ctx context.Context, plan []planned, begin time.Time) []result {
	results := make([]result, len(plan))
	var wg sync.WaitGroup
	for i, p := range plan {
		due := begin.Add(p.at)
		if !sleepUntil(ctx, due) {
			results = results[:i]
			break
		}
		wg.Go(func() { results[i] = c.do(ctx, p, due) })
	}
	wg.Wait()
	return results
}

func (c *client) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.idle {
		l.nc.Close()
	}
	c.idle = nil
}

func (c *client) do(ctx context.Context, p planned, due time.Time) result {
	r := result{planned: p, due: due}
	l, err := c.take(ctx, due)
	if err != nil {
		r.failure = "no connection: " + word(err)
	} else {
		c.exchange(l, &r)
	}
	r.took = time.Since(due)
	return r
}

// take returns the connection used last that still stands, or a new one.
func (c *client) take(ctx context.Context, due time.Time) (*line, error) {
	for {
		c.mu.Lock()
		var l *line
		if n := len(c.idle); n > 0 {
			l, c.idle = c.idle[n-1], c.idle[:n-1]
		}
		c.mu.Unlock()
		if l == nil {
			break
		}
		if stands(l.nc) {
			return l, nil
		}
		l.nc.Close()
	}
	nc, err := dial(ctx, c.addr, time.Until(due.Add(patience)))
	if err != nil {
		return nil, err
	}
	return &line{nc.(*net.TCPConn), bufio.NewReaderSize(nc, 64<<10)}, nil
}

// exchange sends the request, reads the answer and compares it.
func (c *client) exchange(l *line, r *result) {
	l.nc.SetDeadline(r.due.Add(patience))
	var sent []byte
	if r.uploads() {
		sent = c.content.body(r.id, r.size)
	}
	written := make(chan error, 1)
	go func() { written <- write(l.nc, r.request, sent) }()
	keep := c.read(l, r)
	if !keep {
		l.nc.Close() // ends the writing, too
	}
	if err := <-written; err != nil || !keep {
		l.nc.Close()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, l)
}

func write(nc net.Conn, r request, body []byte) error {
	out := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: faults\r\n", r.method, r.target())
	if r.uploads() {
		out = fmt.Appendf(out, "Content-Type: text/plain\r\nContent-Length: %d\r\n", len(body))
	}
	out = append(out, "\r\n"...)
	_, err := nc.Write(append(out, body...))
	return err
}

// read reads the answer; it returns whether the connection can be used again.
func (c *client) read(l *line, r *result) (keep bool) {
	req := &http.Request{Method: r.method}
	var resp *http.Response
	for {
		first, err := l.br.Peek(1)
		if err != nil {
			r.failure = "no answer: " + word(err)
			return false
		}
		http1 := first[0] == 'H' // the slice does not survive the next read
		if resp, err = http.ReadResponse(l.br, req); err != nil {
			r.failure = "unreadable head: " + word(err)
			if !http1 {
				r.failure = "not HTTP"
			}
			return false
		}
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			break
		}
	}
	r.status = resp.StatusCode
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	r.got = len(body)
	status, want := c.expect(r.request)
	switch {
	case r.status != status:
		r.failure = fmt.Sprintf("status %d", r.status)
	case err != nil:
		r.failure = "body cut: " + word(err)
	case !bytes.Equal(body, want):
		r.failure, r.silent = "wrong body", true
	}
	return err == nil && !resp.Close && l.br.Buffered() == 0
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
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return "timeout"
	}
	text := err.Error()
	return text[strings.LastIndexByte(text, ':')+1:]
}

// sleepUntil reports whether the moment came before ctx ended.
func sleepUntil(ctx context.Context, at time.Time) bool {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
