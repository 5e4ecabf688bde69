package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"torwart/internal/cause"
)

// parseListen reads an address to listen at: "host:port" or ":port".
func parseListen(s string) (string, *fault) {
	if s == "" {
		return "", wrong(text("the address is empty", "die Adresse ist leer"), write("127.0.0.1:8080"))
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		return "", wrong(text("%s is a URL", "%s ist eine URL", quote(s)),
			write(withPort(strings.TrimRight(rest, "/"), portOf[scheme], "8080")))
	}
	if isDigits(s) {
		return "", wrong(text("%s is only a port", "%s ist nur ein Port", quote(s)), write(`":`+s+`"`))
	}
	host, port, f := splitHostPort(s, "8080")
	if f != nil {
		return "", f
	}
	if port == "" {
		return "", wrong(text("%s has no port", "%s hat keinen Port", quote(s)), write(withPort(s, "8080")))
	}
	if host == "*" {
		return "", wrong(text("%s is no address", "%s ist keine Adresse", quote(s)), write(`":`+port+`"`))
	}
	if host != "" {
		if host, f = parseName(host); f != nil {
			return "", f
		}
	}
	return net.JoinHostPort(host, port), nil
}

// parseResolver reads the address of a DNS server: "ip" or "ip:port".
func parseResolver(s string) (string, *fault) {
	if a, err := netip.ParseAddr(s); err == nil {
		return net.JoinHostPort(a.String(), "53"), nil
	}
	host, port, f := splitHostPort(s, "53")
	if f != nil {
		return "", f
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return "", wrong(text("%s is no IP address", "%s ist keine IP-Adresse", quote(host)),
			text("write the DNS server's IP address, such as 192.0.2.53 or 192.0.2.53:53",
				"schreiben Sie die IP-Adresse des DNS-Servers, etwa 192.0.2.53 oder 192.0.2.53:53"))
	}
	if port == "" {
		port = "53"
	}
	return net.JoinHostPort(a.String(), port), nil
}

// parseTrust reads an IP address or a network. A fault beside a prefix that is
// valid is a warning.
func parseTrust(s string) (netip.Prefix, *fault) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, wrong(text("%s is neither an IP address nor a network", "%s ist weder eine IP-Adresse noch ein Netz", quote(s)),
			text("write it like 192.0.2.10 or 10.0.0.0/8", "schreiben Sie etwa 192.0.2.10 oder 10.0.0.0/8"))
	}
	if p.Addr().Is4In6() {
		// Peers are compared in their plain IPv4 form, so this would match none.
		hint := noHint
		if p.Bits() >= 96 {
			hint = write(netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96).String())
		}
		return netip.Prefix{}, wrong(text("%s is an IPv4 network in IPv6 form", "%s ist ein IPv4-Netz in IPv6-Form", quote(s)), hint)
	}
	m := p.Masked()
	switch {
	case m.Bits() == 0:
		return m, doubtful(text("%s trusts everybody: any client can forge its address", "%s traut jedem: Jeder Client kann seine Adresse fälschen", s),
			text("name the proxies in front of torwart only", "nennen Sie nur die Proxys vor torwart"))
	case m != p:
		return m, doubtful(text("%s has host bits set", "%s hat gesetzte Host-Bits", s), write(m.String()))
	}
	return m, nil
}

// parseHost reads a host a site serves: a name, "*.name" or an IP address. The
// result is what a client puts into Host: lower case, punycode, an IPv6
// address in brackets.
func parseHost(s string) (string, *fault) {
	if s == "" {
		return "", wrong(text("the host is empty", "der Host ist leer"), text("write a name such as www.example.com", "schreiben Sie einen Namen wie www.example.com"))
	}
	if s == "*" {
		return "", wrong(text(`"*" is no host`, `"*" ist kein Host`),
			text(`leave "hosts" out: the site then serves every host no other names`, `lassen Sie "hosts" weg: Die Site bedient dann jeden Host, den keine andere nennt`))
	}
	if _, rest, ok := strings.Cut(s, "://"); ok {
		return "", wrong(text("%s is a URL", "%s ist eine URL", quote(s)), write(strings.TrimRight(rest, "/")))
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		if a.Is6() {
			return "[" + a.String() + "]", nil
		}
		return a.String(), nil
	}
	if host, port, f := splitHostPort(s, ""); f == nil && port != "" {
		return "", wrong(text("%s has a port; a site serves its hosts on every port listened at", "%s hat einen Port; eine Site bedient ihre Hosts auf jedem Port, an dem gelauscht wird", quote(s)), write(host))
	}
	name, wild := strings.CutPrefix(s, "*.")
	if strings.Contains(name, "*") {
		return "", wrong(text("%s has a * that is not its first label", "%s hat einen *, der nicht das erste Glied ist", quote(s)), write("*.example.com"))
	}
	if at := strings.IndexByte(name, '/'); at > 0 {
		return "", wrong(text("%s has a path", "%s hat einen Pfad", quote(s)),
			text("write the host alone, and a rule for the path", "schreiben Sie nur den Host und für den Pfad eine Regel"))
	}
	name, f := parseName(strings.TrimSuffix(name, "."))
	if f == nil && wild {
		name = "*." + name
	}
	return name, f
}

