// Command faults plays everything that goes wrong between a gateway and the
// application behind it, and counts what gets through to clients: with
// torwart as it is out of the box, and with nginx, HAProxy, Caddy and Traefik
// as their experts would set them up. Run it with go run ./bench/faults, or
// make faults.
//
// It provides one table in Markdown: scenarios by gateways. It promises that
// each gateway is led through the same script, with upstreams that do to
// their sockets what broken servers do; that its client follows a schedule
// whatever the answers (open loop), asks once, and checks every byte; and that
// the upstreams keep the book of orders, so that one executed twice is seen.
//
// What a gateway failure is, and which ones were avoidable, is decided in
// judge.go, in the same way for all. It does not measure speed: ./bench does.
//
// Start reading at table_scenarios.go, which is what happens; play.go plays
// one of them; the gateways' configurations are in torwart.go and rival_*.go.
package main
