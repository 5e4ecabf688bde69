package main

import (
	"bytes"
	"time"
)

// What follows is odd, but a client can be given its answer: a gateway that
// turns it into a failure leaks one.

// oddly answers rightly in the bytes that form makes. keep says whether the
// connection can be used on.
func oddly(keep bool, form func(a *asked, r answer) []byte) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		r := c.right(a)
		if a.last {
			r.fields = append(r.fields, "Connection: close")
		}
		return c.deliver(a, form(a, r)) && keep
	}}
}

// whole is the answer as it should be.
func (r answer) whole(framing ...string) []byte {
	out := r.head(append(framing, r.length())...)
	if !r.noBody {
		out = append(out, r.body...)
	}
	return out
}

func longerBody(_ *asked, r answer) []byte {
	return append(r.whole(), "and more than was announced"...)
}

func bareLF(_ *asked, r answer) []byte {
	head := bytes.ReplaceAll(r.head(r.length()), []byte("\r\n"), []byte("\n"))
	if r.noBody {
		return head
	}
	return append(head, r.body...)
}

func earlyHints(_ *asked, r answer) []byte {
	return append([]byte("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"), r.whole()...)
}

func bigHeader(_ *asked, r answer) []byte { return r.whole(bigField(40 << 10)) }

func noReason(_ *asked, r answer) []byte {
	return bytes.Replace(r.whole(), []byte("200 OK"), []byte("200"), 1)
}

// oldStyle is HTTP/1.0: the end of the connection ends the body.
func oldStyle(_ *asked, r answer) []byte {
	head := bytes.Replace(r.head(), []byte("HTTP/1.1"), []byte("HTTP/1.0"), 1)
	return append(head, r.body...)
}

// emptyWithBody is a 204 that has a body all the same.
func emptyWithBody(_ *asked, r answer) []byte {
	r.status, r.body = "204 No Content", []byte("xx")
	return append(r.head(r.length()), r.body...)
}

// headWithBody sends a body also where it was asked for the head alone.
func headWithBody(_ *asked, r answer) []byte { return append(r.head(r.length()), r.body...) }

// lowerCase writes field names as HTTP/2 does, and blanks around values.
func lowerCase(_ *asked, r answer) []byte {
	for i, f := range r.fields {
		name, value, _ := bytes.Cut([]byte(f), []byte(": "))
		r.fields[i] = string(bytes.ToLower(name)) + ":  " + string(value) + " "
	}
	return r.whole()
}

// trickles sends the body in ten pieces over d.
func trickles(d time.Duration) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		r := c.right(a)
		c.put(r.head(r.length()))
		for piece := range 10 {
			c.wait(d / 10)
			c.put(r.body[len(r.body)*piece/10 : len(r.body)*(piece+1)/10])
		}
		return c.deliver(a, nil)
	}}
}

// shutsUp closes every connection after its answer without having said so.
func shutsUp() manner {
	return manner{answer: func(c *conn, a *asked) bool {
		honest(c, a)
		return false
	}}
}

// retires closes a connection after its nth answer, unannounced.
func retires(nth int) manner {
	return manner{answer: func(c *conn, a *asked) bool {
		return honest(c, a) && c.served+1 < nth
	}}
}

// announces tells how long connections are kept, and keeps them so long.
func announces(idle time.Duration, field string) manner {
	return manner{idle: idle, answer: func(c *conn, a *asked) bool {
		r := c.right(a)
		r.fields = append(r.fields, field)
		return c.send(a, r)
	}}
}

// pauses answers rightly after d, so that several requests are under way at
// once, and closes connections that were idle.
func pauses(d, idle time.Duration) manner {
	return manner{idle: idle, answer: func(c *conn, a *asked) bool {
		c.wait(d)
		return honest(c, a)
	}}
}
