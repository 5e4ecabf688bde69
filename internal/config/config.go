package config

import (
	"net/netip"
	"time"
)

// Config is a whole configuration, complete: defaults are filled in and what
// a rule inherits from its site stands in the rule. Nothing downstream of
// this package asks "was it set?".
type Config struct {
	// Listen are the addresses served, "host:port"; at least one.
	Listen []string
	// Admin is the address of the admin listener; "" means none.
	Admin string
	// Resolvers are the DNS servers, "ip:port"; empty means the system's.
	Resolvers []string
	Log       Log
	// Trust are the peers whose forwarding fields are believed.
	Trust []netip.Prefix
	Sites []Site
}

// Log is what is written about exchanges and where to.
type Log struct {
	// Access is "json", "combined" or "off".
	Access string
	// File receives the access log; "" means standard output.
	File string
}

// Site is a set of hosts served the same way.
type Site struct {
	// Hosts are exact names or "*.example.com", in lower case and punycode,
	// IPv6 addresses in brackets; empty means every host no other site names.
	// No host stands in two sites, and at most one site has none.
	Hosts []string
	// Rules in the order of the file. The longest matching path wins; of
	// rules with the same path those with Methods come before the one for
	// all, and otherwise the first. Never empty.
	Rules []Rule
}

// Rule says which requests of a site go to which pool, and how.
type Rule struct {
	// Path is a prefix beginning with "/", matched at path segment
	// boundaries: "/api" means /api and /api/x, "/api/" only what is below.
	// Percent-encoding is undone.
	Path string
	// Methods the rule is for, GET including HEAD; empty means all.
	Methods []string
	// To are the endpoints, in the order of the file. Never empty, no URL
	// twice; at least one is no backup, and at least one has a weight.
	To []Target

	Health   Health
	Hold     time.Duration
	HoldBack HoldBack
	Retry    Retry
	Timeouts Timeouts
	// Balance is "p2c", "round_robin" or "hash".
	Balance string
	// Hash is what balance "hash" goes by; empty with any other.
	Hash   Hash
	Sticky Sticky
	Eject  Eject
	Hedge  Hedge
	// Resume is whether a cut answer is continued from another endpoint.
	Resume bool
	Limits Limits
}

// Target is an endpoint of a rule, or all those a name stands for.
type Target struct {
	// URL is http://host:port or https://host:port, always with a port,
	// unix:/path/to.sock, or srv+http://name and srv+https://name, never with a
	// port: the SRV records of the name (RFC 2782) tell hosts and ports.
	URL string
	// Weight is how much of the work it gets, measured against the others: 0
	// to 1000, by default 1. 0 means nothing new: it is drained.
	Weight int
	// Backup endpoints get work only when no other is fit.
	Backup bool
}

// Hash says which requests are alike to balance "hash": those with the same
// value of what it goes by.
type Hash struct {
	// By is "client" (its address), "path", "header" or "cookie".
	By string
	// Name is the header's or the cookie's, as the file has it; else "".
	Name string
}

// Sticky keeps a client at one endpoint by a cookie.
type Sticky struct {
	// Cookie is its name; "" switches it off.
	Cookie string
	// TTL is how long the client keeps it, at least a second; 0 means until
	// the client is closed.
	TTL time.Duration
}

// Eject says when an endpoint is left out by how it serves. 0 switches off the
// test concerned; with all three off nothing is ejected.
type Eject struct {
	// Failures in a row take an endpoint out.
	Failures int
	// ErrorRate is the share of failed attempts that does, 0 to 1.
	ErrorRate float64
	// Latency is how many times the pool's median the endpoint's own has to be
	// to take it out; 0, or more than 1.
	Latency float64
	// Time is how long the first ejection lasts, never 0; later ones last
	// longer.
	Time time.Duration
	// Share is how much of the pool may be out at once, 0 to 1; 0: nothing.
	Share float64
}

// Hedge bounds second attempts that are made because the first is slow.
type Hedge struct {
	// Budget is the share of exchanges that may be hedged, 0 to 1; 0 switches
	// it off.
	Budget float64
	// After is how long the first attempt may take before; 0 means the learned
	// 95th percentile.
	After time.Duration
}

// Health is how endpoints are checked. Interval 0 means not at all.
type Health struct {
	// Path is asked for over HTTP and must answer below 500; "" means that
	// a TCP connection is enough.
	Path     string
	Interval time.Duration
	Timeout  time.Duration
	// Fails in a row take an endpoint out, Passes in a row bring it back.
	Fails  int
	Passes int
}

// HoldBack bounds how much of a body is gathered, and how long, before the
// head is committed to the client. Bytes 0 or Time 0 switches it off.
type HoldBack struct {
	Bytes int64
	Time  time.Duration
}

// Retry bounds how often a failed attempt is tried again.
type Retry struct {
	// Attempts is how many more attempts an exchange may cost; 0: none.
	Attempts int
	// Budget is the share of exchanges that may be retried after something
	// was delivered, 0 to 1.
	Budget float64
	// UnsafeProbable lets POST and PATCH be repeated on tier P2.
	UnsafeProbable bool
}

// Timeouts bound the waits of an exchange.
type Timeouts struct {
	// Connect covers name, connection and TLS of one attempt.
	Connect time.Duration
	// Response is from the request sent to the whole head of the answer.
	Response time.Duration
	// Idle is the longest silence within a body, a tunnel, or between two
	// requests on a kept connection.
	Idle time.Duration
	// Request bounds the exchange from its head read to its answer begun,
	// all attempts and holds included.
	Request time.Duration
}

// Limits bound what a client may send.
type Limits struct {
	// Head is the largest head in bytes, of requests and of answers.
	Head int
	// Fields is how many field lines a head may have.
	Fields int
	// Body is the largest request body in bytes; 0 means no limit.
	Body int64
	// ReplayMemory is how much of a request body is kept in memory for
	// retries, in bytes.
	ReplayMemory int64
	// ReplayFile is how much more is kept in a spill file, in bytes.
	ReplayFile int64
	// Concurrent is how many exchanges a rule serves at once; 0 means no
	// limit.
	Concurrent int
}
