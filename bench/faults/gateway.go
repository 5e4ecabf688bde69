package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// setup is what the operator of a site says to a gateway.
type setup struct {
	listen, admin string
	// to are the endpoints, host and port; with resolvers one name and port.
	to        []string
	resolvers []string
	// limit, idle and retires are what is known about the application; see
	// scenario.
	limit, idle time.Duration
	retires     bool
}

// lone reports whether there is one endpoint only, and it is not a name of
// several.
func (s setup) lone() bool { return len(s.to) == 1 && len(s.resolvers) == 0 }

// gateway is one program that is led through the scenarios.
type gateway struct {
	name    string
	version string
	// configure writes the configuration into dir.
	configure func(dir string, s setup) error
	// command returns the program that serves what stands in dir.
	command func(ctx context.Context, dir string) *exec.Cmd
	// reload makes the running program read its configuration again.
	reload func(ctx context.Context, p *process, dir string) error
	// cannot says why a scenario is not for this gateway, or "".
	cannot func(sc *scenario) string
	// ledger is set where the admin API can be asked what failed, and why.
	ledger bool
}

// refuses says why a scenario is not for this gateway, or "".
func (g *gateway) refuses(sc *scenario) string {
	if g.cannot == nil {
		return ""
	}
	return g.cannot(sc)
}

func writeFile(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
}
