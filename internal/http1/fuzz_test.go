package http1_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/http1"
	"torwart/internal/message"
)

// The fuzz targets hold one property above all: whatever is accepted here,
// net/http accepts as well and reads the same way, to the last byte of the
// body. Smuggling lives where two programs read differently.
//
// Differences that are allowed, because they are about more than reading:
//   - net/http refuses a Trailer field that announces framing fields; here
//     Trailer is just a field, and such trailers are refused when they come;
//   - net/http gives up on chunks with a lot of extensions altogether, here
//     each chunk is bounded by itself;
//   - in responses net/http knows neither a higher minor version, nor white
//     space before a colon, nor the same length as a list (see ReadResponse).

// exchanged is a message in a form that compares.
type exchanged struct {
	Start    string
	Fields   map[string][]string
	Body     string
	Trailers map[string][]string
	Rest     string // what stands behind the message
}

// uncompared are the fields that net/http takes out of the map, and the
// trailers that are dropped or refused here.
var uncompared = map[string]bool{
	"Host": true, "Trailer": true, "Transfer-Encoding": true, "Content-Length": true,
}

var noTrailers = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Upgrade", "Expect", "Max-Forwards",
	"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "Range",
	"Proxy-Authenticate", "Proxy-Authorization", "Cache-Control", "Content-Type",
}

func fieldsOfHTTP(h http.Header) map[string][]string {
	m := map[string][]string{}
	for name, values := range h {
		if !uncompared[name] {
			m[name] = values
		}
	}
	return m
}

func trailersOfHTTP(h http.Header) map[string][]string {
	m := fieldsOfHTTP(h)
	for _, name := range noTrailers {
		delete(m, name)
	}
	for name, values := range m {
		if len(values) == 0 { // announced and never sent
			delete(m, name)
		}
	}
	return m
}

func fieldsOfOurs(f *message.Fields) map[string][]string {
	m := map[string][]string{}
	if f == nil {
		return m
	}
	for name, value := range f.All() {
		if key := http.CanonicalHeaderKey(string(name)); !uncompared[key] {
			m[key] = append(m[key], string(value))
		}
	}
	return m
}

// readOurs reads the body of a message and everything behind it.
func (e *exchanged) readOurs(c *http1.Conn, w *wire, body message.Body) error {
	e.Trailers = map[string][]string{}
	if body != nil {
		b, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		e.Body, e.Trailers = string(b), fieldsOfOurs(body.Trailers())
	}
	e.Rest = string(c.Buffered()) + string(bytes.Join(w.pieces, nil))
	return nil
}

// readHTTP is the same for net/http.
func (e *exchanged) readHTTP(body io.Reader, br *bufio.Reader, trailers *http.Header) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	e.Body, e.Trailers = string(b), trailersOfHTTP(*trailers)
	b, err = io.ReadAll(br)
	e.Rest = string(b)
	return err
}

func requestOf(w *wire) (*http1.Conn, *message.Request, error) {
	c, req := http1.NewConn(w), new(message.Request)
	return c, req, c.ReadRequest(req, http1.Limits{})
}

func FuzzReadRequest(f *testing.F) {
	for _, s := range []string{
		typicalRequest,
		head("POST /a?b HTTP/1.1", "Host: a", "Content-Length: 3") + "abcdef",
		chunkedRequest + "3;x\r\nabc\r\n0\r\nA: b\r\n\r\nGET",
		head("GET http://a:1?x HTTP/1.1", "host: b"),
		head("OPTIONS * HTTP/1.0", "Connection: Keep-Alive, TE"),
		head("CONNECT [::1]:443 HTTP/1.1", "Host: [::1]:443"),
		head("GET / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 3"),
		head("GET / HTTP/1.1", "Host: a", "A: b", " c"),
		"\r\n" + head("GET / HTTP/1.1", "Host: a", "Expect: 100-continue", "Upgrade: x"),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w := wireOf(string(data))
		c, req, err := requestOf(w)
		_, again, errAgain := requestOf(trickle(string(data)))
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("at once: %v; byte by byte: %v", err, errAgain)
		}
		if err != nil {
			return
		}
		if d := cmp.Diff(partsOf(req), partsOf(again)); d != "" {
			t.Fatalf("at once and byte by byte differ:\n%s", d)
		}
		printed := http1.AppendRequest(nil, req)
		if !bytes.HasPrefix(bytes.TrimPrefix(data, []byte("\r\n")), printed) {
			t.Fatalf("read %q, printed %q", data, printed)
		}
		ours := exchanged{
			Start:  fmt.Sprint(req.Method, " ", string(req.Target), " ", req.Version, " ", string(req.Authority)),
			Fields: fieldsOfOurs(&req.Fields),
		}
		if ours.readOurs(c, w, req.Body) != nil {
			return
		}
		theirs, err := requestOfHTTP(bytes.TrimPrefix(data, []byte("\r\n")))
		if err != nil {
			if !strings.Contains(err.Error(), "bad trailer key") {
				t.Fatalf("accepted %q, which net/http refuses: %v", data, err)
			}
			return
		}
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Fatalf("%q (-net/http +ours)\n%s", data, d)
		}
	})
}

