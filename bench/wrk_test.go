package main

import (
	"testing"
	"time"
)

const wrkReport = `Running 4s test @ http://127.0.0.1:8080/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.90ms  414.36us   9.69ms   87.43%
    Req/Sec    33.74k     1.38k   36.06k    80.00%
  134217 requests in 4.00s, 164.41MB read
Requests/sec:  33554.12
Transfer/sec:     41.10MB
`

func TestParseWrk(t *testing.T) {
	got, err := parseWrk([]byte(wrkReport))
	if want := (wrkResult{134217, 4 * time.Second}); err != nil || got != want {
		t.Errorf("parseWrk = %+v, %v; want %+v", got, err, want)
	}
}

func TestParseWrkRefusesFailedRequests(t *testing.T) {
	for _, line := range []string{
		"  Socket errors: connect 0, read 3, write 0, timeout 0\n", "  Non-2xx or 3xx responses: 7\n",
	} {
		if got, err := parseWrk([]byte(wrkReport + line)); err == nil {
			t.Errorf("with %q: %+v, want an error", line, got)
		}
	}
	if got, err := parseWrk([]byte("unable to connect")); err == nil {
		t.Errorf("no report: %+v, want an error", got)
	}
}
