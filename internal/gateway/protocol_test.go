package gateway_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// serverOf starts a real net/http server as the upstream.
func serverOf(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestBodiesArriveByteExact(t *testing.T) {
	g := newGate(t, "limits: {replay_memory: 64KiB, replay_file: 1MiB}", serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		if r.URL.Query().Get("chunked") == "" {
			w.Header().Set("Content-Length", fmt.Sprint(r.ContentLength))
		}
		io.Copy(w, r.Body)
	}))
	for _, size := range []int{1, 1000, 64 << 10, 64<<10 + 1, 5 << 20} {
		for _, chunked := range []bool{false, true} {
			body := make([]byte, size)
			rand.Read(body)
			url := g.url + "/echo"
			var reader io.Reader = strings.NewReader(string(body))
			if chunked {
				url += "?chunked=1"
				reader = io.MultiReader(reader) // hides the length
			}
			resp, err := g.client.Post(url, "application/octet-stream", reader)
			if err != nil {
				t.Fatalf("%d bytes, chunked %v: %v", size, chunked, err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(got) != string(body) {
				t.Errorf("%d bytes, chunked %v: %d bytes came back, %v", size, chunked, len(got), err)
			}
		}
	}
}

// A large upload meets a dead endpoint first: what was read is replayed.
func TestUploadIsReplayed(t *testing.T) {
	o := newOrigin(t)
	die := handled(func(nc *net.TCPConn, br *bufio.Reader) {
		io.CopyN(io.Discard, br, 200<<10)
		nc.SetLinger(0)
	})(t)
	g := newGate(t, "balance: round_robin\nhealth: {interval: 0}\nlimits: {replay_memory: 64KiB, replay_file: 4MiB}", die, o.url)
	body := strings.Repeat("0123456789abcdef", 64<<10)
	for range 4 {
		g.must("PUT", "/big", body, body)
	}
	if x := g.last(traffic.Saved); len(x.Attempts) != 2 {
		t.Errorf("%d attempts", len(x.Attempts))
	}
}

// The upstream answers and closes before the body is read: its verdict reaches
// the client, whatever was sent of the upload (nginx makes a 502 of it).
func TestEarlyVerdictReachesTheClient(t *testing.T) {
	for _, status := range []int{413, 401, 429} {
		url := handled(func(nc *net.TCPConn, br *bufio.Reader) {
			for line := ""; line != "\r\n"; {
				var err error
				if line, err = br.ReadString('\n'); err != nil {
					return
				}
			}
			fmt.Fprintf(nc, "HTTP/1.1 %d No\r\nContent-Length: 7\r\nConnection: close\r\n\r\nverdict", status)
		})(t)
		g := newGate(t, "health: {interval: 0}", url)
		for _, size := range []int{0, 100, 60 << 10, 8 << 20} {
			got, body, err := g.do("POST", "/", strings.Repeat("x", size))
			if err != nil || got != status || body != "verdict" {
				t.Fatalf("%d bytes: %d %q %v; want %d\n%s", size, got, body, err, status, g.story())
			}
		}
	}
}

func TestExpectContinue(t *testing.T) {
	var asked atomic.Int32
	url := serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Expect") != "" {
			asked.Add(1)
		}
		if r.URL.Path == "/no" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "%d", n)
	})
	g := newGate(t, "", url)
	head := "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
	t.Run("wanted", func(t *testing.T) {
		answer := g.raw(fmt.Sprintf(head, "/yes") + "hello")
		if !strings.HasPrefix(answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ") || !strings.HasSuffix(answer, "5") {
			t.Errorf("answer:\n%s", answer)
		}
	})
	t.Run("refused without the body", func(t *testing.T) {
		answer := g.raw(fmt.Sprintf(head, "/no"))
		if !strings.HasPrefix(answer, "HTTP/1.1 401 ") {
			t.Errorf("answer:\n%s", answer)
		}
	})
	if asked.Load() != 2 {
		t.Errorf("the upstream was asked %d times, want 2", asked.Load())
	}
}

// An upstream that ignores Expect does not stall the exchange.
func TestExpectIgnoredByTheUpstream(t *testing.T) {
	url := handled(func(nc *net.TCPConn, br *bufio.Reader) {
		if _, err := readRequest(br); err == nil {
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
		}
	})(t)
	g := newGate(t, "health: {interval: 0}", url)
	answer := g.raw("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nhello")
	if !strings.Contains(answer, "200 OK") {
		t.Errorf("answer:\n%s", answer)
	}
}

func TestEarlyHintsArePassedOn(t *testing.T) {
	g := newGate(t, "", serverOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "done")
	}))
	answer := g.raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n") {
		t.Errorf("answer:\n%s", answer)
	}
}

func TestWebSocket(t *testing.T) {
	g := newGate(t, "", serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			kind, p, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if c.Write(r.Context(), kind, p) != nil {
				return
			}
		}
	}))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, strings.Replace(g.url, "http", "ws", 1)+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, msg := range []string{"hello", strings.Repeat("big", 10000)} {
		if err := c.Write(ctx, websocket.MessageText, []byte(msg)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(ctx); err != nil || string(got) != msg {
			t.Fatalf("%d bytes came back, %v", len(got), err)
		}
	}
	if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
}

