// Package dnscache finds the addresses of upstream names, and keeps them well.
//
// It provides [Cache]: host names and SRV names to addresses, from the DNS
// servers that are configured or, without any, from those of the system.
//
// It promises: TTLs are honoured (between [MinTTL] and [MaxTTL]); a name in
// use is asked again before it expires, so that only its first lookup waits
// for DNS; all lookups of a name share one question; a server that is silent
// or failing costs a moment, as the next one is asked beside it; what was
// once known is not lost because DNS is (stale answers on failures, and on
// NXDOMAIN as long as the addresses still answer); no lookup outlasts its
// ctx; every failure is a *cause.Error that names who was asked and what they
// said.
//
// It does not connect to the addresses, does not choose among them (it only
// rotates them), and verifies no DNSSEC: that is the resolver's work.
//
// # The system's settings
//
// Where Servers is empty, the machine decides, and its files are read again
// when they change:
//
//   - /etc/hosts first. What it says about a name is all that is known of it.
//   - Then the name servers of /etc/resolv.conf are asked, with its search
//     list and its options ndots, timeout and attempts; timeout times
//     attempts bounds one lookup. Without a name server it is port 53 of this
//     machine, as with libc. The other options are ignored.
//   - /etc/nsswitch.conf is not read: the order is always files, then DNS.
//     Names only other sources know (mDNS, LDAP, machined) are not found.
//   - Windows, macOS and iOS keep their settings elsewhere. There
//     [net.DefaultResolver] is asked, whose answers have no TTL and count for
//     a few seconds.
//
// With Servers, names are absolute: neither search list nor /etc/hosts.
// IP addresses are answered at once everywhere, and so is localhost, which is
// loopback whatever a file or a server says (RFC 6761 section 6.3).
//
// Start reading at [Cache.LookupNetIP], then flight.go (one question for all
// who wait), settle.go (what an answer does to what was known) and race.go
// (how the servers are asked).
package dnscache
