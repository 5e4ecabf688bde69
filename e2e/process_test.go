package e2e_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// process is a program started by a test.
type process struct {
	name   string
	cmd    *exec.Cmd
	out    logged
	exited chan struct{}
}

// start runs the program in a process group of its own, so that its workers
// end with it. It is ended with the test at the latest; what it wrote is
// printed when the test failed.
func start(t *testing.T, name string, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{name: name, cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.out, &p.out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// Workers inherit the pipe of the output: do not wait for them.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	go func() {
		_ = cmd.Wait() // how it ended is for the test to judge
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			t.Logf("what %s (pid %d) wrote:\n%s", name, cmd.Process.Pid, p.out.tail())
		}
	})
	return p
}

// signal sends sig to the process itself.
func (p *process) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("%s: %v: %v", p.name, sig, err)
	}
}

// kill ends the process and its workers the hard way: kill -9.
func (p *process) kill(t *testing.T) {
	t.Helper()
	// The group outlives its leader: workers of a master that died.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // ESRCH: all gone
	p.wait(t)
}

// wait waits for the process to end.
func (p *process) wait(t *testing.T) {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(20 * time.Second):
		t.Errorf("%s (pid %d) did not end", p.name, p.cmd.Process.Pid)
	}
}

// alive reports whether the process still runs.
func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// logged collects what a program writes; its end is what matters.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

const mostLogged = 1 << 20

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buf.Len() > mostLogged {
		l.buf.Next(mostLogged / 2)
	}
	return l.buf.Write(p)
}

// tail returns the last 16 KiB.
func (l *logged) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buf.Bytes()
	return string(b[max(0, len(b)-16<<10):])
}

func (l *logged) contains(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Contains(l.buf.Bytes(), []byte(s))
}

// needs skips the test when a program is missing, and returns where it is.
// Debian keeps servers in sbin and PHP-FPM's version in its name.
func needs(t *testing.T, names ...string) string {
	t.Helper()
	dirs := append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin", "/sbin")
	for _, name := range names {
		for _, dir := range dirs {
			found, err := filepath.Glob(filepath.Join(dir, name))
			if err == nil && len(found) > 0 {
				return found[len(found)-1]
			}
		}
	}
	t.Skipf("%s is not installed (scripts/test-deps installs it on Debian)", names[0])
	return ""
}

// nextPort is where freePort goes on looking.
var nextPort atomic.Uint32

// freePort returns a port nobody listens at. It lies below the ports the
// kernel gives to clients, so that none takes it while its server restarts.
func freePort(t *testing.T) int {
	t.Helper()
	const first, count = 16_000, 16_000
	nextPort.CompareAndSwap(0, rand.Uint32N(count))
	for range count {
		port := first + int(nextPort.Add(1)%count)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// poll calls ok until it is true; it fails the test, naming what did not
// happen, when that takes too long.
func poll(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// accepts reports whether somebody takes connections at the address.
func accepts(network, addr string) bool {
	c, err := net.DialTimeout(network, addr, time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
