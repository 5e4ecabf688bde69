package replay

import (
	"errors"
	"io"
	"os"
	"sync"
)

// ErrGone is what a reader returns once its buffer has given up or was closed.
var ErrGone = errors.New("replay: recording is gone")

// Buffer is the recording of one body. It is safe for concurrent use: a reader
// may replay the beginning while the rest is still being recorded.
//
// Memory is kept as it is when the spill file begins: the body is the chunks,
// then the file.
type Buffer struct {
	store              *Store
	memoryMax, fileMax int64

	mu     sync.Mutex
	chunks []*chunk
	inMem  int64
	inFile int64
	total  int64 // written, kept or not
	file   *os.File
	named  bool // the file could not be removed while open
	gone   bool
}

// Write records p. It always returns len(p) and nil: what cannot be kept makes
// the buffer give up, see [Buffer.Replayable].
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total += int64(len(p))
	rest := p
	if !b.gone {
		rest = b.remember(p)
	}
	if len(rest) > 0 && !b.gone && !b.spill(rest) {
		b.release()
	}
	return len(p), nil
}

// remember takes what fits into memory and returns the rest.
func (b *Buffer) remember(p []byte) []byte {
	for len(p) > 0 && b.inMem < b.memoryMax {
		used := int(b.inMem % chunkSize)
		if used == 0 {
			b.chunks = append(b.chunks, b.store.chunk())
		}
		room := min(int64(chunkSize-used), b.memoryMax-b.inMem)
		n := copy(b.chunks[len(b.chunks)-1][used:used+int(room)], p)
		b.inMem += int64(n)
		p = p[n:]
	}
	return p
}

// spill appends p to the file and reports whether all of it was kept.
func (b *Buffer) spill(p []byte) bool {
	n := int64(len(p))
	if b.inFile+n > b.fileMax || !b.store.reserve(n) {
		return false
	}
	// Counted before it is written, so that release gives back what was
	// reserved also when the disk is full half-way.
	at := b.inFile
	b.inFile += n
	if b.file == nil && !b.open() {
		return false
	}
	_, err := b.file.WriteAt(p, at)
	return err == nil
}

// open makes the spill file and takes its name away, so that nothing is left
// behind however the process ends.
func (b *Buffer) open() bool {
	f, err := os.CreateTemp(b.store.dir(), "torwart-replay-*")
	if err != nil {
		return false
	}
	b.file = f
	b.named = os.Remove(f.Name()) != nil
	return true
}

// Replayable reports whether the whole body so far can be read again.
func (b *Buffer) Replayable() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.gone
}

// Len returns how many bytes were written. While the buffer is
// [Buffer.Replayable], so many can be read again.
func (b *Buffer) Len() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}

// Close frees memory and disk. Readers return [ErrGone] from then on, and
// what is still written is thrown away. It may be called more than once, and
// always returns nil.
func (b *Buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.release()
	return nil
}

// release gives everything back.
func (b *Buffer) release() {
	b.gone = true
	for i, c := range b.chunks {
		b.store.chunks.Put(c)
		b.chunks[i] = nil
	}
	b.store.spilled.Add(-b.inFile)
	b.chunks, b.inMem, b.inFile = nil, 0, 0
	if b.file == nil {
		return
	}
	// Nothing depends on the contents any more, so neither error matters.
	_ = b.file.Close()
	if b.named {
		_ = os.Remove(b.file.Name())
	}
	b.file = nil
}

// Reader returns a reader that begins at the first byte. It ends with io.EOF
// where the recording ends at that moment; if more is recorded later, it reads
// on from there. Each reader has its own position and is for one goroutine at
// a time.
func (b *Buffer) Reader() io.Reader { return &reader{b: b} }

type reader struct {
	b  *Buffer
	at int64
}

// Read reads what was recorded.
func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b := r.b
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.gone:
		return 0, ErrGone
	case r.at < b.inMem:
		i, from := r.at/chunkSize, r.at%chunkSize
		to := min(int64(chunkSize), b.inMem-i*chunkSize)
		n := copy(p, b.chunks[i][from:to])
		r.at += int64(n)
		return n, nil
	case r.at < b.inMem+b.inFile:
		p = p[:min(int64(len(p)), b.inMem+b.inFile-r.at)]
		n, err := b.file.ReadAt(p, r.at-b.inMem)
		r.at += int64(n)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // the end of the file is not the body's
		}
		return n, err
	}
	return 0, io.EOF
}
