package main

import (
	"context"
	"os/exec"
	"path/filepath"
)

// traefikStatic is the part of Traefik's configuration that needs a restart.
const traefikStatic = `
entryPoints:
  web:
    address: "{{.Listen}}"
providers:
  providersThrottleDuration: 50ms # a change is taken over soon
  file:
    filename: "{{.Dir}}/dynamic.yaml"
    watch: true
log: {level: ERROR}
global: {checkNewVersion: false, sendAnonymousUsage: false}
`

// traefikDynamic is what a Traefik expert writes to let as little as possible
// through. Reasons stand beside what is not default.
const traefikDynamic = `
http:
  routers:
    # An order must not be executed twice: only requests that may be repeated
    # are buffered and asked again for an answer.
    safe:
      rule: "Method(` + "`GET`) || Method(`HEAD`) || Method(`PUT`) || Method(`DELETE`) || Method(`OPTIONS`" + `)"
      service: app
      middlewares: [again, redial]
    unsafe:
      rule: "PathPrefix(` + "`/`" + `)"
      service: app
      middlewares: [redial]
  middlewares:
    # What could not be delivered is tried for about ten seconds.
    redial:
      retry: {attempts: 30, initialInterval: 200ms}
    # 500 is what Traefik itself answers when a head is malformed.
    again:
      buffering:
        retryExpression: "(ResponseCode() == 500 || ResponseCode() == 502 || ResponseCode() == 503 || ResponseCode() == 504) && Attempts() <= 3"
  services:
{{- if .Alone}}
    app:
      loadBalancer:
        serversTransport: app
        servers: [{url: "http://{{index .Servers 0}}"}]
{{- else}}
    # Where checks have taken everything out, ask it all the same.
    app:
      failover: {service: checked, fallback: unchecked}
    checked:
      loadBalancer:
        strategy: p2c # slow servers get less
        serversTransport: app
        # Finds what is dead or hangs.
        healthCheck: {path: /health, interval: 500ms, unhealthyInterval: 500ms, timeout: 400ms}
        # And errors take out what still passes.
        passiveHealthCheck: {failureWindow: 1s, maxFailedAttempts: 5}
        servers:
{{- range .Servers}}
          - url: "http://{{.}}"
{{- end}}
    unchecked:
      loadBalancer:
        strategy: p2c
        serversTransport: app
        servers:
{{- range .Servers}}
          - url: "http://{{.}}"
{{- end}}
{{- end}}
  serversTransports:
    app:
      maxIdleConnsPerHost: {{if .Retires}}-1{{else}}128{{end}}
      forwardingTimeouts:
        dialTimeout: 500ms                     # loopback; long enough for a LAN, too
        responseHeaderTimeout: {{ms .Limit}}   # as long as the application may take
        idleConnTimeout: {{ms .Keep}}          # less than the application does
`

func traefik(path, version string) gateway {
	return gateway{
		name:    "Traefik",
		version: version,
		configure: func(dir string, s setup) error {
			c := configOf(dir, s, s.to)
			if err := fill(dir, "traefik.yaml", traefikStatic, c); err != nil {
				return err
			}
			return fill(dir, "dynamic.yaml", traefikDynamic, c)
		},
		command: func(ctx context.Context, dir string) *exec.Cmd {
			return exec.CommandContext(ctx, path, "--configFile="+filepath.Join(dir, "traefik.yaml"))
		},
		// It watches its file.
		reload: func(context.Context, *process, string) error { return nil },
		cannot: func(sc *scenario) string {
			if sc.dns {
				return "n/a" // it asks the system's name servers only
			}
			return ""
		},
	}
}
