package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"
)

func TestOriginAnswerIsOneKiBOfHTTP(t *testing.T) {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(originAnswer())), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || len(body) != bodySize {
		t.Errorf("%d bytes of body, %v; want %d", len(body), err, bodySize)
	}
}

func TestHeadsAreCountedHoweverTheyArrive(t *testing.T) {
	const requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /\r HTTP/1.1\r\n\r\n\r\n\r\n"
	for size := 1; size <= len(requests); size++ {
		n, carry := 0, 0
		for at := 0; at < len(requests); at += size {
			var k int
			k, carry = heads([]byte(requests[at:min(at+size, len(requests))]), carry)
			n += k
		}
		if n != 3 || carry != 0 {
			t.Errorf("in pieces of %d: %d heads, carry %d; want 3 and 0", size, n, carry)
		}
	}
}