func TestOldAndBareRequests(t *testing.T) {
	o := newOrigin(t)
	g := newGate(t, "", o.url)
	cases := []struct{ name, request, prefix, suffix string }{
		{"HTTP/1.0 without Host", "GET /old HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n", "/old"},
		{"HEAD has a length and no body", "HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\n"},
		{"absolute form", "GET http://y/abs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n", "/abs"},
		{"CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\nConnection: close\r\n\r\n", "HTTP/1.1 405 ", ""},
		{"pipelined", "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n", "/2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answer := g.raw(c.request)
			if !strings.HasPrefix(answer, c.prefix) || !strings.HasSuffix(answer, c.suffix) {
				t.Errorf("answer:\n%s", answer)
			}
		})
	}
}

func TestMalformedRequestsGetAClearAnswer(t *testing.T) {
	o := newOrigin(t)
	g := newGate(t, "limits: {body: 1KiB}", o.url)
	cases := []struct {
		name, request string
		status        int
	}{
		{"smuggling", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400},
		{"head too large", "GET / HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("x", 70<<10) + "\r\n\r\n", 431},
		{"body too large", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n", 413},
		{"chunked body too large", "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + strings.Repeat("x", 2000) + "\r\n0\r\n\r\n", 413},
		{"unknown coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
		{"old version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answer := g.raw(c.request)
			if !strings.HasPrefix(answer, fmt.Sprintf("HTTP/1.1 %d ", c.status)) {
				t.Errorf("answer, want %d:\n%.300s", c.status, answer)
			}
		})
	}
	g.must("GET", "/after", "", "/after")
}

// What a failed or early answer leaves unread must not be taken for the next
// request.
func TestConnectionAfterUnreadBody(t *testing.T) {
	o := newOrigin(t)
	g := newGate(t, "limits: {body: 10}", o.url)
	answer := g.raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n" +
		"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n     " + "GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 413 ") || strings.Contains(answer, "/smuggled") {
		t.Errorf("answer:\n%s", answer)
	}
}

func TestUpgradeNobodyAskedFor(t *testing.T) {
	g := newGate(t, "health: {interval: 0}", answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")(t))
	if status, _, err := g.do("POST", "/", "x"); err != nil || status != 502 {
		t.Errorf("%d %v", status, err)
	}
	if x := g.last(traffic.Conceded); x.Symptom != cause.ResponseHeadMalformed {
		t.Errorf("recorded %s", x.Symptom)
	}
}

// Trailers pass in both directions, and a small chunked answer without any
// becomes one with a length.
func TestTrailers(t *testing.T) {
	g := newGate(t, "", serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, "got "+r.Trailer.Get("X-In"))
		http.NewResponseController(w).Flush()
		w.Header().Set("X-Sum", "42")
	}))
	answer := g.raw("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\n\r\n" +
		"3\r\nabc\r\n0\r\nX-In: 7\r\n\r\n")
	if !strings.Contains(answer, "got 7") || !strings.HasSuffix(answer, "0\r\nX-Sum: 42\r\n\r\n") {
		t.Errorf("answer:\n%s", answer)
	}
}

func TestUnixSocketUpstream(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Host)
	})}
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	t.Cleanup(func() { srv.Close(); <-done })
	g := newGate(t, "", "unix:"+path)
	g.must("GET", "/", "", g.url[len("http://"):])
}

// An upstream whose certificate nobody vouches for: nothing was sent, waiting
// will not help, and the answer comes at once.
func TestUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	t.Cleanup(s.Close)
	g := newGate(t, "hold: 10s\nhealth: {interval: 0}", s.URL)
	begun := time.Now()
	status, _, err := g.do("POST", "/", "x")
	if err != nil || status != 502 || time.Since(begun) > 5*time.Second {
		t.Errorf("%d, %v after %v; want 502 at once", status, err, time.Since(begun))
	}
	x := g.last(traffic.Conceded)
	if x.Symptom != cause.TLSCertificateUntrusted || x.Attempts[0].Tier != cause.P0 {
		t.Errorf("recorded %s %v", x.Symptom, x.Attempts[0].Tier)
	}
}

// Events reach the client as they are sent, not when a buffer is full.
func TestEventStreamIsNotHeldBack(t *testing.T) {
	next := make(chan struct{})
	g := newGate(t, "hold_back: {bytes: 64KiB, time: 10s}", serverOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			http.NewResponseController(w).Flush()
			<-next
		}
	}))
	resp, err := g.client.Get(g.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	br := bufio.NewReader(resp.Body)
	begun := time.Now()
	for i := range 3 {
		line, err := br.ReadString('\n')
		if err != nil || line != fmt.Sprintf("data: %d\n", i) {
			t.Fatalf("%q, %v", line, err)
		}
		br.ReadString('\n')
		next <- struct{}{}
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("three events took %v: they were held back", took)
	}
}
