package http1_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

const (
	chunkedRequest  = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	chunkedResponse = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
)

// requestBody returns the body of a request that w says.
func requestBody(t *testing.T, w *wire) (message.Body, *http1.Conn) {
	t.Helper()
	c := http1.NewConn(w)
	req := new(message.Request)
	if err := c.ReadRequest(req, http1.Limits{}); err != nil {
		t.Fatal(err)
	}
	return req.Body, c
}

// responseBody returns the body of a response that w says.
func responseBody(t *testing.T, w *wire) (message.Body, *http1.Conn) {
	t.Helper()
	c := http1.NewConn(w)
	resp := new(message.Response)
	if err := c.ReadResponse(resp, "GET", http1.Limits{}); err != nil {
		t.Fatal(err)
	}
	return resp.Body, c
}

func TestChunksAreRead(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 5000)
	tests := []struct {
		name, wire, want, trailers string
	}{
		{"one chunk", "3\r\nabc\r\n0\r\n\r\n", "abc", ""},
		{"several chunks", "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", "abcd", ""},
		{"none", "0\r\n\r\n", "", ""},
		{"several zeros at the end", "1\r\na\r\n000\r\n\r\n", "a", ""},
		{"sizes in hexadecimal of either case", "0a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a", ""},
		{"chunks that contain line ends", "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r", ""},
		{"extensions", "3;a=b;c=\"d;e\"\r\nabc\r\n0;f\r\n\r\n", "abc", ""},
		{"extensions with blanks", "3 ; a = b\r\nabc\r\n0\t;f\r\n\r\n", "abc", ""},
		{"trailers", "3\r\nabc\r\n0\r\nA: b\r\nC:d\r\n\r\n", "abc", "A: b\r\nC:d\r\n"},
		{"a chunk larger than all buffers", "13880\r\n" + long + "\r\n0\r\n\r\n", long, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, w := range map[string]*wire{
				"request at once": wireOf(chunkedRequest + tt.wire), "request byte by byte": trickle(chunkedRequest + tt.wire),
				"response at once": wireOf(chunkedResponse + tt.wire), "response byte by byte": trickle(chunkedResponse + tt.wire),
			} {
				body, c := message.Body(nil), (*http1.Conn)(nil)
				if strings.HasPrefix(how, "request") {
					body, c = requestBody(t, w)
				} else {
					body, c = responseBody(t, w)
				}
				if body.Length() != -1 || body.Trailers() != nil {
					t.Errorf("%s: length %d and trailers %v before the end", how, body.Length(), body.Trailers())
				}
				got, err := io.ReadAll(body)
				if string(got) != tt.want || err != nil {
					t.Fatalf("%s: read %d bytes %.40q, %v; want %d", how, len(got), got, err, len(tt.want))
				}
				var trailers []byte
				if body.Trailers() != nil {
					trailers = body.Trailers().AppendTo(nil)
				}
				if string(trailers) != tt.trailers {
					t.Errorf("%s: trailers %q, want %q", how, trailers, tt.trailers)
				}
				if n, err := body.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("%s: after the end: %d, %v", how, n, err)
				}
				if len(c.Buffered()) > 0 {
					t.Errorf("%s: %q is left", how, c.Buffered())
				}
			}
		})
	}
}

