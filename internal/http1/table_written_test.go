package http1_test

import "torwart/internal/http1"

var (
	get     = head("GET / HTTP/1.1", "Host: a")
	old     = head("GET / HTTP/1.0", "Connection: keep-alive")
	headReq = head("HEAD / HTTP/1.1", "Host: a")
	connect = head("CONNECT a:1 HTTP/1.1", "Host: a:1")
)

// writtenResponses are how responses leave, by the request before them, the
// framing that is asked for, and the fields that are there already.
var writtenResponses = []struct {
	name    string
	request string
	status  int
	fields  []string
	framing http1.Framing
	close   bool
	body    string
	want    string
	closes  bool
}{
	{
		"the length that is there stays", get, 200,
		[]string{"Content-Length: 3", "A: b"},
		length(3), false, "abc",
		head("HTTP/1.1 200 OK", "Content-Length: 3", "A: b") + "abc", false,
	},
	{
		"another length is replaced", get, 200,
		[]string{"Content-Length: 4", "A: b"},
		length(3), false, "abc",
		head("HTTP/1.1 200 OK", "A: b", "Content-Length: 3") + "abc", false,
	},
	{
		"chunks drive out lengths and codings", get, 200,
		[]string{"Content-Length: 4", "Transfer-Encoding: gzip"},
		chunked, false, "abc",
		head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n", false,
	},
	{
		"until close closes", get, 200,
		[]string{"Content-Length: 4", "Connection: keep-alive"},
		untilClose, false, "abc",
		head("HTTP/1.1 200 OK", "Connection: close") + "abc", true,
	},
	{
		"close is announced once", get, 200,
		[]string{"Connection: keep-alive"},
		length(3), true, "abc",
		head("HTTP/1.1 200 OK", "Content-Length: 3", "Connection: close") + "abc", true,
	},
	{
		"no body means length 0, lest the client wait", get, 500, nil, noBody, false, "",
		head("HTTP/1.1 500 Internal Server Error", "Content-Length: 0"), false,
	},
	{
		"an old client gets no chunks but a close", old, 200, nil, chunked, false, "abc",
		head("HTTP/1.1 200 OK", "Connection: close") + "abc", true,
	},
	{
		"an old client that asked to stay is told that it may", old, 200, nil, length(3), false, "abc",
		head("HTTP/1.1 200 OK", "Content-Length: 3", "Connection: keep-alive") + "abc", false,
	},
	{
		"an old client knows no 1xx", old, 103, []string{"Link: a"}, noBody, false, "", "", false,
	},
	{
		"HEAD gets the length of a GET and no body", headReq, 200, nil, length(3), false, "abc",
		head("HTTP/1.1 200 OK", "Content-Length: 3"), false,
	},
	{
		"HEAD keeps the length that is there", headReq, 200,
		[]string{"Content-Length: 3"},
		noBody, false, "",
		head("HTTP/1.1 200 OK", "Content-Length: 3"), false,
	},
	{
		"HEAD without a length gets none", headReq, 200,
		[]string{"A: b"},
		noBody, false, "",
		head("HTTP/1.1 200 OK", "A: b"), false,
	},
	{
		"HEAD gets no chunks, but hears of them", headReq, 200, nil, chunked, false, "abc",
		head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), false,
	},
	{
		"HEAD need not close", headReq, 200, nil, untilClose, false, "abc",
		head("HTTP/1.1 200 OK"), false,
	},
	{
		"204 has no framing at all", get, 204,
		[]string{"Content-Length: 3", "Transfer-Encoding: chunked"},
		length(3), false, "abc",
		head("HTTP/1.1 204 No Content"), false,
	},
	{
		"304 keeps its own length and gets no other", get, 304,
		[]string{"Content-Length: 3"},
		length(7), false, "abc",
		head("HTTP/1.1 304 Not Modified", "Content-Length: 3"), false,
	},
	{
		"304 loses what is no length", get, 304,
		[]string{"Content-Length: 3", "Content-Length: 4"},
		chunked, true, "abc",
		head("HTTP/1.1 304 Not Modified", "Connection: close"), true,
	},
	{
		"103 has no framing and closes nothing", get, 103,
		[]string{"Link: a", "Content-Length: 3"},
		chunked, true, "",
		head("HTTP/1.1 103 Early Hints", "Link: a"), false,
	},
	{
		"101 keeps its Connection", get, 101,
		[]string{"Connection: upgrade", "Upgrade: websocket"},
		noBody, false, "",
		head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket"), false,
	},
	{
		"2xx to CONNECT has no framing", connect, 200,
		[]string{"Content-Length: 3"},
		length(3), false, "abc",
		head("HTTP/1.1 200 OK"), false,
	},
	{
		"4xx to CONNECT has", connect, 403, nil, length(3), false, "abc",
		head("HTTP/1.1 403 Forbidden", "Content-Length: 3") + "abc", false,
	},
}

// writtenRequests are how requests leave, by the framing that is asked for and
// the fields that are there already.
var writtenRequests = []struct {
	name    string
	method  string
	fields  []string
	framing http1.Framing
	body    string
	want    string
}{
	{
		"no body", "GET",
		[]string{"Host: a", "X: y"},
		noBody, "",
		head("GET /p?q HTTP/1.1", "Host: a", "X: y"),
	},
	{
		"a POST without a body says so", "POST",
		[]string{"Host: a"},
		noBody, "",
		head("POST /p?q HTTP/1.1", "Host: a", "Content-Length: 0"),
	},
	{
		"a length 0 that is there stays", "POST",
		[]string{"Content-Length: 0", "Host: a"},
		noBody, "",
		head("POST /p?q HTTP/1.1", "Content-Length: 0", "Host: a"),
	},
	{
		"a length without a body goes", "GET",
		[]string{"Content-Length: 3", "Host: a"},
		noBody, "",
		head("GET /p?q HTTP/1.1", "Host: a"),
	},
	{
		"the length that is there stays where it is", "PUT",
		[]string{"Content-Length: 3", "Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Content-Length: 3", "Host: a") + "abc",
	},
	{
		"a length is added", "PUT",
		[]string{"Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Content-Length: 3") + "abc",
	},
	{
		"another length is replaced", "PUT",
		[]string{"Content-Length: 4", "Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Content-Length: 3") + "abc",
	},
	{
		"a length said twice is said once", "PUT",
		[]string{"Content-Length: 3", "Content-Length: 3", "Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Content-Length: 3") + "abc",
	},
	{
		"a length that is no number is replaced", "PUT",
		[]string{"Content-Length: +3", "Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Content-Length: 3") + "abc",
	},
	{
		"chunks drive out a coding that must not stay beside a length", "PUT",
		[]string{"Transfer-Encoding: chunked", "Host: a"},
		length(3), "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Content-Length: 3") + "abc",
	},
	{
		"chunks drive out a length", "PUT",
		[]string{"Content-Length: 3", "Host: a", "Transfer-Encoding: gzip"},
		chunked, "abc",
		head("PUT /p?q HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
	},
	{
		"no chunks at all still end", "PUT",
		[]string{"Host: a"},
		chunked, "",
		head("PUT /p?q HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "0\r\n\r\n",
	},
}
