package cause

import (
	"fmt"
	"regexp"
	"strings"
)

// Markdown returns the entry as a page in the language lang ("de", or
// anything else for English). Codes in its texts are links, made for pages at
// <kind>/<code>.md in one folder, as gendocs writes them.
func (e *Entry) Markdown(lang string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n`%s`\n\n%s\n\n", escape(e.Title.In(lang)), e.Code, e.prose(e.Meaning.In(lang)))
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", headTell.In(lang), e.prose(e.Tell.In(lang)))
	fmt.Fprintf(&b, "## %s\n\n", headRemedy.In(lang))
	for i, s := range e.Remedy {
		number := fmt.Sprintf("%d. ", i+1)
		b.WriteString(number)
		if s.For != "" {
			fmt.Fprintf(&b, "**%s**: ", escape(softwareName(s.For)))
		}
		b.WriteString(e.prose(s.Do.In(lang)) + "\n")
		if s.Line != "" {
			// Indented as far as the number, the block belongs to the step.
			block := "```\n" + s.Line + "\n```"
			indent := strings.Repeat(" ", len(number))
			b.WriteString("\n" + indent + strings.ReplaceAll(block, "\n", "\n"+indent) + "\n\n")
		}
	}
	if !strings.HasSuffix(b.String(), "\n\n") {
		b.WriteByte('\n')
	}
	b.WriteString("---\n\n")
	for _, a := range e.attributes() {
		fmt.Fprintf(&b, "- %s: %s\n", a.label.In(lang), escape(a.value.In(lang)))
	}
	return b.String()
}

// codePattern finds what may be a code: lower-case words joined by hyphens.
// Upper case is in it so that a longer compound is taken whole and does not
// match by its first half.
var codePattern = regexp.MustCompile(`[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+`)

// prose escapes text and makes links of the codes in it.
func (e *Entry) prose(text string) string {
	var b strings.Builder
	last := 0
	for _, m := range codePattern.FindAllStringIndex(text, -1) {
		code := Code(text[m[0]:m[1]])
		other := e.neighbour(code)
		if other == nil {
			continue
		}
		b.WriteString(escape(text[last:m[0]]))
		fmt.Fprintf(&b, "[%s](../%s/%s.md)", code, other.Kind, code)
		last = m[1]
	}
	b.WriteString(escape(text[last:]))
	return b.String()
}

// neighbour returns the entry meant by a code in e's texts: of the two named
// proxy-loop the one of e's own kind, but never e itself.
func (e *Entry) neighbour(c Code) *Entry {
	var out *Entry
	for _, o := range Lookup(c) {
		if o.Kind == e.Kind && o.Code == e.Code {
			continue
		}
		if out == nil || o.Kind == e.Kind {
			out = o
		}
	}
	return out
}

// escape makes text mean itself in Markdown. Underscores within words do so
// already (CommonMark section 6.2), and directives are full of them.
func escape(text string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		switch c {
		case '\\', '`', '*', '[', ']', '<', '|':
			b.WriteByte('\\')
		case '_':
			if i == 0 || i == len(text)-1 || !isWord(text[i-1]) || !isWord(text[i+1]) {
				b.WriteByte('\\')
			}
		case '&':
			b.WriteString("&amp;")
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
