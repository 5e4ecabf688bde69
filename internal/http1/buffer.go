package http1

import "sync"

// Buffers come in two sizes. Nearly every head, and every answer of a few
// kilobytes whole, fits a small one; the large one takes the largest head of
// the default limits. Larger ones are made and forgotten.
const (
	smallBuffer = 16 << 10
	largeBuffer = 64 << 10
)

var (
	smallBuffers = sync.Pool{New: func() any { return new([smallBuffer]byte) }}
	largeBuffers = sync.Pool{New: func() any { return new([largeBuffer]byte) }}
)

// getBuffer returns a buffer of at least n bytes.
func getBuffer(n int) []byte {
	switch {
	case n <= smallBuffer:
		return smallBuffers.Get().(*[smallBuffer]byte)[:]
	case n <= largeBuffer:
		return largeBuffers.Get().(*[largeBuffer]byte)[:]
	}
	return make([]byte, n)
}

// putBuffer gives a buffer back. Only whole buffers are accepted: b must begin
// where the buffer began.
func putBuffer(b []byte) {
	switch cap(b) {
	case smallBuffer:
		smallBuffers.Put((*[smallBuffer]byte)(b[:smallBuffer]))
	case largeBuffer:
		largeBuffers.Put((*[largeBuffer]byte)(b[:largeBuffer]))
	}
}