func requestOfHTTP(data []byte) (e exchanged, err error) {
	br := bufio.NewReader(bytes.NewReader(data))
	req, err := http.ReadRequest(br)
	if err != nil {
		return e, err
	}
	e.Start = fmt.Sprint(req.Method, " ", req.RequestURI, " ", req.Proto, " ", req.Host)
	e.Fields = fieldsOfHTTP(req.Header)
	return e, e.readHTTP(req.Body, br, &req.Trailer)
}

func FuzzReadResponse(f *testing.F) {
	for _, s := range []string{
		typicalResponseHead,
		head("HTTP/1.1 200 OK", "Content-Length: 3") + "abcdef",
		chunkedResponse + "3;x\r\nabc\r\n0\r\nA: b\r\n\r\nHTTP",
		head("HTTP/1.0 200") + "abc",
		head("HTTP/1.1 304 Not Modified", "Content-Length: 3", "Content-Length: 3"),
		head("HTTP/1.1 103 Early Hints", "Link: a") + head("HTTP/1.1 204 No Content"),
		"HTTP/1.1 200 OK\nA: b\nContent-Length: 1\n\na",
		head("HTTP/1.1 200 OK", "A : b", "Transfer-Encoding: gzip"),
		"SSH-2.0-OpenSSH_9.6\r\n",
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, isHead bool) {
		method := "GET"
		if isHead {
			method = "HEAD"
		}
		w := wireOf(string(data))
		c, resp := http1.NewConn(w), new(message.Response)
		err := c.ReadResponse(resp, method, http1.Limits{})
		again := new(message.Response)
		errAgain := http1.NewConn(trickle(string(data))).ReadResponse(again, method, http1.Limits{})
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("at once: %v; byte by byte: %v", err, errAgain)
		}
		if err != nil {
			return
		}
		printed := http1.AppendResponse(nil, resp)
		if !bytes.Equal(printed, http1.AppendResponse(nil, again)) {
			t.Fatalf("at once %q, byte by byte %q", printed, http1.AppendResponse(nil, again))
		}
		irregular := !bytes.HasPrefix(data, printed)
		if irregular {
			checkRegular(t, c, printed, method)
		}
		ours := exchanged{
			Start:  fmt.Sprint(resp.Status, " ", string(resp.Reason), " ", resp.Version),
			Fields: fieldsOfOurs(&resp.Fields),
		}
		if ours.readOurs(c, w, resp.Body) != nil || resp.Line[7] > '1' {
			return
		}
		theirs, err := responseOfHTTP(data, method)
		if err != nil {
			if !irregular && !strings.Contains(err.Error(), "bad trailer key") {
				t.Fatalf("accepted %q, which net/http refuses: %v", data, err)
			}
			return
		}
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Fatalf("%q (-net/http +ours)\n%s", data, d)
		}
	})
}

// checkRegular checks that an irregular head was printed in a form that needs
// no tolerance.
func checkRegular(t *testing.T, c *http1.Conn, printed []byte, method string) {
	t.Helper()
	resp := new(message.Response)
	again := http1.NewConn(wireOf(string(printed)))
	if err := again.ReadResponse(resp, method, http1.Limits{Head: 1 << 20}); err != nil {
		t.Fatalf("printed %q, which is refused: %v", printed, err)
	}
	if got := http1.AppendResponse(nil, resp); again.LooseLines() || !bytes.Equal(got, printed) {
		t.Fatalf("printed %q (loose before: %v), then %q", printed, c.LooseLines(), got)
	}
}

