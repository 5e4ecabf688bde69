package demo

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// manner is how an upstream treats requests.
type manner uint8

const (
	serving    manner = iota
	hanging           // reads the request and never answers
	resetting         // carries it out and resets the connection
	babbling          // answers with what is no HTTP, or with a broken head
	truncating        // breaks off downloads in the middle
	breaking          // breaks off every answer in the middle
)

func (m manner) state() state {
	return [...]state{isServing, isHanging, isResetting, isBabbling, isCutting, isCutting}[m]
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
	a := u.answer(req, body)
	switch {
	case m == resetting:
		c.reset()
		return false
	case m == babbling:
		_, _ = c.nc.Write(babble(variant))
		return false
	case m == breaking, m == truncating && a.etag != "":
		_, _ = c.nc.Write(a.broken(variant))
		return false
	}
	_, err := c.nc.Write(a.whole(u.isLast(c)))
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

// answer is a response, about to be sent.
type answer struct {
	status string
	etag   string // of a download
	extent string // Content-Range of a part of one
	body   []byte
}

const ok = "200 OK"

// answer is the right answer.
func (u *upstream) answer(req *http.Request, body []byte) answer {
	switch {
	case req.Method == "PUT":
		return answer{status: ok, body: stored(body)}
	case req.Method == "POST":
		return answer{status: ok, body: accepted(body)}
	case strings.HasPrefix(req.URL.Path, "/catalogues/"):
		if n, known := index(req.URL.Path, u.stock.catalogues); known {
			return download(u.stock.catalogues[n], fmt.Sprintf(`"catalogue-%d"`, n), req.Header)
		}
	default:
		if n, known := index(req.URL.Path, u.stock.wares); known {
			return answer{status: ok, body: u.stock.wares[n]}
		}
	}
	return answer{status: "404 Not Found", body: []byte("no such thing")}
}

// index is the number a path ends with, when there is such an item.
func index(target string, items [][]byte) (n int, known bool) {
	n, err := strconv.Atoi(path.Base(target))
	return n, err == nil && n >= 0 && n < len(items)
}

// download is a file as file servers answer it: with a strong ETag, and from
// any byte on for those who have the beginning of the same file (RFC 9110
// sections 13.1.5 and 14.2).
func download(file []byte, etag string, h http.Header) answer {
	var from int
	_, err := fmt.Sscanf(h.Get("Range"), "bytes=%d-", &from)
	if err != nil || h.Get("If-Range") != etag || from < 0 || from >= len(file) {
		return answer{status: ok, etag: etag, body: file}
	}
	extent := fmt.Sprintf("bytes %d-%d/%d", from, len(file)-1, len(file))
	return answer{"206 Partial Content", etag, extent, file[from:]}
}

func (a answer) head() []byte {
	b := fmt.Appendf(nil, "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n", a.status)
	if a.etag != "" {
		b = fmt.Appendf(b, "ETag: %s\r\nAccept-Ranges: bytes\r\n", a.etag)
	}
	if a.extent != "" {
		b = fmt.Appendf(b, "Content-Range: %s\r\n", a.extent)
	}
	return b
}

// whole is all of it; last says that the connection ends with it.
func (a answer) whole(last bool) []byte {
	b := a.head()
	if last {
		b = append(b, "Connection: close\r\n"...)
	}
	b = fmt.Appendf(b, "Content-Length: %d\r\n\r\n", len(a.body))
	return append(b, a.body...)
}

// broken begins well: it ends after five eighths, or a chunk of it has a size
// that is none. A download always tells its length.
func (a answer) broken(variant int) []byte {
	b, part := a.head(), a.body[:len(a.body)*5/8]
	if variant%2 == 0 || a.etag != "" {
		b = fmt.Appendf(b, "Content-Length: %d\r\n\r\n", len(a.body))
		return append(b, part...)
	}
	return fmt.Appendf(b, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nnonsense\r\n", len(part), part)
}

// babble is an answer nobody can read: that of another protocol on the port,
// or a head into which the application printed its warning.
func babble(variant int) []byte {
	if variant%2 == 0 {
		return []byte("SSH-2.0-OpenSSH_9.9\r\n")
	}
	return []byte("HTTP/1.1 200 OK\r\n<b>Warning</b>: undefined variable in cart on line 12\r\n\r\n")
}
