package replay_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/iotest"

	"torwart/internal/replay"
)

// body returns n bytes that differ from place to place.
func body(n int) []byte {
	p := make([]byte, n)
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	return p
}

// record writes p in pieces of at most size bytes.
func record(t *testing.T, b *replay.Buffer, p []byte, size int) {
	t.Helper()
	for len(p) > 0 {
		n := min(size, len(p))
		if got, err := b.Write(p[:n]); got != n || err != nil {
			t.Fatalf("Write: %d, %v; recording must never fail", got, err)
		}
		p = p[n:]
	}
}

func wantBody(t *testing.T, b *replay.Buffer, want []byte) {
	t.Helper()
	got, err := io.ReadAll(b.Reader())
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %d bytes, error %v; want the %d written", len(got), err, len(want))
	}
}

func spilled(t *testing.T, s *replay.Store, want int64) {
	t.Helper()
	if got := s.Spilled(); got != want {
		t.Errorf("%d bytes counted in spill files, want %d", got, want)
	}
}

// files returns what stands in dir.
func files(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestBodiesOfEverySize(t *testing.T) {
	const memory, file = 40_000, 100_000 // memory ends inside a chunk
	s := &replay.Store{MemoryMax: memory, FileMax: file, TotalFileMax: 1 << 30, Dir: t.TempDir()}
	sizes := []int{0, 1, 1000, 16383, 16384, 16385, 32768, memory - 1, memory, memory + 1, memory + file - 1, memory + file}
	for _, size := range sizes {
		for _, piece := range []int{1 << 20, 16384, 4096, 777} {
			b := s.New()
			p := body(size)
			record(t, b, p, piece)
			if !b.Replayable() || b.Len() != int64(size) {
				t.Fatalf("%d bytes in pieces of %d: replayable %v, length %d", size, piece, b.Replayable(), b.Len())
			}
			wantBody(t, b, p)
			wantBody(t, b, p) // a second time, for the second retry
			if err := iotest.TestReader(b.Reader(), p); err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
			spilled(t, s, max(0, int64(size)-memory))
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			spilled(t, s, 0)
		}
	}
}

func TestOverTheBoundsItGivesUp(t *testing.T) {
	cases := map[string]struct {
		store *replay.Store
		size  int
	}{
		"file":              {&replay.Store{MemoryMax: 100, FileMax: 50, TotalFileMax: 1000}, 151},
		"total":             {&replay.Store{MemoryMax: 100, FileMax: 1000, TotalFileMax: 50}, 151},
		"no file allowed":   {&replay.Store{MemoryMax: 100, TotalFileMax: 1000}, 101},
		"no memory either":  {&replay.Store{}, 1},
		"far over the file": {&replay.Store{MemoryMax: 100, FileMax: 50, TotalFileMax: 1000}, 100_000},
	}
	for name, c := range cases {
		for _, piece := range []int{1, 60, 1 << 20} {
			s := c.store
			s.Dir = t.TempDir()
			b := s.New()
			p := body(c.size)
			record(t, b, p[:c.size-1], piece)
			r := b.Reader()
			if c.size < 1000 && !b.Replayable() {
				t.Errorf("%s: gave up within the bounds", name)
			}
			record(t, b, p[c.size-1:], piece)
			if b.Replayable() {
				t.Errorf("%s: replayable over the bounds", name)
			}
			spilled(t, s, 0)
			for _, r := range []io.Reader{r, b.Reader()} {
				if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, replay.ErrGone) {
					t.Errorf("%s: read %d, %v after it gave up", name, n, err)
				}
			}
			// The exchange goes on.
			record(t, b, p, piece)
			if b.Len() != int64(2*c.size) {
				t.Errorf("%s: length %d, want all that was written", name, b.Len())
			}
			b.Close()
		}
	}
}

func TestEmptyBodyNeedsNoRoom(t *testing.T) {
	b := new(replay.Store).New()
	record(t, b, nil, 1)
	if _, err := b.Write(nil); err != nil || !b.Replayable() {
		t.Errorf("an empty body is not replayable: %v", err)
	}
	wantBody(t, b, nil)
}

// TestTotalIsShared: what one body holds another cannot have, until it is
// closed.
func TestTotalIsShared(t *testing.T) {
	s := &replay.Store{FileMax: 1000, TotalFileMax: 1500, Dir: t.TempDir()}
	first, second, third := s.New(), s.New(), s.New()
	record(t, first, body(1000), 100)
	record(t, second, body(501), 100)
	if !first.Replayable() || second.Replayable() {
		t.Errorf("first %v, second %v", first.Replayable(), second.Replayable())
	}
	spilled(t, s, 1000)
	first.Close()
	record(t, third, body(1000), 100)
	if !third.Replayable() {
		t.Error("no room although the first was closed")
	}
	third.Close()
	spilled(t, s, 0)
}

