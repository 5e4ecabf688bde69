package demo

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// manner is how an upstream treats requests.
type manner uint8

const (
	serving   manner = iota
	hanging          // reads the request and never answers
	resetting        // carries it out and resets the connection
	babbling         // answers with what is no HTTP, or with a broken head
	breaking         // begins a good answer and breaks it
)

func (m manner) state() state {
	return [...]state{isServing, isHanging, isResetting, isBabbling, isBreaking}[m]
}

// thinking is how long an upstream works on a request.
const thinking = 8 * time.Millisecond

// treat handles a request and reports whether the connection may be used
// again.
func (u *upstream) treat(c *conn, req *http.Request, body []byte) bool {
	w := wayOf(req.Header)
	o := order{w, req.URL.Path}
	u.asked[w].Add(1)
	if req.Method == "POST" {
		u.book.arrive(o)
	}
	u.mu.Lock()
	m := u.manner
	u.answers++
	variant := u.answers
	u.mu.Unlock()
	if m == hanging {
		<-c.gone
		return false
	}
	if !c.live(thinking) {
		return false // killed meanwhile: nothing was carried out
	}
	if req.Method == "POST" {
		u.book.execute(o)
	}
	switch m {
	case resetting:
		c.reset()
		return false
	case babbling:
		_, _ = c.nc.Write(babble(variant))
		return false
	case breaking:
		_, _ = c.nc.Write(broken(u.answer(req, body), variant))
		return false
	}
	_, err := c.nc.Write(framed(u.answer(req, body), u.isLast(c)))
	return err == nil
}

// live waits for d and reports whether the process still is.
func (c *conn) live(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.gone:
		return false
	case <-t.C:
		return true
	}
}

func (u *upstream) isLast(c *conn) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return c.last
}

// answer is the body of the right answer.
func (u *upstream) answer(req *http.Request, body []byte) []byte {
	switch req.Method {
	case "PUT":
		return stored(body)
	case "POST":
		return accepted(body)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(req.URL.Path, "/wares/"))
	if err != nil || n < 0 || n >= len(u.wares) {
		return []byte("no such ware")
	}
	return u.wares[n]
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

// framed is a whole answer.
func framed(body []byte, last bool) []byte {
	b := []byte(head)
	if last {
		b = append(b, "Connection: close\r\n"...)
	}
	b = fmt.Appendf(b, "Content-Length: %d\r\n\r\n", len(body))
	return append(b, body...)
}

// babble is an answer nobody can read: that of another protocol on the port,
// or a head into which the application printed its warning.
func babble(variant int) []byte {
	if variant%2 == 0 {
		return []byte("SSH-2.0-OpenSSH_9.9\r\n")
	}
	return []byte("HTTP/1.1 200 OK\r\n<b>Warning</b>: undefined variable in cart on line 12\r\n\r\n")
}

// broken is an answer that begins well: it ends early, or a chunk of it has a
// size that is none.
func broken(body []byte, variant int) []byte {
	half := body[:len(body)/2]
	if variant%2 == 0 {
		b := fmt.Appendf([]byte(head), "Content-Length: %d\r\n\r\n", len(body))
		return append(b, half...)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nnonsense\r\n", head, len(half), half)
	return b.Bytes()
}
