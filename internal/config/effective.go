package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// completer turns the file as written into the effective configuration, and
// checks on the way what concerns more than the form of one value.
type completer struct {
	*reading
	cfg *Config
	// hosts has the key of the site that serves each host; "" is every other.
	hosts map[string]string
}

// complete returns the effective configuration of f. It is sound only when the
// reading has not failed.
func (r *reading) complete(f *File) *Config {
	c := &completer{reading: r, cfg: &Config{}, hosts: map[string]string{}}
	logSaid := f.Log != nil && f.Log.Access != nil
	preset(reflect.ValueOf(f).Elem())
	c.listeners(f)
	for i, s := range f.Resolvers {
		key := fmt.Sprintf("resolvers[%d]", i)
		if a, ok := checked(c, key, s, parseResolver); ok {
			c.cfg.Resolvers = append(c.cfg.Resolvers, a)
		}
	}
	for i, s := range f.Trust {
		key := fmt.Sprintf("trust[%d]", i)
		if p, ok := checked(c, key, s, parseTrust); ok && !slices.Contains(c.cfg.Trust, p) {
			c.cfg.Trust = append(c.cfg.Trust, p)
		}
	}
	c.log(f.Log, logSaid)
	if len(f.Sites) == 0 && !c.bad["sites"] {
		c.report("sites", wrong(text("there is no site", "es gibt keine Site"),
			text(`write one: sites: [{to: "http://127.0.0.1:9101"}]`, `schreiben Sie eine: sites: [{to: "http://127.0.0.1:9101"}]`)))
	}
	for i := range f.Sites {
		if key := fmt.Sprintf("sites[%d]", i); !c.bad[key] {
			c.site(key, &f.Sites[i])
		}
	}
	return c.cfg
}

// checked parses the value at key and reports what is wrong with it; ok means
// that the result can be used.
func checked[T any](c *completer, key, s string, parse func(string) (T, *fault)) (v T, ok bool) {
	if c.bad[key] {
		return v, false
	}
	v, f := parse(s)
	if f != nil {
		c.report(key, f)
	}
	return v, f == nil || f.severity == Warning
}

func (c *completer) listeners(f *File) {
	for i, s := range f.Listen {
		key := fmt.Sprintf("listen[%d]", i)
		a, ok := checked(c, key, s, parseListen)
		if !ok {
			continue
		}
		if i := slices.IndexFunc(c.cfg.Listen, func(l string) bool { return overlap(a, l) }); i >= 0 {
			c.report(key, wrong(text("%s and %s exclude each other", "%s und %s schließen einander aus", a, c.cfg.Listen[i]),
				text("keep one; an address without host serves IPv4 and IPv6", "behalten Sie eine; eine Adresse ohne Host bedient IPv4 und IPv6")))
		}
		c.cfg.Listen = append(c.cfg.Listen, a)
	}
	if *f.Admin == "off" {
		return
	}
	a, ok := checked(c, "admin", *f.Admin, parseAdmin)
	if !ok {
		return
	}
	c.cfg.Admin = a
	if slices.ContainsFunc(c.cfg.Listen, func(l string) bool { return overlap(a, l) }) {
		c.report("admin", wrong(text("%s is listened at for requests and is the admin address", "an %s wird auf Anfragen gelauscht, und es ist die Admin-Adresse", a),
			text("give one of them another port", "geben Sie einer von beiden einen anderen Port")))
	}
}

// parseAdmin reads the address of the admin listener. A fault beside a valid
// address is a warning.
func parseAdmin(s string) (string, *fault) {
	switch s {
	case "", "none", "no", "false", "0":
		return "", wrong(text("%s is no address", "%s ist keine Adresse", quote(s)), write("off"))
	}
	a, f := parseListen(s)
	if f != nil {
		return "", f
	}
	if host, port, _ := splitHostPort(a, ""); !isLoopback(host) {
		return a, doubtful(text("the admin address %s is open to the network and asks for no password", "die Admin-Adresse %s ist vom Netz aus offen und fragt nach keinem Passwort", s),
			write("127.0.0.1:"+port))
	}
	return a, nil
}

// log: whoever names a file and no format wants a log, not the default "off".
func (c *completer) log(l *FileLog, said bool) {
	c.cfg.Log.Access = *l.Access
	if l.File == nil {
		return
	}
	c.cfg.Log.File = *l.File
	switch {
	case *l.File == "":
		c.report("log.file", wrong(text("the name is empty", "der Name ist leer"), text("leave it out for standard output", "lassen Sie ihn für die Standardausgabe weg")))
	case !said:
		c.cfg.Log.Access = "json"
	case *l.Access == "off":
		c.report("log.file", doubtful(text("nothing is written to the file: the access log is off", "in die Datei wird nichts geschrieben: Das Zugriffsprotokoll ist aus"),
			text(`write "access: json", or delete "file"`, `schreiben Sie "access: json", oder streichen Sie "file"`)))
	}
}

