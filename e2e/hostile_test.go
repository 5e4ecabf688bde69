package e2e_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// mostMemory is the most torwart may ever hold while it is under attack: of
// 2,000 connections 1,750 at 16 KiB, 250 that read nothing of an endless answer
// at 160 KiB (hold-back, relay and write buffer), the largest heads and bodies
// of malformed requests, and what a Go program has anyway.
const mostMemory = 128 << 20

// plainShop is the shop of load_test.go in Go. It counts what it should never
// have seen.
type plainShop struct {
	mu     sync.Mutex
	orders *os.File
	evil   atomic.Int64
}

func (s *plainShop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return // the body broke off
	}
	name := filepath.Base(r.URL.Path)
	switch {
	case strings.Contains(r.URL.Path, "evil"):
		s.evil.Add(1)
	case r.URL.Path == "/endless":
		for err == nil {
			_, err = w.Write(filling(32 << 10))
		}
	case r.Method == http.MethodGet:
		fmt.Fprintf(w, "page %s\nend of page %s\n", name, name)
	case r.Method == http.MethodPut:
		fmt.Fprintf(w, "stored %s, %d bytes\n", name, n)
	case r.Method == http.MethodPost:
		s.mu.Lock()
		fmt.Fprintln(s.orders, name)
		s.mu.Unlock()
		fmt.Fprintf(w, "accepted %s\n", name)
	}
}

func TestHostileClientsHarmNobody(t *testing.T) {
	t.Parallel()
	orders, err := os.Create(filepath.Join(t.TempDir(), "orders"))
	if err != nil {
		t.Fatal(err)
	}
	defer orders.Close()
	shop := &plainShop{orders: orders}
	app := httptest.NewServer(shop)
	t.Cleanup(app.Close)
	g := serve(t, fmt.Sprintf("  - to: %q\n    limits: {body: 1MiB}\n", app.URL))
	before := g.descriptors(t)
	l := startLoad(t, g.addr, 50)
	l.more(t, 50)

	a := attack(t, g.addr)
	malformed(t, g.addr)
	l.more(t, 100)
	// The heads that never end have to go, however steadily they drip.
	poll(t, 40*time.Second, "torwart gives up all heads that never end", func() bool { return a.open.Load() == 0 })
	a.end()

	v := verdict{gateway: g, orders: orders.Name()}
	results := l.finish()
	v.judge(t, results)
	unharmed(t, results)
	if n := shop.evil.Load(); n != 0 {
		t.Errorf("%d malformed requests reached the application", n)
	}
	if peak := g.peakMemory(t); peak > mostMemory {
		t.Errorf("torwart held up to %d MiB, want at most %d", peak>>20, mostMemory>>20)
	} else {
		t.Logf("torwart held up to %d MiB", peak>>20)
	}
	poll(t, 10*time.Second, "torwart gives the attackers' descriptors back", func() bool { return g.descriptors(t) < before+100 })
	if _, err := g.get("/healthz"); err != nil || !g.alive() || g.out.contains("panic") {
		t.Errorf("torwart does not live: %v", err)
	}
}

// unharmed holds the ordinary visitors' times against what they would accept.
// The bounds are wide, because the attackers are busy on the same machine.
func unharmed(t *testing.T, results []result) {
	t.Helper()
	var took []time.Duration
	for i := range results {
		took = append(took, results[i].took)
	}
	slices.Sort(took)
	median, p99 := took[len(took)/2], took[len(took)*99/100]
	if median > 250*time.Millisecond || p99 > 5*time.Second {
		t.Errorf("half of the ordinary visitors waited %v or longer, one per cent %v; want less than 250 ms and 5 s", median, p99)
	}
}

// attackers are slow connections.
type attackers struct {
	open  atomic.Int64 // those whose head never ends, and that torwart still bears with
	conns []net.Conn
	stop  chan struct{}
	wg    sync.WaitGroup
}

