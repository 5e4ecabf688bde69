package demo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"torwart/internal/demo"
)

// An order that two upstreams carried out is noticed, also when the first of
// them did not answer it.
func TestBookNoticesOrdersCarriedOutTwice(t *testing.T) {
	s, err := demo.OpenShop()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if saw := s.Order(1, 0); saw != "demo.saw.answer" {
		t.Errorf("an order saw %s", saw)
	}
	s.Reset(0)
	if saw := s.Order(0, 1); saw != "demo.saw.hangup" {
		t.Errorf("an order that was reset saw %s", saw)
	}
	if twice := s.Twice(); len(twice) != 0 {
		t.Errorf("twice: %v, but every order was sent once", twice)
	}
	s.Order(2, 1)
	if twice := s.Twice(); !slices.Equal(twice, []string{"/orders/1"}) {
		t.Errorf("twice: %v, want /orders/1", twice)
	}
}

// A request that meets the close of its connection is lost unread: the visitor
// sees an end, and the book knows nothing of the order.
func TestRequestMeetsTheClose(t *testing.T) {
	s, err := demo.OpenShop()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Hasten(0)
	if saw := s.Order(0, 0); saw != "demo.saw.hangup" {
		t.Errorf("an order on a connection about to be closed saw %s", saw)
	}
	if s.Arrived(0) {
		t.Error("the order arrived")
	}
	if saw := s.Order(1, 0); saw != "demo.saw.answer" || !s.Arrived(0) {
		t.Errorf("at another upstream it saw %s, arrived: %v", saw, s.Arrived(0))
	}
}

// A download can be continued by who has its beginning, and only of the same
// file; an upstream that truncates breaks it off halfway, and nothing else.
func TestDownloads(t *testing.T) {
	s, err := demo.OpenShop()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	path, file := s.Catalogue(2)
	for _, c := range []struct {
		what, span, ifRange string
		status, from        int
	}{
		{"all of it", "", "", 200, 0},
		{"the rest", "bytes=100000-", `"catalogue-2"`, 206, 100000},
		{"the last byte", fmt.Sprintf("bytes=%d-", len(file)-1), `"catalogue-2"`, 206, len(file) - 1},
		{"beyond the end", fmt.Sprintf("bytes=%d-", len(file)), `"catalogue-2"`, 200, 0},
		{"the rest of another file", "bytes=100000-", `"catalogue-1"`, 200, 0},
		{"the rest of nobody knows what", "bytes=100000-", "", 200, 0},
	} {
		for _, whole := range []bool{true, false} {
			if !whole {
				s.Truncate(1)
			}
			upstream := map[bool]int{true: 0, false: 1}[whole]
			status, etag, extent, body, err := fetch(t, "http://"+s.Addr(upstream)+path, c.span, c.ifRange)
			if status != c.status || etag != `"catalogue-2"` || !bytes.HasPrefix(file[c.from:], body) {
				t.Errorf("%s: %d %s, %d bytes", c.what, status, etag, len(body))
			}
			want := ""
			if c.status == 206 {
				want = fmt.Sprintf("bytes %d-%d/%d", c.from, len(file)-1, len(file))
			}
			if extent != want {
				t.Errorf("%s: Content-Range %q, want %q", c.what, extent, want)
			}
			if got := len(body) == len(file)-c.from && err == nil; got != whole {
				t.Errorf("%s: whole %v, want %v (%d bytes, %v)", c.what, got, whole, len(body), err)
			}
		}
	}
	if saw := s.Order(1, 0); saw != "demo.saw.answer" {
		t.Errorf("an order at an upstream that truncates downloads saw %s", saw)
	}
}

func fetch(t *testing.T, url, span, ifRange string) (status int, etag, extent string, body []byte, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if span != "" {
		req.Header.Set("Range", span)
	}
	if ifRange != "" {
		req.Header.Set("If-Range", ifRange)
	}
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("ETag"), resp.Header.Get("Content-Range"), body, err
}

func TestVisitorsComeInWaves(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		since time.Duration
		want  int
	}{
		{200, 999 * time.Millisecond, 0},
		{200, time.Second, 60},
		{150, time.Second, 45},
		{20, time.Second, 30},
	} {
		if got := demo.Wave(c.rate, c.since, time.Second); got != c.want {
			t.Errorf("%v a second, %v after the last: %d came, want %d", c.rate, c.since, got, c.want)
		}
	}
}

// A visitor notices every kind of failure, and only failures.
func TestVisitorChecksEveryByte(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright":                               "demo.saw.answer",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong":                               "demo.saw.wrong",
		"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nrigh":                                "demo.saw.wrong",
		"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nright":                               "demo.saw.half",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nright\r\n":             "demo.saw.half",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nright\r\n0\r\n\r\n":    "demo.saw.answer",
		"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n":                           "demo.saw.502",
		"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n":                   "demo.saw.503",
		"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n":                       "demo.saw.504",
		"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nright":                        "demo.saw.error",
		"SSH-2.0-OpenSSH_9.9\r\n":                                                         "demo.saw.wrong",
		"":                                                                                "demo.saw.hangup",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nright\r\nnonsense\r\n": "demo.saw.wrong",
	} {
		if got := demo.Ask(answering(t, answer)); got != want {
			t.Errorf("%.80q: the visitor saw %s, want %s", answer, got, want)
		}
	}
}

func TestVisitorNoticesAClosedDoor(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if got := demo.Ask(l.Addr().String()); got != "demo.saw.nodoor" {
		t.Errorf("the visitor saw %s", got)
	}
}

// answering answers the first request with fixed bytes and hangs up.
func answering(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		if _, err := http.ReadRequest(bufio.NewReader(nc)); err == nil {
			io.Copy(nc, strings.NewReader(answer))
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}
