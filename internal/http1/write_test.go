package http1_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

var (
	noBody     = http1.Framing{}
	chunked    = http1.Framing{Kind: http1.Chunked}
	untilClose = http1.Framing{Kind: http1.UntilClose}
)

func length(n int64) http1.Framing { return http1.Framing{Kind: http1.Length, Length: n} }

func fieldsOf(lines ...string) (f message.Fields) {
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		f.Add(name, value)
	}
	return f
}

func TestRequestsAreWritten(t *testing.T) {
	for _, tt := range writtenRequests {
		t.Run(tt.name, func(t *testing.T) {
			w := &wire{}
			c := http1.NewConn(w)
			req := &message.Request{Method: tt.method, Path: []byte("/p?q"), Fields: fieldsOf(tt.fields...)}
			before := string(http1.AppendRequest(nil, req))
			must(t, c.WriteRequest(req, tt.framing))
			must(t, c.WriteBody([]byte(tt.body)))
			if w.writes > 0 {
				t.Error("something was written before Flush or EndBody")
			}
			must(t, c.EndBody(nil))
			if got := w.out.String(); got != tt.want {
				t.Errorf("wrote\n%q, want\n%q", got, tt.want)
			}
			if w.writes != 1 || c.Out() != int64(len(tt.want)) {
				t.Errorf("%d writes, Out %d, want one and %d", w.writes, c.Out(), len(tt.want))
			}
			if after := string(http1.AppendRequest(nil, req)); after != before {
				t.Errorf("the request was changed to %q", after)
			}
		})
	}
}

func TestRequestTargetsAreWritten(t *testing.T) {
	for in, want := range map[string]string{
		"GET http://a/b?c HTTP/1.1":       "GET /b?c HTTP/1.1",
		"GET http://a?c HTTP/1.1":         "GET /?c HTTP/1.1",
		"OPTIONS http://a HTTP/1.1":       "OPTIONS * HTTP/1.1",
		"OPTIONS * HTTP/1.1":              "OPTIONS * HTTP/1.1",
		"CONNECT a:443 HTTP/1.1":          "CONNECT a:443 HTTP/1.1",
		"GET /b HTTP/1.0":                 "GET /b HTTP/1.1",
		"PROPFIND //b//c/%20/./ HTTP/1.1": "PROPFIND //b//c/%20/./ HTTP/1.1",
	} {
		req, _, err := readRequest(head(in, "Host: a"))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		w := &wire{}
		c := http1.NewConn(w)
		must(t, c.WriteRequest(req, noBody))
		must(t, c.Flush())
		if got := w.out.String(); got != head(want, "Host: a") {
			t.Errorf("%s: wrote %q", in, got)
		}
	}
}

func TestResponsesAreWritten(t *testing.T) {
	for _, tt := range writtenResponses {
		t.Run(tt.name, func(t *testing.T) {
			w := wireOf(tt.request)
			c := http1.NewConn(w)
			must(t, c.ReadRequest(new(message.Request), http1.Limits{}))
			resp := &message.Response{Status: tt.status, Fields: fieldsOf(tt.fields...)}
			before := string(http1.AppendResponse(nil, resp))
			must(t, c.WriteResponse(resp, tt.framing, tt.close))
			if c.CloseAfter() != tt.closes {
				t.Errorf("CloseAfter is %v", c.CloseAfter())
			}
			must(t, c.WriteBody([]byte(tt.body)))
			must(t, c.EndBody(nil))
			if got := w.out.String(); got != tt.want {
				t.Errorf("wrote\n%q, want\n%q", got, tt.want)
			}
			if c.CloseAfter() != tt.closes {
				t.Errorf("CloseAfter is %v at the end", c.CloseAfter())
			}
			if after := string(http1.AppendResponse(nil, resp)); after != before {
				t.Errorf("the response was changed to %q", after)
			}
		})
	}
}

// TestAnswersToMalformedRequestsHaveABody: the request before it was HEAD,
// which must not rub off.
func TestAnswersToMalformedRequestsHaveABody(t *testing.T) {
	w := wireOf(head("HEAD / HTTP/1.1", "Host: a") + head("nonsense"))
	c := http1.NewConn(w)
	var req message.Request
	must(t, c.ReadRequest(&req, http1.Limits{}))
	if err := c.ReadRequest(&req, http1.Limits{}); err == nil {
		t.Fatal("nonsense was accepted")
	}
	must(t, c.WriteResponse(&message.Response{Status: 400}, length(3), true))
	must(t, c.WriteBody([]byte("bad")))
	must(t, c.EndBody(nil))
	if got := w.out.String(); !strings.HasSuffix(got, "\r\n\r\nbad") {
		t.Errorf("wrote %q", got)
	}
}

