package message

import (
	"iter"
	"slices"
)

// Fields is a list of field lines. Each stands in buf as it stands on an
// HTTP/1 wire, "Name: value\r\n", so that printing copies whole runs of lines
// nobody touched. The zero value is an empty list, ready to use.
//
// Not safe for concurrent use.
type Fields struct {
	buf   []byte
	lines []line
	known uint64 // bit n: a line with Name n is present (n not Other)
}

// line is the place of one field line within buf.
type line struct {
	start, value, valueEnd, end uint32
	nameLen                     uint16
	name                        Name
	gone                        bool
}

// Reset empties the list and keeps its memory.
func (f *Fields) Reset() {
	f.buf = f.buf[:0]
	f.lines = f.lines[:0]
	f.known = 0
}

// Len returns the number of field lines.
func (f *Fields) Len() int {
	n := 0
	for i := range f.lines {
		if !f.lines[i].gone {
			n++
		}
	}
	return n
}

// Grow makes room for n bytes of field lines, so that a parser which knows
// the size of a head causes at most one allocation.
func (f *Fields) Grow(n int) {
	if cap(f.buf)-len(f.buf) < n {
		b := make([]byte, len(f.buf), len(f.buf)+n)
		copy(b, f.buf)
		f.buf = b
	}
}

// Add appends a field line. The caller vouches that name is a token and that
// value holds no CR, LF or NUL.
func (f *Fields) Add(name, value string) {
	start := len(f.buf)
	f.buf = append(f.buf, name...)
	f.buf = append(f.buf, ": "...)
	f.finish(start, len(name), len(f.buf), value)
}

// AddName appends a field line with a known name.
func (f *Fields) AddName(n Name, value string) { f.Add(nameTexts[n], value) }

// AddBytes appends a field line; see Add.
func (f *Fields) AddBytes(name, value []byte) {
	start := len(f.buf)
	f.buf = append(f.buf, name...)
	f.buf = append(f.buf, ": "...)
	v := len(f.buf)
	f.buf = append(f.buf, value...)
	f.buf = append(f.buf, "\r\n"...)
	f.put(start, len(name), v, v+len(value))
}

func (f *Fields) finish(start, nameLen, v int, value string) {
	f.buf = append(f.buf, value...)
	f.buf = append(f.buf, "\r\n"...)
	f.put(start, nameLen, v, v+len(value))
}

// AddLine appends one field line as it stood on the wire, including its
// CR LF: nameLen bytes of name, a colon, and the value at raw[value:valueEnd]
// (without the white space around it). nameLen is at most 65535. It returns
// the name it recognised, so that a parser need not look for it again.
func (f *Fields) AddLine(raw []byte, nameLen, value, valueEnd int) Name {
	start := len(f.buf)
	f.buf = append(f.buf, raw...)
	return f.put(start, nameLen, start+value, start+valueEnd)
}

// put records the line that now ends buf.
func (f *Fields) put(start, nameLen, value, valueEnd int) Name {
	n := NameOf(f.buf[start : start+nameLen])
	f.known |= 1 << n
	at := len(f.lines)
	if at == cap(f.lines) {
		f.lines = slices.Grow(f.lines, 16)
	}
	f.lines = f.lines[:at+1]
	l := &f.lines[at] // written in place: this is the parsers' inner loop
	l.start, l.value, l.valueEnd = uint32(start), uint32(value), uint32(valueEnd)
	l.end, l.nameLen, l.name, l.gone = uint32(len(f.buf)), uint16(nameLen), n, false
	return n
}

// Has reports whether a line with the known name n is there.
func (f *Fields) Has(n Name) bool { return f.known&(1<<n) != 0 }

// Get returns the value of the first line with the known name n.
func (f *Fields) Get(n Name) ([]byte, bool) {
	if f.known&(1<<n) == 0 {
		return nil, false
	}
	for i := range f.lines {
		l := &f.lines[i]
		if l.name == n && !l.gone {
			return f.buf[l.value:l.valueEnd], true
		}
	}
	return nil, false
}

