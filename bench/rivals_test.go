package main

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The comparison is worth something only while all do the same work.
func TestRivalsTellTheOriginTheSame(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "torwart")
	if err := buildTorwart(t.Context(), binary); err != nil {
		t.Fatal(err)
	}
	for _, r := range []rival{torwartWith(binary, true), nginx(), haproxy()} {
		t.Run(r.name, func(t *testing.T) {
			got := fieldsSentBy(t, r)
			for name, want := range map[string]string{
				"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "127.0.0.1:",
				"Forwarded": "for=127.0.0.1;host=\"127.0.0.1:", "Via": "1.1 ", "X-Request-Id": "",
			} {
				if v := got.Get(name); v == "" || !strings.HasPrefix(v, want) {
					t.Errorf("%s: %q, want something that begins with %q", name, v, want)
				}
			}
			if v := got.Get("Connection"); v != "" && !strings.EqualFold(v, "keep-alive") {
				t.Errorf("Connection: %s, want the connection kept", v)
			}
		})
	}
}

// fieldsSentBy starts the rival and returns what the origin gets from it.
func fieldsSentBy(t *testing.T, r rival) http.Header {
	t.Helper()
	got := make(chan http.Header, 1)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/article/4711" {
			got <- r.Header.Clone()
		}
		_, _ = w.Write(make([]byte, bodySize))
	}))
	t.Cleanup(origin.Close)
	addr, err := freeAddr(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := r.command(t.Context(), t.TempDir(), addr, origin.Listener.Addr().String())
	if err != nil {
		t.Skipf("%s is not installed: %v", r.name, err)
	}
	runProgram(t, cmd)
	deadline := time.Now().Add(15 * time.Second)
	for {
		c, err := dial(t.Context(), addr)
		if err == nil {
			c.Close()
			return <-got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %v", r.name, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// runProgram starts cmd and ends it with the test.
func runProgram(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out := &tail{}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = 5 * time.Second
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // a master then ends its workers
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Wait() // the test's context has ended it
		if t.Failed() {
			t.Logf("what it wrote:\n%s", out)
		}
	})
}
