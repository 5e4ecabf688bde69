package main

import (
	"bytes"
	"fmt"
)

// bodySize is how long the origin's answers are.
const bodySize = 1024

// originAnswer is the whole of every answer of the origin.
func originAnswer() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"+
		"Last-Modified: Fri, 20 Nov 2026 12:00:00 GMT\r\nETag: \"5f7a-1024\"\r\n\r\n", bodySize)
	b.Write(bytes.Repeat([]byte("x"), bodySize-1))
	b.WriteByte('\n')
	return b.Bytes()
}

// heads counts the ends of request heads in what arrived; carry is how much
// of such an end the last piece ended with. Requests have no bodies here.
func heads(piece []byte, carry int) (n, rest int) {
	const end = "\r\n\r\n"
	for _, c := range piece {
		switch c {
		case end[carry]:
			carry++
		case '\r':
			carry = 1
		default:
			carry = 0
		}
		if carry == len(end) {
			n, carry = n+1, 0
		}
	}
	return n, carry
}
