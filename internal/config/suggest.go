package config

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"torwart/internal/cause"
)

// synonyms are keys of other programs and other words for ours.
var synonyms = map[string]string{
	"addr": "listen", "address": "listen", "bind": "listen", "port": "listen", "ports": "listen",
	"access_log": "log", "logs": "log", "logging": "log", "format": "access", "output": "file", "path_prefix": "path",
	"dns": "resolvers", "resolver": "resolvers", "nameservers": "resolvers",
	"trusted": "trust", "trusted_proxies": "trust", "set_real_ip_from": "trust",
	"server": "sites", "servers": "sites", "site": "sites", "virtual_hosts": "sites", "vhosts": "sites",
	"host": "hosts", "domain": "hosts", "domains": "hosts", "server_name": "hosts", "server_names": "hosts", "names": "hosts",
	"upstream": "to", "upstreams": "to", "backend": "to", "backends": "to", "endpoint": "to", "endpoints": "to",
	"proxy_pass": "to", "reverse_proxy": "to", "target": "to", "targets": "to", "urls": "to", "pool": "to",
	"location": "rules", "locations": "rules", "route": "rules", "routes": "rules", "paths": "rules", "handle": "rules", "rule": "rules",
	"prefix": "path", "uri": "path", "method": "methods",
	"health_check": "health", "healthcheck": "health", "health_uri": "health", "check": "health",
	"rise": "passes", "successes": "passes", "fall": "fails", "max_fails": "fails", "unhealthy_threshold": "fails",
	"wait": "hold", "lb_try_duration": "hold", "buffer": "hold_back", "buffering": "hold_back", "proxy_buffering": "hold_back",
	"retries": "retry", "proxy_next_upstream": "retry", "max_attempts": "attempts", "tries": "attempts",
	"proxy_connect_timeout": "connect", "dial": "connect", "proxy_read_timeout": "response", "read": "response",
	"first_byte": "response", "keepalive": "idle", "keep_alive": "idle", "keepalive_timeout": "idle", "total": "request",
	"lb_weight": "weight", "ratio": "weight", "standby": "backup", "spare": "backup", "fallback": "backup",
	"hash_on": "hash", "hash_key": "hash", "hash_policy": "hash", "ip_hash": "balance",
	"sticky_session": "sticky", "sticky_sessions": "sticky", "affinity": "sticky", "session_affinity": "sticky", "persistence": "sticky",
	"max_age": "ttl", "expires": "ttl", "cookie_name": "cookie",
	"outlier_detection": "eject", "ejection": "eject", "circuit_breaker": "eject", "passive": "eject", "passive_health": "eject",
	"consecutive_errors": "failures", "errors": "error_rate", "fail_timeout": "time", "base_ejection_time": "time", "max_ejection_percent": "share",
	"hedging": "hedge", "delay": "after",
	"lb": "balance", "lb_policy": "balance", "load_balancing": "balance", "policy": "balance", "limit": "limits",
	"client_max_body_size": "body", "max_body": "body", "max_body_size": "body", "body_size": "body", "headers": "head", "header": "head",
	"max_conns": "concurrent", "maxconn": "concurrent", "connections": "concurrent", "max_requests": "concurrent",
}

