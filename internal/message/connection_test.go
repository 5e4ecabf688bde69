package message_test

import (
	"strings"
	"testing"

	"torwart/internal/message"
)

func TestStripConnection(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"nothing to remove", []string{"Host: a", "X: b"}, []string{"Host: a", "X: b"}},
		{
			"the fields of one hop go, named or not",
			[]string{
				"Host: a", "Connection: close", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
				"TE: trailers", "Trailer: X", "Transfer-Encoding: chunked", "Upgrade: websocket", "X: b",
			},
			[]string{"Host: a", "X: b"},
		},
		{
			"without Connection, too", []string{"Keep-Alive: timeout=5", "Upgrade: h2c", "X: b"}, []string{"X: b"},
		},
		{
			"the fields that options name go, in any case and all of them",
			[]string{"X-A: 1", "Connection: keep-alive, x-a ,\tHTTP2-Settings", "HTTP2-Settings: z", "x-a: 2", "X-B: 3"},
			[]string{"X-B: 3"},
		},
		{
			"every Connection line counts",
			[]string{"Connection: x-a", "X-A: 1", "X-B: 2", "connection: x-b", "X-C: 3"},
			[]string{"X-C: 3"},
		},
		{
			"empty options mean nothing", []string{"Connection: ,, ,", "X-A: 1"}, []string{"X-A: 1"},
		},
		{
			"no option removes what is meant for everybody",
			[]string{
				"Connection: host, content-length, content-type, cache-control, x-forwarded-for, forwarded, via, " +
					"authorization, Cookie, set-cookie, content-encoding, x-real-ip, x-request-id, date, etag, range, expect",
				"Host: a", "Content-Length: 3", "Content-Type: t", "Cache-Control: no-store",
				"X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "Via: 1.1 x", "Authorization: Basic x",
				"Cookie: a=b", "Set-Cookie: a=b", "Content-Encoding: gzip", "X-Real-IP: 1.2.3.4",
				"X-Request-Id: 1", "Date: x", "ETag: x", "Range: x", "Expect: x",
			},
			[]string{
				"Host: a", "Content-Length: 3", "Content-Type: t", "Cache-Control: no-store",
				"X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "Via: 1.1 x", "Authorization: Basic x",
				"Cookie: a=b", "Set-Cookie: a=b", "Content-Encoding: gzip", "X-Real-IP: 1.2.3.4",
				"X-Request-Id: 1", "Date: x", "ETag: x", "Range: x", "Expect: x",
			},
		},
		{
			"credentials for a proxy are not ours to remove",
			[]string{"Connection: proxy-authorization", "Proxy-Authorization: Basic x", "Proxy-Authenticate: Basic"},
			[]string{"Proxy-Authorization: Basic x", "Proxy-Authenticate: Basic"},
		},
		{
			"a field called close is not an option's", []string{"Connection: close, keep-alive", "Close: x"}, []string{"Close: x"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := fieldsOf(tt.lines...)
			message.StripConnection(f)
			if got := text(f); got != wire(tt.want...) {
				t.Errorf("left\n%s, want\n%s", got, wire(tt.want...))
			}
			for n := message.Other + 1; n.String() != ""; n++ {
				if _, found := f.Get(n); found != f.Has(n) {
					t.Errorf("%s: Has %v, Get %v", n, f.Has(n), found)
				}
			}
			// What comes afterwards is the next hop's.
			f.AddName(message.Connection, "upgrade")
			if v, ok := f.Get(message.Connection); !ok || string(v) != "upgrade" {
				t.Errorf("Connection added afterwards is %q, %v", v, ok)
			}
		})
	}
}

func TestStripConnectionAllocatesNothing(t *testing.T) {
	from := fieldsOf("Host: a", "Connection: close, x-a, "+strings.Repeat("y", 40), "X-A: b", "TE: trailers")
	var f message.Fields
	f.CopyFrom(from)
	n := testing.AllocsPerRun(100, func() {
		f.CopyFrom(from)
		message.StripConnection(&f)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
