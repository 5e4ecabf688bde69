package dnscache

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"torwart/internal/cause"
)

// State is how good the addresses of a name are.
type State string

// The states of a name.
const (
	// Asking: nobody has answered yet.
	Asking State = "asking"
	// Fresh: within their TTL.
	Fresh State = "fresh"
	// Expired: past their TTL, as nobody has used the name for a while.
	Expired State = "expired"
	// Stale: past their TTL, or about to be, and the servers fail.
	Stale State = "stale"
	// Vanished: DNS says that they are gone, but they still answer.
	Vanished State = "vanished"
	// Failed: there are none.
	Failed State = "failed"
)

// Entry is what is known of one name.
type Entry struct {
	Name string `json:"name"`
	// Service is set where the name is that of a service (SRV).
	Service bool  `json:"service,omitempty"`
	State   State `json:"state"`
	// Addrs are those of a host, Targets those of a service without their
	// addresses: their hosts have entries of their own.
	Addrs   []netip.Addr `json:"addrs,omitempty"`
	Targets []SRVTarget  `json:"targets,omitempty"`
	// TTL is how much is left of it; negative by how much it is exceeded.
	TTL time.Duration `json:"ttl_ns"`
	// Resolver is who named the addresses: a DNS server, a file.
	Resolver string `json:"resolver,omitempty"`
	// Answered is when it last did, Since when these addresses first came,
	// Used when the name was last looked up, to the second.
	Answered time.Time `json:"answered,omitzero"`
	Since    time.Time `json:"since,omitzero"`
	Used     time.Time `json:"used"`
	// Symptom and Detail are why the last refresh brought nothing; "" where
	// it did.
	Symptom cause.Code `json:"symptom,omitempty"`
	Detail  string     `json:"detail,omitempty"`
}

// Snapshot returns what is known of every name, in the order of names.
func (c *Cache) Snapshot() []Entry {
	now := time.Now()
	out := []Entry{}
	for _, e := range c.entries() {
		out = append(out, e.show(e.view.Load(), now))
	}
	slices.SortFunc(out, func(a, b Entry) int {
		if a.Service != b.Service && a.Name == b.Name {
			return map[bool]int{false: -1, true: 1}[a.Service]
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

func (e *entry) show(v *view, now time.Time) Entry {
	out := Entry{Name: e.name, Service: e.service, State: Asking, Used: time.Unix(e.used.Load(), 0)}
	if v == nil {
		return out
	}
	out.Since = v.since
	if v.holds() {
		out.Addrs, out.Targets = v.addrs(), slices.Clone(v.targets)
		out.TTL, out.Resolver, out.Answered = v.expires.Sub(now), v.server, v.answered
	}
	if v.err != nil {
		out.Symptom, out.Detail = v.err.Symptom, v.err.Detail
	}
	switch {
	case !v.holds():
		out.State = Failed
	case v.vanished:
		out.State = Vanished
	case v.err != nil:
		out.State = Stale
	case !now.Before(v.expires):
		out.State = Expired
	default:
		out.State = Fresh
	}
	return out
}
