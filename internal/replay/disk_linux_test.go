package replay_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"torwart/internal/replay"
)

// TestDiskFull lets the kernel refuse to write on, half-way through a spill
// file: a process that ignores SIGXFSZ gets EFBIG from a limit on file size,
// which is how a full disk looks to the program, but for the number.
func TestDiskFull(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Skip(err)
	}
	tiny := syscall.Rlimit{Cur: 4096, Max: old.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tiny); err != nil {
		t.Skip(err)
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }()

	dir := t.TempDir()
	s := &replay.Store{MemoryMax: 1000, FileMax: 1 << 20, TotalFileMax: 1 << 20, Dir: dir}
	b := s.New()
	p := body(20_000)
	record(t, b, p[:5096], 1000)
	if !b.Replayable() {
		t.Fatal("gave up before the disk was full")
	}
	wantBody(t, b, p[:5096])
	record(t, b, p[5096:], 1000)
	if b.Replayable() {
		t.Error("replayable although the disk is full")
	}
	spilled(t, s, 0)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
