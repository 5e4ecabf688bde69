package main

import (
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strconv"
	"strings"
)

// content is what every upstream serves: any of them answers a request with
// the same bytes, as instances of one application do.
type content struct{ noise []byte }

// largest is the longest body there is.
const largest = 2 << 20

func newContent() *content {
	c := &content{noise: make([]byte, largest+1<<16)}
	r := rand.NewChaCha8([32]byte{'f', 'a', 'u', 'l', 't', 's'})
	_, _ = r.Read(c.noise) // never fails
	for i := range c.noise {
		c.noise[i] = 'a' + c.noise[i]%26
	}
	return c
}

// body returns size bytes that belong to request id.
func (c *content) body(id, size int) []byte {
	from := id * 257 % (1 << 16)
	return c.noise[from : from+size]
}

// receipt is the answer to a body that was sent.
func receipt(method string, id int, body []byte) []byte {
	return fmt.Appendf(nil, "%s %d %d %08x\n", method, id, len(body), crc32.ChecksumIEEE(body))
}

func etag(id, size int) string { return fmt.Sprintf(`"%d-%d"`, id, size) }

// request is one of the client's.
type request struct {
	id     int
	method string
	// kind is the first segment of the path: item, doc, order, or what a
	// scenario treats in its own way.
	kind string
	// size is the length of the answer's body for GET and HEAD, else that of
	// the request's.
	size int
}

func (r request) target() string { return fmt.Sprintf("/%s/%d/%d", r.kind, r.id, r.size) }

// uploads reports whether the request has a body.
func (r request) uploads() bool { return r.method == "PUT" || r.method == "POST" }

// unsafe reports whether the request must not be repeated once delivered.
func (r request) unsafe() bool { return r.method == "POST" }

// parseTarget is the inverse of target; ok is false for other paths.
func parseTarget(target string) (r request, ok bool) {
	f := strings.Split(strings.TrimPrefix(target, "/"), "/")
	if len(f) != 3 {
		return r, false
	}
	id, err := strconv.Atoi(f[1])
	if err != nil || id < 0 {
		return r, false
	}
	size, err := strconv.Atoi(f[2])
	if err != nil || size < 0 || size > largest {
		return r, false
	}
	return request{id: id, kind: f[0], size: size}, true
}
