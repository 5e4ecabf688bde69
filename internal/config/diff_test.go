package config_test

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

func parse(t *testing.T, yaml string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse("torwart.yaml", []byte(yaml))
	if cfg == nil {
		t.Fatalf("%s", inWords(problems))
	}
	return cfg
}

const before = `
listen: ["127.0.0.1:8080", ":8443"]
trust: [10.0.0.0/8]
sites:
  - hosts: [example.com, www.example.com]
    rules:
      - to: [http://app1:9101, {url: "http://app2:9101", weight: 2}, {url: "http://spare:9101", backup: true}]
      - {path: /api, methods: [GET], to: "http://api:9102"}
      - {path: /old, to: "http://old:9103"}
  - hosts: shop.example.com
    to: http://shop:9104
  - to: http://rest:9105
`

const after = `
listen: ["127.0.0.1:8080", ":8444"]
admin: off
log: {access: json, file: /var/log/access.log}
resolvers: [192.0.2.53]
sites:
  - hosts: shop.example.com
    to: http://shop:9104
    hold: 0s
    retry: {attempts: 0}
    limits: {body: 2GiB}
    sticky: node
    balance: hash
    hash: header X-User
    eject: off
    resume: off
  - hosts: [www.example.com, example.org]
    rules:
      - to: [http://app2:9101, {url: "http://app3:9101", weight: 3, backup: true}, {url: "http://spare:9101", weight: 0}]
      - {path: /api, methods: [GET], to: "http://api:9102", timeouts: {response: 5s}}
      - {path: /new, to: "http://new:9106"}
  - hosts: blog.example.com
    to: http://blog:9107
`

