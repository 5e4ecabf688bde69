package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// manner is how an endpoint treats its connections. The zero value is a
// well-behaved server.
type manner struct {
	// accepted treats a new connection, before anything is read.
	accepted func(c *conn)
	// unread treats a connection on which a request begins to arrive.
	unread func(c *conn)
	// early treats a request of which only the head was read; true when it
	// did.
	early func(c *conn, a *asked) bool
	// answer treats a request that was read; false ends the connection.
	answer func(c *conn, a *asked) bool
	// sick lets health checks be treated by answer, too. They are no less
	// broken than the rest where the whole process is.
	sick bool
	// idle is after how long kept connections are closed; 0: never.
	idle time.Duration
}

// asked is a request as an endpoint read it.
type asked struct {
	*http.Request
	request
	sent   []byte // its body
	health bool
	last   bool // the connection ends after the answer
	// again is set when some endpoint has seen the request before.
	again  bool
	handle int
}

// ask reads a request; false when none came, or m has treated it.
func (c *conn) ask(m manner) (*asked, bool) {
	req, err := http.ReadRequest(c.br)
	if err != nil {
		return nil, false
	}
	a := &asked{Request: req, last: req.Close || c.isLeaving()}
	var known bool
	if a.request, known = parseTarget(req.URL.Path); !known {
		a.health = true
	}
	a.request.method = req.Method
	if m.early != nil && known && m.early(c, a) {
		return nil, false
	}
	if strings.EqualFold(req.Header.Get("Expect"), "100-continue") {
		c.put([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	}
	if a.sent, err = io.ReadAll(req.Body); err != nil {
		return nil, false
	}
	if known {
		a.handle, a.again = c.journal.note(a.id, c.number)
	}
	return a, true
}

// declined takes back that the application executed what was asked.
func (c *conn) declined(a *asked) {
	if !a.health {
		c.journal.mark(a.id, a.handle, func(s *sight) { s.executed = false })
	}
}

// answer is an answer before it is written, so that a manner can spoil it.
type answer struct {
	status string
	fields []string
	body   []byte
	// noBody is set where the body must not be sent.
	noBody bool
}

// right returns the answer a request deserves.
func (c *conn) right(a *asked) answer {
	r := answer{status: "200 OK", fields: []string{"Content-Type: text/plain", "Served-By: " + strconv.Itoa(c.number)}}
	switch {
	case a.health:
		r.body = []byte("ok\n")
		return r
	case a.uploads():
		r.body = receipt(a.request.method, a.id, a.sent)
		return r
	}
	r.body = c.content.body(a.id, a.size)
	tag := etag(a.id, a.size)
	r.fields = append(r.fields, "ETag: "+tag, "Accept-Ranges: bytes")
	if from, ok := rangeFrom(a, tag); ok && a.request.method == "GET" {
		r.status = "206 Partial Content"
		r.fields = append(r.fields, fmt.Sprintf("Content-Range: bytes %d-%d/%d", from, a.size-1, a.size))
		r.body = r.body[from:]
	}
	r.noBody = a.request.method == "HEAD"
	return r
}

// rangeFrom returns the first byte asked for, where it is "bytes=N-" and
// If-Range agrees.
func rangeFrom(a *asked, tag string) (int, bool) {
	first, ok := strings.CutPrefix(a.Header.Get("Range"), "bytes=")
	if !ok {
		return 0, false
	}
	if cond := a.Header.Get("If-Range"); cond != "" && cond != tag {
		return 0, false
	}
	first, last, _ := strings.Cut(first, "-")
	from, err := strconv.Atoi(first)
	return from, err == nil && from < a.size && (last == "" || last == strconv.Itoa(a.size-1))
}

// head is the answer's head with the given framing fields.
func (r answer) head(framing ...string) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + r.status + "\r\n")
	for _, f := range append(r.fields, framing...) {
		b.WriteString(f + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func (r answer) length() string { return "Content-Length: " + strconv.Itoa(len(r.body)) }

// put writes; a peer that has left need not be served.
func (c *conn) put(b []byte) { _, _ = c.nc.Write(b) }

// honest answers as asked.
func honest(c *conn, a *asked) bool { return c.send(a, c.right(a)) }

// send writes an answer as it should be, and notes that it was given.
func (c *conn) send(a *asked, r answer) bool {
	framing := []string{r.length()}
	if a.last || c.isLeaving() {
		a.last = true
		framing = append(framing, "Connection: close")
	}
	out := r.head(framing...)
	if !r.noBody {
		out = append(out, r.body...)
	}
	return c.deliver(a, out)
}

// deliver writes what a client can take for the right answer.
func (c *conn) deliver(a *asked, out []byte) bool {
	if _, err := c.nc.Write(out); err != nil {
		return false
	}
	if !a.health {
		c.journal.mark(a.id, a.handle, func(s *sight) { s.answered = true })
	}
	return true
}
