package main

import (
	"context"
	"os/exec"
	"path/filepath"
)

// haproxyConfig is what a HAProxy expert writes to let as little as possible
// through. Reasons stand beside what is not default.
const haproxyConfig = `
global
	maxconn 8000
	tune.bufsize 65536        # large heads; and only requests that fit can be repeated
	stats socket {{.Dir}}/sock mode 600 level admin expose-fd listeners # a reload keeps the port open
{{- if .Named}}
resolvers dns
{{- range $i, $r := .Resolvers}}
	nameserver n{{$i}} {{$r}}
{{- end}}
	resolve_retries 3
	timeout resolve 500ms     # a move is seen within half a second
	timeout retry 300ms
	hold valid 1s
	hold nx 60s               # what was known stays, whatever DNS says now
	hold timeout 60s
	hold refused 60s
	hold other 60s
	hold obsolete 1s
{{- end}}
defaults
	mode http
	balance {{if .Alone}}roundrobin{{else}}leastconn{{end}} # slow servers get less
	timeout connect 1s        # also the pause before the same server is tried again
	timeout client 60s
	timeout server {{ms .Limit}} # as long as the application may take
	timeout http-request 20s
	timeout http-keep-alive 75s
	retries 10                # with that pause, up to ten seconds for an endpoint to come back
	option redispatch 1       # every retry goes to another server
	option http-buffer-request # the body is there when a request is repeated
	# All failures but 500, which may be the request's fault.
	retry-on conn-failure empty-response junk-response response-timeout 0rtt-rejected 502 503 504
	http-reuse {{if .Shy}}never{{else}}safe{{end}}
frontend in
	bind {{.Listen}} backlog 4096
	option forwardfor
	default_backend app
backend app
	http-request disable-l7-retry if METH_POST # an order must not be executed twice
{{- if .Shy}}
	option http-server-close  # the application closes idle connections soon, or unannounced
{{- end}}
{{- if not .Alone}}
	option httpchk GET /health
	# Checks find what is dead or hangs; five errors in a row take out what
	# still passes them.
	default-server check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 2 observe layer7 error-limit 5 on-error mark-down
{{- end}}
	option allbackups         # where checks have taken everything out, ask it all the same
	default-server pool-purge-delay {{ms .Keep}} pool-max-conn 256
{{- if .Named}}
	server-template app 4 {{.Named}} resolvers dns resolve-prefer ipv4 init-addr none
{{- end}}
{{- range $i, $to := .Servers}}
	server s{{$i}} {{$to}}
	server b{{$i}} {{$to}} no-check backup
{{- end}}
`

func haproxy(ctx context.Context) (gateway, error) {
	path, err := find("haproxy")
	if err != nil {
		return gateway{}, err
	}
	return gateway{
		name:    "HAProxy",
		version: firstLine(ctx, path, "-v"),
		configure: func(dir string, s setup) error {
			servers := s.to
			if len(s.resolvers) > 0 {
				servers = nil
			}
			return fill(dir, "haproxy.cfg", haproxyConfig, configOf(dir, s, servers))
		},
		command: func(ctx context.Context, dir string) *exec.Cmd {
			return exec.CommandContext(ctx, path, "-W", "-f", filepath.Join(dir, "haproxy.cfg"))
		},
		reload: func(_ context.Context, p *process, _ string) error { return p.signal(masterReload) },
	}, nil
}