// Values iterates over the values of all lines with the known name n.
func (f *Fields) Values(n Name) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if f.known&(1<<n) == 0 {
			return
		}
		for i := range f.lines {
			l := &f.lines[i]
			if l.name == n && !l.gone && !yield(f.buf[l.value:l.valueEnd]) {
				return
			}
		}
	}
}

// Lookup returns the value of the first line with any name, compared without
// regard to case. Prefer Get for known names.
func (f *Fields) Lookup(name string) ([]byte, bool) {
	for i := range f.lines {
		l := &f.lines[i]
		if !l.gone && EqualFold(f.nameOf(l), name) {
			return f.buf[l.value:l.valueEnd], true
		}
	}
	return nil, false
}

// All iterates over name and value of every line in wire order. Deleting the
// current line while iterating is allowed.
func (f *Fields) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i := range f.lines {
			l := &f.lines[i]
			if !l.gone && !yield(f.nameOf(l), f.buf[l.value:l.valueEnd]) {
				return
			}
		}
	}
}

// Del removes all lines with the known name n.
func (f *Fields) Del(n Name) {
	if f.known&(1<<n) == 0 {
		return
	}
	for i := range f.lines {
		if f.lines[i].name == n {
			f.lines[i].gone = true
		}
	}
	f.known &^= 1 << n
}

// DelBytes removes all lines with the given name, compared without regard to
// case.
func (f *Fields) DelBytes(name []byte) {
	if n := NameOf(name); n != Other {
		f.Del(n)
		return
	}
	for i := range f.lines {
		l := &f.lines[i]
		if !l.gone && equalFoldBytes(f.nameOf(l), name) {
			l.gone = true
		}
	}
}

// Set replaces all lines with the known name n by one.
func (f *Fields) Set(n Name, value string) {
	f.Del(n)
	f.AddName(n, value)
}

// AppendTo appends all lines as they stand on an HTTP/1 wire, without the
// empty line that ends a head.
func (f *Fields) AppendTo(dst []byte) []byte {
	run := 0 // start of the run of kept bytes not yet copied
	for i := range f.lines {
		l := &f.lines[i]
		if l.gone {
			dst = append(dst, f.buf[run:l.start]...)
			run = int(l.end)
		}
	}
	return append(dst, f.buf[run:]...)
}

// NameSet is a set of known names.
type NameSet uint64

// SetOf returns the set of the given names.
func SetOf(names ...Name) (s NameSet) {
	for _, n := range names {
		s |= 1 << n
	}
	return s
}

// HasAny reports whether a line with one of the known names in s is there.
func (f *Fields) HasAny(s NameSet) bool { return f.known&uint64(s) != 0 }

// Size returns an upper bound of what AppendTo appends, in bytes.
func (f *Fields) Size() int { return len(f.buf) }

// AppendWithout is AppendTo without the lines whose name is in skip; f stays
// as it is.
func (f *Fields) AppendWithout(dst []byte, skip NameSet) []byte {
	if !f.HasAny(skip) {
		return f.AppendTo(dst)
	}
	run := 0 // start of the run of kept bytes not yet copied
	for i := range f.lines {
		l := &f.lines[i]
		if l.gone || skip&(1<<l.name) != 0 {
			dst = append(dst, f.buf[run:l.start]...)
			run = int(l.end)
		}
	}
	return append(dst, f.buf[run:]...)
}

// CopyFrom makes f an independent copy of g, reusing f's memory.
func (f *Fields) CopyFrom(g *Fields) {
	f.buf = append(f.buf[:0], g.buf...)
	f.lines = append(f.lines[:0], g.lines...)
	f.known = g.known
}

func (f *Fields) nameOf(l *line) []byte { return f.buf[l.start : l.start+uint32(l.nameLen)] }
