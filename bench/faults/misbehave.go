package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// ending is how a connection ends.
type ending bool

const (
	fin ending = false
	rst ending = true
)

// end ends the connection; it returns false, for answers that end so.
func (c *conn) end(how ending) bool {
	if how == rst {
		c.reset()
	}
	return false // talk closes it
}

// dropsNew ends every new connection unread.
func dropsNew(how ending) manner {
	return manner{
		accepted: func(c *conn) { c.end(how) },
		unread:   func(c *conn) { c.end(how) },
	}
}

// neverReads takes connections and leaves what arrives in the kernel, as a
// process does that is stopped. It only looks whose requests they are.
func neverReads() manner {
	wait := func(c *conn) {
		_ = c.nc.SetReadBuffer(4 << 10) // the peer stalls sooner; not that it has to
		b, _ := c.br.Peek(c.br.Buffered())
		if len(b) == 0 {
			b = glimpse(c.nc)
		}
		if line, _, ok := strings.Cut(string(b), " HTTP/1.1\r\n"); ok {
			if _, target, ok := strings.Cut(line, " "); ok {
				if r, ok := parseTarget(target); ok {
					c.journal.unexecuted(r.id, c.number)
				}
			}
		}
		c.wait(time.Minute)
	}
	return manner{accepted: wait, unread: wait}
}

// sick is a manner in which every request is answered in one wrong way,
// health checks too.
func sick(answer func(c *conn, a *asked) bool) manner { return manner{answer: answer, sick: true} }

// says answers every request with the same bytes and ends the connection.
func says(text string, how ending) manner {
	return sick(func(c *conn, _ *asked) bool {
		c.put([]byte(text))
		return c.end(how)
	})
}

// spoils answers with what make makes of the right answer, and ends the
// connection.
func spoils(how ending, spoilt func(r answer) []byte) manner {
	return sick(func(c *conn, a *asked) bool {
		c.put(spoilt(c.right(a)))
		return c.end(how)
	})
}

// hangs reads requests and never answers them.
func hangs() manner {
	return sick(func(c *conn, _ *asked) bool {
		c.wait(time.Minute)
		return false
	})
}

// slow answers rightly after d.
func slow(d time.Duration) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		c.wait(d)
		return honest(c, a)
	}}
}

// half is an answer whose body ends in the middle.
func half(r answer) []byte { return append(r.head(r.length()), r.body[:len(r.body)/2]...) }

func inChunks(body []byte) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(body), body) }

// endless is a chunked body without its last chunk.
func endless(r answer) []byte {
	return append(r.head("Transfer-Encoding: chunked"), inChunks(r.body)...)
}

// badChunk is a chunked body with a size that is none.
func badChunk(r answer) []byte {
	out := append(r.head("Transfer-Encoding: chunked"), inChunks(r.body[:len(r.body)/2])...)
	return append(out, "zz\r\noops\r\n0\r\n\r\n"...)
}

// twoLengths contradicts itself.
func twoLengths(r answer) []byte {
	return append(r.head(r.length(), fmt.Sprintf("Content-Length: %d", len(r.body)+1)), r.body...)
}

// lengthAndChunks is what request smuggling is made of.
func lengthAndChunks(r answer) []byte {
	return append(r.head(r.length(), "Transfer-Encoding: chunked"), append(inChunks(r.body), "0\r\n\r\n"...)...)
}

// withField adds a field line to the right answer.
func withField(line string) func(answer) []byte {
	return func(r answer) []byte { return append(r.head(r.length(), line), r.body...) }
}

func bigField(size int) string { return "X-Debug: " + strings.Repeat("d", size) }

// stalls sends the head and half of the body, and then nothing.
func stalls() manner {
	return sick(func(c *conn, a *asked) bool {
		c.put(half(c.right(a)))
		c.wait(time.Minute)
		return false
	})
}

// fails answers with an error status at once, as an application does whose
// database is away; health checks pass.
func fails(status string) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		c.declined(a)
		c.put([]byte("HTTP/1.1 " + status + "\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nsorry"))
		return true
	}}
}

// unlucky is one in how many requests fails where only some do. It has no
// factor in common with the mix of the load.
const unlucky = 19

// onFirst treats some requests in a wrong way when they are seen for the first
// time, anywhere; the second try succeeds.
func onFirst(wrong func(c *conn, a *asked) bool) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		if a.again || a.id%unlucky != 0 {
			return honest(c, a)
		}
		return wrong(c, a)
	}}
}

// only treats requests of one kind in a wrong way.
func only(kind string, wrong func(c *conn, a *asked) bool) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		if a.kind != kind {
			return honest(c, a)
		}
		return wrong(c, a)
	}}
}

// vanishes ends the connection without an answer.
func vanishes(how ending) func(c *conn, a *asked) bool {
	return func(c *conn, _ *asked) bool { return c.end(how) }
}

// cutsLarge sends the first part of bodies of downloads, once.
func cutsLarge(how ending, after int) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		if a.uploads() || a.size <= after || a.Header.Get("Range") != "" {
			return honest(c, a)
		}
		r := c.right(a)
		c.put(append(r.head(r.length()), r.body[:after]...))
		return c.end(how)
	}}
}

// refusesUploads answers 413 to a head that announces a body, and closes with
// the body unread, or reads it to its end first.
func refusesUploads(reads bool) manner {
	return manner{early: func(c *conn, a *asked) bool {
		if !a.uploads() {
			return false
		}
		c.put([]byte(tooLarge))
		if reads {
			c.nc.CloseWrite()
			c.nc.SetReadDeadline(time.Now().Add(5 * time.Second))
			_, _ = io.Copy(io.Discard, c.br)
		}
		return true
	}}
}

const (
	tooLargeBody = "too large\n"
	tooLarge     = "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 10\r\n\r\n" + tooLargeBody
)

// breaksUploads resets in the middle of a body that is sent.
func breaksUploads() manner {
	return manner{early: func(c *conn, a *asked) bool {
		if !a.uploads() {
			return false
		}
		_, _ = io.CopyN(io.Discard, c.br, int64(a.size/3))
		c.journal.unexecuted(a.id, c.number)
		c.end(rst)
		return true
	}}
}
