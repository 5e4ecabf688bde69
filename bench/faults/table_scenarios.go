package main

import (
	"time"

	"github.com/miekg/dns"

	"torwart/internal/cause"
)

// codes is a list of symptoms.
type codes = []cause.Code

// The symptoms of a connection that ends without an answer. Which of them it
// is depends on microseconds: whether the request was written before or after
// the end arrived.
func droppedCodes() codes {
	return codes{cause.ClosedBeforeResponse, cause.ResetBeforeResponse, cause.RequestWriteFailed, cause.ReusedConnectionClosed}
}

// told is what is known about the application where a scenario is about time.
const told = time.Second

// scenarios returns all of them, in the order of the table.
func scenarios() []scenario {
	var all []scenario
	for _, group := range []struct {
		name string
		list []scenario
	}{
		{"Healthy", []scenario{{name: "nothing happens"}}},
		{"No connection", connectionScenarios()},
		{"Closed unanswered", closingScenarios()},
		{"Kept connections", keepAliveScenarios()},
		{"Restarts", restartScenarios()},
		{"Broken heads", headScenarios()},
		{"Broken bodies", bodyScenarios()},
		{"Odd, but deliverable", oddScenarios()},
		{"Time", timeScenarios()},
		{"Verdicts of the application", verdictScenarios()},
		{"DNS", dnsScenarios()},
		{"The gateway itself", []scenario{{
			name: "reload: three times another pool, under load", script: isReconfigured, reloads: true,
			length: 2600 * time.Millisecond, besides: codes{cause.ReusedConnectionClosed},
		}}},
	} {
		for _, sc := range group.list {
			sc.group = group.name
			all = append(all, sc)
		}
	}
	return all
}

func connectionScenarios() []scenario {
	return []scenario{
		{
			name: "refuses: one of three crashes", script: happens(abruptly), bystanders: true,
			symptoms: append(droppedCodes(), cause.ConnectRefused),
		},
		{
			name: "black hole: SYNs to one of three vanish", prepare: isBlackHole, bystanders: true,
			symptoms: codes{cause.ConnectTimeout},
		},
		{
			name: "accepts, then FIN: one of three", script: isReplaced(dropsNew(fin)), blind: true, bystanders: true,
			symptoms: droppedCodes(),
		},
		{
			name: "accepts, then RST: one of three", script: isReplaced(dropsNew(rst)), blind: true, bystanders: true,
			symptoms: droppedCodes(),
		},
	}
}

