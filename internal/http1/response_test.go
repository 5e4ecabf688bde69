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
	"time"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

var pastTime = time.Unix(1, 0)

func TestResponsesAreRead(t *testing.T) {
	tests := []struct {
		name   string
		method string
		text   string
		status int
		reason string
		body   string // "none", "chunked", "close" or a length
		close  bool
	}{
		{"a length", "GET", head("HTTP/1.1 200 OK", "Content-Length: 3"), 200, "OK", "3", false},
		{"length 0 is no body", "GET", head("HTTP/1.1 200 OK", "Content-Length: 0"), 200, "OK", "none", false},
		{"chunks", "GET", head("HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"), 200, "OK", "chunked", false},
		{"neither: until the connection ends", "GET", head("HTTP/1.1 200 OK"), 200, "OK", "close", true},
		{"no reason", "GET", head("HTTP/1.1 200 ", "Content-Length: 3"), 200, "", "3", false},
		{"no reason and no blank", "GET", head("HTTP/1.1 200", "Content-Length: 3"), 200, "", "3", false},
		{"a reason with tabs and other bytes", "GET", head("HTTP/1.1 404 nicht\tgef\xfcnden", "Content-Length: 3"), 404, "nicht\tgef\xfcnden", "3", false},
		{"HTTP/1.0 closes", "GET", head("HTTP/1.0 200 OK", "Content-Length: 3"), 200, "OK", "3", true},
		{"HTTP/1.0 can stay", "GET", head("HTTP/1.0 200 OK", "Content-Length: 3", "Connection: keep-alive"), 200, "OK", "3", false},
		{"close", "GET", head("HTTP/1.1 200 OK", "Content-Length: 3", "Connection: close"), 200, "OK", "3", true},
		{"a higher minor version is 1.1", "GET", head("HTTP/1.2 200 OK", "Content-Length: 3"), 200, "OK", "3", false},
		{"HEAD has no body", "HEAD", head("HTTP/1.1 200 OK", "Content-Length: 3"), 200, "OK", "none", false},
		{"HEAD has no chunks", "HEAD", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), 200, "OK", "none", false},
		{"HEAD does not last until close", "HEAD", head("HTTP/1.1 200 OK"), 200, "OK", "none", false},
		{"304 has no body", "GET", head("HTTP/1.1 304 Not Modified", "Content-Length: 3"), 304, "Not Modified", "none", false},
		{"204 has no body", "GET", head("HTTP/1.1 204 No Content"), 204, "No Content", "none", false},
		{"204 with length 0 is harmless", "GET", head("HTTP/1.1 204 No Content", "Content-Length: 0"), 204, "No Content", "none", false},
		{"204 that announces a body ends the connection", "GET", head("HTTP/1.1 204 No Content", "Content-Length: 2"), 204, "No Content", "none", true},
		{"204 with chunks, too", "GET", head("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked"), 204, "No Content", "none", true},
		{"1xx has no body", "GET", head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload"), 103, "Early Hints", "none", false},
		{"1xx does not end the connection", "GET", head("HTTP/1.1 100 Continue", "Connection: close"), 100, "Continue", "none", false},
		{"2xx to CONNECT is a tunnel", "CONNECT", head("HTTP/1.1 200 OK", "Content-Length: 3"), 200, "OK", "none", false},
		{"4xx to CONNECT is not", "CONNECT", head("HTTP/1.1 403 Forbidden", "Content-Length: 3"), 403, "Forbidden", "3", false},
		{"codes above 599 are passed on", "GET", head("HTTP/1.1 999 Denied", "Content-Length: 3"), 999, "Denied", "3", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, w := range map[string]*wire{"at once": wireOf(tt.text), "byte by byte": trickle(tt.text)} {
				c := http1.NewConn(w)
				var resp message.Response
				if err := c.ReadResponse(&resp, tt.method, http1.Limits{}); err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				body := "none"
				if resp.Body != nil {
					if body = fmt.Sprint(resp.Body.Length()); body == "-1" {
						body = map[http1.FramingKind]string{http1.Chunked: "chunked"}[http1.FramingFor(resp.Body).Kind]
						if !resp.Fields.Has(message.TransferEncoding) {
							body = "close"
						}
					}
				}
				if resp.Status != tt.status || string(resp.Reason) != tt.reason || body != tt.body || resp.Close != tt.close {
					t.Errorf("%s: read %d %q, body %s, close %v; want %d %q, %s, %v", how,
						resp.Status, resp.Reason, body, resp.Close, tt.status, tt.reason, tt.body, tt.close)
				}
				if got := string(http1.AppendResponse(nil, &resp)); got != tt.text {
					t.Errorf("%s: printed %q, read %q", how, got, tt.text)
				}
				if c.LooseLines() {
					t.Errorf("%s: lines are said to be loose", how)
				}
			}
		})
	}
}

