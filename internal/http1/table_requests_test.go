package http1_test

import "strings"

// acceptedRequests are what a request can look like, and how it is understood.
var acceptedRequests = []struct {
	name string
	head string
	want parts
}{
	{
		"the target is a path with a query",
		head("GET /a/b?c=d HTTP/1.1", "Host: example.com"),
		parts{Method: "GET", Target: "/a/b?c=d", Authority: "example.com", Path: "/a/b?c=d"},
	},
	{
		"an absolute target names the authority, whatever Host says",
		head("GET http://one.example:81/a HTTP/1.1", "Host: two.example"),
		parts{Method: "GET", Target: "http://one.example:81/a", Authority: "one.example:81", Path: "/a"},
	},
	{
		"an absolute target cannot claim that the client came encrypted",
		head("GET HTTPS://one.example/a HTTP/1.1", "Host: one.example"),
		parts{Method: "GET", Target: "HTTPS://one.example/a", Authority: "one.example", Path: "/a"},
	},
	{
		"an absolute target without a path means the root",
		head("GET http://one.example HTTP/1.1", "Host: one.example"),
		parts{Method: "GET", Target: "http://one.example", Authority: "one.example", Path: "/"},
	},
	{
		"an absolute target may have a query and no path",
		head("GET http://one.example?a=/b HTTP/1.1", "Host: one.example"),
		parts{Method: "GET", Target: "http://one.example?a=/b", Authority: "one.example", Path: "/?a=/b"},
	},
	{
		"OPTIONS with an absolute target and no path asks the server itself",
		head("OPTIONS http://one.example HTTP/1.1", "Host: one.example"),
		parts{Method: "OPTIONS", Target: "http://one.example", Authority: "one.example", Path: "*"},
	},
	{
		"OPTIONS may ask for the server itself",
		head("OPTIONS * HTTP/1.1", "Host: example.com"),
		parts{Method: "OPTIONS", Target: "*", Authority: "example.com", Path: "*"},
	},
	{
		"CONNECT names host and port",
		head("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443"),
		parts{Method: "CONNECT", Target: "example.com:443", Authority: "example.com:443"},
	},
	{
		"a path may begin with two slashes",
		head("GET //evil.example/a HTTP/1.1", "Host: example.com"),
		parts{Method: "GET", Target: "//evil.example/a", Authority: "example.com", Path: "//evil.example/a"},
	},
	{
		"bytes no browser escapes are passed on",
		head("GET /a|b{c}^\x60\"<\xc3\xa4?100%&[] HTTP/1.1", "Host: example.com"),
		parts{
			Method: "GET", Target: "/a|b{c}^\x60\"<\xc3\xa4?100%&[]", Authority: "example.com",
			Path: "/a|b{c}^\x60\"<\xc3\xa4?100%&[]",
		},
	},
	{
		"HTTP/1.0 needs no Host and closes",
		head("GET / HTTP/1.0"),
		parts{Method: "GET", Target: "/", Path: "/", Close: true},
	},
	{
		"HTTP/1.0 stays open when asked to",
		head("GET / HTTP/1.0", "Connection: Keep-Alive", "Host: example.com"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "example.com"},
	},
	{
		"close among other options closes",
		head("GET / HTTP/1.1", "Host: a", "Connection: keep-alive,,\tCLOSE , te"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a", Close: true},
	},
	{
		"an upgrade counts when Connection names it",
		head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a", Upgrade: "websocket"},
	},
	{
		"an upgrade that Connection does not name means nothing",
		head("GET / HTTP/1.1", "Host: a", "Upgrade: websocket"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a"},
	},
	{
		"HTTP/1.0 knows no upgrade",
		head("GET / HTTP/1.0", "Host: a", "Connection: Upgrade", "Upgrade: websocket"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a", Close: true},
	},
	{
		"a length announces a body",
		head("POST / HTTP/1.1", "Host: a", "Content-Length: 0012"),
		parts{Method: "POST", Target: "/", Path: "/", Authority: "a", Body: "12"},
	},
	{
		"the greatest length is that of an int64",
		head("POST / HTTP/1.1", "Host: a", "Content-Length: 9223372036854775807"),
		parts{Method: "POST", Target: "/", Path: "/", Authority: "a", Body: "9223372036854775807"},
	},
	{
		"length 0 is no body",
		head("POST / HTTP/1.1", "Host: a", "Content-Length: 0"),
		parts{Method: "POST", Target: "/", Path: "/", Authority: "a"},
	},
	{
		"chunks announce a body, in any case of letters",
		head("PUT / HTTP/1.1", "Host: a", "transfer-encoding: \t Chunked \t "),
		parts{Method: "PUT", Target: "/", Path: "/", Authority: "a", Body: "-1"},
	},
	{
		"a client with a body may wait for 100",
		head("PUT / HTTP/1.1", "Host: a", "Content-Length: 1", "Expect: 100-Continue"),
		parts{Method: "PUT", Target: "/", Path: "/", Authority: "a", Body: "1", Expect: true},
	},
	{
		"a client without a body has nothing to wait for",
		head("PUT / HTTP/1.1", "Host: a", "Expect: 100-continue"),
		parts{Method: "PUT", Target: "/", Path: "/", Authority: "a"},
	},
	{
		"HTTP/1.0 knows no 100",
		head("PUT / HTTP/1.0", "Content-Length: 1", "Expect: 100-continue"),
		parts{Method: "PUT", Target: "/", Path: "/", Body: "1", Close: true},
	},
	{
		"one empty line may stand before a request",
		"\r\n" + head("GET / HTTP/1.1", "Host: a"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a"},
	},
	{
		"methods are tokens and keep their case",
		head("geT!#$%&'*+-.^_`|~09 / HTTP/1.1", "Host: a"),
		parts{Method: "geT!#$%&'*+-.^_`|~09", Target: "/", Path: "/", Authority: "a"},
	},
	{
		"hosts may be addresses with a port",
		head("GET / HTTP/1.1", "Host: [2001:db8::1]:8080"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "[2001:db8::1]:8080"},
	},
	{
		"hosts may have an empty port",
		head("GET / HTTP/1.1", "Host: under_score.example:"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "under_score.example:"},
	},
	{
		"values may hold tabs and bytes above ASCII, and may be empty",
		head("GET / HTTP/1.1", "Host: a", "A:", "B: \t ", "C: long enough a value \t with \xff\x80 inside"),
		parts{Method: "GET", Target: "/", Path: "/", Authority: "a"},
	},
}

// with is a request with the given fields beside its Host.
func with(fields ...string) string {
	return head(append([]string{"GET / HTTP/1.1", "Host: a"}, fields...)...)
}

// refusedRequests is the table of everything that two programs in a row have
// been known to read differently.
var refusedRequests = []struct {
	name   string
	head   string
	status int // 0: the catalogue's 400
}{
	{"a length beside chunks", with("Content-Length: 3", "Transfer-Encoding: chunked"), 0},
	{"chunks beside a length", with("Transfer-Encoding: chunked", "Content-Length: 3"), 0},
	{"two different lengths", with("Content-Length: 3", "Content-Length: 4"), 0},
	{"the same length twice", with("Content-Length: 3", "Content-Length: 3"), 0},
	{"a list of lengths", with("Content-Length: 3, 3"), 0},
	{"a length with a plus", with("Content-Length: +3"), 0},
	{"a negative length", with("Content-Length: -3"), 0},
	{"a length with a blank in it", with("Content-Length: 3 3"), 0},
	{"a hexadecimal length", with("Content-Length: 0x3"), 0},
	{"a length in other digits", with("Content-Length: \xd9\xa3"), 0},
	{"an empty length", with("Content-Length:"), 0},
	{"a length above int64", with("Content-Length: 9223372036854775808"), 0},
	{"a length above uint64", with("Content-Length: 18446744073709551619"), 0},
	{"a length with many zeros", with("Content-Length: 00000000000000000003"), 0},
	{"an unknown coding", with("Transfer-Encoding: gzip"), 501},
	{"a coding before chunked", with("Transfer-Encoding: gzip, chunked"), 501},
	{"a coding after chunked", with("Transfer-Encoding: chunked, identity"), 501},
	{"a coding that only looks like chunked", with("Transfer-Encoding: xchunked"), 501},
	{"chunked with a vertical tab", with("Transfer-Encoding: \vchunked"), 0},
	{"chunked with a parameter", with("Transfer-Encoding: chunked;a"), 501},
	{"chunked in quotes", with("Transfer-Encoding: \"chunked\""), 501},
	{"chunked twice", with("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 0},
	{"chunked twice in one line", with("Transfer-Encoding: chunked, chunked"), 501},
	{"an empty coding", with("Transfer-Encoding:"), 0},
	{"chunks in HTTP/1.0", head("GET / HTTP/1.0", "Transfer-Encoding: chunked"), 0},
	{"a folded line", with("A: b", " c"), 0},
	{"a folded line by a tab", with("A: b", "\tc"), 0},
	{"white space before the first field", head("GET / HTTP/1.1", " Host: a", "Host: b"), 0},
	{"a blank before the colon", with("Content-Length : 3"), 0},
	{"a tab before the colon", with("Transfer-Encoding\t: chunked"), 0},
	{"a field without a colon", with("Content-Length"), 0},
	{"a field without a name", with(": a"), 0},
	{"a blank in a name", with("A b: c"), 0},
	{"a control character in a name", with("A\x01: c"), 0},
	{"NUL in a name", with("A\x00: c"), 0},
	{"a byte above ASCII in a name", with("\xc3\x84: c"), 0},
	{"NUL in a value", with("A: b\x00c and so on, past eight bytes"), 0},
	{"a control character in a value", with("A: b\x1bc"), 0},
	{"DEL in a value", with("A: b and so on \x7f"), 0},
	{"a bare CR in a value", with("A: b\rContent-Length: 3"), 0},
	{"a bare CR at the end of a value", with("A: b\r"), 0},
	{"a bare LF in a value", with("A: b\nContent-Length: 3"), 0},
	{"a bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 0},
	{"a bare LF that ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 0},
	{"only bare LFs", "GET / HTTP/1.1\nHost: a\n\n", 0},
	{"two empty lines before the request", "\r\n\r\n" + with(), 0},
	{"a bare LF before the request", "\n" + with(), 0},
	{"white space before the request", " " + with(), 0},
	{"no Host in HTTP/1.1", head("GET / HTTP/1.1", "A: b"), 0},
	{"two Hosts", with("Host: b"), 0},
	{"the same Host twice", with("Host: a"), 0},
	{"two Hosts and an absolute target", head("GET http://a/ HTTP/1.1", "Host: a", "host: b"), 0},
	{"two Hosts in HTTP/1.0", head("GET / HTTP/1.0", "Host: a", "Host: b"), 0},
	{"an empty Host", head("GET / HTTP/1.1", "Host:"), 0},
	{"a Host with a path", head("GET / HTTP/1.1", "Host: a/b"), 0},
	{"a Host with a user", head("GET / HTTP/1.1", "Host: u@a"), 0},
	{"a Host with a blank", head("GET / HTTP/1.1", "Host: a b"), 0},
	{"a Host with a backslash", head("GET / HTTP/1.1", "Host: a\\b"), 0},
	{"a Host with an escape", head("GET / HTTP/1.1", "Host: a%2Eb"), 0},
	{"a Host that is only a port", head("GET / HTTP/1.1", "Host: :80"), 0},
	{"a Host with a port out of range", head("GET / HTTP/1.1", "Host: a:65536"), 0},
	{"a Host with letters as port", head("GET / HTTP/1.1", "Host: a:b"), 0},
	{"a Host with two ports", head("GET / HTTP/1.1", "Host: a:1:2"), 0},
	{"a Host in brackets that is no address", head("GET / HTTP/1.1", "Host: [a]"), 0},
	{"a Host in brackets with a zone", head("GET / HTTP/1.1", "Host: [fe80::1%25eth0]"), 0},
	{"a Host with an open bracket", head("GET / HTTP/1.1", "Host: [::1"), 0},
	{"an IPv4 address in brackets", head("GET / HTTP/1.1", "Host: [1.2.3.4]"), 0},
	{"a fragment", head("GET /a#b HTTP/1.1", "Host: a"), 0},
	{"a broken escape in the path", head("GET /50%-off HTTP/1.1", "Host: a"), 0},
	{"an escape cut off by the end", head("GET /a%2 HTTP/1.1", "Host: a"), 0},
	{"a target with a control character", head("GET /a\x01b HTTP/1.1", "Host: a"), 0},
	{"a target with DEL, past eight bytes", head("GET /aaaaaaaaaaa\x7fb HTTP/1.1", "Host: a"), 0},
	{"a target with a tab", head("GET /a\tb HTTP/1.1", "Host: a"), 0},
	{"a target with a blank", head("GET /a b HTTP/1.1", "Host: a"), 0},
	{"a target with CR", "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n", 0},
	{"an empty target", head("GET  HTTP/1.1", "Host: a"), 0},
	{"two blanks after the method", head("GET  / HTTP/1.1", "Host: a"), 0},
	{"two blanks before the version", head("GET /  HTTP/1.1", "Host: a"), 0},
	{"a blank after the version", head("GET / HTTP/1.1 ", "Host: a"), 0},
	{"a tab between method and target", head("GET\t/ HTTP/1.1", "Host: a"), 0},
	{"a relative target", head("GET a HTTP/1.1", "Host: a"), 0},
	{"another scheme", head("GET ftp://a/ HTTP/1.1", "Host: a"), 0},
	{"an absolute target without a host", head("GET http:///a HTTP/1.1", "Host: a"), 0},
	{"an absolute target with a user", head("GET http://u:p@a/ HTTP/1.1", "Host: a"), 0},
	{"an absolute target with a port alone", head("GET http://:80/ HTTP/1.1", "Host: a"), 0},
	{"an asterisk with GET", head("GET * HTTP/1.1", "Host: a"), 0},
	{"a path with CONNECT", head("CONNECT / HTTP/1.1", "Host: a"), 0},
	{"CONNECT without a port", head("CONNECT a HTTP/1.1", "Host: a"), 0},
	{"CONNECT with an empty port", head("CONNECT a: HTTP/1.1", "Host: a"), 0},
	{"CONNECT to an address without a port", head("CONNECT [::1] HTTP/1.1", "Host: a"), 0},
	{"HTTP/0.9", "GET /\r\n\r\n", 0},
	{"HTTP/1.2", head("GET / HTTP/1.2", "Host: a"), 505},
	{"HTTP/2", head("GET / HTTP/2.0", "Host: a"), 505},
	{"the beginning of an HTTP/2 connection", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
	{"a version in small letters", head("GET / http/1.1", "Host: a"), 0},
	{"a version with a blank", head("GET / HTTP/ 1.1", "Host: a"), 0},
	{"a version with more digits", head("GET / HTTP/1.10", "Host: a"), 0},
	{"no method", head("/ HTTP/1.1", "Host: a"), 0},
	{"a method that is no token", head("G(T / HTTP/1.1", "Host: a"), 0},
	{"TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 0},
	{"binary noise", "\x00\x01\x02", 0},
	{"a PROXY header nobody expects", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + with(), 0},
	{"more connection options than a list should have", with("Connection: " + strings.Repeat("a,", 40)), 0},
}