// attack opens 2,000 slow connections, or as many as this process may.
func attack(t *testing.T, addr string) *attackers {
	t.Helper()
	n := 2000
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err == nil && files.Cur < 5000 {
		n = int(files.Cur / 4)
		t.Logf("only %d slow connections: there are %d descriptors", n, files.Cur)
	}
	a := &attackers{stop: make(chan struct{})}
	t.Cleanup(a.end)
	for i := range n {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatalf("slow connection %d: %v", i, err)
		}
		a.conns = append(a.conns, c)
		switch i % 8 {
		case 0, 1: // says nothing
			a.hold(c, "", "")
		case 2, 3, 4: // a head that never ends
			a.hold(c, "GET /evil HTTP/1.1\r\nHost: slow\r\nX-Slow: ", "a")
		case 5: // one that never even gets its first line together
			a.hold(c, "G", "E")
		case 6: // a body that never ends
			a.drip(c, "POST /slow HTTP/1.1\r\nHost: slow\r\nContent-Length: 60000\r\n\r\nx", "x")
		default: // an answer that is never read
			a.drip(c, "GET /endless HTTP/1.1\r\nHost: slow\r\n\r\n", "")
		}
	}
	return a
}

// hold drips until torwart ends the connection.
func (a *attackers) hold(c net.Conn, first, drop string) {
	a.open.Add(1)
	a.wg.Go(func() {
		defer a.open.Add(-1)
		// Whatever torwart answers, it closes after it.
		_, _ = io.Copy(io.Discard, c)
	})
	a.drip(c, first, drop)
}

// drip sends first, and then one drop a second.
func (a *attackers) drip(c net.Conn, first, drop string) {
	a.wg.Go(func() {
		_, err := io.WriteString(c, first)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for err == nil {
			select {
			case <-a.stop:
				return
			case <-tick.C:
				_, err = io.WriteString(c, drop)
			}
		}
	})
}

// end hangs up.
func (a *attackers) end() {
	select {
	case <-a.stop:
		return
	default:
	}
	close(a.stop)
	for _, c := range a.conns {
		c.Close()
	}
	a.wg.Wait()
}

// malformed sends each of the requests nobody should send many times over,
// and wants a clear refusal: an error status or a closed connection.
func malformed(t *testing.T, addr string) {
	t.Helper()
	// A few at a time: what is tested is torwart, not whether the test itself
	// leaves the machine any time.
	const together, each = 6, 10
	var wg sync.WaitGroup
	queue := make(chan malformedRequest)
	for range together {
		wg.Go(func() {
			for m := range queue {
				if err := refusal(addr, m.bytes); err != nil {
					t.Errorf("%s: %v", m.name, err)
				}
			}
		})
	}
	for range each {
		for _, m := range malformedRequests() {
			queue <- m
		}
	}
	close(queue)
	wg.Wait()
}

// refusal sends the bytes and returns an error unless they are refused.
func refusal(addr string, request []byte) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(15 * time.Second)) // a dead connection fails below
	// The answer may come before all is sent.
	var sending sync.WaitGroup
	defer sending.Wait()
	defer c.Close()
	sending.Go(func() {
		_, _ = c.Write(request)
		_ = c.(*net.TCPConn).CloseWrite()
	})
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("neither answered nor closed within 15 s")
	case err != nil:
		return nil // closed or reset
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode < 400 {
		return fmt.Errorf("answered with %d: %.200q", resp.StatusCode, body)
	}
	if err == nil {
		_, err = r.ReadByte()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("answered with %d, and then the connection stayed open", resp.StatusCode)
	}
	return nil
}

type malformedRequest struct {
	name  string
	bytes []byte
}

