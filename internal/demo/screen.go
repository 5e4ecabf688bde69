package demo

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// row is a line of the picture.
type row []span

// span is text of one style.
type span struct {
	style style
	text  string
}

// style is an SGR parameter of ECMA-48 section 8.3.117; empty is ordinary.
type style string

const (
	normal style = ""
	strong style = "1"
	faint  style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// screen draws pictures one over the other, where the cursor was at first.
// It uses no alternate screen, so that the last picture stays.
type screen struct {
	out   io.Writer
	size  func() (columns, rows int)
	color bool
	drawn int // rows of the last picture

	columns, rows int // when it was drawn
}

// open hides the cursor, close shows it again.
func (s *screen) open()  { fmt.Fprint(s.out, "\x1b[?25l") }
func (s *screen) close() { fmt.Fprint(s.out, "\x1b[?25h") }

// draw writes everything at once, so that nothing flickers.
func (s *screen) draw(rows []row) {
	columns, most := s.size()
	if len(rows) > most-1 {
		rows = rows[:max(most-1, 0)] // what scrolls away cannot be drawn over
	}
	var b bytes.Buffer
	switch resized := s.columns != columns || s.rows != most; {
	case s.drawn > 0 && resized:
		b.WriteString("\x1b[2J\x1b[H") // nobody knows what a resized line looks like
	case s.drawn > 0:
		fmt.Fprintf(&b, "\x1b[%dA\r", s.drawn)
	}
	for _, r := range rows {
		s.write(&b, r, columns-1)
		b.WriteString("\x1b[K\r\n")
	}
	b.WriteString("\x1b[J")
	s.drawn, s.columns, s.rows = len(rows), columns, most
	_, _ = s.out.Write(b.Bytes())
}

// write appends a row, cut to the columns there are: one that wraps would
// take two.
func (s *screen) write(b *bytes.Buffer, r row, columns int) {
	for _, sp := range r {
		text := cut(sp.text, columns)
		columns -= utf8.RuneCountInString(text)
		if s.color && sp.style != normal {
			fmt.Fprintf(b, "\x1b[%sm%s\x1b[0m", sp.style, text)
			continue
		}
		b.WriteString(text)
	}
}

// cut shortens text to so many characters. All of ours are one column wide.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	if most < 1 {
		return ""
	}
	return string([]rune(text)[:most-1]) + "…"
}

// left and right fill text up to a width.
func left(text string, width int) string  { return fmt.Sprintf("%-*s", width, text) }
func right(text string, width int) string { return fmt.Sprintf("%*s", width, text) }
