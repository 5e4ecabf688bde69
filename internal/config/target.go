package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// targetsOf is the file's list of endpoints that are nothing but URLs.
func targetsOf(urls []string) Targets {
	var out Targets
	for _, u := range urls {
		out = append(out, FileTarget{URL: &u})
	}
	return out
}

// MarshalJSON writes an endpoint of which only the URL is said as that URL.
func (t FileTarget) MarshalJSON() ([]byte, error) {
	if t.URL != nil && t.Weight == nil && t.Backup == nil {
		return json.Marshal(*t.URL)
	}
	type plain FileTarget
	return json.Marshal(plain(t))
}

// file is the inverse of target.
func (t Target) file() FileTarget {
	url := unexpand(t.URL)
	if t == (Target{URL: t.URL, Weight: 1}) {
		return FileTarget{URL: &url}
	}
	return FileTarget{URL: &url, Weight: &t.Weight, Backup: &t.Backup}
}

// endpoints checks the endpoints of the site or rule at key.
func (c *completer) endpoints(key string, to Targets) []Target {
	if !c.has(key + ".to") {
		c.report(key, wrong(text("says not where requests go", "sagt nicht, wohin Anfragen gehen"),
			text(`write "to" with the URLs of the application`, `schreiben Sie "to" mit den URLs der Anwendung`)))
	}
	var out []Target
	for i := range to {
		at := fmt.Sprintf("%s.to[%d]", key, i)
		t, ok := c.target(at, to[i])
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(o Target) bool { return o.URL == t.URL }) {
			c.report(at, twice(t.URL))
		}
		out = append(out, t)
	}
	// With some of them unread nothing can be said about all.
	if len(out) == len(to) && len(out) > 0 {
		c.workless(key+".to", out)
	}
	return out
}

// target checks the endpoint at key; ok means that it can be used.
func (c *completer) target(key string, f FileTarget) (t Target, ok bool) {
	at := key
	if c.has(key + ".url") {
		at = key + ".url"
	}
	if f.URL == nil {
		if !c.bad[key] && !c.bad[at] {
			c.report(key, wrong(text("has no URL", "hat keine URL"), write(`url: "http://127.0.0.1:9101"`)))
		}
		return t, false
	}
	preset(reflect.ValueOf(&f).Elem())
	u, ok := checked(c, at, *f.URL, parseUpstream)
	if !ok {
		return t, false
	}
	own := text("write the application's own address", "schreiben Sie die Adresse der Anwendung")
	for _, l := range c.cfg.Listen {
		if u.reaches(l) {
			c.report(at, wrong(text("%s is torwart itself, which listens at %s: requests would go round for ever", "%s ist torwart selbst, das an %s lauscht: Anfragen liefen ewig im Kreis", u, l), own))
		}
	}
	if u.reaches(c.cfg.Admin) {
		c.report(at, wrong(text("%s is torwart's own admin address", "%s ist die Admin-Adresse von torwart selbst", u), own))
	}
	return Target{URL: u.String(), Weight: *f.Weight, Backup: *f.Backup}, true
}

// workless reports endpoints of which none may ever get a request, or none
// before something is broken.
func (c *completer) workless(key string, to []Target) {
	switch {
	case !slices.ContainsFunc(to, func(t Target) bool { return !t.Backup }):
		c.report(key, wrong(text("all endpoints are backups: none serves first", "alle Endpunkte sind Reserve: Keiner bedient zuerst"),
			text(`delete "backup" from those that serve first`, `streichen Sie "backup" bei denen, die zuerst bedienen`)))
	case !slices.ContainsFunc(to, func(t Target) bool { return t.Weight > 0 }):
		c.report(key, wrong(text("all endpoints have the weight 0: none takes requests", "alle Endpunkte haben das Gewicht 0: Keiner nimmt Anfragen an"),
			text("give one of them a weight from 1", "geben Sie einem davon ein Gewicht ab 1")))
	}
}