// parseName reads a host name or IP address; names come out in lower case and
// punycode.
func parseName(s string) (string, *fault) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String(), nil
	}
	bad := func(why cause.Text) (string, *fault) {
		return "", wrong(text("%s is no host name: %s", "%s ist kein Hostname: %s", quote(s), why),
			text("write a name such as app.example.com or an IP address", "schreiben Sie einen Namen wie app.example.com oder eine IP-Adresse"))
	}
	name := s
	if !isASCII(s) {
		a, err := idna.Lookup.ToASCII(s)
		if err != nil {
			return bad(text("its characters are not allowed in names", "seine Zeichen sind in Namen nicht erlaubt"))
		}
		name = a
	}
	if name = strings.ToLower(name); len(name) > 253 {
		return bad(text("it is longer than 253 characters", "er ist länger als 253 Zeichen"))
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" {
			return bad(text("a label is empty", "ein Glied ist leer"))
		}
		if len(l) > 63 {
			return bad(text("a label is longer than 63 characters", "ein Glied ist länger als 63 Zeichen"))
		}
		for _, c := range l {
			// The underscore is no host name by RFC 952, but what Docker calls
			// its containers.
			if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
				return bad(text("%q is not allowed", "%q ist nicht erlaubt", c))
			}
		}
	}
	if isDigits(labels[len(labels)-1]) {
		return bad(text("it is no IP address either", "er ist auch keine IP-Adresse"))
	}
	return name, nil
}

// splitHostPort splits "host:port", "[v6]:port", "host" and "[v6]"; port is ""
// where there is none. example is the port to use in a hint.
func splitHostPort(s, example string) (host, port string, f *fault) {
	if strings.Count(s, ":") > 1 && !strings.HasPrefix(s, "[") {
		return "", "", wrong(text("%s is an IPv6 address without brackets, or has a colon too many", "%s ist eine IPv6-Adresse ohne Klammern oder hat einen Doppelpunkt zu viel", quote(s)),
			write(ipv6Example(s, example)))
	}
	host, port, colon := strings.Cut(s, ":")
	if rest, bracket := strings.CutPrefix(s, "["); bracket {
		var after string
		host, after, bracket = strings.Cut(rest, "]")
		if _, err := netip.ParseAddr(host); err != nil || !bracket || !strings.Contains(host, ":") || after != "" && after[0] != ':' {
			return "", "", wrong(text("%s is no IPv6 address in brackets", "%s ist keine IPv6-Adresse in Klammern", quote(s)), write(withPort("[::1]", example)))
		}
		port, colon = strings.CutPrefix(after, ":")
	}
	if !colon {
		return host, "", nil
	}
	// Zero-padded ports and service names would be two ways to write one.
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", "", wrong(text("%s is no port", "%s ist kein Port", quote(port)),
			text("write a number from 1 to 65535", "schreiben Sie eine Zahl von 1 bis 65535"))
	}
	return host, port, nil
}

// ipv6Example shows s as it was probably meant: what follows the last colon is
// taken for a port where the rest is an address by itself.
func ipv6Example(s, port string) string {
	i := strings.LastIndexByte(s, ':')
	if a, err := netip.ParseAddr(s[:i]); err == nil && isDigits(s[i+1:]) {
		return withPort("["+a.String()+"]", s[i+1:])
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return withPort("["+a.String()+"]", port)
	}
	return withPort("[::1]", port)
}

// withPort appends the first port that is not "" to a host that has none.
func withPort(host string, ports ...string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && isDigits(host[i+1:]) {
		return host
	}
	for _, p := range ports {
		if p != "" {
			return strings.TrimSuffix(host, ":") + ":" + p
		}
	}
	return host
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// overlap reports whether two sound listening addresses exclude each other. A
// wildcard takes the port on every address, for IPv4 and IPv6 alike.
func overlap(a, b string) bool {
	ah, ap, _ := net.SplitHostPort(a)
	bh, bp, _ := net.SplitHostPort(b)
	return ap == bp && ap != "0" && (ah == bh || isWildcard(ah) || isWildcard(bh))
}

func isWildcard(host string) bool { return host == "" || host == "::" || host == "0.0.0.0" }

// isLoopback reports whether only this machine reaches the host.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}
