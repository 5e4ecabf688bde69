package config

// File is the configuration as it stands in the YAML file. Whatever is absent
// is nil, which is how "not said" differs from a zero that switches something
// off. The tags are the single source of what a key means: "default" is what
// holds when it is absent, "min" and "max" bound a value (a list: its length),
// "enum" lists the words allowed. A struct with a key tagged "bare" may be
// written as the value of that key alone; one with keys tagged "off" as the
// word off, which gives those keys the tag's value. The JSON Schema and the
// checks are made from them.
type File struct {
	// Listen are the addresses served: "host:port", or ":port" for all
	// addresses of the machine, IPv4 and IPv6.
	Listen Strings `json:"listen,omitempty" default:"127.0.0.1:8080" min:"1"`
	// Admin is the address of metrics, health and the API; "off" for none. It
	// asks for no password: keep it on the loopback.
	Admin *string `json:"admin,omitempty" default:"127.0.0.1:9180"`
	// Resolvers are the DNS servers asked for upstream names, "ip" or
	// "ip:port"; absent or empty: the system's.
	Resolvers Strings `json:"resolvers,omitempty"`
	// Log says what is written about each request, and where to.
	Log *FileLog `json:"log,omitempty"`
	// Trust are the addresses and networks of proxies in front of torwart.
	// Forwarding fields (X-Forwarded-*, Forwarded) of everybody else are
	// discarded; absent or empty: of everybody.
	Trust Strings `json:"trust,omitempty"`
	// Sites are what is served; at least one.
	Sites []FileSite `json:"sites" jsonschema:"required" min:"1"`
}

// FileLog is what is written about each request, and where to.
type FileLog struct {
	// Access is the format of the access log: JSON lines, the "combined"
	// format of Apache and nginx, or "off". Where file is given the default
	// is json.
	Access *string `json:"access,omitempty" default:"off" enum:"json,combined,off"`
	// File receives the access log; absent: standard output.
	File *string `json:"file,omitempty"`
}

// FileSite is a set of hosts served the same way. It has either to or rules.
type FileSite struct {
	// Hosts are exact names or "*.example.com"; absent or empty: every host
	// that no other site names.
	Hosts Strings `json:"hosts,omitempty"`
	// To are the endpoints all requests of the site go to: their URLs, or
	// mappings with url, weight and backup.
	To Targets `json:"to,omitempty" jsonschema:"oneof_required=to" min:"1"`
	// Rules share the requests of the site out by path and method.
	Rules []FileRule `json:"rules,omitempty" jsonschema:"oneof_required=rules" min:"1"`
	FileSettings
}

// FileRule says which requests of a site go to which endpoints. Settings it
// does not have it takes from its site, key by key.
type FileRule struct {
	// Path is the beginning of the paths meant, matched at segment
	// boundaries: /api means /api and /api/users, not /apis; /api/ only what
	// is below. The longest matching path wins.
	Path *string `json:"path,omitempty" default:"/"`
	// Methods the rule is for, GET including HEAD; absent or empty: all. Of
	// rules with the same path those with methods come first.
	Methods Strings `json:"methods,omitempty"`
	// To are the endpoints: their URLs, or mappings with url, weight and
	// backup.
	To Targets `json:"to" jsonschema:"required" min:"1"`
	FileSettings
}

// FileTarget is an endpoint, or all those a name stands for.
type FileTarget struct {
	// URL is http://host:port, https://host:port, unix:/path/to.sock, or
	// srv+http://name and srv+https://name for the hosts and ports that the SRV
	// records of the name tell.
	URL *string `json:"url,omitempty" jsonschema:"required" bare:"true"`
	// Weight is how much of the work it gets, measured against the others of
	// the rule; 0: nothing new, what is under way is finished (drained).
	Weight *int `json:"weight,omitempty" default:"1" min:"0" max:"1000"`
	// Backup keeps it idle while any endpoint that is no backup is fit.
	Backup *bool `json:"backup,omitempty" default:"false"`
}

