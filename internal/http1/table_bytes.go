package http1

import (
	"encoding/binary"
	"math/bits"
)

// Classes of bytes (RFC 9110 section 5.6.2, RFC 3986 sections 2 and 3.2.2).
const (
	isToken = 1 << iota // tchar
	isHost              // unreserved and sub-delims: a reg-name without escapes
	isHex               // HEXDIG, either case
)

var bytesTable = func() (t [256]uint8) {
	mark := func(class uint8, set string) {
		for i := range len(set) {
			t[set[i]] |= class
		}
	}
	const digits = "0123456789"
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	mark(isToken, digits+letters+"!#$%&'*+-.^_`|~")
	mark(isHost, digits+letters+"-._~"+"!$&'()*+,;=")
	mark(isHex, digits+"abcdefABCDEF")
	return t
}()

func is(c byte, class uint8) bool { return bytesTable[c]&class != 0 }

// The scanners below look at eight bytes at once. For each byte of x the
// highest bit of the result is set when the byte matches. Bytes above the
// first match may be marked wrongly (borrow), so only the lowest mark counts.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// below marks the bytes of x less than n, n at most 128.
func below(x uint64, n byte) uint64 { return (x - ones*uint64(n)) &^ x & highs }

// equal marks the bytes of x equal to c.
func equal(x uint64, c byte) uint64 { return below(x^ones*uint64(c), 1) }

// valueEnd returns the index of the first byte of b, from i on, that cannot
// be part of a field value (RFC 9110 section 5.5: SP, HTAB, VCHAR and obs-text
// can), or len(b).
func valueEnd(b []byte, i int) int {
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		found := below(x, ' ') | equal(x, 0x7f)
		if found == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(found) >> 3
		if b[i] != '\t' {
			return i
		}
		i++
	}
	for i < len(b) && (b[i] >= ' ' && b[i] != 0x7f || b[i] == '\t') {
		i++
	}
	return i
}

// targetEnd returns the index of the first byte of b that a request target
// must not hold or that needs a closer look: white space, controls, '#' and
// '%'; or len(b).
func targetEnd(b []byte, i int) int {
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		found := below(x, ' '+1) | equal(x, 0x7f) | equal(x, '#') | equal(x, '%')
		if found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
		i += 8
	}
	for i < len(b) && b[i] > ' ' && b[i] != 0x7f && b[i] != '#' && b[i] != '%' {
		i++
	}
	return i
}
