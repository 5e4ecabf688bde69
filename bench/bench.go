package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// bench owns everything that runs while measuring.
type bench struct {
	plan
	dir      string
	progress io.Writer
	pin      *pinner
	cpus     int
	wrkPath  string // "" without wrk
	origin   *server
	missing  []string
	rivals   []rival
}

// server is a program that was started and listens.
type server struct {
	name    string
	addr    string
	oneCore bool
	cmd     *exec.Cmd
	out     *tail
	exited  chan struct{}
}

// tail keeps the end of what a program writes.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	t.buf = t.buf[max(0, len(t.buf)-8<<10):]
	return len(p), nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}

// newBench builds torwart, finds the rivals and starts the origin.
func newBench(ctx context.Context, p plan, binary string, progress io.Writer) (*bench, error) {
	pin, err := newPinner()
	if err != nil {
		return nil, err
	}
	b := &bench{plan: p, progress: progress, pin: pin, cpus: cpuCount()}
	if b.cpus < 2 {
		return nil, errors.New("two CPUs are needed: one for the proxy, one for everything else")
	}
	if b.dir, err = os.MkdirTemp("", "torwart-bench"); err != nil {
		return nil, err
	}
	if err := b.prepare(ctx, binary); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// prepare does what can fail once there is something to clean up.
func (b *bench) prepare(ctx context.Context, binary string) (err error) {
	if binary == "" {
		binary = filepath.Join(b.dir, "torwart")
		if err := buildTorwart(ctx, binary); err != nil {
			return err
		}
	}
	b.findRivals(binary)
	if b.wrkPath, err = find("wrk"); err != nil {
		b.missing, b.wrkPath = append(b.missing, "wrk (bench's own load generator is used instead)"), ""
	}
	// What this process does itself must not disturb the proxies.
	if err := b.pin.self(besides, b.cpus); err != nil {
		return err
	}
	return b.startOrigin(ctx)
}

func buildTorwart(ctx context.Context, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", to, "torwart/cmd/torwart")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

func (b *bench) findRivals(binary string) {
	b.rivals = []rival{torwartWith(binary, true)}
	for name, r := range map[string]rival{"nginx": nginx(), "haproxy": haproxy()} {
		if _, err := find(name); err != nil {
			b.missing = append(b.missing, r.name)
			continue
		}
		b.rivals = append(b.rivals, r)
	}
	slices.SortFunc(b.rivals[1:], func(x, y rival) int { return -compare(x.name, y.name) })
	b.rivals = append(b.rivals, torwartWith(binary, false))
}

func compare(x, y string) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// besides is the first CPU that a proxy with one core does not have.
const besides = 1

// startOrigin starts this program again as the origin. It gets a CPU of its
// own where there are three.
func (b *bench) startOrigin(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return err
	}
	b.origin, err = b.launch(ctx, "origin", addr, exec.CommandContext(ctx, self, "-origin", addr), besides, besides+1)
	return err
}

// start starts a rival.
func (b *bench) start(ctx context.Context, r rival) (*server, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "")
	if err != nil {
		return nil, err
	}
	cmd, err := r.command(ctx, dir, addr, b.origin.addr)
	if err != nil {
		return nil, err
	}
	to := 1
	if !r.oneCore {
		to = b.cpus
	}
	s, err := b.launch(ctx, r.name, addr, cmd, 0, to)
	if err == nil {
		s.oneCore = r.oneCore
	}
	return s, err
}

// launch starts a program and waits until it listens.
func (b *bench) launch(ctx context.Context, name, addr string, cmd *exec.Cmd, from, to int) (*server, error) {
	s := &server{name: name, addr: addr, cmd: cmd, out: &tail{}, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = s.out, s.out
	cmd.WaitDelay = 5 * time.Second
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // a master then ends its workers
	if err := b.pin.start(cmd, from, to); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait() // that it ended is all that matters
		close(s.exited)
	}()
	deadline := time.Now().Add(15 * time.Second)
	for {
		if c, err := connect(ctx, addr); err == nil {
			c.Close()
			return s, nil
		}
		select {
		case <-s.exited:
			return nil, fmt.Errorf("%s ended at once: %s", name, s.out)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.stop()
			return nil, fmt.Errorf("%s does not listen: %s", name, s.out)
		}
	}
}

// stop ends the program, if need be the hard way.
func (s *server) stop() {
	if s == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.exited:
		return
	case <-time.After(5 * time.Second):
	}
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// close ends what is left and removes the files.
func (b *bench) close() {
	b.origin.stop()
	_ = os.RemoveAll(b.dir) // it lies where temporary files lie
}

// freeAddr returns an address nobody listens at.
func freeAddr(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "bench: "+format+"\n", args...)
}
