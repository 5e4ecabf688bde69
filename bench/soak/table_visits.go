package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// visit is one kind of visitor.
type visit struct {
	kind   string
	weight int
	// judged visitors must get the right answer. The others do what clients
	// do to gateways; they only must not leave anything behind.
	judged bool
	run    func(l *load, number int)
}

// visits are all kinds; their weights sum to 40.
func visits() []visit {
	judged := func(kind string, weight int, make func(l *load, number int) request) visit {
		return visit{kind, weight, true, func(l *load, number int) {
			r := make(l, number)
			l.judge.see(r, l.ask(r))
		}}
	}
	return []visit{
		judged("pages", 9, page),
		judged("files", 4, file),
		judged("slow readers", 1, func(l *load, n int) request { r := file(l, n); r.slowly = true; return r }),
		judged("PUT", 4, func(_ *load, n int) request { return upload("PUT", n, 20) }),
		judged("POST", 5, func(_ *load, n int) request { return upload("POST", n, 20) }),
		judged("slow uploads", 1, func(_ *load, n int) request { r := upload("PUT", n, 4000); r.slowly = true; return r }),
		judged("chunked PUT", 1, func(_ *load, n int) request { r := upload("PUT", n, 8000+n%5*90000); r.chunked = true; return r }),
		judged("chunked POST", 1, func(_ *load, n int) request { r := upload("POST", n, 9000); r.chunked = true; return r }),
		{"the only endpoint", 2, false, func(l *load, n int) { r := page(l, n); r.host = siteLone; l.ask(r) }},
		{"leave before the answer", 1, false, func(l *load, n int) { l.leave(n, upload("POST", n, 20), 0) }},
		{"leave within the answer", 1, false, func(l *load, n int) { l.leave(n, file(l, n), 3000) }},
		{"leave within their upload", 1, false, leaveUploading},
		{"events", 2, false, func(l *load, n int) {
			l.leave(n, request{method: "GET", host: host(n), target: fmt.Sprintf("/events?visit=%d", n)}, int64(300+n%4*300))
		}},
		{"sockets", 2, false, socket},
		{"malformed", 2, false, malformed},
		{"idle connections", 3, false, idler},
	}
}

func host(number int) string {
	all := []string{siteP2C, siteTurn, siteHash, siteNamed}
	return all[number/3%len(all)]
}

func page(l *load, number int) request {
	n := number % len(l.stock.pages)
	return request{
		method: "GET", host: host(number), target: fmt.Sprintf("/pages/%d?visit=%d", n, number), want: l.stock.pages[n],
	}
}

func file(l *load, number int) request {
	n := number % len(l.stock.files)
	return request{
		method: "GET", host: host(number), target: fmt.Sprintf("/files/%d?visit=%d", n, number), want: l.stock.files[n],
	}
}

// upload asks to store or to order about size bytes.
func upload(method string, number, size int) request {
	body := text("sent", number, size)
	return request{
		method: method, host: host(number), target: fmt.Sprintf("/uploads/%d", number), body: body,
		want: receipt(method, body),
	}
}

// leave asks, reads so many bytes, and leaves: in order, or by a reset.
func (l *load) leave(number int, r request, after int64) {
	c, err := l.dial(number)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(3 * time.Second))
	if c.send(r) != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, c, after)
	if number%2 == 0 {
		c.Conn.(*net.TCPConn).SetLinger(0)
	}
}

// leaveUploading announces more than it sends.
func leaveUploading(l *load, number int) {
	c, err := l.dial(number)
	if err != nil {
		return
	}
	defer c.Close()
	r := upload("PUT", number, 300<<10)
	_, _ = c.Write(c.head(r))
	_, _ = c.Write(r.body[:number%4*70_000])
	time.Sleep(50 * time.Millisecond)
}

// socket opens a WebSocket and closes it, unless the server is first.
func socket(l *load, number int) {
	c, err := l.dial(number)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(3 * time.Second))
	fmt.Fprintf(c, "GET /socket?visit=%d HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", number, host(number))
	resp, err := http.ReadResponse(c.br, &http.Request{Method: "GET"})
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return
	}
	for n := range 4 + number%4 {
		fmt.Fprintf(c, "round %d\n", n)
		if _, err := c.br.ReadSlice('\n'); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// malformed is what scanners, broken clients and attackers send.
func malformed(l *load, number int) {
	all := []string{
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"GET / HTTP/1.1\r\n\r\n",
		"GET  /  HTTP/1.1\r\nHost: p2c.test\r\n\r\n",
		"GET / HTTP/1.1\r\nHost : p2c.test\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: p2c.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST /x HTTP/1.1\r\nHost: p2c.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"PUT /x HTTP/1.1\r\nHost: p2c.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET /pages/1 HTTP/1.1\r\nHost: nobody.test\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: p2c.test\r\nX: " + string(text("field", number, 70<<10)) + "\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	}
	c, err := l.dial(number)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(2 * time.Second))
	fmt.Fprint(c, all[number/40%len(all)])
	c.Conn.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
}

// idler opens a connection and leaves it: at once unused, after half a head,
// or after an answer.
func idler(l *load, number int) {
	c, err := l.dial(number)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	switch r := page(l, number); number / 2 % 3 {
	case 0:
		fmt.Fprint(c, "GET /half-a-head HTT")
	case 1:
		if c.send(r) == nil {
			c.receive(r)
		}
	}
	time.Sleep(time.Duration(number%15) * 100 * time.Millisecond)
}
