//go:build !race

package listener_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"torwart/internal/listener"
)

// serverProcess, when set, makes this test binary the server to measure.
const serverProcess = "TORWART_TEST_IDLE_SERVER"

// TestIdleConnectionIsSmall measures in a process of its own, where nothing
// is the client's.
func TestIdleConnectionIsSmall(t *testing.T) {
	if kind := os.Getenv(serverProcess); kind != "" {
		idleServer(t, kind == "sockets")
		return
	}
	const n = 2000
	enough(t, n)
	for _, tt := range []struct {
		kind string
		most uint64 // bytes
	}{
		// It takes about half of that, most of it for package net and the
		// runtime. A kept request or goroutine would add 2 KiB each.
		{"sockets", 2048},
		// These keep their goroutine, whose stack is not counted here, but
		// nothing of a request.
		{"others", 2304},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			before, after := measure(t, tt.kind, n)
			each := (after - before) / n
			t.Logf("%d bytes for each idle connection", each)
			if after < before || each > tt.most {
				t.Errorf("want at most %d", tt.most)
			}
		})
	}
}

// measure returns what a server process uses with one idle connection, and
// with n more.
func measure(t *testing.T, kind string, n int) (before, after uint64) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIdleConnectionIsSmall$")
	cmd.Env = append(os.Environ(), serverProcess+"="+kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	var addr string
	if _, err := fmt.Fscanln(said, &addr); err != nil {
		t.Fatal(err)
	}
	request, buf := []byte(typicalRequest), make([]byte, 4096)
	for i := range n + 1 {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(30 * time.Second))
		exchangeOn(t, nc, request, buf)
		switch i {
		case 0:
			before = used(t, in, said, 1)
		case n:
			after = used(t, in, said, n+1)
		}
	}
	in.Close()
	rest, _ := io.ReadAll(said)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, rest)
	}
	return before, after
}

// used asks the server process what it uses with n connections.
func used(t *testing.T, in io.Writer, said io.Reader, n int) (bytes uint64) {
	t.Helper()
	fmt.Fprintln(in, n)
	if _, err := fmt.Fscanln(said, &bytes); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// idleServer is the other process. Told a number of connections, it sees to
// it that they are idle, and parked if they can be, and says what it uses.
func idleServer(t *testing.T, park bool) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &listener.Server{Handler: newLean()}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		if park {
			served <- s.Serve(ctx, l)
		} else {
			served <- s.Serve(ctx, plainListener{l})
		}
	}()
	fmt.Fprintln(os.Stdout, l.Addr())
	for {
		var n int
		if _, err := fmt.Fscanln(os.Stdin, &n); err != nil {
			break
		}
		eventually(t, "all idle", func() bool {
			s.SweepLong()
			return s.Idle() == n && (!park || s.Parked() == n)
		})
		runtime.GC()
		runtime.GC() // the second empties the pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if !park {
			m.StackInuse = 0
		}
		fmt.Fprintln(os.Stdout, m.HeapAlloc+m.StackInuse)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}
