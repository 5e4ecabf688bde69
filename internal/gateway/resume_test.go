package gateway_test

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// file is what both endpoints have; ETag and bytes can be made to differ.
type file struct {
	bytes string
	etag  string
	cut   int // the body of a 200 is cut after so many bytes; 0: never
	noRng bool
	chunk bool // a 200 is sent in chunks
}

// serve answers GET with the file, understanding Range and If-Range.
func (f file) serve(nc *net.TCPConn) {
	br := bufio.NewReader(nc)
	for {
		req, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		head := "ETag: " + f.etag + "\r\n"
		from := 0
		if _, err := fmt.Sscanf(req.Header.Get("Range"), "bytes=%d-", &from); err == nil &&
			req.Header.Get("If-Range") == f.etag && !f.noRng {
			fmt.Fprintf(nc, "HTTP/1.1 206 Partial Content\r\n%sContent-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n\r\n%s",
				head, from, len(f.bytes)-1, len(f.bytes), len(f.bytes)-from, f.bytes[from:])
			continue
		}
		body := f.bytes
		if f.cut > 0 {
			body = body[:f.cut]
		}
		if f.chunk {
			fmt.Fprintf(nc, "HTTP/1.1 200 OK\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", head, len(body), body)
			if f.cut == 0 {
				io.WriteString(nc, "0\r\n\r\n")
			} else {
				return
			}
			continue
		}
		fmt.Fprintf(nc, "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", head, len(f.bytes), body)
		if f.cut > 0 {
			return
		}
	}
}

func TestCutBodyIsResumed(t *testing.T) {
	random := make([]byte, 3<<20)
	rand.Read(random)
	whole := string(random)
	cutting := file{bytes: whole, etag: `"v1"`, cut: 1 << 20, noRng: true}
	inChunks := cutting
	inChunks.chunk = true
	cases := []struct {
		name    string
		cutting file
		other   file
		resumed bool
	}{
		{"in chunks", inChunks, file{bytes: whole, etag: `"v1"`, chunk: true}, true},
		{"from another endpoint with the same ETag", cutting, file{bytes: whole, etag: `"v1"`}, true},
		{"not when the ETag differs", cutting, file{bytes: strings.Repeat("z", 3<<20), etag: `"v2"`}, false},
		{"not when ranges are not served", cutting, file{bytes: whole, etag: `"v1"`, noRng: true}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newGate(t, "balance: round_robin\nhealth: {interval: 0}\nretry: {attempts: 2}",
				scripted(t, c.cutting.serve), scripted(t, c.other.serve))
			// Some of them begin at the endpoint that cuts.
			var broken int
			for range 6 {
				_, body, err := g.do("GET", "/file", "")
				switch {
				case err != nil:
					broken++
				case body != whole && body != c.other.bytes:
					t.Fatalf("%d bytes arrived as if whole, and are wrong", len(body))
				}
			}
			if c.resumed {
				if broken > 0 {
					t.Errorf("%d of 6 answers were cut\n%s", broken, g.story())
				}
				if x := g.last(traffic.Saved); x.Save != traffic.Resumed {
					t.Errorf("saved by %v", x.Save)
				}
				return
			}
			if broken == 0 {
				t.Errorf("no answer was visibly cut\n%s", g.story())
			}
			if x := g.last(traffic.Conceded); x.Symptom != cause.ResponseBodyIncomplete {
				t.Errorf("recorded as %s", x.Symptom)
			}
		})
	}
}

// A weak ETag promises no bytes, and a client's own Range is not ours to
// continue: cut visibly.
func TestWhatCannotBeResumedIsCutVisibly(t *testing.T) {
	whole := strings.Repeat("0123456789", 100_000)
	g := newGate(t, "health: {interval: 0}", scripted(t, file{bytes: whole, etag: `W/"v1"`, cut: 300_000}.serve))
	resp, err := g.client.Get(g.url + "/weak")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Errorf("%d bytes arrived as if whole", n)
	}
	if x := g.last(traffic.Conceded); len(x.Attempts) != 1 {
		t.Errorf("%d attempts at an answer that cannot be resumed", len(x.Attempts))
	}
}
