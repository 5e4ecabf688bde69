package demo_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

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