func TestBrokenChunksAreRefused(t *testing.T) {
	tests := []struct {
		name string
		wire string
		// response is what a response's body is read as where it is
		// tolerated there; "" where it is refused, too.
		response string
	}{
		{"no size", "\r\nabc\r\n0\r\n\r\n", ""},
		{"a size that is no number", "xyz\r\nabc\r\n0\r\n\r\n", ""},
		{"a sign", "+3\r\nabc\r\n0\r\n\r\n", ""},
		{"a negative size", "-3\r\nabc\r\n0\r\n\r\n", ""},
		{"0x", "0x3\r\nabc\r\n0\r\n\r\n", ""},
		{"an underscore", "0_3\r\nabc\r\n0\r\n\r\n", ""},
		{"a blank before the size", " 3\r\nabc\r\n0\r\n\r\n", ""},
		{"a blank after the size", "3 \r\nabc\r\n0\r\n\r\n", "abc"},
		{"a bare LF after the size", "3\nabc\r\n0\r\n\r\n", ""},
		{"a bare LF after an extension", "3;a\nabc\r\n0\r\n\r\n", ""},
		{"a bare CR after the size", "3\rabc\r\n0\r\n\r\n", ""},
		{"a bare CR in an extension", "3;a\rb\r\nabc\r\n0\r\n\r\n", ""},
		{"NUL in an extension", "3;\x00\r\nabc\r\n0\r\n\r\n", ""},
		{"a comma after the size", "3,\r\nabc\r\n0\r\n\r\n", ""},
		{"something else after the size", "3,a\r\nabc\r\n0\r\n\r\n", ""},
		{"a size above 2^60", "1000000000000000\r\nabc", ""},
		{"a size that overflows to 3", "10000000000000003\r\nabc\r\n0\r\n\r\n", ""},
		{"a size with many zeros", strings.Repeat("0", 16) + "3\r\nabc\r\n0\r\n\r\n", ""},
		{"a long extension", "3;" + strings.Repeat("a", 300) + "\r\nabc\r\n0\r\n\r\n", ""},
		{"an endless extension", "3;" + strings.Repeat("a", 100000), ""},
		{"endless blanks", "3" + strings.Repeat(" ", 100000), ""},
		{"a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n", ""},
		{"a chunk shorter than its size", "4\r\nabc\r\n0\r\n\r\n", ""},
		{"a chunk one byte longer than its size, and a bare LF", "3\r\nabcd\n0\r\n\r\n", ""},
		{"a bare LF after a chunk", "3\r\nabc\n0\r\n\r\n", ""},
		{"a bare CR after a chunk", "3\r\nabc\r0\r\n\r\n", ""},
		{"a bare LF at the end", "3\r\nabc\r\n0\r\n\n", ""},
		{"a bare LF after the last size", "3\r\nabc\r\n0\n\r\n", ""},
		{"a trailer with a bare LF", "0\r\nA: b\n\r\n", ""},
		{"a folded trailer", "0\r\nA: b\r\n c\r\n\r\n", ""},
		{"a trailer without a colon", "0\r\nabc\r\n\r\n", ""},
		{"a trailer with a blank before the colon", "0\r\nA : b\r\n\r\n", ""},
		{"a request behind the last chunk instead of the end", "0\r\nGET / HTTP/1.1\r\n\r\n", ""},
		{"too many trailers", "0\r\n" + strings.Repeat("A: b\r\n", 200) + "\r\n", ""},
		{"too large trailers", "0\r\n" + strings.Repeat("A: "+strings.Repeat("x", 1000)+"\r\n", 9) + "\r\n", ""},
		{"an endless trailer", "0\r\nA: " + strings.Repeat("x", 100000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, build := range map[string]func(string) *wire{"at once": wireOf, "byte by byte": trickle} {
				body, c := requestBody(t, build(chunkedRequest+tt.wire))
				_, err := io.ReadAll(body)
				wantFailure(t, err, cause.ClientRequestMalformed, cause.Downstream, cause.PhaseBody)
				if _, again := body.Read(make([]byte, 1)); again != err {
					t.Errorf("%s: reading on gave %v", how, again)
				}
				if err := c.ReadRequest(new(message.Request), http1.Limits{}); cause.SymptomOf(err) != cause.GatewayInternal {
					t.Errorf("%s: a request was read behind the broken body: %v", how, err)
				}

				body, _ = responseBody(t, build(chunkedResponse+tt.wire))
				b, err := io.ReadAll(body)
				if tt.response == "" {
					wantFailure(t, err, cause.ResponseChunkMalformed, cause.Upstream, cause.PhaseBody)
				} else if string(b) != tt.response || err != nil {
					t.Errorf("%s: response read as %q, %v; want %q", how, b, err, tt.response)
				}
			}
		})
	}
}

// TestForbiddenTrailers: what decides about framing or routing is an attack
// from a client, and ignored from a server.
func TestForbiddenTrailers(t *testing.T) {
	for _, name := range []string{"Content-Length", "transfer-encoding", "HOST", "Connection", "Trailer", "X-Forwarded-For", "TE"} {
		end := "0\r\nA: b\r\n" + name + ": 1\r\nC: d\r\n\r\n"
		body, _ := requestBody(t, wireOf(chunkedRequest+end))
		_, err := io.ReadAll(body)
		wantFailure(t, err, cause.ClientRequestMalformed, cause.Downstream, cause.PhaseBody)

		body, _ = responseBody(t, wireOf(chunkedResponse+end))
		if _, err := io.ReadAll(body); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(body.Trailers().AppendTo(nil)); got != "A: b\r\nC: d\r\n" {
			t.Errorf("%s: trailers %q", name, got)
		}
	}
}