// FileSettings are the keys a site and a rule have in common.
type FileSettings struct {
	// Health is how endpoints are checked while they serve.
	Health *FileHealth `json:"health,omitempty"`
	// Hold is how long a request waits for an endpoint to come back when none
	// takes connections; 0 answers at once.
	Hold *Duration `json:"hold,omitempty" default:"10s" min:"0s" max:"10m"`
	// HoldBack is how much of an answer is gathered before it is begun, so
	// that one which breaks early can still be replaced.
	HoldBack *FileHoldBack `json:"hold_back,omitempty"`
	// Retry bounds how often a failed request is tried again.
	Retry *FileRetry `json:"retry,omitempty"`
	// Timeouts bound the waits of a request.
	Timeouts *FileTimeouts `json:"timeouts,omitempty"`
	// Balance is how an endpoint is chosen: p2c (the quicker of two drawn at
	// random), round_robin (in turn) or hash (requests that are alike go to the
	// same one).
	Balance *string `json:"balance,omitempty" default:"p2c" enum:"p2c,round_robin,hash"`
	// Hash is what balance: hash goes by: client (its address), path, "header
	// NAME" or "cookie NAME".
	Hash *HashBy `json:"hash,omitempty" default:"client"`
	// Sticky keeps a client at the endpoint it was first given, by a cookie,
	// while that one is fit; a single word is the cookie's name.
	Sticky *FileSticky `json:"sticky,omitempty"`
	// Eject leaves out endpoints that serve worse than the others of their
	// pool; off: none.
	Eject *FileEject `json:"eject,omitempty"`
	// Hedge sends a slow GET or HEAD to a second endpoint as well, and takes
	// the first answer; a single value is the budget.
	Hedge *FileHedge `json:"hedge,omitempty"`
	// Resume is whether the answer to a GET that is cut in the middle is
	// continued from another endpoint, where its ETag proves it the same: on or
	// off.
	Resume *string `json:"resume,omitempty" default:"on" enum:"on,off"`
	// Limits bound what clients may send.
	Limits *FileLimits `json:"limits,omitempty"`
}

// FileHealth is how endpoints are checked while they serve.
type FileHealth struct {
	// Path is asked for with GET and has to answer below 500; absent: a
	// connection is enough.
	Path *string `json:"path,omitempty" default:""`
	// Interval is the time from one check to the next; 0: no checks.
	Interval *Duration `json:"interval,omitempty" default:"5s" min:"0s" max:"1h"`
	// Timeout is how long a check may take.
	Timeout *Duration `json:"timeout,omitempty" default:"2s" min:"1ms" max:"10m"`
	// Fails is how many failed checks in a row take an endpoint out.
	Fails *int `json:"fails,omitempty" default:"3" min:"1" max:"1000"`
	// Passes is how many passed checks in a row bring it back.
	Passes *int `json:"passes,omitempty" default:"2" min:"1" max:"1000"`
}

// FileHoldBack is how much of an answer is gathered before it is begun. Either
// zero switches it off.
type FileHoldBack struct {
	// Bytes is the most that is gathered.
	Bytes *Size `json:"bytes,omitempty" default:"64KiB" min:"0" max:"16MiB"`
	// Time is the longest an answer is delayed for it.
	Time *Duration `json:"time,omitempty" default:"30ms" min:"0s" max:"10s"`
}

// FileRetry bounds how often a failed request is tried again.
type FileRetry struct {
	// Attempts is how many more attempts a request may cost; 0: none.
	Attempts *int `json:"attempts,omitempty" default:"3" min:"0" max:"20"`
	// Budget is the share of requests that may be tried again after something
	// of them was delivered: 0.2 or 20%.
	Budget *Share `json:"budget,omitempty" default:"0.2" min:"0" max:"1"`
	// UnsafeProbable lets POST and PATCH be repeated when a reused connection
	// was reset and the request most probably never arrived.
	UnsafeProbable *bool `json:"unsafe_probable,omitempty" default:"false"`
}