// malformedRequests is what scanners, smugglers and strangers send.
func malformedRequests() []malformedRequest {
	const get, post = "GET /evil HTTP/1.1\r\nHost: x\r\n", "POST /evil HTTP/1.1\r\nHost: x\r\n"
	var out []malformedRequest
	for name, text := range map[string]string{
		"no Host":                       "GET /evil HTTP/1.1\r\n\r\n",
		"two Hosts":                     get + "Host: y\r\n\r\n",
		"a Host with a space":           "GET /evil HTTP/1.1\r\nHost: a b\r\n\r\n",
		"length and chunked":            post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":                   post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
		"a signed length":               post + "Content-Length: +4\r\n\r\nabcd",
		"a negative length":             post + "Content-Length: -4\r\n\r\nabcd",
		"a length that overflows":       post + "Content-Length: 99999999999999999999\r\n\r\n",
		"a hexadecimal length":          post + "Content-Length: 0x4\r\n\r\nabcd",
		"an unknown transfer coding":    post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"chunked is not the last":       post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
		"chunked twice":                 post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a folded line":                 get + "X-A: b\r\n c\r\n\r\n",
		"bare line feeds":               "GET /evil HTTP/1.1\nHost: x\n\n",
		"a bare carriage return":        get + "X-A: b\rX-C: d\r\n\r\n",
		"a NUL in a value":              get + "X-A: b\x00c\r\n\r\n",
		"a space before the colon":      get + "X-A : b\r\n\r\n",
		"an empty name":                 get + ": b\r\n\r\n",
		"a line without a colon":        get + "X-A b\r\n\r\n",
		"a name with a bracket":         get + "X[A: b\r\n\r\n",
		"a method with a bracket":       "G(T /evil HTTP/1.1\r\nHost: x\r\n\r\n",
		"a target with a space":         "GET /evil /evil HTTP/1.1\r\nHost: x\r\n\r\n",
		"a target without a slash":      "GET evil HTTP/1.1\r\nHost: x\r\n\r\n",
		"a target with a control":       "GET /evil\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
		"HTTP/0.9":                      "GET /evil\r\n\r\n",
		"HTTP/3.0 in a line":            "GET /evil HTTP/3.0\r\nHost: x\r\n\r\n",
		"the preface of HTTP/2":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"a tunnel":                      "CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n",
		"TLS":                           "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\xab", 500),
		"SSH":                           "SSH-2.0-OpenSSH_9.2p1\r\n",
		"noise":                         strings.Repeat("\xff\x00\x13\r\n", 2000),
		"a line that never ends":        strings.Repeat("A", 1<<20),
		"a head of 200 KiB":             get + "X-A: " + strings.Repeat("b", 200<<10) + "\r\n\r\n",
		"a target of 200 KiB":           "GET /evil" + strings.Repeat("b", 200<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"5,000 fields":                  get + strings.Repeat("X-A: b\r\n", 5000) + "\r\n",
		"a body longer than allowed":    post + "Content-Length: 2097152\r\n\r\n" + strings.Repeat("b", 2<<20),
		"chunks longer than allowed":    "POST /endless HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("b", 0x10000)+"\r\n", 40) + "0\r\n\r\n",
		"a chunk size that is none":     "POST /cut HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
		"a chunk size that overflows":   "POST /cut HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\na\r\n0\r\n\r\n",
		"a chunk longer than announced": "POST /cut HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
		"a chunk extension of 1 MiB":    "POST /cut HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;" + strings.Repeat("e", 1<<20) + "\r\nab\r\n0\r\n\r\n",
	} {
		out = append(out, malformedRequest{name, []byte(text)})
	}
	return out
}

// peakMemory returns the most memory the process ever held.
func (p *process) peakMemory(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("there is no /proc to read the memory from")
	}
	for line := range bytes.Lines(text) {
		f := strings.Fields(string(line))
		if len(f) == 3 && f[0] == "VmHWM:" {
			kib, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("no VmHWM in %s", text)
	return 0
}

// descriptors returns how many the process has open.
func (p *process) descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("there is no /proc to read the descriptors from")
	}
	return len(open)
}
