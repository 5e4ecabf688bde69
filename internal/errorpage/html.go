package errorpage

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's parts
	"encoding/base64"
	"html/template"
	"strings"
	"sync"
)

// The parts of the page, next to this file so that editors know their
// language. Style and script hold nothing that changes from page to page:
// their hashes stand in the header.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// minReload and defaultReload bound how often browsers without scripts ask
// again, in seconds.
const (
	minReload     = 5
	defaultReload = 30
)

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageHTML))
})

// view is what the template sees.
type view struct {
	Lang         string
	Title        string
	Heading      string
	Lead         string
	NoticeTitle  string
	Notice       string
	Reloads      bool
	ReloadAfter  int64
	ComesBack    string
	Checked      string
	TryNow       string
	DetailsTitle string
	Details      []detail
	Hint         string
	Style        template.CSS
	Script       template.JS
}

type detail struct{ Label, Value string }

// HTML appends the page as a self-contained HTML document.
func (p Page) HTML(dst []byte) []byte {
	t := textsIn(p.Lang)
	s := t.situation[p.situation()]
	v := view{
		Lang: t.lang, Title: s.title, Heading: p.heading(t), Lead: p.lead(t),
		Reloads: p.reloads(), ReloadAfter: defaultReload,
		ComesBack: t.comesBack, Checked: t.checked, TryNow: t.tryNow, DetailsTitle: t.detailsTitle,
		Style: template.CSS(style()), Script: template.JS(script()),
	}
	if p.Host != "" {
		v.Title = printable(p.Host) + ": " + s.title
	}
	v.NoticeTitle, v.Notice = p.consequence(t)
	if p.RetryAfter > 0 {
		v.ReloadAfter = max(seconds(p.RetryAfter), minReload)
	}
	if p.Reference != "" {
		v.Details = append(v.Details, detail{t.reference, printable(p.Reference)})
		v.Hint = t.referenceHint
	}
	code := p.statusLine()
	if p.Symptom != "" {
		code += " · " + printable(string(p.Symptom))
	}
	v.Details = append(v.Details, detail{t.code, code})

	b := bytes.NewBuffer(dst)
	if err := pageTemplate().Execute(b, v); err != nil {
		panic("errorpage: " + err.Error()) // the template and its data are ours
	}
	return b.Bytes()
}

func style() string  { return strings.TrimSpace(pageCSS) }
func script() string { return strings.TrimSpace(pageJS) }

// CSP returns the value of Content-Security-Policy for the HTML form. It
// permits the page's own style and script by their hashes, and asking the same
// site whether it is back; nothing else.
func CSP() string { return policy() }

var policy = sync.OnceValue(func() string {
	return "default-src 'none'; style-src " + hash(style()) + "; script-src " + hash(script()) +
		"; connect-src 'self'; base-uri 'none'; form-action 'none'"
})

// hash returns the source expression that permits an inline block (CSP 3
// section 2.3.1).
func hash(block string) string {
	sum := sha256.Sum256([]byte(block))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