func (c *completer) site(key string, s *FileSite) {
	out := Site{}
	for i, h := range s.Hosts {
		at := fmt.Sprintf("%s.hosts[%d]", key, i)
		if host, ok := checked(c, at, h, parseHost); ok {
			c.claim(host, key, at)
			out.Hosts = append(out.Hosts, host)
		}
	}
	if len(s.Hosts) == 0 && !c.bad[key+".hosts"] {
		c.claim("", key, key)
	}
	settings := inherit(presets(), s.FileSettings)
	toKey, rulesKey := key+".to", key+".rules"
	switch {
	case c.has(toKey) && c.has(rulesKey):
		c.report(rulesKey, wrong(text(`a site has "to" or "rules", not both`, `eine Site hat "to" oder "rules", nicht beides`),
			text(`move "to" into a rule with the path "/"`, `verschieben Sie "to" in eine Regel mit dem Pfad "/"`)))
	case c.has(rulesKey):
		c.settings(key, settings)
		for i := range s.Rules {
			at := fmt.Sprintf("%s[%d]", rulesKey, i)
			var r Rule // stays empty where the rule could not be read, to keep the indices
			if !c.bad[at] {
				r = c.rule(at, &s.Rules[i], settings)
			}
			out.Rules = append(out.Rules, r)
		}
		c.unreachable(rulesKey, out.Rules)
	default:
		r := c.settings(key, settings)
		r.Path, r.To = "/", c.endpoints(key, s.To)
		out.Rules = []Rule{r}
	}
	c.cfg.Sites = append(c.cfg.Sites, out)
}

// claim notes that the site serves the host, which stands at the key at.
func (c *completer) claim(host, site, at string) {
	other, taken := c.hosts[host]
	switch {
	case !taken:
		c.hosts[host] = site
	case host == "":
		c.report(at, wrong(text("serves every host, and so does %s (line %d)", "bedient jeden Host, und das tut schon %s (Zeile %d)", other, c.place(other).line),
			text(`give one of them "hosts"`, `geben Sie einer von beiden "hosts"`)))
	case other == site:
		c.report(at, twice(host))
	default:
		c.report(at, wrong(text("%s is served by %s (line %d) already", "%s wird schon von %s bedient (Zeile %d)", host, other, c.place(other).line),
			text("name each host in one site; rules share its paths out", "nennen Sie jeden Host in einer Site; Regeln teilen seine Pfade auf")))
	}
}

func (c *completer) rule(key string, f *FileRule, site FileSettings) Rule {
	r := c.settings(key, inherit(site, f.FileSettings))
	r.Path = "/"
	if f.Path != nil {
		r.Path, _ = checked(c, key+".path", *f.Path, parsePath)
	}
	for i, m := range f.Methods {
		at := fmt.Sprintf("%s.methods[%d]", key, i)
		m, ok := checked(c, at, m, parseMethod)
		if !ok {
			r.Path = "" // without all its methods it is not compared with others
			continue
		}
		if slices.Contains(r.Methods, m) {
			c.report(at, twice(m))
		}
		r.Methods = append(r.Methods, m)
	}
	r.To = c.endpoints(key, f.To)
	return r
}

// settings translates the complete settings of the site or rule at key and
// warns of those that contradict each other.
func (c *completer) settings(key string, s FileSettings) Rule {
	path := *s.Health.Path
	if c.has(key + ".health.path") {
		path, _ = checked(c, key+".health.path", path, parseHealthPath)
	}
	r := Rule{
		Health: Health{
			Path: path, Interval: time.Duration(*s.Health.Interval), Timeout: time.Duration(*s.Health.Timeout),
			Fails: *s.Health.Fails, Passes: *s.Health.Passes,
		},
		Hold:     time.Duration(*s.Hold),
		HoldBack: HoldBack{Bytes: int64(*s.HoldBack.Bytes), Time: time.Duration(*s.HoldBack.Time)},
		Retry:    Retry{Attempts: *s.Retry.Attempts, Budget: float64(*s.Retry.Budget), UnsafeProbable: *s.Retry.UnsafeProbable},
		Timeouts: Timeouts{
			Connect: time.Duration(*s.Timeouts.Connect), Response: time.Duration(*s.Timeouts.Response),
			Idle: time.Duration(*s.Timeouts.Idle), Request: time.Duration(*s.Timeouts.Request),
		},
		Balance: *s.Balance,
		Sticky:  Sticky{Cookie: string(*s.Sticky.Cookie), TTL: time.Duration(*s.Sticky.TTL)},
		Eject: Eject{
			Failures: *s.Eject.Failures, ErrorRate: float64(*s.Eject.ErrorRate), Latency: float64(*s.Eject.Latency),
			Time: time.Duration(*s.Eject.Time), Share: float64(*s.Eject.Share),
		},
		Hedge:  Hedge{Budget: float64(*s.Hedge.Budget), After: time.Duration(*s.Hedge.After)},
		Resume: *s.Resume == "on",
		Limits: Limits{
			Head: int(*s.Limits.Head), Fields: *s.Limits.Fields, Body: int64(*s.Limits.Body),
			ReplayMemory: int64(*s.Limits.ReplayMemory), ReplayFile: int64(*s.Limits.ReplayFile),
			Concurrent: *s.Limits.Concurrent,
		},
	}
	if r.Balance == "hash" {
		r.Hash.By, r.Hash.Name, _ = strings.Cut(string(*s.Hash), " ")
	}
	if ttl := r.Sticky.TTL; ttl > 0 && ttl < time.Second && c.has(key+".sticky.ttl") {
		// Max-Age counts seconds (RFC 6265 section 4.1.2.2), and 0 deletes.
		c.report(key+".sticky.ttl", wrong(text("%s is less than a second, which no cookie lives", "%s ist weniger als eine Sekunde, die kürzeste Zeit eines Cookies", short(ttl)),
			text("write 1s or more, or 0s: until the client is closed", "schreiben Sie 1s oder mehr, oder 0s: bis der Client geschlossen wird")))
	}
	c.contradictions(key, &r)
	c.withoutEffect(key, &r)
	return r
}

func twice(what string) *fault {
	return wrong(text("%s stands twice", "%s steht zweimal", what), text("delete one of them", "streichen Sie einen Eintrag"))
}