func TestLimitsOfARule(t *testing.T) {
	s := &replay.Store{MemoryMax: 10, FileMax: 10, TotalFileMax: 15, Dir: t.TempDir()}
	b := s.NewLimited(100, 10)
	record(t, b, body(110), 7)
	if !b.Replayable() {
		t.Error("own limits do not count")
	}
	record(t, b, body(1), 1)
	if b.Replayable() {
		t.Error("own limits do not end")
	}
}

// TestDiskTrouble: a disk that takes nothing costs the replay, never the
// exchange.
func TestDiskTrouble(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not there")
	s := &replay.Store{MemoryMax: 10, FileMax: 1000, TotalFileMax: 1000, Dir: dir}
	b := s.New()
	record(t, b, body(10), 3)
	if !b.Replayable() {
		t.Error("gave up before it needed the disk")
	}
	record(t, b, body(100), 3)
	if b.Replayable() {
		t.Error("replayable without a disk")
	}
	spilled(t, s, 0)
}

func TestNoFileIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	s := &replay.Store{FileMax: 1000, TotalFileMax: 1000, Dir: dir}
	b := s.New()
	p := body(1000)
	record(t, b, p, 300)
	if left := files(t, dir); removedWhileOpen && len(left) != 0 {
		t.Errorf("the spill file has a name: %v", left)
	}
	wantBody(t, b, p)
	b.Close()
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// removedWhileOpen says whether the system lets go of an open file's name.
var removedWhileOpen = os.PathSeparator == '/'

func TestSmallBodiesStayInMemory(t *testing.T) {
	s := &replay.Store{MemoryMax: 1000, FileMax: 1000, TotalFileMax: 1000, Dir: "/dev/null/nowhere"}
	b := s.New()
	record(t, b, body(1000), 300)
	if !b.Replayable() {
		t.Error("the disk was asked")
	}
}

func TestAfterClose(t *testing.T) {
	s := &replay.Store{MemoryMax: 100, FileMax: 100, TotalFileMax: 100, Dir: t.TempDir()}
	b := s.New()
	record(t, b, body(150), 50)
	r := b.Reader()
	b.Close()
	b.Close()
	record(t, b, body(150), 50)
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, replay.ErrGone) || b.Replayable() {
		t.Errorf("read after close: %v, replayable %v", err, b.Replayable())
	}
	spilled(t, s, 0)
}

// TestReaderFollowsTheRecording: at the end so far it says io.EOF, and goes on
// when there is more.
func TestReaderFollowsTheRecording(t *testing.T) {
	s := &replay.Store{MemoryMax: 100, FileMax: 100, TotalFileMax: 100, Dir: t.TempDir()}
	b := s.New()
	p := body(200)
	r := b.Reader()
	for at := 0; at < 200; at += 40 {
		record(t, b, p[at:at+40], 40)
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, p[at:at+40]) {
			t.Fatalf("after %d bytes: read %d, %v", at+40, len(got), err)
		}
	}
	wantBody(t, b, p)
}

// TestChunksAreNotShared: memory that goes back to the pool must not be
// written to by its former owner, nor read.
func TestChunksAreNotShared(t *testing.T) {
	s := &replay.Store{MemoryMax: 100_000, FileMax: 100_000, TotalFileMax: 1 << 30, Dir: t.TempDir()}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				p := body(30_000*(i%4+1) + j)
				b := s.New()
				half := len(p) / 2
				_, _ = b.Write(p[:half])
				got := make([]byte, len(p))
				var both sync.WaitGroup
				both.Go(func() { // replaying while recording
					r := b.Reader()
					for n := 0; n < len(p); {
						m, err := r.Read(got[n:])
						n += m
						if err != nil && err != io.EOF {
							t.Error(err)
							return
						}
					}
				})
				_, _ = b.Write(p[half:])
				both.Wait()
				if !bytes.Equal(got, p) {
					t.Errorf("body of %d bytes was mixed up", len(p))
				}
				b.Close()
			}
		})
	}
	wg.Wait()
	spilled(t, s, 0)
}

func TestMemoryIsUsedAgain(t *testing.T) {
	s := &replay.Store{MemoryMax: 1 << 20}
	p := body(160_000)
	n := testing.AllocsPerRun(50, func() {
		b := s.New()
		_, _ = b.Write(p)
		b.Close()
	})
	// The buffer itself and its growing list of chunks make six, ten new
	// chunks would come on top. The race detector drops a quarter of them.
	if n > 12 {
		t.Errorf("%v allocations for 160 kB", n)
	}
}
