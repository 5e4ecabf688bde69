package http1_test

import (
	"io"
	"net"
	"testing"
	"time"

	"torwart/internal/http1"
	"torwart/internal/message"
)

const typicalRequest = "GET /products/list?page=2&sort=price HTTP/1.1\r\n" +
	"Host: www.example.com\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
	"Accept-Language: de,en-US;q=0.7,en;q=0.3\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\n" +
	"Connection: keep-alive\r\n" +
	"\r\n"

const typicalResponseHead = "HTTP/1.1 200 OK\r\n" +
	"Server: nginx/1.26.0\r\n" +
	"Date: Tue, 11 Jun 2024 10:00:00 GMT\r\n" +
	"Content-Type: text/html; charset=utf-8\r\n" +
	"Content-Length: 1024\r\n" +
	"Connection: keep-alive\r\n" +
	"ETag: \"66682f5e-400\"\r\n" +
	"\r\n"

// endless is a connection that delivers the same message again and again, at
// most one per read, and swallows what is written.
type endless struct {
	text []byte
	at   int
}

func endlessly(text string) *endless { return &endless{text: []byte(text)} }

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

func (e *endless) Write(p []byte) (int, error)      { return len(p), nil }
func (e *endless) Close() error                     { return nil }
func (e *endless) LocalAddr() net.Addr              { return nil }
func (e *endless) RemoteAddr() net.Addr             { return nil }
func (e *endless) SetDeadline(time.Time) error      { return nil }
func (e *endless) SetReadDeadline(time.Time) error  { return nil }
func (e *endless) SetWriteDeadline(time.Time) error { return nil }

func BenchmarkReadRequest(b *testing.B) {
	c := http1.NewConn(endlessly(typicalRequest))
	var req message.Request
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalRequest)))
	for b.Loop() {
		if err := c.ReadRequest(&req, http1.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadResponse(b *testing.B) {
	text := typicalResponseHead + string(make([]byte, 1024))
	c := http1.NewConn(endlessly(text))
	var resp message.Response
	p := make([]byte, 4096)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalResponseHead)))
	for b.Loop() {
		if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
			b.Fatal(err)
		}
		if n, err := resp.Body.Read(p); n != 1024 || err != io.EOF {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkReadChunked(b *testing.B) {
	text := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"400\r\n" + string(make([]byte, 1024)) + "\r\n0\r\n\r\n"
	c := http1.NewConn(endlessly(text))
	var resp message.Response
	p := make([]byte, 4096)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
			b.Fatal(err)
		}
		if n, err := resp.Body.Read(p); n != 1024 || err != io.EOF {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkWriteRequest(b *testing.B) {
	var req message.Request
	c := http1.NewConn(endlessly(typicalRequest))
	if err := c.ReadRequest(&req, http1.Limits{}); err != nil {
		b.Fatal(err)
	}
	message.StripConnection(&req.Fields)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.WriteRequest(&req, http1.Framing{}); err != nil {
			b.Fatal(err)
		}
		if err := c.EndBody(nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteResponse(b *testing.B) {
	body := make([]byte, 1024)
	var resp message.Response
	c := http1.NewConn(endlessly(typicalResponseHead + string(body)))
	if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
		b.Fatal(err)
	}
	message.StripConnection(&resp.Fields)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.WriteResponse(&resp, http1.Framing{Kind: http1.Length, Length: 1024}, false); err != nil {
			b.Fatal(err)
		}
		if err := c.WriteBody(body); err != nil {
			b.Fatal(err)
		}
		if err := c.EndBody(nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExchange takes a request and its answer through a TCP connection,
// both ends in one goroutine: what the engine costs beside the system calls.
func BenchmarkExchange(b *testing.B) {
	x, y := connected(b, "tcp")
	up, down := http1.NewConn(x), http1.NewConn(y)
	req, resp := typicalMessages(b)
	body, p := make([]byte, 1024), make([]byte, 4096)
	var gotReq message.Request
	var gotResp message.Response
	b.ReportAllocs()
	for b.Loop() {
		check(b, up.WriteRequest(req, noBody))
		check(b, up.EndBody(nil))
		check(b, down.WaitReadable())
		check(b, down.ReadRequest(&gotReq, http1.Limits{}))
		check(b, down.WriteResponse(resp, length(1024), false))
		check(b, down.WriteBody(body))
		check(b, down.EndBody(nil))
		check(b, up.ReadResponse(&gotResp, "GET", http1.Limits{}))
		drain(b, gotResp.Body, p)
		up.Release()
	}
}

// BenchmarkSystemCalls is the same exchange with nothing but its calls.
func BenchmarkSystemCalls(b *testing.B) {
	x, y := connected(b, "tcp")
	req, resp := []byte(typicalRequest), append([]byte(typicalResponseHead), make([]byte, 1024)...)
	p := make([]byte, 16<<10)
	for b.Loop() {
		for _, step := range []struct {
			from, to net.Conn
			text     []byte
		}{{x, y, req}, {y, x, resp}} {
			if _, err := step.from.Write(step.text); err != nil {
				b.Fatal(err)
			}
			if n, err := step.to.Read(p); n != len(step.text) {
				b.Fatal(n, err)
			}
		}
	}
}
