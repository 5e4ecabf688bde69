package gateway

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"
	"sync/atomic"

	"torwart/internal/config"
	"torwart/internal/http1"
	"torwart/internal/retry"
)

// table is one configuration in the form requests are matched with. It never
// changes; Apply replaces it.
type table struct {
	hosts     map[string]*site
	wildcards map[string]*site // by what follows "*."
	fallback  *site
	trust     []netip.Prefix
	pools     map[string]*pool
	order     []*pool // as configured, for people
}

// site is a set of hosts.
type site struct {
	name  string
	rules []*rule // longest path first
}

// rule is a configured rule with its pool.
type rule struct {
	cfg      config.Rule
	pool     *pool
	policy   retry.Policy
	limits   http1.Limits
	inFlight atomic.Int64
	pace     pace
	hedges   *retry.Budget // nil: no hedging
}

// buildTable turns cfg into a table, taking over the pools of old that are
// configured just the same.
func (g *Gateway) buildTable(cfg *config.Config, old *table) (*table, error) {
	t := &table{
		hosts: make(map[string]*site), wildcards: make(map[string]*site),
		trust: cfg.Trust, pools: make(map[string]*pool),
	}
	var made []*pool
	for _, sc := range cfg.Sites {
		s := &site{name: "*"}
		if len(sc.Hosts) > 0 {
			s.name = sc.Hosts[0]
		}
		for _, rc := range sc.Rules {
			targets := g.expand(rc.To)
			key := poolKey(&rc, targets)
			p := t.pools[key]
			if p == nil {
				p = old.pools[key]
			}
			if p == nil {
				var err error
				if p, err = g.newPool(&rc, targets); err != nil {
					return nil, fmt.Errorf("site %s, rule %s: %w", s.name, rc.Path, err)
				}
				made = append(made, p)
			}
			if t.pools[key] == nil {
				t.pools[key] = p
				t.order = append(t.order, p)
			}
			s.rules = append(s.rules, newRule(rc, p))
		}
		sort.SliceStable(s.rules, func(i, j int) bool { return before(s.rules[i], s.rules[j]) })
		t.addSite(s, sc.Hosts)
	}
	// Only now that nothing can fail any more do the new pools begin to live.
	for _, p := range made {
		p.startChecks(g)
	}
	return t, nil
}

// before puts longer paths first, and rules for some methods before the rule
// for all of them.
func before(a, b *rule) bool {
	if len(a.cfg.Path) != len(b.cfg.Path) {
		return len(a.cfg.Path) > len(b.cfg.Path)
	}
	return len(a.cfg.Methods) > 0 && len(b.cfg.Methods) == 0
}

func newRule(rc config.Rule, p *pool) *rule {
	return &rule{
		cfg: rc, pool: p,
		policy: retry.Policy{Attempts: rc.Retry.Attempts, UnsafeProbable: rc.Retry.UnsafeProbable},
		limits: http1.Limits{Head: rc.Limits.Head, Fields: rc.Limits.Fields},
		hedges: newHedges(rc.Hedge.Budget),
	}
}

func (t *table) addSite(s *site, hosts []string) {
	if len(hosts) == 0 {
		t.fallback = s
	}
	for _, h := range hosts {
		h = strings.ToLower(h)
		switch {
		case h == "*":
			t.fallback = s
		case strings.HasPrefix(h, "*."):
			t.wildcards[h[2:]] = s
		default:
			t.hosts[h] = s
		}
	}
}

// poolKey names everything a pool depends on: rules that agree in it share
// the pool, and a reload that does not touch it keeps it.
func poolKey(r *config.Rule, targets []config.Target) string {
	return fmt.Sprintf("%+v %+v %s %+v %v %v %v", targets, r.Health, r.Balance, r.Eject,
		r.Timeouts.Connect, r.Timeouts.Idle, r.Retry.Budget)
}