// FileSticky keeps a client at one endpoint.
type FileSticky struct {
	// Cookie is the name of the cookie that says which; absent or empty: none,
	// the balance decides each time.
	Cookie *CookieName `json:"cookie,omitempty" default:"" bare:"true" off:""`
	// TTL is how long the client keeps the cookie; 0: until it is closed.
	TTL *Duration `json:"ttl,omitempty" default:"0s" min:"0s" max:"9600h"`
}

// FileEject says when an endpoint is left out by how it serves. A zero switches
// off the test concerned.
type FileEject struct {
	// Failures is how many failed requests in a row take an endpoint out.
	Failures *int `json:"failures,omitempty" default:"5" min:"0" max:"1000" off:"0"`
	// ErrorRate is the share of failed requests that takes it out: 0.5 or 50%.
	ErrorRate *Share `json:"error_rate,omitempty" default:"0.5" min:"0" max:"1" off:"0"`
	// Latency is how many times the pool's median its own has to be to take it
	// out: 10x.
	Latency *Factor `json:"latency,omitempty" default:"10x" min:"0" max:"1000x" off:"0"`
	// Time is how long it stays out the first time; again and again: longer.
	Time *Duration `json:"time,omitempty" default:"10s" min:"100ms" max:"1h"`
	// Share is how much of a pool may be out at once; never the last endpoint.
	Share *Share `json:"share,omitempty" default:"0.5" min:"0" max:"1"`
}

// FileHedge bounds second requests sent because the first is slow.
type FileHedge struct {
	// Budget is the share of requests that may be sent twice: 0.05 or 5%; 0:
	// none.
	Budget *Share `json:"budget,omitempty" default:"0" min:"0" max:"1" bare:"true" off:"0"`
	// After is how long the first may take before; 0: longer than 95 of 100
	// took so far.
	After *Duration `json:"after,omitempty" default:"0s" min:"0s" max:"10m"`
}

// FileTimeouts bound the waits of a request. None can be switched off.
type FileTimeouts struct {
	// Connect covers name, connection and TLS of one attempt.
	Connect *Duration `json:"connect,omitempty" default:"2s" min:"1ms" max:"10m"`
	// Response is from the request sent to the whole head of the answer.
	Response *Duration `json:"response,omitempty" default:"60s" min:"1ms" max:"24h"`
	// Idle is the longest silence within a body or a tunnel, or between two
	// requests on a kept connection.
	Idle *Duration `json:"idle,omitempty" default:"60s" min:"1ms" max:"24h"`
	// Request is from the head read to the answer begun, all attempts and
	// holds included.
	Request *Duration `json:"request,omitempty" default:"90s" min:"1ms" max:"24h"`
}

// FileLimits bound what clients may send.
type FileLimits struct {
	// Head is the largest head of a request or an answer.
	Head *Size `json:"head,omitempty" default:"64KiB" min:"1KiB" max:"16MiB"`
	// Fields is how many field lines a head may have.
	Fields *int `json:"fields,omitempty" default:"128" min:"8" max:"10000"`
	// Body is the largest body of a request; 0: no limit.
	Body *Size `json:"body,omitempty" default:"1GiB" min:"0" max:"1TiB"`
	// ReplayMemory is how much of a request's body is kept in memory for
	// another attempt.
	ReplayMemory *Size `json:"replay_memory,omitempty" default:"256KiB" min:"0" max:"64MiB"`
	// ReplayFile is how much more of it is kept in a file.
	ReplayFile *Size `json:"replay_file,omitempty" default:"16MiB" min:"0" max:"64GiB"`
	// Concurrent is how many requests are served at once; 0: no limit.
	Concurrent *int `json:"concurrent,omitempty" default:"0" min:"0" max:"10000000"`
}
