package http1_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// head joins lines to a head.
func head(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n\r\n" }

// parts is what a request says, in a form that compares.
type parts struct {
	Method, Target, Scheme, Authority, Path string
	Close, Expect                           bool
	Upgrade                                 string
	Body                                    string // framing
}

func partsOf(req *message.Request) parts {
	p := parts{
		Method: req.Method, Target: string(req.Target), Scheme: req.Scheme,
		Authority: string(req.Authority), Path: string(req.Path), Close: req.Close,
		Expect: req.ExpectContinue, Upgrade: string(req.Upgrade), Body: "none",
	}
	if req.Body != nil {
		p.Body = fmt.Sprint(req.Body.Length())
	}
	return p
}

func TestRequestsAreRead(t *testing.T) {
	for _, tt := range acceptedRequests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Scheme = "http"; tt.want.Body == "" {
				tt.want.Body = "none"
			}
			for how, w := range map[string]*wire{"at once": wireOf(tt.head), "byte by byte": trickle(tt.head)} {
				c := http1.NewConn(w)
				var req message.Request
				if err := c.ReadRequest(&req, http1.Limits{}); err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if d := cmp.Diff(tt.want, partsOf(&req)); d != "" {
					t.Errorf("%s: (-want +got)\n%s", how, d)
				}
				want := strings.TrimPrefix(tt.head, "\r\n")
				if got := string(http1.AppendRequest(nil, &req)); got != want {
					t.Errorf("%s: printed %q, read %q", how, got, want)
				}
				if b := c.Buffered(); len(b) > 0 {
					t.Errorf("%s: %q is left in the buffer", how, b)
				}
			}
		})
	}
}

func TestRequestsAreRefused(t *testing.T) {
	for _, tt := range refusedRequests {
		t.Run(tt.name, func(t *testing.T) {
			for how, w := range map[string]*wire{"at once": wireOf(tt.head), "byte by byte": trickle(tt.head)} {
				c := http1.NewConn(w)
				var req message.Request
				err := c.ReadRequest(&req, http1.Limits{})
				if err == nil {
					t.Fatalf("%s: accepted", how)
				}
				e := wantFailure(t, err, cause.ClientRequestMalformed, cause.Downstream, cause.PhaseHead)
				if e.Status != tt.status {
					t.Errorf("%s: status %d, want %d (%v)", how, e.Status, tt.status, e)
				}
				first := strings.TrimPrefix(tt.head, "\r\n")
				if b := string(c.Buffered()); b == "" || !strings.HasPrefix(first, b) {
					t.Errorf("%s: Buffered is %q after the failure, want the head from its first byte", how, b)
				}
			}
		})
	}
}

func TestRequestHeadsAreBounded(t *testing.T) {
	fill := func(n int) string { return strings.Repeat("x", n) }
	lim := http1.Limits{Head: 200, Fields: 3}
	base := "GET / HTTP/1.1\r\nHost: a\r\n"
	tests := []struct {
		name   string
		head   string
		lim    http1.Limits
		status int // 0: accepted
	}{
		{"a head of exactly the limit is accepted", base + "A: " + fill(200-len(base)-7) + "\r\n\r\n", lim, 0},
		{"one byte more is not", base + "A: " + fill(200-len(base)-6) + "\r\n\r\n", lim, 431},
		{"a head without an end is not", base + "A: " + fill(100000), lim, 431},
		{"a request line over the limit is the target's fault", "GET /" + fill(200) + " HTTP/1.1\r\nHost: a\r\n\r\n", lim, 414},
		{"a request line without an end, too", "GET /" + fill(100000), lim, 414},
		{"as many fields as allowed are accepted", base + "A: b\r\nA: b\r\n\r\n", lim, 0},
		{"one more is not", base + "A: b\r\nA: b\r\nA: b\r\n\r\n", lim, 431},
		{"64 KiB are accepted by default", base + "A: " + fill(65536-len(base)-7) + "\r\n\r\n", http1.Limits{}, 0},
		{"one byte more is not accepted by default", base + "A: " + fill(65536-len(base)-6) + "\r\n\r\n", http1.Limits{}, 431},
		{"128 fields are accepted by default", base + strings.Repeat("A: b\r\n", 127) + "\r\n", http1.Limits{}, 0},
		{"129 are not", base + strings.Repeat("A: b\r\n", 128) + "\r\n", http1.Limits{}, 431},
		{"larger limits work", base + "A: " + fill(200000) + "\r\n\r\n", http1.Limits{Head: 256 << 10}, 0},
		{"a name is not over 64 KiB, whatever the limit", base + fill(70000) + ": b\r\n\r\n", http1.Limits{Head: 256 << 10}, 431},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := http1.NewConn(wireOf(tt.head))
			var req message.Request
			err := c.ReadRequest(&req, tt.lim)
			if tt.status == 0 {
				if err != nil {
					t.Fatal(err)
				}
				if got := string(http1.AppendRequest(nil, &req)); got != tt.head {
					t.Errorf("printed %d bytes, read %d", len(got), len(tt.head))
				}
				return
			}
			e := wantFailure(t, err, cause.ClientRequestTooLarge, cause.Downstream, cause.PhaseHead)
			if e.Status != tt.status {
				t.Errorf("status %d, want %d", e.Status, tt.status)
			}
			if c.In() > 256<<10 {
				t.Errorf("read %d bytes of an endless head", c.In())
			}
		})
	}
}

