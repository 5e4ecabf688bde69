package replay

import (
	"os"
	"sync"
	"sync/atomic"
)

// chunkSize is the unit memory is taken in, in bytes.
const chunkSize = 16 << 10

type chunk = [chunkSize]byte

// Store makes buffers and bounds what they take together. The zero value keeps
// nothing. Its fields must not be changed once it is in use; its methods are
// safe for concurrent use.
type Store struct {
	// MemoryMax is how much of one body is kept in memory, in bytes.
	MemoryMax int64
	// FileMax is how much more of one body is kept in a spill file, in bytes.
	FileMax int64
	// TotalFileMax bounds the spill files of all buffers together, in bytes.
	TotalFileMax int64
	// Dir is where spill files are made; "" means os.TempDir.
	Dir string

	spilled atomic.Int64
	chunks  sync.Pool // of *chunk
}

// New returns an empty buffer with the store's limits.
func (s *Store) New() *Buffer { return s.NewLimited(s.MemoryMax, s.FileMax) }

// NewLimited returns an empty buffer with its own limits per body, for rules
// that differ; TotalFileMax stays common.
func (s *Store) NewLimited(memoryMax, fileMax int64) *Buffer {
	return &Buffer{store: s, memoryMax: memoryMax, fileMax: fileMax}
}

// Spilled returns how many bytes stand in spill files now.
func (s *Store) Spilled() int64 { return s.spilled.Load() }

func (s *Store) chunk() *chunk {
	if c, ok := s.chunks.Get().(*chunk); ok {
		return c
	}
	return new(chunk)
}

// reserve takes n bytes of the common bound and reports whether they were
// there.
func (s *Store) reserve(n int64) bool {
	if s.spilled.Add(n) > s.TotalFileMax {
		s.spilled.Add(-n)
		return false
	}
	return true
}

func (s *Store) dir() string {
	if s.Dir != "" {
		return s.Dir
	}
	return os.TempDir()
}
