package http1

import (
	"io"

	"torwart/internal/message"
)

// chunkState is where in a chunked body the reader stands (RFC 9112 section
// 7.1).
type chunkState uint8

const (
	// chunkSize: before the line with a size.
	chunkSize chunkState = iota
	// chunkData: within data, or at its end.
	chunkData
	// chunkDataEnd: before the CR LF after data.
	chunkDataEnd
	// chunkTrailers: behind the last chunk.
	chunkTrailers
	// chunkDone: the end was reached.
	chunkDone
)

const (
	// maxSizeDigits allows chunks up to 2^60 bytes, and no overflow.
	maxSizeDigits = 15
	// maxExtension bounds the extensions of one chunk, which nobody uses.
	maxExtension = 256
	// maxTrailers bounds the trailers in bytes.
	maxTrailers = 8 << 10
	// directChunk is how much must be left of a chunk to read it past the
	// buffer. For less, it is cheaper to copy and get the end of the chunk
	// with the same system call.
	directChunk = smallBuffer / 2
)

// readChunked fills p from as many chunks as are buffered, and blocks only
// while it has nothing. It looks ahead to the end, so that the last bytes and
// io.EOF come together.
func (b *body) readChunked(p []byte) (n int, err error) {
	c := b.c
	for {
		switch {
		case b.chunk == chunkData && n == len(p):
			return n, nil
		case b.chunk == chunkData && c.r < c.w:
			n += b.takeChunk(p[n:])
			continue
		case b.chunk != chunkData && c.r < c.w:
			progress, err := b.step()
			if err != nil {
				return n, b.broken(err)
			}
			if b.chunk == chunkDone {
				b.open = false
				return n, io.EOF
			}
			if progress {
				continue
			}
		}
		// Nothing more can be done with what is buffered.
		if n > 0 {
			return n, nil
		}
		if want := min(int64(len(p)), b.left); b.chunk == chunkData && want >= directChunk {
			n, err = c.readSome(p[:want])
			b.consumed(n)
		} else {
			err = c.fill(smallBuffer)
		}
		if err != nil {
			return n, b.failed(err)
		}
	}
}

// takeChunk copies buffered data of the present chunk.
func (b *body) takeChunk(p []byte) int {
	c := b.c
	data := c.rbuf[c.r:c.w]
	if int64(len(data)) > b.left {
		data = data[:b.left]
	}
	n := copy(p, data)
	c.r += n
	b.consumed(n)
	return n
}

func (b *body) consumed(n int) {
	if b.left -= int64(n); b.left == 0 {
		b.chunk = chunkDataEnd
	}
}

// step reads the next element of the framing from what is buffered. Without
// progress the element is not complete.
func (b *body) step() (progress bool, err error) {
	c := b.c
	p := c.rbuf[c.r:c.w]
	switch b.chunk {
	case chunkDataEnd:
		if len(p) < 2 {
			if p[0] != '\r' {
				return false, b.role.malformedChunk("chunk longer than its size: %s", quote(p))
			}
			return false, nil
		}
		if p[0] != '\r' || p[1] != '\n' {
			return false, b.role.malformedChunk("chunk longer than its size: %s", quote(p))
		}
		c.r += 2
		b.chunk = chunkSize
		return true, nil
	case chunkSize:
		return b.stepSize(p)
	}
	return b.stepTrailer(p)
}

// stepSize reads a line with the size of a chunk: hexadecimal digits and
// extensions, which are dropped (RFC 9112 section 7.1.1).
func (b *body) stepSize(p []byte) (progress bool, err error) {
	var size int64
	i := 0
	for i < len(p) && is(p[i], isHex) {
		size = size<<4 | int64(unhex(p[i]))
		if i++; i > maxSizeDigits {
			return false, b.role.malformedChunk("chunk size of more than %d digits", maxSizeDigits)
		}
	}
	if i == len(p) {
		return false, nil
	}
	if i == 0 {
		return false, b.role.malformedChunk("chunk size %s", quoteLine(p))
	}
	end, s := b.sizeLineEnd(p, i)
	switch s {
	case scanShort:
		return false, nil
	case scanLine:
	default:
		return false, b.role.malformedChunk("chunk size line: %s: %s", faultTexts[s], quoteLine(p))
	}
	b.c.r += end
	b.left, b.chunk = size, chunkData
	if size == 0 {
		b.chunk = chunkTrailers
	}
	return true, nil
}

// sizeLineEnd reads what follows the digits of a size, from p[i] on.
func (b *body) sizeLineEnd(p []byte, i int) (end int, s scan) {
	start := i
	for i < len(p) && (p[i] == ' ' || p[i] == '\t') {
		i++
	}
	switch {
	case i == len(p):
	case p[i] == ';':
		i = valueEnd(p, i)
	case i > start && b.role == requests:
		// Only old servers pad sizes with blanks.
		return 0, faultName
	case p[i] != '\r' && p[i] != '\n':
		return 0, faultName
	}
	if i-start > maxExtension {
		return 0, faultTooLong
	}
	return lineEnd(p, i, false)
}

func unhex(c byte) byte {
	if digit(c) {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// stepTrailer reads one trailer field, or the empty line behind the last.
func (b *body) stepTrailer(p []byte) (progress bool, err error) {
	var l fieldLine
	s := scanField(p, false, &l)
	switch {
	case s == scanShort && len(p) > b.trailerBytes, l.end > b.trailerBytes:
		return false, b.role.malformedChunk("trailers larger than allowed")
	case s == scanShort:
		return false, nil
	case s == scanEnd:
		b.c.r += l.end
		b.chunk = chunkDone
		return true, nil
	case s != scanLine:
		return false, b.role.malformedChunk("trailer: %s: %s", faultTexts[s], quoteLine(p))
	}
	if b.trailerFields--; b.trailerFields < 0 {
		return false, b.role.malformedChunk("too many trailers")
	}
	b.trailerBytes -= l.end
	b.c.r += l.end
	return true, b.addTrailer(p, &l)
}

// notInTrailers are the fields that decide about framing, routing or the
// connection, which are too late there (RFC 9110 section 6.5.1).
var notInTrailers = message.SetOf(message.TransferEncoding, message.ContentLength,
	message.Host, message.Connection, message.KeepAlive, message.ProxyConnection,
	message.TE, message.Trailer, message.Upgrade, message.Expect,
	message.MaxForwards, message.Forwarded, message.XForwardedFor,
	message.XForwardedHost, message.XForwardedProto, message.Via,
	message.ProxyAuthenticate, message.ProxyAuthorization, message.Range,
	message.CacheControl, message.ContentType)

// addTrailer keeps a trailer. One that must not be there is an attack when a
// client sends it, and dropped when a server does.
func (b *body) addTrailer(p []byte, l *fieldLine) error {
	if notInTrailers&(1<<message.NameOf(p[:l.name])) == 0 {
		b.trailers.AddLine(p[:l.end], l.name, l.value, l.valueEnd)
		return nil
	}
	if b.role == requests {
		return b.role.malformedChunk("trailer %s", quote(p[:l.name]))
	}
	return nil
}
