package dnscache

import (
	"net/netip"
	"strings"
)

// known returns the addresses of what needs no lookup, or nil: IP addresses,
// and localhost with all below it.
func known(host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	return nil
}

// normalise returns host in lower case, and whether it is a name at all:
// letters, digits, hyphens and, as Docker and SRV want them, underscores, in
// labels of up to 63 and 253 characters together. Nothing else reaches a DNS
// library, where dots and backslashes have ways of their own.
func normalise(host string) (string, bool) {
	name := strings.ToLower(host)
	bare := strings.TrimSuffix(name, ".")
	if bare == "" || len(bare) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(bare, ".") {
		if label == "" || len(label) > 63 {
			return "", false
		}
	}
	for i := range len(bare) {
		switch b := bare[i]; {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9', b == '-', b == '_', b == '.':
		default:
			return "", false
		}
	}
	return name, true
}

// absolute lists the names to ask for one that was looked up, in order, as
// resolv.conf(5) has it: a name of ndots dots or more is tried as it is first,
// any other with the search list first.
func absolute(name string, search []string, ndots int) []string {
	if strings.HasSuffix(name, ".") {
		return []string{name}
	}
	asItIs := name + "."
	var out []string
	if strings.Count(name, ".") >= ndots {
		out = append(out, asItIs)
	}
	for _, domain := range search {
		if n, ok := normalise(name + "." + domain + "."); ok {
			out = append(out, n)
		}
	}
	if strings.Count(name, ".") < ndots {
		out = append(out, asItIs)
	}
	return out
}
