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
	// To are the endpoints' URLs, always with a port: http://host:port,
	// https://host:port, unix:/path/to.sock. Never empty, none twice.
	To []string

	Health   Health
	Hold     time.Duration
	HoldBack HoldBack
	Retry    Retry
	Timeouts Timeouts
	// Balance is "p2c" or "round_robin".
	Balance string
	Limits  Limits
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
