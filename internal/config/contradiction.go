package config

import (
	"fmt"
	"slices"

	"torwart/internal/cause"
)

// warner returns what reports a bad combination of settings of the site or rule
// at key. It speaks only where one of the keys concerned is said there, so that
// a rule does not repeat the warnings of its site.
func (c *completer) warner(key string) func(bad bool, keys []string, w, hint cause.Text) {
	return func(bad bool, keys []string, w, hint cause.Text) {
		said := slices.IndexFunc(keys, func(k string) bool { return c.has(key + "." + k) })
		if bad && said >= 0 && !c.bad[key+"."+keys[said]] {
			c.report(key+"."+keys[said], doubtful(w, hint))
		}
	}
}

// contradictions warns of settings that work against each other.
func (c *completer) contradictions(key string, r *Rule) {
	warn := c.warner(key)
	t := r.Timeouts
	warn(t.Request < t.Response, []string{"timeouts.request", "timeouts.response"},
		text("a request ends after %s, but an answer may take %s", "eine Anfrage endet nach %s, eine Antwort darf aber %s brauchen", short(t.Request), short(t.Response)),
		text("make request longer than response", "machen Sie request länger als response"))
	warn(t.Request <= t.Connect, []string{"timeouts.connect", "timeouts.request"},
		text("a connection may take %s, but a request ends after %s", "eine Verbindung darf %s brauchen, aber eine Anfrage endet nach %s", short(t.Connect), short(t.Request)),
		text("make request longer than connect", "machen Sie request länger als connect"))
	warn(r.Hold > 0 && r.Hold >= t.Request, []string{"hold", "timeouts.request"},
		text("a request is held for %s, but ends after %s", "eine Anfrage wird %s gehalten, endet aber nach %s", short(r.Hold), short(t.Request)),
		text("make timeouts.request longer than hold", "machen Sie timeouts.request länger als hold"))
	h := r.Health
	warn(h.Interval > 0 && h.Timeout >= h.Interval, []string{"health.timeout", "health.interval"},
		text("a check may take %s, but the next is due after %s", "eine Prüfung darf %s dauern, aber nach %s ist die nächste fällig", short(h.Timeout), short(h.Interval)),
		text("make interval longer than timeout", "machen Sie interval länger als timeout"))
	warn(r.Hedge.Budget > 0 && r.Hedge.After >= t.Response, []string{"hedge.after", "timeouts.response"},
		text("a request is sent again after %s, but an answer may only take %s", "eine Anfrage wird nach %s noch einmal gesendet, eine Antwort darf aber nur %s brauchen", short(r.Hedge.After), short(t.Response)),
		text("make timeouts.response longer than hedge.after", "machen Sie timeouts.response länger als hedge.after"))
}

// withoutEffect warns of settings that another one makes pointless.
func (c *completer) withoutEffect(key string, r *Rule) {
	warn := c.warner(key)
	warn(r.Health.Interval == 0 && r.Health.Path != "", []string{"health.path"},
		text("is never asked for: the checks are off", "wird nie abgefragt: Die Prüfungen sind aus"),
		text("write an interval, or delete path", "geben Sie interval an, oder streichen Sie path"))
	warn(r.Retry.UnsafeProbable && r.Retry.Attempts == 0, []string{"retry.unsafe_probable", "retry.attempts"},
		text("unsafe_probable has no effect without attempts", "unsafe_probable ist ohne attempts wirkungslos"),
		text("write attempts, or delete unsafe_probable", "geben Sie attempts an, oder streichen Sie unsafe_probable"))
	b := r.HoldBack
	warn((b.Bytes == 0) != (b.Time == 0) && c.has(key+".hold_back.bytes") && c.has(key+".hold_back.time"),
		[]string{"hold_back.bytes"},
		text("the hold-back is off: one of bytes and time is 0", "das Zurückhalten ist aus: bytes oder time ist 0"),
		text("write both, or both as 0", "geben Sie beide an, oder beide als 0"))
	warn(r.Balance != "hash", []string{"hash"},
		text("hash has no effect with balance: %s", "hash ist mit balance: %s wirkungslos", r.Balance),
		text(`write "balance: hash", or delete hash`, `schreiben Sie "balance: hash", oder streichen Sie hash`))
	warn(r.Sticky.TTL > 0 && r.Sticky.Cookie == "" && !c.bad[key+".sticky.cookie"], []string{"sticky.ttl"},
		text("ttl has no effect without a cookie", "ttl ist ohne Cookie wirkungslos"),
		text("write cookie, or delete ttl", "geben Sie cookie an, oder streichen Sie ttl"))
	warn(r.Hedge.After > 0 && r.Hedge.Budget == 0 && !c.bad[key+".hedge.budget"], []string{"hedge.after"},
		text("after has no effect without a budget", "after ist ohne budget wirkungslos"),
		text("write budget, or delete after", "geben Sie budget an, oder streichen Sie after"))
	e := r.Eject
	warn(e.Share == 0 && (e.Failures > 0 || e.ErrorRate > 0 || e.Latency > 0), []string{"eject.share", "eject.failures", "eject.error_rate", "eject.latency"},
		text("nothing is ejected: share is 0", "nichts wird herausgenommen: share ist 0"),
		text("write a share such as 50%, or eject: off", "schreiben Sie einen Anteil wie 50%, oder eject: off"))
}

// unreachable reports the rules of a site for which nothing is left by those
// before them. The longest path wins; among rules of one path those with
// methods come before the one for all, and otherwise the first. Rules without
// a path could not be read and are left out.
func (c *completer) unreachable(key string, rules []Rule) {
	for i, r := range rules {
		at := fmt.Sprintf("%s[%d]", key, i)
		var taken []string
		for j, earlier := range rules[:i] {
			forAll := len(r.Methods) == 0
			if r.Path == "" || earlier.Path != r.Path || forAll != (len(earlier.Methods) == 0) {
				continue
			}
			other := fmt.Sprintf("%s[%d]", key, j)
			line := c.place(other).line
			if forAll || sameSet(earlier.Methods, r.Methods) {
				c.report(at, wrong(text("is for the same path and methods as %s (line %d)", "gilt für denselben Pfad und dieselben Methoden wie %s (Zeile %d)", other, line),
					text(`join them, with the endpoints of both in "to"`, `fassen Sie beide zusammen, mit den Endpunkten beider in "to"`)))
				break
			}
			if taken = append(taken, earlier.Methods...); covers(taken, r.Methods) {
				c.report(at, wrong(text("can never match: rules before it, last %s (line %d), take all its requests", "kann nie zutreffen: Regeln davor, zuletzt %s (Zeile %d), nehmen alle ihre Anfragen", other, line),
					text("put it before them, or delete it", "stellen Sie sie davor, oder streichen Sie sie")))
				break
			}
		}
	}
}

func sameSet(a, b []string) bool { return covers(a, b) && covers(b, a) }

// covers reports whether all methods in some are served by most. A rule for GET
// serves HEAD too.
func covers(most, some []string) bool {
	return !slices.ContainsFunc(some, func(m string) bool {
		return !slices.Contains(most, m) && (m != "HEAD" || !slices.Contains(most, "GET"))
	})
}
