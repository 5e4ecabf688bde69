package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stock is what the application has to show, the same at every upstream.
// Every line differs, so that a cut, a foreign or a wrongly joined one is
// noticed.
type stock struct{ pages, files [][]byte }

const (
	pageCount = 20
	fileCount = 3
	fileSize  = 640 << 10
)

func newStock() *stock {
	s := &stock{}
	for n := range pageCount {
		s.pages = append(s.pages, text("page", n, 500+n*1200))
	}
	for n := range fileCount {
		s.files = append(s.files, text("file", n, fileSize))
	}
	return s
}

func text(kind string, n, size int) []byte {
	var b bytes.Buffer
	for line := 0; b.Len() < size; line++ {
		fmt.Fprintf(&b, "%s %d, line %d\n", kind, n, line)
	}
	return b.Bytes()
}

// find is the page or file a path names, and its ETag.
func (s *stock) find(target string) (body []byte, etag string) {
	items := s.pages
	if strings.HasPrefix(target, "/files/") {
		items = s.files
	}
	n, err := strconv.Atoi(path.Base(target))
	if err != nil || n < 0 || n >= len(items) {
		return nil, ""
	}
	return items[n], fmt.Sprintf(`"%s"`, target)
}

// receipt is the answer to what was sent.
func receipt(method string, sent []byte) []byte {
	if len(sent) > 64 {
		sent = fmt.Appendf(nil, "%d bytes, %x", len(sent), checksum(sent))
	}
	return fmt.Appendf(nil, "%s: %s\n", method, sent)
}

func checksum(b []byte) (sum uint64) {
	for _, c := range b {
		sum = sum*31 + uint64(c)
	}
	return sum
}

// book knows which of the last orders were executed. It never grows: it would
// be a leak of its own.
type book struct {
	mu     sync.Mutex
	recent [8192]order
	twice  []int
	total  int
}

type order struct{ number, executed int }

func (b *book) execute(number int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	o := &b.recent[number%len(b.recent)]
	if o.number != number {
		*o = order{number: number}
	}
	b.total++
	if o.executed++; o.executed == 2 {
		b.twice = append(b.twice, number)
	}
}

func (b *book) executedTwice() []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]int(nil), b.twice...)
}

// treat answers a request as the manner is, and reports whether the
// connection may be used again.
func (c *conn) treat(req *http.Request) bool {
	m := c.current()
	if m.early != nil && req.Body != http.NoBody {
		m.early(c)
		return false
	}
	if strings.EqualFold(req.Header.Get("Expect"), "100-continue") {
		fmt.Fprint(c.nc, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return false
	}
	if m.before > 0 && !c.live(m.before) {
		return false
	}
	if req.Method == http.MethodPost && !m.declines {
		if n, err := strconv.Atoi(path.Base(req.URL.Path)); err == nil {
			c.book.execute(n)
		}
	}
	if m.answer != nil {
		return m.answer(c, c.right(req, sent))
	}
	switch {
	case strings.HasPrefix(req.URL.Path, "/events"):
		return c.events()
	case strings.HasPrefix(req.URL.Path, "/socket"):
		return c.echo(req)
	}
	_, err = c.nc.Write(c.right(req, sent).whole(c.isLast()))
	return err == nil
}

// answer is a response, about to be sent.
type answer struct {
	status string
	fields string // of its own, each line with its end
	body   []byte
}

// right is the answer a request deserves.
func (c *conn) right(req *http.Request, sent []byte) answer {
	a := answer{"200 OK", fmt.Sprintf("Served-By: %d\r\n", c.number), nil}
	if req.Method == http.MethodPost || req.Method == http.MethodPut {
		a.body = receipt(req.Method, sent)
		return a
	}
	body, etag := c.stock.find(req.URL.Path)
	if body == nil {
		a.status, a.body = "404 Not Found", []byte("no such thing")
		return a
	}
	a.body = body
	a.fields += "ETag: " + etag + "\r\nAccept-Ranges: bytes\r\n"
	var from int
	_, err := fmt.Sscanf(req.Header.Get("Range"), "bytes=%d-", &from)
	if err == nil && req.Header.Get("If-Range") == etag && from > 0 && from < len(body) {
		a.status = "206 Partial Content"
		a.fields += fmt.Sprintf("Content-Range: bytes %d-%d/%d\r\n", from, len(body)-1, len(body))
		a.body = body[from:]
	}
	return a
}

func (a answer) head(framing string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\n%s%s\r\n\r\n", a.status, a.fields, framing)
}

func (a answer) length() string { return fmt.Sprintf("Content-Length: %d", len(a.body)) }

// whole is all of it; last says that the connection ends with it.
func (a answer) whole(last bool) []byte {
	framing := a.length()
	if last {
		framing += "\r\nConnection: close"
	}
	return append(a.head(framing), a.body...)
}

// events sends an event every few moments, for longer than most stay.
func (c *conn) events() bool {
	fmt.Fprint(c.nc, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	for n := range 40 {
		event := fmt.Sprintf("data: event %d\n\n", n)
		if _, err := fmt.Fprintf(c.nc, "%x\r\n%s\r\n", len(event), event); err != nil || !c.live(30*time.Millisecond) {
			return false
		}
	}
	_, err := io.WriteString(c.nc, "0\r\n\r\n")
	return err == nil
}

// echo is a WebSocket server as far as a gateway can tell: after the upgrade
// the connection carries bytes both ways.
func (c *conn) echo(req *http.Request) bool {
	if req.Header.Get("Upgrade") == "" {
		return false
	}
	fmt.Fprint(c.nc, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
	c.nc.SetReadDeadline(time.Now().Add(3 * time.Second))
	// Half of the servers say goodbye first.
	rounds := 1000
	if c.number%2 == 0 {
		rounds = 3
	}
	for range rounds {
		line, err := c.br.ReadSlice('\n')
		if err != nil {
			return false
		}
		if _, err := c.nc.Write(line); err != nil {
			return false
		}
	}
	return false
}

// pause waits for d, or until ctx ends, and reports whether it lasted.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