// TestRequestsInterruptedByTheConnection: before the first byte the error is
// the connection's, afterwards it has a name.
func TestRequestsInterruptedByTheConnection(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	late := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	for _, begun := range []string{"", "\r\n", "G", "GET / HTTP/1.1\r\nHo"} {
		for _, end := range []error{io.EOF, reset, late} {
			w := wireOf(begun)
			if w.end = end; begun == "" {
				w.pieces = nil
			}
			c := http1.NewConn(w)
			if end == late {
				c.SetReadDeadline(pastTime)
			}
			var req message.Request
			err := c.ReadRequest(&req, http1.Limits{})
			switch {
			case begun == "" || begun == "\r\n":
				if err != end {
					t.Errorf("after %q: %v, want %v as it is", begun, err, end)
				}
				continue
			case end == late:
				wantFailure(t, err, cause.ClientTimeout, cause.Downstream, cause.PhaseHead)
			default:
				wantFailure(t, err, cause.ClientGone, cause.Downstream, cause.PhaseHead)
			}
			if end == io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) || end != io.EOF && !errors.Is(err, end) {
				t.Errorf("after %q: %v does not carry %v", begun, err, end)
			}
		}
	}
}

func TestPipelinedRequests(t *testing.T) {
	text := head("GET /1 HTTP/1.1", "Host: a") +
		head("POST /2 HTTP/1.1", "Host: a", "Content-Length: 3") + "abc" +
		head("POST /3 HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n" +
		head("GET /4 HTTP/1.1", "Host: a")
	for how, w := range map[string]*wire{"at once": wireOf(text), "byte by byte": trickle(text)} {
		c := http1.NewConn(w)
		var req message.Request
		for _, path := range []string{"/1", "/2", "/3", "/4"} {
			if err := c.ReadRequest(&req, http1.Limits{}); err != nil {
				t.Fatalf("%s: %s: %v", how, path, err)
			}
			if string(req.Path) != path {
				t.Fatalf("%s: read %s, want %s", how, req.Path, path)
			}
			if req.Body == nil {
				continue
			}
			if err := c.ReadRequest(new(message.Request), http1.Limits{}); cause.SymptomOf(err) != cause.GatewayInternal {
				t.Errorf("%s: %s: the next request was read before the body of this one: %v", how, path, err)
			}
			if b, err := io.ReadAll(req.Body); string(b) != "abc" || err != nil {
				t.Errorf("%s: %s: body %q, %v", how, path, b, err)
			}
		}
		if err := c.ReadRequest(&req, http1.Limits{}); err != io.EOF {
			t.Errorf("%s: after the last request: %v", how, err)
		}
		if got := c.In(); got != int64(len(text)) {
			t.Errorf("%s: In is %d, want %d", how, got, len(text))
		}
	}
}

func TestSchemeIsThatOfTheConnection(t *testing.T) {
	c := http1.NewConn(encrypted{wireOf(head("GET http://a/ HTTP/1.1", "Host: a"))})
	var req message.Request
	if err := c.ReadRequest(&req, http1.Limits{}); err != nil || req.Scheme != "https" {
		t.Errorf("scheme %q, %v", req.Scheme, err)
	}
}

// encrypted is a wire that looks like a *tls.Conn.
type encrypted struct{ *wire }

func (encrypted) Handshake() error { return nil }