// unknownKey says that key is none of fields, and which is probably meant.
func unknownKey(key string, fields []field) *fault {
	what := text("unknown key %s", "unbekannter Schlüssel %s", quote(key))
	if key == "<<" {
		return wrong(what, text("name the keys themselves: rules take from their site what they do not say",
			"nennen Sie die Schlüssel selbst: Regeln übernehmen von ihrer Site, was sie nicht angeben"))
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	// In an entry of "to" all other words for an endpoint mean its URL.
	if m := synonyms[strings.ToLower(key)]; names[0] == "url" && slices.Contains([]string{"to", "listen", "hosts", "sites"}, m) {
		return wrong(what, write(quote("url")))
	}
	meant := nearest(key, names)
	// Dashes and capitals are the commonest slips of those who come from
	// other files: hold-back, holdBack.
	for _, n := range names {
		if squeeze(n) == squeeze(key) {
			meant = n
		}
	}
	if meant == "" {
		meant = key
		if s := synonyms[strings.ToLower(key)]; s != "" {
			meant = s
		}
	}
	if slices.Contains(names, meant) {
		return wrong(what, write(quote(meant)))
	}
	if home, ok := homes()[meant]; ok {
		return wrong(what, text("%q belongs %s", "%q gehört %s", meant, home))
	}
	return wrong(what, text("known here: %s", "hier bekannt: %s", strings.Join(names, ", ")))
}

func squeeze(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}

// homes says of every key where in the file it belongs.
var homes = sync.OnceValue(func() map[string]cause.Text {
	out := map[string]cause.Text{}
	put := func(t reflect.Type, home cause.Text) {
		for _, f := range fieldsOf(t) {
			if _, ok := out[f.name]; !ok {
				out[f.name] = home
			}
		}
	}
	put(reflect.TypeFor[File](), text("at the top of the file", "an den Anfang der Datei"))
	put(reflect.TypeFor[FileLog](), text(`into "log" at the top of the file`, `nach "log" am Anfang der Datei`))
	put(reflect.TypeFor[FileSite](), text("to a site", "zu einer Site"))
	put(reflect.TypeFor[FileRule](), text("to a rule", "zu einer Regel"))
	put(reflect.TypeFor[FileTarget](), text(`into an entry of "to"`, `in einen Eintrag von "to"`))
	for _, f := range fieldsOf(reflect.TypeFor[FileSettings]()) {
		t := reflect.TypeFor[FileSettings]().FieldByIndex(f.index).Type.Elem()
		if t.Kind() == reflect.Struct {
			put(t, text("into %q of a site or a rule", "nach %q einer Site oder Regel", f.name))
		}
	}
	return out
})

// nearest returns the word of known that key most probably is a slip of, or
// "".
func nearest(key string, known []string) string {
	best, least := "", 1+min(3, (len(key)+1)/3)
	for _, k := range known {
		if d := distance(key, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	if max(len(a), len(b)) > 64 {
		return 64 // no slip, and not worth the time
	}
	var before, row []int
	for j := range len(b) + 1 {
		row = append(row, j)
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// wrongKind says that a mapping stands where a list is wanted, and so on.
func wrongKind(n *yaml.Node, want cause.Text) *fault {
	got := text("the value %s", "der Wert %s", quote(n.Value))
	switch n.Kind {
	case yaml.MappingNode:
		got = text("a mapping", "eine Zuordnung")
	case yaml.SequenceNode:
		got = text("a list", "eine Liste")
	}
	return wrong(text("%s stands here", "hier steht %s", got), text("write %s", "schreiben Sie %s", want))
}

// wantedMapping names what a mapping of the file has to be, its short forms
// included.
func wantedMapping(v reflect.Value) cause.Text {
	want := text("a mapping with %s", "eine Zuordnung mit %s", keyList(fieldsOf(v.Type())))
	bare, off := shortForms(v.Type())
	if bare != nil {
		elem := reflect.Zero(v.FieldByIndex(bare.index).Type().Elem())
		want = text("%s, or %s", "%s oder %s", wantedScalar(elem, *bare), want)
	}
	if off != nil {
		want = text("off, or %s", "off oder %s", want)
	}
	return want
}

// wantedScalar names what a scalar of the file has to be.
func wantedScalar(v reflect.Value, f field) cause.Text {
	if len(f.enum) > 0 {
		return text("one of %s", "eines von %s", strings.Join(f.enum, ", "))
	}
	switch v.Interface().(type) {
	case Duration:
		return text("a duration such as 10s", "eine Zeitdauer wie 10s")
	case Size:
		return text("a size such as 64KiB", "eine Größe wie 64KiB")
	case Share:
		return text("a share such as 0.2", "einen Anteil wie 0.2")
	case Factor:
		return text("a factor such as 10x", "einen Faktor wie 10x")
	case HashBy:
		return hashForms
	case CookieName:
		return text("the name of a cookie", "den Namen eines Cookies")
	case int:
		return text("a whole number", "eine ganze Zahl")
	case bool:
		return text("true or false", "true oder false")
	}
	return text("a text", "einen Text")
}

// switched are words of other files for on and off.
var switched = map[string]string{
	"true": "on", "yes": "on", "ja": "on", "an": "on", "enabled": "on",
	"false": "off", "no": "off", "nein": "off", "aus": "off", "none": "off", "disabled": "off",
}

// notInEnum says that s is none of the words allowed.
func notInEnum(s string, enum []string) *fault {
	hint := text("write one of %s", "schreiben Sie eines von %s", strings.Join(enum, ", "))
	low := strings.ToLower(s)
	if n := nearest(low, enum); n != "" {
		hint = write(n)
	}
	// "no" is but a slip away from "on".
	if slices.Contains(enum, switched[low]) {
		hint = write(switched[low])
	}
	return wrong(text("%s is not known", "%s ist nicht bekannt", quote(s)), hint)
}

func keyList(fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}
