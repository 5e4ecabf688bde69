package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// ask is the request every client sends; wrk sends about the same.
func ask(addr string) []byte {
	return fmt.Appendf(nil, "GET /article/4711?page=2 HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", addr)
}

// client is one kept connection. It knows how long an answer is from the
// first one, so that further ones cost it next to nothing.
type client struct {
	net.Conn
	request []byte
	answer  int // bytes of a whole answer
	buf     []byte
}

func connect(ctx context.Context, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	return d.DialContext(ctx, "tcp", addr)
}

// dial connects and makes the first request.
func dial(ctx context.Context, addr string) (*client, error) {
	nc, err := connect(ctx, addr)
	if err != nil {
		return nil, err
	}
	c := &client{Conn: nc, request: ask(addr)}
	if err := c.first(); err != nil {
		nc.Close()
		return nil, fmt.Errorf("the first request to %s: %w", addr, err)
	}
	return c, nil
}

func (c *client) first() error {
	_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // a dead connection fails below
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	counted := &countingReader{r: c.Conn}
	r := bufio.NewReader(counted)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || n != bodySize {
		return fmt.Errorf("status %d with %d bytes, want 200 with %d", resp.StatusCode, n, bodySize)
	}
	if resp.Close || len(resp.TransferEncoding) > 0 {
		return fmt.Errorf("not kept alive, or chunked: %v", resp.Header)
	}
	c.answer = counted.n - r.Buffered()
	c.buf = make([]byte, c.answer)
	return c.SetDeadline(time.Time{})
}

type countingReader struct {
	r io.Reader
	n int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// again makes a further request and waits for the whole answer.
func (c *client) again() error {
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	if _, err := io.ReadFull(c.Conn, c.buf); err != nil {
		return err
	}
	if string(c.buf[9:12]) != "200" {
		return fmt.Errorf("answer %q", c.buf[:min(60, len(c.buf))])
	}
	return nil
}

// dialAll opens n connections that have made one request each.
func dialAll(ctx context.Context, addr string, n int) ([]*client, error) {
	clients := make([]*client, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	const together = 32
	for first := range together {
		wg.Go(func() {
			for i := first; i < n; i += together {
				c, err := dial(ctx, addr)
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				clients[i] = c
			}
		})
	}
	wg.Wait()
	if failed != nil {
		hangUp(clients)
		return nil, failed
	}
	return clients, nil
}

func hangUp(clients []*client) {
	for _, c := range clients {
		if c != nil {
			c.Close()
		}
	}
}

// saturate makes requests over all connections as fast as they are answered,
// and returns how many.
func saturate(clients []*client, d time.Duration) (int, error) {
	end := time.Now().Add(d)
	counts, errs := make([]int, len(clients)), make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for time.Now().Before(end) && errs[i] == nil {
				errs[i] = c.again()
				counts[i]++
			}
		})
	}
	wg.Wait()
	sum := 0
	for i, n := range counts {
		if errs[i] != nil {
			return 0, errs[i]
		}
		sum += n
	}
	return sum, nil
}

// atRate makes requests at a fixed rate and returns how long each took, from
// the moment it was due, sorted. A request that has to wait because all
// connections are busy has waited nevertheless: coordinated omission would
// hide just the slow ones.
func atRate(ctx context.Context, clients []*client, rate int, d time.Duration) ([]time.Duration, error) {
	total := int(float64(rate) * d.Seconds())
	due := make(chan time.Time, total)
	took, errs := make([][]time.Duration, len(clients)), make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for at := range due {
				if errs[i] = c.again(); errs[i] != nil {
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	schedule(ctx, due, rate, total)
	close(due)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	return all, ctx.Err()
}

// schedule hands out the moments at which requests are due, each at its
// moment. It runs on the caller's thread, which is locked.
func schedule(ctx context.Context, due chan<- time.Time, rate, total int) {
	exactTimer()
	begin := time.Now()
	for i := range total {
		at := begin.Add(time.Duration(float64(i) * float64(time.Second) / float64(rate)))
		for left := time.Until(at); left > 0; left = time.Until(at) {
			if ctx.Err() != nil {
				return
			}
			sleepFor(int64(left))
		}
		due <- at
	}
}