// TestTheEndComesWithTheLastBytes: whoever holds back a body learns that it
// is whole without another read, which might block.
func TestTheEndComesWithTheLastBytes(t *testing.T) {
	for name, text := range map[string]string{
		"length":                 "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
		"chunked":                chunkedResponse + "3\r\nabc\r\n0\r\n\r\n",
		"chunked, with trailers": chunkedResponse + "1\r\na\r\n2\r\nbc\r\n0\r\nA: b\r\n\r\n",
	} {
		for _, size := range []int{3, 100} {
			w := wireOf(text)
			w.end = errors.New("read too far")
			body, _ := responseBody(t, w)
			p := make([]byte, size)
			if n, err := body.Read(p); string(p[:n]) != "abc" || err != io.EOF {
				t.Errorf("%s into %d bytes: %q, %v", name, size, p[:n], err)
			}
		}
	}
}

// TestLargeReadsGoPastTheBuffer: bytes land in the caller's memory with one
// copy, the kernel's.
func TestLargeReadsGoPastTheBuffer(t *testing.T) {
	data := bytes.Repeat([]byte("x"), 30000)
	for name, w := range map[string]*wire{
		"length":      {pieces: [][]byte{[]byte("HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n"), data}},
		"chunked":     {pieces: [][]byte{[]byte(chunkedResponse + "7530\r\n"), data, []byte("\r\n0\r\n\r\n")}},
		"until close": {pieces: [][]byte{[]byte("HTTP/1.1 200 OK\r\n\r\n"), data}},
	} {
		body, c := responseBody(t, w)
		p := make([]byte, 40000)
		n, err := body.Read(p)
		if n != len(data) || name == "length" != errors.Is(err, io.EOF) {
			t.Errorf("%s: one read gave %d bytes, %v", name, n, err)
		}
		if len(c.Buffered()) != 0 {
			t.Errorf("%s: %d bytes went through the buffer", name, len(c.Buffered()))
		}
		if m, err := io.ReadFull(body, p[:1]); m != 0 || err != io.EOF {
			t.Errorf("%s: behind the data: %d, %v", name, m, err)
		}
	}
}

// TestBodiesOutliveADeadline: nothing is lost when reading goes on.
func TestBodiesOutliveADeadline(t *testing.T) {
	for name, text := range map[string]string{
		"length":  "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc|def",
		"chunked": chunkedResponse + "4\r\nabc|d\r\n2\r\n|ef\r\n0|\r\n\r\n",
	} {
		var pieces [][]byte
		for s := range strings.SplitSeq(text, "|") {
			pieces = append(pieces, []byte(s))
		}
		w := &wire{pieces: pieces[:1], end: os.ErrDeadlineExceeded}
		body, c := responseBody(t, w)
		c.SetReadDeadline(pastTime)
		var got []byte
		for _, piece := range append(pieces[1:], nil) {
			b, err := io.ReadAll(body)
			got = append(got, b...)
			if piece == nil {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
			wantFailure(t, err, cause.ResponseBodyStalled, cause.Upstream, cause.PhaseBody)
			w.pieces = append(w.pieces, piece)
		}
		if string(got) != "abcdef" {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

// TestTrailersBelongToOneBody: they are there after its end, not before, and
// not in the next one.
func TestTrailersBelongToOneBody(t *testing.T) {
	w := wireOf(chunkedResponse + "0\r\nA: b\r\n")
	w.end = os.ErrDeadlineExceeded
	c := http1.NewConn(w)
	c.SetReadDeadline(pastTime)
	var resp message.Response
	must(t, c.ReadResponse(&resp, "GET", http1.Limits{}))
	if _, err := io.ReadAll(resp.Body); err == nil || resp.Body.Trailers() != nil {
		t.Errorf("before the end: %v, trailers %v", err, resp.Body.Trailers())
	}
	w.pieces = append(w.pieces, []byte("C: d\r\n\r\n"+chunkedResponse+"0\r\n\r\n"))
	if _, err := io.ReadAll(resp.Body); err != nil || string(resp.Body.Trailers().AppendTo(nil)) != "A: b\r\nC: d\r\n" {
		t.Errorf("at the end: %v, trailers %v", err, resp.Body.Trailers())
	}
	must(t, c.ReadResponse(&resp, "GET", http1.Limits{}))
	if _, err := io.ReadAll(resp.Body); err != nil || resp.Body.Trailers() != nil {
		t.Errorf("the next body: %v, trailers %v", err, resp.Body.Trailers())
	}
}

func TestEmptyReadsDoNothing(t *testing.T) {
	w := wireOf(chunkedResponse)
	w.end = errors.New("read")
	body, c := responseBody(t, w)
	if n, err := body.Read(nil); n != 0 || err != nil {
		t.Errorf("body: %d, %v", n, err)
	}
	if n, err := c.Read(nil); n != 0 || err != nil {
		t.Errorf("connection: %d, %v", n, err)
	}
}
