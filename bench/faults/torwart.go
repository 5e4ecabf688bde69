package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// torwart is torwart as anybody would run it: listen and to. What only the
// operator can know is said where a scenario is about it: how long the
// application may take, and which name server to ask.
func torwart(binary, version string) gateway {
	return gateway{
		name: "torwart", version: version, ledger: true,
		configure: func(dir string, s setup) error { return writeFile(dir, "torwart.yaml", torwartConfig(s)) },
		command: func(ctx context.Context, dir string) *exec.Cmd {
			return exec.CommandContext(ctx, binary, "serve", "--config", filepath.Join(dir, "torwart.yaml"))
		},
		reload: func(_ context.Context, p *process, _ string) error { return p.signal(syscall.SIGHUP) },
	}
}

func torwartConfig(s setup) string {
	var b strings.Builder
	fmt.Fprintf(&b, "listen: [%q]\nadmin: %q\n", s.listen, s.admin)
	if len(s.resolvers) > 0 {
		fmt.Fprintf(&b, "resolvers: [%s]\n", strings.Join(s.resolvers, ", "))
	}
	b.WriteString("sites:\n  - to:\n")
	for _, to := range s.to {
		fmt.Fprintf(&b, "      - http://%s\n", to)
	}
	if s.limit > 0 {
		fmt.Fprintf(&b, "    timeouts: {response: %v, idle: %v}\n", s.limit, s.limit)
	}
	return b.String()
}

// torwartPatience is the longest torwart may take to say what it recorded.
const torwartPatience = 5 * time.Second
