package dnscache

import (
	"net/netip"
	"time"
)

// What tests of this package alone may decide and see.

// SetRoute decides whether there is a way to an IPv6 address.
func (c *Cache) SetRoute(route func(netip.Addr) bool) { c.route = route }

// SetLibrary stands for the system's own library, as on systems that have
// their settings there.
func (c *Cache) SetLibrary(l library) { c.library = l }

// Reading is what reading an answer comes down to.
type Reading struct {
	Addrs   []netip.Addr
	Targets []SRVTarget
	Alias   string
	TTL     time.Duration
	Denied  bool
	Failed  bool
}

// ReadWire reads a message as the answer to a question asked with id 1. It
// returns false where it is no answer to that.
func ReadWire(wire []byte, name string, kind uint16) (Reading, bool) {
	q := query{question: question{name, kind}, id: 1}
	m, err := q.read(wire)
	if err != nil {
		return Reading{}, false
	}
	r := read(m, q.question)
	return Reading{
		Addrs: r.addrs, Targets: r.targets, Alias: r.alias, TTL: r.ttl,
		Denied: r.verdict.isDenial(), Failed: r.verdict == failed,
	}, true
}

// MostRecords bounds an answer.
const MostRecords = mostRecords

// ParseHosts and ParseResolvConf read the system's files.
func ParseHosts(text []byte) map[string][]netip.Addr { return parseHosts(text) }

func ParseResolvConf(text []byte) (servers, search []string, ndots int, timeout time.Duration) {
	a := parseResolvConf(text)
	return a.servers, a.search, a.ndots, a.timeout
}

// Absolute lists the names asked for one that was looked up.
var Absolute = absolute