func closingScenarios() []scenario {
	return []scenario{
		{
			name: "reads, then FIN: one of three", script: breaks(sick(vanishes(fin))), bystanders: true,
			symptoms: codes{cause.ClosedBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "reads, then RST: one of three", script: breaks(sick(vanishes(rst))), bystanders: true,
			symptoms: codes{cause.ResetBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "reads, then FIN: each 19th request's first try, three", manner: onFirst(vanishes(fin)),
			symptoms: codes{cause.ClosedBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "reads, then FIN: each 19th request's first try, lone", manner: onFirst(vanishes(fin)), endpoints: 1,
			symptoms: codes{cause.ClosedBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "reads, then RST: each 19th request's first try, lone", manner: onFirst(vanishes(rst)), endpoints: 1,
			symptoms: codes{cause.ResetBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "resets uploads of 512 KiB midway: one of three", script: breaks(breaksUploads()), bystanders: true, rate: 40,
			plan:     each(func(id int) request { return request{id, "PUT", "doc", 512 << 10} }),
			symptoms: codes{cause.RequestWriteFailed, cause.ResetBeforeResponse, cause.ReusedConnectionClosed},
		},
	}
}

func keepAliveScenarios() []scenario {
	race := func(name string, idle, length time.Duration, endpoints int) scenario {
		return scenario{
			name: name, idle: idle, length: length, endpoints: endpoints, plan: bursts(24),
			manner: pauses(raceAnswer, idle), besides: codes{cause.ReusedConnectionClosed},
		}
	}
	return []scenario{
		race("race: idle connections closed after 300 ms, lone", 300*time.Millisecond, 3*time.Second, 1),
		race("race: idle connections closed after 1 s, lone", time.Second, 3500*time.Millisecond, 1),
		race("race: idle connections closed after 2 s, three", 2*time.Second, 4500*time.Millisecond, 3),
		{
			name: "race: closed after 1 s, announced by Keep-Alive: timeout=1", idle: time.Second, length: 3500 * time.Millisecond,
			plan: bursts(24), manner: announces(time.Second, "Keep-Alive: timeout=1"), endpoints: 1,
			besides: codes{cause.ReusedConnectionClosed},
		},
		{
			name: "closes after each answer, unannounced: one of three", script: breaks(shutsUp()), bystanders: true, retires: true,
			besides: codes{cause.ReusedConnectionClosed},
		},
		{
			name: "closes after each answer, unannounced: lone", manner: shutsUp(), endpoints: 1, retires: true,
			besides: codes{cause.ReusedConnectionClosed},
		},
		{
			name: "closes after five answers, unannounced: three", manner: retires(5), retires: true,
			besides: codes{cause.ReusedConnectionClosed},
		},
	}
}

func restartScenarios() []scenario {
	// One that dies while it is asked does not get as far as refusing.
	killed := append(droppedCodes(), cause.ConnectRefused)
	ended := codes{cause.ResponseBodyIncomplete, cause.ResponseHeadIncomplete}
	const lone, all = 1500 * time.Millisecond, 3 * time.Second
	return []scenario{
		{
			name: "restart: lone endpoint killed, back after 1.5 s", script: away(abruptly, lone), due: until(lone), endpoints: 1,
			length: 2500 * time.Millisecond, symptoms: killed, besides: ended,
		},
		{
			name: "restart: lone endpoint stopped well, back after 1.5 s", script: away(gracefully, lone), due: until(lone), endpoints: 1,
			length: 2500 * time.Millisecond, symptoms: killed, besides: ended,
		},
		{
			name: "outage: all three killed, back after 3 s", script: away(abruptly, all), due: until(all),
			length: 4 * time.Second, symptoms: killed, besides: ended,
		},
		{
			name: "rolling restart: each of three killed", script: rolls(abruptly), length: 2300 * time.Millisecond,
			symptoms: killed, besides: ended,
		},
		{
			name: "rolling restart: each of three stopped well", script: rolls(gracefully), length: 2300 * time.Millisecond,
			besides: append(ended, killed...),
		},
		{
			name: "flapping: one of three killed every 400 ms", script: flaps, bystanders: true,
			symptoms: killed, besides: ended,
		},
		{
			name: "flapping: lone endpoint killed every 400 ms", script: flaps, endpoints: 1, due: always(200 * time.Millisecond),
			symptoms: killed, besides: ended,
		},
	}
}

func headScenarios() []scenario {
	one := func(name string, m manner, symptoms ...cause.Code) scenario {
		return scenario{name: name + ": one of three", script: breaks(m), bystanders: true, symptoms: symptoms}
	}
	ssh := func(c *conn) {
		c.put([]byte("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
		c.wait(20 * time.Millisecond)
	}
	banner := one("SSH banner", manner{}, cause.ResponseNotHTTP)
	banner.script, banner.blind = isReplaced(manner{accepted: ssh, unread: ssh}), true
	banner.besides = droppedCodes()
	return []scenario{
		one("half a head, FIN", says("HTTP/1.1 200 OK\r\nContent-Type: te", fin), cause.ResponseHeadIncomplete),
		one("half a head, RST", says("HTTP/1.1 200 OK\r\nContent-Type: te", rst), cause.ResponseHeadIncomplete,
			cause.ResetBeforeResponse, cause.ReusedConnectionClosed),
		one("two Content-Lengths", spoils(fin, twoLengths), cause.ResponseFramingConflict),
		one("Content-Length and chunks", spoils(fin, lengthAndChunks), cause.ResponseFramingConflict),
		one("garbage for a status line", says("\x00\x01Warning: out of cheese\r\n\r\n", fin), cause.ResponseNotHTTP, cause.ResponseHeadMalformed),
		one("status that is no number", says("HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok", fin), cause.ResponseHeadMalformed),
		one("PHP warning among the fields", spoils(fin, withField("<br />Warning: Undefined variable")), cause.ResponseHeadMalformed),
		one("NUL in a field", spoils(fin, withField("X-Bad: a\x00b")), cause.ResponseHeadMalformed),
		banner,
		one("TLS alert", says("\x15\x03\x01\x00\x02\x02\x46", fin), cause.ResponseIsTLS),
		one("HTTP/2 SETTINGS", says("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", fin), cause.ResponseNotHTTP),
		one("head of 70 KiB", spoils(fin, withField(bigField(70<<10))), cause.ResponseHeadTooLarge),
	}
}

func bodyScenarios() []scenario {
	one := func(name string, m manner, symptoms ...cause.Code) scenario {
		return scenario{name: name + ": one of three", script: breaks(m), bystanders: true, symptoms: symptoms}
	}
	large := func(name string, m manner) scenario {
		sc := one(name, m, cause.ResponseBodyIncomplete)
		sc.rate, sc.plan = 30, each(func(id int) request { return request{id, "GET", "item", 1 << 20} })
		return sc
	}
	const part = 300 << 10
	untagged := large("download of 1 MiB without ETag cut", cutsLarge(fin, part))
	untagged.name += " (visibly)"
	untagged.excuse = func(_ *stage, r *result) bool { return r.got > 0 } // nothing tells that the rest would fit
	untagged.manner = oddly(true, func(_ *asked, r answer) []byte { r.fields = r.fields[:2]; return r.whole() })
	untagged.script = breaks(manner{answer: func(c *conn, a *asked) bool {
		r := c.right(a)
		r.fields = r.fields[:2]
		c.put(append(r.head(r.length()), r.body[:part]...))
		return false
	}})
	return []scenario{
		one("half a body, FIN", spoils(fin, half), cause.ResponseBodyIncomplete),
		one("half a body, RST", spoils(rst, half), cause.ResponseBodyIncomplete,
			cause.ResetBeforeResponse, cause.ReusedConnectionClosed),
		one("chunks without an end", spoils(fin, endless), cause.ResponseBodyIncomplete),
		one("bad chunk", spoils(fin, badChunk), cause.ResponseChunkMalformed),
		{
			name: "half a body: each 19th request's first try, lone", endpoints: 1, symptoms: codes{cause.ResponseBodyIncomplete},
			manner: onFirst(func(c *conn, a *asked) bool { c.put(half(c.right(a))); return false }),
		},
		large("download of 1 MiB cut at 300 KiB, FIN", cutsLarge(fin, part)),
		large("download of 1 MiB cut at 300 KiB, RST", cutsLarge(rst, part)),
		untagged,
	}
}

func oddScenarios() []scenario {
	get := each(func(id int) request { return request{id, "GET", "item", 200 + id*37%6000} })
	return []scenario{
		{name: "body longer than announced", manner: oddly(true, longerBody)},
		{name: "bare LF in heads", manner: oddly(true, bareLF)},
		{name: "103 Early Hints before the answer", manner: oddly(true, earlyHints)},
		{name: "field of 40 KiB", manner: oddly(true, bigHeader)},
		{name: "no reason phrase", manner: oddly(true, noReason)},
		{name: "field names in lower case, blanks around values", manner: oddly(true, lowerCase)},
		{name: "HTTP/1.0, the end of the connection ends the body", manner: oddly(false, oldStyle)},
		{
			name: "204 with a body", manner: oddly(false, emptyWithBody), plan: get,
			expect: func(request) (int, []byte, bool) { return 204, nil, true },
		},
		{
			name: "HEAD answered with a body", manner: oddly(true, headWithBody),
			plan: each(func(id int) request {
				return request{id, []string{"HEAD", "GET"}[id%2], "item", 200 + id*37%6000}
			}),
			besides: codes{cause.ReusedConnectionClosed},
		},
	}
}

func timeScenarios() []scenario {
	return []scenario{
		{
			name: "hangs before the head: one of three", script: breaks(hangs()), limit: told, length: 2 * told, due: always(told), bystanders: true,
			symptoms: codes{cause.ResponseTimeout},
		},
		{
			name: "half open, never reads: one of three", script: isReplaced(neverReads()), limit: told, length: 2 * told, due: always(told), bystanders: true,
			symptoms: codes{cause.ResponseTimeout}, besides: droppedCodes(),
		},
		{
			name: "never reads uploads of 1 MiB: one of three", script: isReplaced(neverReads()), limit: told, length: 2 * told, due: always(told),
			bystanders: true, rate: 30, plan: each(func(id int) request { return request{id, "PUT", "doc", 1 << 20} }),
			symptoms: codes{cause.RequestWriteStalled, cause.ResponseTimeout}, besides: droppedCodes(),
		},
		{
			name: "body stalls: one of three", script: breaks(stalls()), limit: told, length: 2 * told, due: always(told), bystanders: true,
			symptoms: codes{cause.ResponseBodyStalled},
			// The answer to a PUT has no ETag: once it is begun, nothing tells
			// that another's rest would fit.
			excuse: func(_ *stage, r *result) bool { return r.method == "PUT" && r.status == 200 },
		},
		{name: "body trickles, 600 ms: three", manner: trickles(600 * time.Millisecond), rate: 100, due: always(600 * time.Millisecond)},
		{
			name: "gray: one of three answers after 1.5 s", script: breaks(slow(1500 * time.Millisecond)), bystanders: true,
			length: 2500 * time.Millisecond,
		},
	}
}

func verdictScenarios() []scenario {
	upload := each(func(id int) request {
		return request{id, []string{"PUT", "POST"}[id%2], "doc", 256 << 10}
	})
	refusal := func(request) (int, []byte, bool) { return 413, []byte(tooLargeBody), true }
	poisonous := func(sc *scenario) []planned {
		return spread(sc, func(id int) request {
			if id%10 == 0 {
				return request{id, "GET", "poison", 100}
			}
			return usual(id)
		})
	}
	poisoned := func(_ *stage, r *result) bool { return r.kind == "poison" }
	return []scenario{
		{
			name: "503 from one of three", script: breaks(fails("503 Service Unavailable")), bystanders: true,
			symptoms: codes{cause.UpstreamErrorStatus},
		},
		{
			name: "503 from all three (passed on)", script: func(s *stage) {
				if s.at(outbreak) {
					for _, e := range s.endpoints {
						e.turn(fails("503 Service Unavailable"))
					}
				}
			},
			excuse:   func(_ *stage, r *result) bool { return r.status == 503 },
			symptoms: codes{cause.UpstreamErrorStatus},
		},
		{
			name: "gray: fast 500s from one of three, health green", script: breaks(fails("500 Internal Server Error")),
			bystanders: true, length: 3 * time.Second,
			// A 500 is the application's answer, nobody repeats it; but after a
			// second of them it is known whom not to ask.
			excuse:   func(_ *stage, r *result) bool { return r.status == 500 && r.at < outbreak+time.Second },
			symptoms: codes{cause.UpstreamErrorStatus},
		},
		{
			name: "413 before the upload is read, closed at once", manner: refusesUploads(false), plan: upload, rate: 40, expect: refusal,
		},
		{
			name: "413 before the upload is read, rest is drained", manner: refusesUploads(true), plan: upload, rate: 40, expect: refusal,
		},
		{
			name: "poison: one URL is reset by all three", manner: only("poison", vanishes(rst)), plan: poisonous, excuse: poisoned,
			symptoms: codes{cause.ResetBeforeResponse, cause.ReusedConnectionClosed},
		},
		{
			name: "poison: one URL hangs at all three", manner: only("poison", func(c *conn, _ *asked) bool {
				c.wait(time.Minute)
				return false
			}),
			plan: poisonous, excuse: poisoned, limit: told, symptoms: codes{cause.ResponseTimeout},
		},
	}
}

func dnsScenarios() []scenario {
	failures := codes{cause.DNSServerFailure, cause.DNSTimeout, cause.DNSNameNotFound}
	list := []scenario{
		{
			name: "DNS: the application moves, TTL 30 s", prepare: knows(30, 1), script: moves, length: 2 * time.Second,
			besides: append(droppedCodes(), cause.ConnectRefused),
		},
		{
			name: "DNS: one of two addresses dies", prepare: knows(30, 2), script: happens(abruptly),
			besides: append(droppedCodes(), cause.ConnectRefused),
		},
		{
			name: "DNS: SERVFAIL, TTL 1 s", prepare: knows(1, 2), length: 3 * time.Second,
			script: dnsTurns(func(n *nameServer) { n.rcode = dns.RcodeServerFailure }), besides: failures,
		},
		{
			name: "DNS: silent, TTL 1 s", prepare: knows(1, 2), length: 3500 * time.Millisecond,
			script: dnsTurns(func(n *nameServer) { n.silent = true }), besides: failures,
		},
		{
			name: "DNS: NXDOMAIN while the address answers, TTL 1 s", prepare: knows(1, 2), length: 3 * time.Second,
			script: dnsTurns(func(n *nameServer) { n.rcode = dns.RcodeNameError }), besides: failures,
		},
		{name: "DNS: first of two resolvers silent", prepare: firstResolverSilent, besides: failures},
	}
	for i := range list {
		list[i].dns, list[i].endpoints = true, 2
	}
	return list
}
