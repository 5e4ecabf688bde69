package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
)

// caddyConfig is what a Caddy expert writes to let as little as possible
// through. Reasons stand beside what is not default.
const caddyConfig = `
{
	admin {{.Admin}}
	auto_https off
	persist_config off
	log {
		output stderr
		level WARN
	}
}
http://:{{.ListenPort}} {
	bind 127.0.0.1
	reverse_proxy {{join .Servers " "}} {
		lb_policy least_conn               # slow servers get less
		lb_try_duration 10s                # wait for a server to come back
		lb_try_interval 100ms
		# What was delivered is repeated only where that is allowed, then also
		# if the answer was an error of the server's state.
		lb_retry_match {
			method GET HEAD PUT DELETE OPTIONS
		}
		lb_retry_match {
			method GET HEAD PUT DELETE OPTIONS
			expression ` + "`{rp.status_code} in [502, 503, 504]`" + `
		}
{{- if and (not .Alone) (not .Named)}}
		health_uri /health                 # finds what is dead or hangs
		health_interval 500ms
		health_timeout 500ms
		health_fails 2
		fail_duration 1s                   # and errors take out what still passes
		max_fails 5
		unhealthy_status 500 502 503 504
{{- end}}
		request_buffers 4MiB               # bodies can be sent again
		response_buffers 64KiB             # answers are read quickly
		transport http {
{{- if .Named}}
			# Every dial asks anew, and what is connected needs no DNS. A dynamic
			# upstream would lose its addresses with the first failed lookup.
			resolvers {{join .Resolvers " "}}
{{- end}}
			dial_timeout 500ms             # loopback; long enough for a LAN, too
			response_header_timeout {{ms .Limit}} # as long as the application may take
			read_timeout {{ms .Limit}}
			write_timeout {{ms .Limit}}
			keepalive {{if .Retires}}off{{else}}{{ms .Keep}}{{end}} # less than the application does
			keepalive_idle_conns_per_host 128
			compression off
			versions 1.1
		}
	}
}
`

func caddy(path, version string) gateway {
	return gateway{
		name:    "Caddy",
		version: version,
		configure: func(dir string, s setup) error {
			return fill(dir, "Caddyfile", caddyConfig, configOf(dir, s, s.to))
		},
		command: func(ctx context.Context, dir string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, path, "run", "--config", filepath.Join(dir, "Caddyfile"), "--adapter", "caddyfile")
			cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir)
			return cmd
		},
		reload: func(ctx context.Context, p *process, dir string) error { return reloadCaddy(ctx, p, dir) },
	}
}

// reloadCaddy is "caddy reload".
func reloadCaddy(ctx context.Context, p *process, dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "Caddyfile"))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.admin+"/load", bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/caddyfile")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("caddy refuses its configuration: %s", text)
	}
	return nil
}
