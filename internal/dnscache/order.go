package dnscache

import (
	"context"
	"net"
	"net/netip"
	"time"

	"torwart/internal/cause"
)

// ula are the IPv6 addresses for use within an organisation (RFC 4193).
var ula = netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfc}), 7)

// order groups addresses so that the first group is the one to prefer: IPv6
// before IPv4 before local IPv6 (RFC 6724 section 2.1), yet IPv4 first where
// there is no route for IPv6. A nil routed knows no route.
func order(addrs []netip.Addr, routed func(netip.Addr) bool) [][]netip.Addr {
	var v6, v4, local []netip.Addr
	for _, a := range addrs {
		switch {
		case a.Is4():
			v4 = append(v4, a)
		case ula.Contains(a) || a.IsLinkLocalUnicast():
			local = append(local, a)
		default:
			v6 = append(v6, a)
		}
	}
	groups := [][]netip.Addr{v6, v4, local}
	if len(v6) > 0 && len(v4) > 0 && (routed == nil || !routed(v6[0])) {
		groups = [][]netip.Addr{v4, v6, local}
	}
	out := groups[:0]
	for _, g := range groups {
		if len(g) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// hasRoute reports whether the kernel knows a way to a. Connecting a UDP
// socket asks just that, and sends nothing.
func hasRoute(a netip.Addr) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", netip.AddrPortFrom(a, 53).String())
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// pick returns the addresses of the family network wants, each group begun at
// another one every turn.
func pick(groups [][]netip.Addr, turn uint32, network, host string) ([]netip.Addr, error) {
	n := 0
	for _, g := range groups {
		n += len(g)
	}
	out := make([]netip.Addr, 0, n)
	for _, g := range groups {
		switch {
		case network == "ip", network == "ip4" && g[0].Is4(), network == "ip6" && g[0].Is6():
			k := int(turn % uint32(len(g)))
			out = append(out, g[k:]...)
			out = append(out, g[:k]...)
		case network != "ip4" && network != "ip6":
			return nil, net.UnknownNetworkError(network)
		}
	}
	if len(out) == 0 {
		return nil, failure(cause.DNSEmpty, host+": has addresses, but none for network "+network, nil)
	}
	return out, nil
}