func TestTrailersAreWritten(t *testing.T) {
	f := fieldsOf("A: b", "Content-Length: 3", "Transfer-Encoding: chunked", "C: d")
	for _, tt := range []struct {
		framing http1.Framing
		want    string
	}{
		{chunked, "3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n"},
		{length(3), "abc"},
	} {
		w := &wire{}
		c := http1.NewConn(w)
		must(t, c.WriteResponse(&message.Response{Status: 200}, tt.framing, false))
		must(t, c.WriteBody([]byte("abc")))
		must(t, c.EndBody(&f))
		if _, got, _ := strings.Cut(w.out.String(), "\r\n\r\n"); got != tt.want {
			t.Errorf("framing %d: wrote %q, want %q", tt.framing.Kind, got, tt.want)
		}
	}
}

func TestBodiesMustFitTheirLength(t *testing.T) {
	internal := func(err error) {
		t.Helper()
		wantFailure(t, err, cause.GatewayInternal, cause.Internal, cause.PhaseSend)
	}
	w := &wire{}
	c := http1.NewConn(w)
	must(t, c.WriteResponse(&message.Response{Status: 200}, length(3), false))
	must(t, c.WriteBody([]byte("ab")))
	internal(c.WriteBody([]byte("cd")))
	internal(c.EndBody(nil))
	must(t, c.WriteBody([]byte("c")))
	must(t, c.EndBody(nil))
	if got := w.out.String(); !strings.HasSuffix(got, "\r\n\r\nabc") {
		t.Errorf("wrote %q", got)
	}
	internal(c.WriteBody([]byte("d")))

	internal(c.WriteRequest(&message.Request{Method: "PUT"}, untilClose))
	must(t, c.WriteRequest(&message.Request{Method: "GET"}, noBody))
	internal(c.WriteBody([]byte("d")))
}

// TestEverythingWrittenCanBeRead writes bodies in parts of many sizes, so that
// every way through the buffer is taken, and reads them back.
func TestEverythingWrittenCanBeRead(t *testing.T) {
	data := make([]byte, 100000)
	for i := range data {
		data[i] = byte(i*7 + i/256)
	}
	for _, framing := range []http1.Framing{chunked, length(int64(len(data))), untilClose} {
		for _, size := range []int{1, 100, 4096, 16000, 16383, 16384, 16385, 50000, 100000} {
			w := &wire{}
			c := http1.NewConn(w)
			resp := &message.Response{Status: 200, Fields: fieldsOf("A: " + strings.Repeat("x", size))}
			must(t, c.WriteResponse(resp, framing, false))
			for rest := data; len(rest) > 0; {
				n := min(size, len(rest))
				must(t, c.WriteBody(rest[:n]))
				rest = rest[n:]
			}
			must(t, c.EndBody(nil))
			if c.Out() != int64(w.out.Len()) {
				t.Errorf("Out is %d, want %d", c.Out(), w.out.Len())
			}
			back, reader, err := new(message.Response), http1.NewConn(&wire{pieces: [][]byte{w.out.Bytes()}}), error(nil)
			if err = reader.ReadResponse(back, "GET", http1.Limits{Head: 200000}); err != nil {
				t.Fatalf("framing %d, parts of %d: %v", framing.Kind, size, err)
			}
			got, err := io.ReadAll(back.Body)
			if !bytes.Equal(got, data) || err != nil {
				t.Errorf("framing %d, parts of %d: read %d bytes, %v", framing.Kind, size, len(got), err)
			}
			if most := w.out.Len()/8192 + 2; w.writes > most && size > 8192 {
				t.Errorf("framing %d, parts of %d: %d writes", framing.Kind, size, w.writes)
			}
		}
	}
}

// TestHeadAndBodyFillOneWrite: where writes cannot be gathered, each is as
// large as it can be, for TLS makes a record of each.
func TestHeadAndBodyFillOneWrite(t *testing.T) {
	w := &wire{}
	c := http1.NewConn(w)
	must(t, c.WriteResponse(&message.Response{Status: 200}, length(20000), false))
	must(t, c.WriteBody(make([]byte, 20000)))
	if w.out.Len() != 16<<10 {
		t.Errorf("the first write has %d bytes", w.out.Len())
	}
	must(t, c.EndBody(nil))
	if w.writes != 2 {
		t.Errorf("%d writes", w.writes)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
