package e2e_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// curlSite is an application of net/http behind torwart, asked by curl.
type curlSite struct {
	g    *gateway
	curl string
	dir  string
	// refused counts the bodies of which the application read nothing.
	refused atomic.Int64
	big     []byte
	sum     string // of big
}

// bigBody is what is downloaded: far more than fits into any buffer.
const bigBody = 64 << 20

func newCurlSite(t *testing.T) *curlSite {
	t.Helper()
	s := &curlSite{curl: needs(t, "curl"), dir: t.TempDir(), big: make([]byte, bigBody)}
	_, _ = rand.Read(s.big) // never fails
	s.sum = fmt.Sprintf("%x", sha256.Sum256(s.big))
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", s.echo)
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, _ *http.Request) {
		s.refused.Add(1)
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, "too large\n") // the client may be gone
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(bigBody))
		_, _ = w.Write(s.big)
	})
	mux.HandleFunc("/big-chunked", func(w http.ResponseWriter, _ *http.Request) {
		for piece := s.big; len(piece) > 0; {
			n := min(len(piece), 1<<20-7)
			_, _ = w.Write(piece[:n])
			_ = http.NewResponseController(w).Flush()
			piece = piece[n:]
		}
	})
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	s.g = serve(t, fmt.Sprintf("  - to: %q\n", app.URL))
	return s
}

// echo says what arrived.
func (s *curlSite) echo(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	n, err := io.Copy(sum, r.Body)
	text := fmt.Sprintf("%s %s\nlength %d\nencoding %v\nsum %x\nread %d %v\nfor %s\nvia %s\nkept %v\n", r.Method, r.Proto,
		r.ContentLength, r.TransferEncoding, sum.Sum(nil), n, err, r.Header.Get("X-Forwarded-For"), r.Header.Get("Via"), !r.Close)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = io.WriteString(w, text)
}

// ask runs curl and returns what it wrote to standard output and, being
// verbose, to standard error.
func (s *curlSite) ask(t *testing.T, stdin io.Reader, args ...string) (out, trace string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.curl, append([]string{"-q", "-sS", "-v", "--noproxy", "*", "--max-time", "50"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("curl %v: %v\n%s\n%s", args, err, stdout.String(), stderr.String())
	}
	return stdout.String(), stderr.String()
}

// file writes a file with random content.
func (s *curlSite) file(t *testing.T, size int) (path, sum string) {
	t.Helper()
	path = filepath.Join(s.dir, fmt.Sprintf("body%d", size))
	if err := os.WriteFile(path, s.big[:size], 0o600); err != nil {
		t.Fatal(err)
	}
	return path, fmt.Sprintf("%x", sha256.Sum256(s.big[:size]))
}

// says fails the test for every line that is missing.
func says(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in:\n%s", line, text)
		}
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	s := newCurlSite(t)
	for _, tt := range []struct {
		name string
		run  func(*testing.T, *curlSite)
	}{
		{"a chunked upload arrives whole", curlChunkedUpload},
		{"a large body waits for 100 Continue and arrives whole", curlContinue},
		{"a refused body is not sent", curlRefused},
		{"HTTP/1.0 is answered in kind", curlHTTP10},
		{"HEAD has no body and keeps the connection", curlHead},
		{"64 MiB arrive byte by byte", curlDownload},
		{"a slow reader gets all of it", curlSlowDownload},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
	}
	if failed := s.g.ledger(t, url.Values{}); len(failed) != 0 {
		t.Errorf("nothing failed, and the ledger has %v", failed)
	}
}

func curlChunkedUpload(t *testing.T, s *curlSite) {
	const size = 5<<20 + 3
	path, sum := s.file(t, size)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, trace := s.ask(t, f, "-X", "POST", "-H", "Expect:", "-T", "-", s.g.url("/echo"))
	says(t, trace, "> Transfer-Encoding: chunked", "HTTP/1.1 200")
	says(t, out, "POST HTTP/1.1", "encoding [chunked]", "sum "+sum, fmt.Sprintf("read %d <nil>", size), "for 127.0.0.1")
}

func curlContinue(t *testing.T, s *curlSite) {
	const size = 20 << 20
	path, sum := s.file(t, size)
	out, trace := s.ask(t, nil, "-X", "POST", "-H", "Expect: 100-continue", "--expect100-timeout", "30",
		"-T", path, s.g.url("/echo"))
	says(t, trace, "< HTTP/1.1 100 Continue", "< HTTP/1.1 200")
	says(t, out, fmt.Sprintf("length %d", size), "sum "+sum)
}

func curlRefused(t *testing.T, s *curlSite) {
	path, _ := s.file(t, 30<<20)
	out, trace := s.ask(t, nil, "-X", "POST", "-H", "Expect: 100-continue", "--expect100-timeout", "30",
		"-T", path, "-w", "status %{http_code} sent %{size_upload}\n", s.g.url("/refuse"))
	says(t, trace, "< HTTP/1.1 413")
	says(t, out, "too large", "status 413 sent 0")
	if s.refused.Load() != 1 {
		t.Errorf("the application was asked %d times", s.refused.Load())
	}
}

func curlHTTP10(t *testing.T, s *curlSite) {
	out, trace := s.ask(t, nil, "--http1.0", s.g.url("/echo"))
	// RFC 9110 section 2.5: torwart answers with the version it speaks, but
	// with nothing a 1.0 client does not know.
	says(t, trace, " 200 OK")
	says(t, out, "GET HTTP/1.1", "via 1.0 ")
	if strings.Contains(trace, "Transfer-Encoding") {
		t.Errorf("a 1.0 client got a transfer coding:\n%s", trace)
	}
	out, trace = s.ask(t, nil, "--http1.0", "-o", filepath.Join(s.dir, "ten"), "-w", "%{size_download}", s.g.url("/big-chunked"))
	if strings.Contains(trace, "Transfer-Encoding") || out != strconv.Itoa(bigBody) {
		t.Errorf("a 1.0 client got %s bytes of an answer of unknown length, want %d:\n%s", out, bigBody, trace)
	}
}

func curlHead(t *testing.T, s *curlSite) {
	out, trace := s.ask(t, nil, "-I", s.g.url("/big"), "-w", "%{size_download} %{num_connects}\n",
		"--next", "-q", "-sS", "-v", "--noproxy", "*", "-X", "GET", s.g.url("/echo"), "-w", "connects %{num_connects}\n")
	says(t, out, fmt.Sprintf("Content-Length: %d", bigBody), "0 1\n", "GET HTTP/1.1", "connects 0")
	says(t, trace, "Re-using existing connection")
}

func curlDownload(t *testing.T, s *curlSite) {
	for _, path := range []string{"/big", "/big-chunked"} {
		to := filepath.Join(s.dir, "download")
		s.ask(t, nil, "-o", to, s.g.url(path))
		data, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != s.sum {
			t.Errorf("%s: %d bytes with the sum %s, want %d with %s", path, len(data), sum, bigBody, s.sum)
		}
	}
}

func curlSlowDownload(t *testing.T, s *curlSite) {
	to := filepath.Join(s.dir, "slow")
	s.ask(t, nil, "--limit-rate", "24M", "-o", to, s.g.url("/big"))
	info, err := os.Stat(to)
	if err != nil || info.Size() != bigBody {
		t.Errorf("%v, %v; want %d bytes", info, err, bigBody)
	}
}