// TestIrregularResponsesAreTolerated: what can be read one way only is read,
// and printed in the regular form.
func TestIrregularResponsesAreTolerated(t *testing.T) {
	tests := []struct {
		name, text, want string
		loose            bool
	}{
		{
			"lines ended by a bare LF", "HTTP/1.1 200 OK\nContent-Length: 3\nA: b\r\n\n",
			head("HTTP/1.1 200 OK", "Content-Length: 3", "A: b"), true,
		},
		{
			"only the last line ended by a bare LF", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\n",
			head("HTTP/1.1 200 OK", "Content-Length: 3"), true,
		},
		{
			"white space before the colon", head("HTTP/1.1 200 OK", "Content-Length \t: 3", "A : b"),
			head("HTTP/1.1 200 OK", "Content-Length: 3", "A: b"), true,
		},
		{
			"the same length twice", head("HTTP/1.1 200 OK", "Content-Length: 3", "A: b", "Content-Length: 3"),
			head("HTTP/1.1 200 OK", "A: b", "Content-Length: 3"), false,
		},
		{
			"the same length as a list", head("HTTP/1.1 200 OK", "Content-Length: 3, 3,3", "A: b"),
			head("HTTP/1.1 200 OK", "A: b", "Content-Length: 3"), false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, w := range map[string]*wire{"at once": wireOf(tt.text + "abc"), "byte by byte": trickle(tt.text + "abc")} {
				c := http1.NewConn(w)
				var resp message.Response
				if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if got := string(http1.AppendResponse(nil, &resp)); got != tt.want {
					t.Errorf("%s: printed %q, want %q", how, got, tt.want)
				}
				if c.LooseLines() != tt.loose {
					t.Errorf("%s: LooseLines is %v", how, c.LooseLines())
				}
				if b, err := io.ReadAll(resp.Body); string(b) != "abc" || err != nil {
					t.Errorf("%s: body %q, %v", how, b, err)
				}
			}
		})
	}
}