func TestDiffTellsInWords(t *testing.T) {
	var en, de []string
	for _, c := range config.Diff(parse(t, before), parse(t, after)) {
		en, de = append(en, c.In("en")), append(de, c.In("de"))
	}
	wantEN := `listen: :8444 is added
listen: :8443 is removed
admin: changes from 127.0.0.1:9180 to off
resolvers: 192.0.2.53:53 is added
log: access changes from off to json
log: file changes from nothing to /var/log/access.log
trust: 10.0.0.0/8 is removed
site shop.example.com: hold changes from 10s to 0s
site shop.example.com: retry.attempts changes from 3 to 0
site shop.example.com: balance changes from p2c to hash
site shop.example.com: hash changes from nothing to header X-User
site shop.example.com: sticky.cookie changes from nothing to node
site shop.example.com: eject.failures changes from 5 to 0
site shop.example.com: eject.error_rate changes from 0.5 to 0
site shop.example.com: eject.latency changes from 10x to 0
site shop.example.com: resume changes from on to off
site shop.example.com: limits.body changes from 1GiB to 2GiB
site www.example.com: host example.org is added
site www.example.com: host example.com is removed
site www.example.com, rule /, endpoint http://app2:9101: weight changes from 2 to 1
site www.example.com, rule /: endpoint http://app3:9101 (weight: 3, backup: true) is added
site www.example.com, rule /, endpoint http://spare:9101: weight changes from 1 to 0
site www.example.com, rule /, endpoint http://spare:9101: backup changes from true to false
site www.example.com, rule /: endpoint http://app1:9101 is removed
site www.example.com, rule /api [GET]: timeouts.response changes from 1m to 5s
site www.example.com, rule /new: is added
site www.example.com, rule /old: is removed
site blog.example.com: is added
site for all other hosts: is removed`
	wantDE := `listen: :8444 kommt hinzu
listen: :8443 fällt weg
admin: ändert sich von 127.0.0.1:9180 zu off
resolvers: 192.0.2.53:53 kommt hinzu
log: access ändert sich von off zu json
log: file ändert sich von nichts zu /var/log/access.log
trust: 10.0.0.0/8 fällt weg
Site shop.example.com: hold ändert sich von 10s zu 0s
Site shop.example.com: retry.attempts ändert sich von 3 zu 0
Site shop.example.com: balance ändert sich von p2c zu hash
Site shop.example.com: hash ändert sich von nichts zu header X-User
Site shop.example.com: sticky.cookie ändert sich von nichts zu node
Site shop.example.com: eject.failures ändert sich von 5 zu 0
Site shop.example.com: eject.error_rate ändert sich von 0.5 zu 0
Site shop.example.com: eject.latency ändert sich von 10x zu 0
Site shop.example.com: resume ändert sich von on zu off
Site shop.example.com: limits.body ändert sich von 1GiB zu 2GiB
Site www.example.com: Host example.org kommt hinzu
Site www.example.com: Host example.com fällt weg
Site www.example.com, Regel /, Endpunkt http://app2:9101: weight ändert sich von 2 zu 1
Site www.example.com, Regel /: Endpunkt http://app3:9101 (weight: 3, backup: true) kommt hinzu
Site www.example.com, Regel /, Endpunkt http://spare:9101: weight ändert sich von 1 zu 0
Site www.example.com, Regel /, Endpunkt http://spare:9101: backup ändert sich von true zu false
Site www.example.com, Regel /: Endpunkt http://app1:9101 fällt weg
Site www.example.com, Regel /api [GET]: timeouts.response ändert sich von 1m zu 5s
Site www.example.com, Regel /new: kommt hinzu
Site www.example.com, Regel /old: fällt weg
Site blog.example.com: kommt hinzu
Site für alle anderen Hosts: fällt weg`
	if diff := cmp.Diff(strings.Split(wantEN, "\n"), en); diff != "" {
		t.Errorf("English (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(strings.Split(wantDE, "\n"), de); diff != "" {
		t.Errorf("German (-want +got):\n%s", diff)
	}
}

func TestDiffOfTheSameIsEmpty(t *testing.T) {
	for _, yaml := range []string{before, after} {
		if changes := config.Diff(parse(t, yaml), parse(t, yaml)); len(changes) > 0 {
			t.Errorf("%v", changes)
		}
	}
}

func TestDiffSeesWhenOnlyTheOrderChanges(t *testing.T) {
	a := parse(t, `sites: [{to: ["http://app1", "http://app2"]}]`)
	b := parse(t, `sites: [{to: ["http://app2", "http://app1"]}]`)
	changes := config.Diff(a, b)
	if len(changes) != 1 || changes[0].In("en") != "the file: only the order of entries changes" {
		t.Errorf("%v", changes)
	}
}

// Sites that split or join are still paired one to one.
func TestDiffOfASplitSite(t *testing.T) {
	one := parse(t, `sites: [{hosts: [a.example.com, b.example.com], to: "http://app"}]`)
	two := parse(t, `sites: [{hosts: a.example.com, to: "http://app"}, {hosts: b.example.com, to: "http://app"}]`)
	for _, c := range []struct {
		before, after *config.Config
		want          []string
	}{
		{one, two, []string{"site a.example.com: host b.example.com is removed", "site b.example.com: is added"}},
		{two, one, []string{"site a.example.com: host b.example.com is added", "site b.example.com: is removed"}},
	} {
		var got []string
		for _, ch := range config.Diff(c.before, c.after) {
			got = append(got, ch.In("en"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// Every single value of a configuration is seen to change: nobody can add a
// setting and forget to tell of it, or to print it.
func TestDiffSeesEveryValue(t *testing.T) {
	fresh := func() *config.Config { return parse(t, string(read(t, "testdata/good/full.yaml"))) }
	n := 0
	var walk func(path string, at func(*config.Config) reflect.Value)
	walk = func(path string, at func(*config.Config) reflect.Value) {
		v := at(fresh())
		switch {
		case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[netip.Prefix]():
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, func(c *config.Config) reflect.Value { return at(c).Field(i) })
			}
			return
		case v.Kind() == reflect.Slice && v.Len() > 0:
			walk(path+"[0]", func(c *config.Config) reflect.Value { return at(c).Index(0) })
			return
		case v.Kind() == reflect.Slice: // Methods, absent in the file
			v = reflect.ValueOf([]string{"GET"})
		}
		n++
		changed := fresh()
		at(changed).Set(other(v))
		changes := config.Diff(fresh(), changed)
		if len(changes) == 0 || strings.Contains(changes[0].In("en"), "order") {
			t.Errorf("%s: not seen: %v", path, changes)
		}
	}
	walk("Config", func(c *config.Config) reflect.Value { return reflect.ValueOf(c).Elem() })
	if n < 30 {
		t.Errorf("only %d values were changed", n)
	}
}

// other returns a value that is not v.
func other(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch {
	case v.Type() == reflect.TypeFor[netip.Prefix]():
		return reflect.ValueOf(netip.MustParsePrefix("192.0.2.0/24"))
	case v.CanInt():
		out.SetInt(v.Int() + 1)
	case v.CanFloat():
		out.SetFloat(v.Float() / 2)
	case v.Kind() == reflect.Bool:
		out.SetBool(!v.Bool())
	case v.Kind() == reflect.String:
		out.SetString(v.String() + "x")
	default:
		return v
	}
	return out
}
