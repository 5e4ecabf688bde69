package upstream

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Address is where an endpoint is, taken from its URL.
type Address struct {
	// URL as configured; it names the endpoint in records.
	URL string
	// Path is the unix socket, "" on TCP.
	Path string
	// Host is a name or an IP address, Port a number. Empty on unix sockets.
	Host, Port string
	// IP is set when Host is an IP address.
	IP netip.Addr
	// TLS is set for https.
	TLS bool
}

// ParseAddress reads http://host[:port], https://host[:port] or
// unix:/path/to.sock.
func ParseAddress(raw string) (Address, error) {
	a := Address{URL: raw}
	if path, ok := strings.CutPrefix(raw, "unix:"); ok {
		a.Path = path
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "@") {
			return a, fmt.Errorf("upstream %q: a unix socket is written unix:/path/to.sock", raw)
		}
		return a, nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		return a, fmt.Errorf("upstream %q: %w", raw, err)
	}
	switch u.Scheme {
	case "http":
		a.Port = "80"
	case "https":
		a.Port, a.TLS = "443", true
	default:
		return a, fmt.Errorf("upstream %q: write http://host:port, https://host:port or unix:/path", raw)
	}
	if a.Host = u.Hostname(); a.Host == "" {
		return a, fmt.Errorf("upstream %q: the host is missing", raw)
	}
	if p := u.Port(); p != "" {
		a.Port = p
	}
	if ip, err := netip.ParseAddr(a.Host); err == nil {
		a.IP = ip
	}
	return a, nil
}

// network and target are what to dial; ip is the address of this try and is
// not valid for unix sockets.
func (a *Address) network() string {
	if a.Path != "" {
		return "unix"
	}
	return "tcp"
}

func (a *Address) target(ip netip.Addr) string {
	if a.Path != "" {
		return a.Path
	}
	return net.JoinHostPort(ip.String(), a.Port)
}
