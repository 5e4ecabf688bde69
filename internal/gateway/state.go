package gateway

import (
	"time"

	"torwart/internal/balance"
	"torwart/internal/ejection"
	"torwart/internal/health"
	"torwart/internal/upstream"
)

// PoolState is a pool as it stands, for people and the API.
type PoolState struct {
	Name      string          `json:"name"`
	Endpoints []EndpointState `json:"endpoints"`
	// Held is how many exchanges wait for an endpoint to come back.
	Held int64 `json:"held"`
	// RetryTokens is how many retries the budget allows now.
	RetryTokens float64 `json:"retry_tokens"`
}

// EndpointState is an endpoint as it stands.
type EndpointState struct {
	URL string `json:"url"`
	// Up is the verdict of the active checks.
	Up bool `json:"up"`
	// Drained is set while the operator wants no new exchange sent here.
	Drained bool `json:"drained"`
	// Suspect is set for a moment after a connection failed.
	Suspect bool `json:"suspect"`
	Idle    int  `json:"idle_connections"`
	Backup  bool `json:"backup,omitempty"`
	// Ejection is what attempts have brought, against the pool.
	Ejection ejection.State `json:"ejection"`
	// KeepAlive is how long idle connections are reused, and why.
	KeepAlive upstream.KeepAlive `json:"keep_alive"`
	Load      balance.Snapshot   `json:"load"`
	Health    health.State       `json:"health"`
	// HealthError is why the last check failed, "" when it passed.
	HealthError string `json:"health_error,omitempty"`
}

// Pools returns the state of all pools, in the order of the configuration.
func (g *Gateway) Pools() []PoolState {
	now := time.Now()
	var out []PoolState
	for _, p := range g.table.Load().order {
		outliers := p.outliers.Snapshot(now)
		s := PoolState{Name: p.name, Held: p.room.waiting.Load(), RetryTokens: p.budget.Tokens()}
		for i, e := range p.endpoints {
			es := EndpointState{
				URL: e.Address.URL, Up: e.checker.Up(), Drained: e.drained.Load(), Backup: e.backup, Ejection: outliers[i], Suspect: e.suspicion.Suspect(now),
				Idle: e.Idle(), KeepAlive: e.KeepAlive(), Load: e.load.Snapshot(now), Health: e.checker.State(),
			}
			if es.Health.Err != nil {
				es.HealthError = es.Health.Err.Error()
			}
			s.Endpoints = append(s.Endpoints, es)
		}
		out = append(out, s)
	}
	return out
}
