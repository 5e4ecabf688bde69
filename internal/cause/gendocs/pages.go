package main

import (
	"fmt"
	"strings"

	"torwart/internal/cause"
	"torwart/internal/locale"
)

// pages returns every page by its slash-separated path.
func pages() map[string]string {
	out := map[string]string{"README.md": index()}
	all := cause.All()
	for i := range all {
		e := &all[i]
		for _, l := range locale.Langs() {
			out[pagePath(e, l)] = e.Markdown(string(l))
		}
	}
	return out
}

// pagePath returns where an entry's page is. Links within a language lead from
// one kind's folder to the other's, which is what [cause.Entry.Markdown]
// relies on.
func pagePath(e *cause.Entry, l locale.Lang) string {
	return fmt.Sprintf("%s/%s/%s.md", l, e.Kind, e.Code)
}

// index returns the page that lists all codes.
func index() string {
	var b strings.Builder
	b.WriteString(`# Symptoms and root causes

A **symptom** says what was seen on the wire, a **root cause** says why. Their codes stand in logs, metrics, URLs and alerts and are
stable for ever: a code may be retired, but is never renamed or reused. ` + "`torwart causes CODE`" + ` shows the same pages in the terminal.

Ein **Symptom** sagt, was auf der Leitung zu sehen war, eine **Ursache**, warum. Die Codes ändern sich nie.

These pages are made from the catalogue by ` + "`go generate ./internal/cause`" + `; change them there.

## Symptoms

Tier is the usual tier on the retry-safety ladder, status what the client gets when nothing can save the request ("-": as the
upstream answered), Proxy-Status the error type of RFC 9209.

| Code | Symptom | auf Deutsch | Proxy-Status | Tier | Status |
|---|---|---|---|---|---|
`)
	for _, e := range cause.Symptoms() {
		status := "-"
		if e.Status != 0 {
			status = fmt.Sprint(e.Status)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", e.Code, titles(&e), orDash(e.ProxyStatus), e.Tier, status)
	}
	b.WriteString(`
## Root causes

| Code | Root cause | auf Deutsch | Category |
|---|---|---|---|
`)
	for _, e := range cause.RootCauses() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Code, titles(&e), orDash(e.Category))
	}
	return b.String()
}

// titles returns the cells that link to an entry's pages.
func titles(e *cause.Entry) string {
	var cells []string
	for _, l := range locale.Langs() {
		title := strings.ReplaceAll(e.Title.In(string(l)), "|", "\\|")
		cells = append(cells, fmt.Sprintf("[%s](%s)", title, pagePath(e, l)))
	}
	return strings.Join(cells, " | ")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