// errSpaceBeforeColon: net/http takes the white space for a part of the name,
// and so does not see the field.
var errSpaceBeforeColon = errors.New("white space before a colon")

func responseOfHTTP(data []byte, method string) (e exchanged, err error) {
	br := bufio.NewReader(bytes.NewReader(data))
	resp, err := http.ReadResponse(br, &http.Request{Method: method})
	if err != nil {
		return e, err
	}
	defer resp.Body.Close()
	for name := range resp.Header {
		if strings.HasSuffix(name, " ") || strings.HasSuffix(name, "\t") {
			return e, errSpaceBeforeColon
		}
	}
	_, reason, _ := strings.Cut(resp.Status, " ")
	e.Start = fmt.Sprint(resp.StatusCode, " ", reason, " ", resp.Proto)
	e.Fields = fieldsOfHTTP(resp.Header)
	return e, e.readHTTP(resp.Body, br, &resp.Trailer)
}

func FuzzChunked(f *testing.F) {
	for _, s := range []string{
		"3\r\nabc\r\n0\r\n\r\n", "0\r\n\r\n", "A;x=\"y\"\r\n0123456789\r\n0\r\nA: b\r\n\r\nGET",
		"3\nabc\n0\n\n", "3 \r\nabc\r\n0\r\n\r\n", "fffffffffffffff\r\n", "0\r\nHost: a\r\n\r\n",
		"1\r\na\r\n1\r\nb\r\n00\r\n\r\n",
	} {
		f.Add([]byte(s), uint16(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, size uint16) {
		for _, prefix := range []string{chunkedRequest, chunkedResponse} {
			text := prefix + string(data)
			once, err := readChunked(t, wireOf(text), int(size)+1)
			parts, errParts := readChunked(t, trickle(text), 1+int(size)%7)
			if cause.SymptomOf(err) != cause.SymptomOf(errParts) || (err == nil) != (errParts == nil) {
				t.Fatalf("at once: %v; in parts: %v", err, errParts)
			}
			if d := cmp.Diff(once, parts); d != "" {
				t.Fatalf("at once and in parts differ:\n%s", d)
			}
			if err != nil {
				continue
			}
			var theirs exchanged
			if prefix == chunkedRequest {
				theirs, err = requestOfHTTP([]byte(text))
			} else {
				theirs, err = responseOfHTTP([]byte(text), "GET")
			}
			if err != nil {
				if !strings.Contains(err.Error(), "excessive overhead") {
					t.Fatalf("accepted %q, which net/http refuses: %v", data, err)
				}
				continue
			}
			theirs.Start, theirs.Fields = "", nil
			if d := cmp.Diff(theirs, once); d != "" {
				t.Fatalf("%q (-net/http +ours)\n%s", data, d)
			}
		}
	})
}

// readChunked reads the body of a chunked request or response with reads of
// one size. After a failure, what was read before it is kept.
func readChunked(t *testing.T, w *wire, size int) (e exchanged, err error) {
	isRequest := bytes.HasPrefix(w.pieces[0], []byte("P"))
	var body message.Body
	var c *http1.Conn
	if isRequest {
		body, c = requestBody(t, w)
	} else {
		body, c = responseBody(t, w)
	}
	if e.Body, err = readInParts(body, size); err != nil {
		return e, err
	}
	e.Trailers = fieldsOfOurs(body.Trailers())
	e.Rest = string(c.Buffered()) + string(bytes.Join(w.pieces, nil))
	return e, nil
}

// readInParts reads with buffers of one size.
func readInParts(r io.Reader, size int) (string, error) {
	var all []byte
	p := make([]byte, size)
	for {
		n, err := r.Read(p)
		all = append(all, p[:n]...)
		if err == io.EOF {
			return string(all), nil
		}
		if err != nil {
			return string(all), err
		}
		if n == 0 {
			return string(all), os.ErrInvalid // no progress and no error
		}
	}
}
