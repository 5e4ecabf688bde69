package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// visitors are clients of one address with kept connections. Unlike
// net/http's, they never repeat a request by themselves: what goes wrong
// between them and torwart has to be seen.
type visitors struct {
	addr string

	mu   sync.Mutex
	idle []*visitorConn
}

type visitorConn struct {
	net.Conn
	r *bufio.Reader
}

// answer is what a visitor got, complete.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// patience is how long a visitor waits for a whole answer; longer than any
// hold and timeout in these tests.
const patience = 30 * time.Second

// ask makes one request and reads the whole answer.
func (v *visitors) ask(method, target string, body []byte) (answer, error) {
	c, err := v.take()
	if err != nil {
		return answer{}, err
	}
	_ = c.SetDeadline(time.Now().Add(patience)) // a dead connection fails below
	a, keep, err := c.exchange(v.addr, method, target, body)
	if err != nil || !keep {
		c.Close()
		return a, err
	}
	v.mu.Lock()
	v.idle = append(v.idle, c)
	v.mu.Unlock()
	return a, nil
}

func (v *visitors) take() (*visitorConn, error) {
	v.mu.Lock()
	if n := len(v.idle); n > 0 {
		c := v.idle[n-1]
		v.idle = v.idle[:n-1]
		v.mu.Unlock()
		return c, nil
	}
	v.mu.Unlock()
	nc, err := net.DialTimeout("tcp", v.addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return &visitorConn{nc, bufio.NewReader(nc)}, nil
}

func (c *visitorConn) exchange(host, method, target string, body []byte) (a answer, keep bool, err error) {
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: visitor\r\n", method, target, host)
	if method == http.MethodPost || method == http.MethodPut {
		fmt.Fprintf(&head, "Content-Type: text/plain\r\nContent-Length: %d\r\n", len(body))
	}
	head.WriteString("\r\n")
	head.Write(body)
	if _, err := c.Write(head.Bytes()); err != nil {
		return a, false, fmt.Errorf("sending: %w", err)
	}
	resp, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		return a, false, fmt.Errorf("no answer: %w", err)
	}
	defer resp.Body.Close()
	a.status, a.header = resp.StatusCode, resp.Header
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return a, false, fmt.Errorf("answer %d cut after %d bytes: %w", a.status, len(a.body), err)
	}
	return a, !resp.Close, nil
}

// close ends the kept connections.
func (v *visitors) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range v.idle {
		c.Close()
	}
	v.idle = nil
}