func TestResponsesAreRefused(t *testing.T) {
	ok := "HTTP/1.1 200 OK"
	tests := []struct {
		name    string
		text    string
		symptom cause.Code
		detail  string // part of it
	}{
		{"a length beside chunks", head(ok, "Content-Length: 3", "Transfer-Encoding: chunked"), cause.ResponseFramingConflict, "both"},
		{"two lengths", head(ok, "Content-Length: 3", "Content-Length: 4"), cause.ResponseFramingConflict, "3 and 4"},
		{"a list of different lengths", head(ok, "Content-Length: 3, 4"), cause.ResponseFramingConflict, "3 and 4"},
		{"an unknown coding", head(ok, "Transfer-Encoding: gzip"), cause.ResponseFramingConflict, "gzip"},
		{"a coding before chunked", head(ok, "Transfer-Encoding: gzip, chunked"), cause.ResponseFramingConflict, "gzip"},
		{"chunked twice", head(ok, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), cause.ResponseFramingConflict, "twice"},
		{"chunks in HTTP/1.0", head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"), cause.ResponseFramingConflict, "HTTP/1.0"},
		{"a length that is no number", head(ok, "Content-Length: abc"), cause.ResponseHeadMalformed, "abc"},
		{"a negative length", head(ok, "Content-Length: -1"), cause.ResponseHeadMalformed, "-1"},
		{"a list with a hole", head(ok, "Content-Length: 3,"), cause.ResponseHeadMalformed, "3,"},
		{"a folded line", head(ok, "A: b", " c"), cause.ResponseHeadMalformed, "folded"},
		{"a PHP warning among the fields", head(ok, "<br />", "<b>Warning</b>: x"), cause.ResponseHeadMalformed, "<br />"},
		{"a field without a colon", head(ok, "abc"), cause.ResponseHeadMalformed, "no colon"},
		{"a blank in a name", head(ok, "a b: c"), cause.ResponseHeadMalformed, "a b"},
		{"NUL in a value", head(ok, "A: b\x00"), cause.ResponseHeadMalformed, "NUL"},
		{"a bare CR", head(ok, "A: b\rc: d"), cause.ResponseHeadMalformed, "CR without LF"},
		{"two digits of status", head("HTTP/1.1 20 OK"), cause.ResponseHeadMalformed, "status line"},
		{"four digits of status", head("HTTP/1.1 2000 OK"), cause.ResponseHeadMalformed, "status line"},
		{"a status below 100", head("HTTP/1.1 099 OK"), cause.ResponseHeadMalformed, "status line"},
		{"no status", head("HTTP/1.1 OK"), cause.ResponseHeadMalformed, "status line"},
		{"two blanks before the status", head("HTTP/1.1  200 OK"), cause.ResponseHeadMalformed, "status line"},
		{"a version without a digit", head("HTTP/1.x 200 OK"), cause.ResponseHeadMalformed, "status line"},
		{"another major version", head("HTTP/3.0 200 OK"), cause.ResponseHeadMalformed, "HTTP/3.0"},
		{"a control character in the reason", head("HTTP/1.1 200 O\x01K"), cause.ResponseHeadMalformed, "control"},
		{"a bare CR in the reason", head("HTTP/1.1 200 O\rK"), cause.ResponseHeadMalformed, "control"},
		{"an empty line first", "\r\n" + head(ok), cause.ResponseHeadMalformed, "status line"},
		{"SSH", "SSH-2.0-OpenSSH_9.6\r\n", cause.ResponseNotHTTP, "SSH"},
		{"SMTP", "220 mail.example ESMTP Postfix\r\n", cause.ResponseNotHTTP, "SMTP"},
		{"FTP", "220 (vsFTPd 3.0.3)\r\n", cause.ResponseNotHTTP, "FTP"},
		{"Redis", "-ERR wrong number of arguments for 'get' command\r\n", cause.ResponseNotHTTP, "Redis"},
		{"MySQL", "\x4a\x00\x00\x00\x0a8.0.36\x00", cause.ResponseNotHTTP, "MySQL"},
		{"FastCGI", "\x01\x06\x00\x01\x00\x20\x00\x00Status: 200\r\n", cause.ResponseNotHTTP, "FastCGI"},
		{"HTTP/2 settings", "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", cause.ResponseNotHTTP, "HTTP/2"},
		{"a PROXY header", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", cause.ResponseNotHTTP, "PROXY"},
		{"a binary PROXY header", "\r\n\r\n\x00\r\nQUIT\n", cause.ResponseNotHTTP, "PROXY"},
		{"a page without a head", "<!DOCTYPE html>\n<html>", cause.ResponseNotHTTP, "HTML"},
		{"a CGI head", "Status: 200 OK\r\n\r\n", cause.ResponseNotHTTP, "CGI"},
		{"PostgreSQL", "E\x00\x00\x00\x8fSFATAL", cause.ResponseNotHTTP, "PostgreSQL"},
		{"noise", "\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad", cause.ResponseNotHTTP, "unknown"},
		{"a TLS alert", "\x15\x03\x03\x00\x02\x02\x28", cause.ResponseIsTLS, "alert"},
		{"a TLS handshake", "\x16\x03\x03\x00\x7a", cause.ResponseIsTLS, "record"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, c, err := readResponse(tt.text, "GET")
			e := wantFailure(t, err, tt.symptom, cause.Upstream, cause.PhaseHead)
			if !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("detail %q does not name %q", e.Detail, tt.detail)
			}
			if b := string(c.Buffered()); b != tt.text {
				t.Errorf("Buffered is %q, want the head from its first byte", b)
			}
		})
	}
}

// TestOtherProtocolsAreRefusedAtOnce: a database that greets without a line
// end would otherwise be waited for until the deadline.
func TestOtherProtocolsAreRefusedAtOnce(t *testing.T) {
	w := wireOf("\x4a\x00\x00\x00\x0a8.0.36\x00")
	w.end = errors.New("read again")
	err := http1.NewConn(w).ReadResponse(new(message.Response), "GET", http1.Limits{})
	wantFailure(t, err, cause.ResponseNotHTTP, cause.Upstream, cause.PhaseHead)
}

func TestResponseHeadsAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"a long field":       "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 1000) + "\r\n\r\n",
		"an endless field":   "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 100000),
		"an endless reason":  "HTTP/1.1 200 " + strings.Repeat("x", 100000),
		"too many fields":    "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 10) + "\r\n",
		"many short fields":  "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 10000) + "\r\n",
		"a long list option": "HTTP/1.1 200 OK\r\nA: b\r\nC: " + strings.Repeat("x", 500) + "\r\nD: e\r\n\r\n",
	} {
		c := http1.NewConn(wireOf(text))
		err := c.ReadResponse(new(message.Response), "GET", http1.Limits{Head: 500, Fields: 9})
		t.Run(name, func(t *testing.T) {
			wantFailure(t, err, cause.ResponseHeadTooLarge, cause.Upstream, cause.PhaseHead)
		})
	}
}

