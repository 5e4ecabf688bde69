package dnscache

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// hostsTTL is how long /etc/hosts counts before it is looked at again,
	// delegateTTL how long an answer without a TTL does.
	hostsTTL    = 2 * time.Second
	delegateTTL = 5 * time.Second
	// leastTimeout and mostTimeout bound what resolv.conf says.
	leastTimeout = time.Second
	mostTimeout  = 15 * time.Second
)

// delegates reports whether the system keeps its DNS settings where only its
// own library finds them.
func delegates() bool {
	switch runtime.GOOS {
	case "windows", "darwin", "ios":
		return true
	}
	return false
}

// system is what the machine's files say. The last good reading counts: a
// file that is just being replaced changes nothing.
type system struct {
	mu    sync.Mutex
	conf  asking
	hosts map[string][]netip.Addr

	confStamp, hostsStamp stamp
}

// stamp tells whether a file has changed.
type stamp struct {
	changed time.Time
	size    int64
}

// asking returns how to ask now.
func (c *Cache) asking() *asking {
	if servers := c.resolvers(); len(servers) > 0 {
		return &asking{servers: servers, timeout: ownTimeout, dial: c.dialer()}
	}
	s := &c.system
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := s.confStamp.read(or(c.ResolvConf, "/etc/resolv.conf")); ok {
		s.conf = parseResolvConf(text)
	}
	if len(s.conf.servers) == 0 {
		s.conf = parseResolvConf(nil)
	}
	conf := s.conf
	conf.dial = c.dialer()
	return &conf
}

func (c *Cache) dialer() func(ctx context.Context, network, address string) (net.Conn, error) {
	if c.Dial != nil {
		return c.Dial
	}
	return new(net.Dialer).DialContext
}

// fromHosts returns what the hosts file says about a name.
func (c *Cache) fromHosts(name string) []netip.Addr {
	s := &c.system
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := s.hostsStamp.read(c.hostsFile()); ok {
		s.hosts = parseHosts(text)
	}
	return s.hosts[bare(name)]
}

func (c *Cache) hostsFile() string { return or(c.HostsFile, "/etc/hosts") }

// read returns the file's text where it is not the one read last.
func (s *stamp) read(name string) ([]byte, bool) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, false
	}
	now := stamp{info.ModTime(), info.Size()}
	if now == *s {
		return nil, false
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	*s = now
	return text, true
}

// parseResolvConf reads resolv.conf(5).
func parseResolvConf(text []byte) asking {
	// A bytes.Reader does not fail, and nothing else is an error to the
	// parser.
	conf, _ := dns.ClientConfigFromReader(bytes.NewReader(text))
	out := asking{ndots: conf.Ndots}
	for _, s := range conf.Servers {
		if a, err := netip.ParseAddr(s); err == nil {
			out.servers = append(out.servers, netip.AddrPortFrom(a, 53).String())
		}
	}
	if len(out.servers) == 0 {
		out.servers = []string{"127.0.0.1:53", "[::1]:53"}
	}
	for _, s := range conf.Search {
		if s = strings.Trim(s, "."); s != "" {
			out.search = append(out.search, s)
		}
	}
	timeout := time.Duration(min(conf.Timeout, 60)*min(conf.Attempts, 60)) * time.Second
	out.timeout = min(max(timeout, leastTimeout), mostTimeout)
	return out
}

// parseHosts reads hosts(5).
func parseHosts(text []byte) map[string][]netip.Addr {
	out := map[string][]netip.Addr{}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		a, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		for _, f := range fields[1:] {
			if name, ok := normalise(f); ok {
				out[bare(name)] = append(out[bare(name)], a.Unmap())
			}
		}
	}
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
