package dnscache

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
)

const (
	// mostRecords bounds what one answer may bring.
	mostRecords = 256
	// mostAliases bounds a chain of CNAME records.
	mostAliases = 16
	// maxDenialTTL bounds for how long a denial counts: whoever asks for a
	// name wants it to be there.
	maxDenialTTL = 5 * time.Second
)

// question is what a server is asked.
type question struct {
	name string // absolute, in lower case
	kind uint16
}

// verdict is what an answer comes down to.
type verdict uint8

const (
	pending verdict = iota
	found           // records
	aliased         // another name, to be asked for
	missing         // NXDOMAIN
	empty           // NOERROR without a record
	failed          // no word on the name
)

func (v verdict) isDenial() bool { return v == missing || v == empty }

// reply is what came of a question.
type reply struct {
	verdict verdict
	addrs   []netip.Addr // sorted
	targets []SRVTarget  // sorted, without addresses
	ttl     time.Duration
	server  string // who said so
	alias   string // where verdict is aliased
	rcode   int    // where verdict is failed and a server said so
	err     *cause.Error
}

func (r reply) hasFailed() bool { return r.verdict == failed }

// verdictOf is what the replies to all questions about a name come down to.
func verdictOf(replies []reply) verdict {
	is := func(v verdict) bool {
		return slices.ContainsFunc(replies, func(r reply) bool { return r.verdict == v })
	}
	switch {
	case is(found):
		return found
	case is(failed):
		return failed
	case is(empty):
		return empty
	}
	return missing
}

// shortest returns the least TTL of the replies.
func shortest(replies []reply) time.Duration {
	d := MaxTTL
	for _, r := range replies {
		d = min(d, r.ttl)
	}
	return d
}

// answers reports whether m is an answer to q.
func answers(m *dns.Msg, q question) bool {
	if !m.Response || m.Opcode != dns.OpcodeQuery {
		return false
	}
	if len(m.Question) == 0 {
		// A server that could not read the question cannot repeat it.
		return m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented
	}
	asked := m.Question[0]
	return len(m.Question) == 1 && asked.Qtype == q.kind && asked.Qclass == dns.ClassINET &&
		strings.EqualFold(asked.Name, q.name)
}

// read makes a reply of an answer to q.
func read(m *dns.Msg, q question) reply {
	if m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		return reply{verdict: failed, rcode: m.Rcode}
	}
	owner, ttl, ok := follow(m, q)
	if !ok {
		return reply{verdict: failed, rcode: dns.RcodeServerFailure}
	}
	out := reply{verdict: found}
	for _, rr := range m.Answer {
		h := rr.Header()
		if h.Class != dns.ClassINET || h.Rrtype != q.kind || dns.CanonicalName(h.Name) != owner {
			continue
		}
		if out.add(rr) {
			ttl = min(ttl, ttlOf(h.Ttl))
		}
	}
	if len(out.addrs)+len(out.targets) > 0 {
		out.ttl = max(MinTTL, ttl)
		out.sort()
		return out
	}
	return deny(m, q, owner, ttl)
}

// deny makes the reply of an answer without records of the type asked for.
func deny(m *dns.Msg, q question, owner string, ttl time.Duration) reply {
	out := reply{verdict: empty, ttl: MinTTL}
	soa := false
	for _, rr := range m.Ns {
		if s, ok := rr.(*dns.SOA); ok {
			// RFC 2308 section 5.
			soa = true
			out.ttl = min(max(MinTTL, ttlOf(min(s.Hdr.Ttl, s.Minttl))), maxDenialTTL)
		}
	}
	switch {
	case m.Rcode == dns.RcodeNameError:
		out.verdict = missing // of the last name in the chain: RFC 6604 section 2
	case owner != q.name && !soa:
		return reply{verdict: aliased, alias: owner, ttl: ttl}
	case len(m.Answer) == 0 && !soa && !m.Authoritative && !m.RecursionAvailable:
		// A referral, from a server that does not look further.
		return reply{verdict: failed, rcode: dns.RcodeServerFailure}
	}
	return out
}

// follow walks the chain of aliases from the name asked for, in whatever order
// it stands, to the name that should have the records. It reports false for a
// chain without an end.
func follow(m *dns.Msg, q question) (owner string, ttl time.Duration, ok bool) {
	owner, ttl = q.name, MaxTTL
	next := map[string]*dns.CNAME{}
	for _, rr := range m.Answer {
		if c, ok := rr.(*dns.CNAME); ok && c.Hdr.Class == dns.ClassINET {
			next[dns.CanonicalName(c.Hdr.Name)] = c
		}
	}
	for range mostAliases {
		c := next[owner]
		if c == nil {
			return owner, ttl, true
		}
		ttl = min(ttl, ttlOf(c.Hdr.Ttl))
		owner = dns.CanonicalName(c.Target)
	}
	return "", 0, false
}

// add takes in a record, and reports whether it is of use.
func (r *reply) add(rr dns.RR) bool {
	if len(r.addrs)+len(r.targets) >= mostRecords {
		return false
	}
	switch rr := rr.(type) {
	case *dns.A:
		return r.addAddr(rr.A)
	case *dns.AAAA:
		return r.addAddr(rr.AAAA)
	case *dns.SRV:
		host, ok := normalise(rr.Target)
		if !ok { // "." says that there is no such service
			return false
		}
		r.targets = append(r.targets, SRVTarget{
			Host: bare(host), Port: rr.Port, Priority: rr.Priority, Weight: rr.Weight,
		})
		return true
	}
	return false
}

// addAddr leaves out what is no address of a server: filtering resolvers
// answer 0.0.0.0, and connecting to that reaches this very machine.
func (r *reply) addAddr(ip []byte) bool {
	a, ok := netip.AddrFromSlice(ip)
	a = a.Unmap()
	if !ok || a.IsUnspecified() || a.IsMulticast() {
		return false
	}
	r.addrs = append(r.addrs, a)
	return true
}

// sort puts the records in an order that does not change from answer to
// answer, each of them once.
func (r *reply) sort() {
	slices.SortFunc(r.addrs, netip.Addr.Compare)
	r.addrs = slices.Compact(r.addrs)
	slices.SortFunc(r.targets, SRVTarget.compare)
	r.targets = slices.CompactFunc(r.targets, func(a, b SRVTarget) bool { return a.compare(b) == 0 })
}

// ttlOf makes a duration of a TTL. One with the top bit set counts as zero
// (RFC 2181 section 8).
func ttlOf(seconds uint32) time.Duration {
	if seconds > 1<<31-1 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, MaxTTL)
}