func TestResponsesInterruptedByTheConnection(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	late := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	tests := []struct {
		name  string
		begun string
		end   error
		want  cause.Code // "": the error as it is
		phase cause.Phase
	}{
		{"an end before the first byte is raw", "", io.EOF, "", 0},
		{"a reset before the first byte is raw", "", reset, "", 0},
		{"a deadline before the first byte is raw", "", late, "", 0},
		{"an end within the status line", "HTTP/1", io.EOF, cause.ResponseHeadIncomplete, cause.PhaseHead},
		{"a reset within the fields", "HTTP/1.1 200 OK\r\nA: b", reset, cause.ResponseHeadIncomplete, cause.PhaseHead},
		{"a deadline within the fields", "HTTP/1.1 200 OK\r\nA: b\r\n", late, cause.ResponseTimeout, cause.PhaseHead},
		{"an end within a length", head("HTTP/1.1 200 OK", "Content-Length: 3") + "ab", io.EOF, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"a reset within a length", head("HTTP/1.1 200 OK", "Content-Length: 3") + "ab", reset, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"a deadline within a length", head("HTTP/1.1 200 OK", "Content-Length: 3") + "ab", late, cause.ResponseBodyStalled, cause.PhaseBody},
		{"an end within a chunk", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "3\r\nab", io.EOF, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"an end between chunks", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nab\r\n", io.EOF, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"an end before the last line", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nab\r\n0\r\n", io.EOF, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"a deadline between chunks", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nab\r\n", late, cause.ResponseBodyStalled, cause.PhaseBody},
		{"a reset where the close is the end", head("HTTP/1.1 200 OK") + "ab", reset, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"TLS cut where the close is the end", head("HTTP/1.1 200 OK") + "ab", io.ErrUnexpectedEOF, cause.ResponseBodyIncomplete, cause.PhaseBody},
		{"a deadline where the close is the end", head("HTTP/1.1 200 OK") + "ab", late, cause.ResponseBodyStalled, cause.PhaseBody},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := wireOf(tt.begun)
			if w.end = tt.end; tt.begun == "" {
				w.pieces = nil
			}
			c := http1.NewConn(w)
			if errors.Is(tt.end, os.ErrDeadlineExceeded) {
				c.SetReadDeadline(pastTime)
			}
			var resp message.Response
			err := c.ReadResponse(&resp, "GET", http1.Limits{})
			if err == nil {
				var b []byte
				if b, err = io.ReadAll(resp.Body); string(b) != "ab" {
					t.Errorf("read %q before the failure, want \"ab\"", b)
				}
			}
			if tt.want == "" {
				if err != tt.end {
					t.Errorf("error %v, want %v as it is", err, tt.end)
				}
				return
			}
			wantFailure(t, err, tt.want, cause.Upstream, tt.phase)
			if tt.end != io.EOF && !errors.Is(err, tt.end) || tt.end == io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%v does not carry %v", err, tt.end)
			}
		})
	}
}

func TestInterimResponsesComeOneByOne(t *testing.T) {
	c := http1.NewConn(wireOf(head("HTTP/1.1 100 Continue") + head("HTTP/1.1 103 Early Hints", "Link: a") +
		head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok"))
	var resp message.Response
	for _, want := range []int{100, 103, 200} {
		if err := c.ReadResponse(&resp, "GET", http1.Limits{}); err != nil || resp.Status != want {
			t.Fatalf("read %d, %v; want %d", resp.Status, err, want)
		}
	}
	if b, err := io.ReadAll(resp.Body); string(b) != "ok" || err != nil {
		t.Errorf("body %q, %v", b, err)
	}
}

func TestSwitchingProtocolsLeavesTheConnection(t *testing.T) {
	resp, c, err := readResponse(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket")+"\x81\x02hi", "GET")
	if err != nil || string(resp.Upgrade) != "websocket" || resp.Body != nil || resp.Close {
		t.Fatalf("upgrade %q, body %v, close %v, %v", resp.Upgrade, resp.Body, resp.Close, err)
	}
	p := make([]byte, 10)
	if n, err := c.Read(p); string(p[:n]) != "\x81\x02hi" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	if n, err := c.Read(p); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes, %v", n, err)
	}
}
