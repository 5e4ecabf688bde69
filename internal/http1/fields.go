package http1

// scan is what scanField found.
type scan uint8

const (
	// scanLine: a field line.
	scanLine scan = iota
	// scanEnd: the empty line that ends a section of fields.
	scanEnd
	// scanShort: no line end yet.
	scanShort
	// The faults, in faultTexts.
	faultName
	faultNoName
	faultNoColon
	faultSpaceBeforeColon
	faultFold
	faultBareCR
	faultBareLF
	faultNUL
	faultControl
	faultTooLong
)

// faultTexts say what is wrong with a line.
var faultTexts = [...]string{
	faultName:             "a byte that may not stand there",
	faultNoName:           "empty field name",
	faultNoColon:          "no colon",
	faultSpaceBeforeColon: "white space before the colon",
	faultFold:             "folded line (obs-fold)",
	faultBareCR:           "CR without LF",
	faultBareLF:           "LF without CR",
	faultNUL:              "NUL",
	faultControl:          "control character",
	faultTooLong:          "too long",
}

// fieldLine is the place of the parts of a field line within its section:
// the name is b[:name], the value b[value:valueEnd], and b[end:] comes next.
type fieldLine struct {
	name, value, valueEnd, end int
	// loose is set when the line must be printed anew to be right: it ended
	// with a bare LF or had white space before its colon.
	loose bool
}

// scanField reads the field line at the start of b into l (RFC 9112 section 5).
// It is the hottest loop of the engine; l is a pointer because returning the
// struct took a third of its time.
//
// In responses (loose) a bare LF ends a line, and white space before the colon
// is dropped, as section 5.1 demands of proxies. In requests both are refused,
// as both have been used to smuggle.
func scanField(b []byte, loose bool, l *fieldLine) scan {
	i := 0
	for i < len(b) && is(b[i], isToken) {
		i++
	}
	if i == len(b) {
		return scanShort
	}
	l.loose = false
	if b[i] != ':' || i == 0 {
		return scanOdd(b, i, loose, l)
	}
	l.name = i
	return scanValue(b, i+1, loose, l)
}

// scanValue reads what follows the colon.
func scanValue(b []byte, i int, loose bool, l *fieldLine) scan {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	l.value = i
	i = valueEnd(b, i)
	end, s := lineEnd(b, i, loose)
	if s != scanLine {
		return s
	}
	l.loose = l.loose || end == i+1
	l.end = end
	for i > l.value && (b[i-1] == ' ' || b[i-1] == '\t') {
		i--
	}
	l.valueEnd = i
	return scanLine
}

// lineEnd reads the CR LF that must stand at b[i:].
func lineEnd(b []byte, i int, loose bool) (end int, s scan) {
	if i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n' {
		return i + 2, scanLine
	}
	return lineEndOdd(b, i, loose)
}

func lineEndOdd(b []byte, i int, loose bool) (end int, s scan) {
	switch {
	case i >= len(b) || b[i] == '\r' && i+1 == len(b):
		return 0, scanShort
	case b[i] == '\r':
		return 0, faultBareCR
	case b[i] == '\n' && loose:
		return i + 1, scanLine
	case b[i] == '\n':
		return 0, faultBareLF
	case b[i] == 0:
		return 0, faultNUL
	}
	return 0, faultControl
}

// scanOdd reads a line whose name is not simply followed by a colon: the empty
// line, or a fault at b[i].
func scanOdd(b []byte, i int, loose bool, l *fieldLine) scan {
	switch b[i] {
	case '\r', '\n':
		end, s := lineEnd(b, i, loose)
		switch {
		case s != scanLine:
			return s
		case i > 0:
			return faultNoColon
		}
		l.end, l.loose = end, end == 1
		return scanEnd
	case ' ', '\t':
		return scanSpace(b, i, loose, l)
	case ':':
		return faultNoName
	}
	return faultName
}

// scanSpace reads a line with white space where its name ends.
func scanSpace(b []byte, i int, loose bool, l *fieldLine) scan {
	if i == 0 {
		return faultFold
	}
	l.name, l.loose = i, true
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	switch {
	case i == len(b):
		return scanShort
	case b[i] != ':':
		return faultName
	case !loose:
		return faultSpaceBeforeColon
	}
	return scanValue(b, i+1, loose, l)
}
