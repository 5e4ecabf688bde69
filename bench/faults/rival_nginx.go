package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// nginxConfig is what an nginx expert writes to let as little as possible
// through. Reasons stand beside what is not default.
const nginxConfig = `
daemon off;
pid {{.Dir}}/nginx.pid;
error_log {{.Dir}}/nginx.err warn;
{{if .Root}}user root;{{end}}
worker_processes 2;
events { worker_connections 8000; }
http {
	access_log off;
	client_body_temp_path {{.Dir}}/body;
	proxy_temp_path {{.Dir}}/proxy;
	fastcgi_temp_path {{.Dir}}/fastcgi;
	uwsgi_temp_path {{.Dir}}/uwsgi;
	scgi_temp_path {{.Dir}}/scgi;
{{- if .Named}}
	resolver {{join .Resolvers " "}} valid=1s ipv6=off; # so that a move is seen within a second
	resolver_timeout 2s;                                # a silent server is given up soon
{{- else}}
	upstream app {
		zone app 128k;                       # both workers know which server failed
{{- range .Servers}}
		server {{.}};
{{- end}}
{{- if not .Retires}}
		keepalive 128;                       # keep connections
		keepalive_timeout {{ms .Keep}};      # but for less time than the application does
{{- end}}
	}
{{- end}}
	server {
		listen {{.Listen}} backlog=4096;
		client_max_body_size 1g;             # limits are the application's business
		location / {
{{- if .Named}}
			set $app {{.Named}};             # a variable: else the name is resolved only once
			proxy_pass http://$app;
{{- else}}
			proxy_pass http://app;
{{- end}}
			proxy_http_version 1.1;          # needed to keep connections
			proxy_set_header Connection "";  # likewise
			proxy_set_header Host $http_host;
			proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
			proxy_connect_timeout 500ms;     # loopback; long enough for a LAN, too
			proxy_read_timeout {{ms .Limit}}; # as long as the application may take
			proxy_send_timeout {{ms .Limit}};
			proxy_next_upstream error timeout invalid_header http_502 http_503 http_504; # all but 500, which may be the request's fault
			proxy_next_upstream_tries 3;     # no retry storm
			proxy_next_upstream_timeout 10s;
			proxy_buffer_size 64k;           # large cookies and debugging fields
			proxy_buffers 16 64k;            # answers are read quickly, whatever the client does
			proxy_busy_buffers_size 128k;
		}
	}
}
`

// nginxServers are the lines of the upstream block. No server is ever left
// out: with max_fails, fewer POSTs are lost to a bad one, but a URL that fails
// everywhere, or a rolling restart, takes all of them out for a while, and then
// everything fails (tried: two to seven times the avoidable failures in those
// scenarios). A lone one stands there twice, or nginx would not ask it again.
func nginxServers(s setup) []string {
	var out []string
	for _, to := range s.to {
		out = append(out, to+" max_fails=0")
	}
	if s.lone() {
		out = append(out, out[0])
	}
	return out
}

func nginx(ctx context.Context) (gateway, error) {
	path, err := find("nginx")
	if err != nil {
		return gateway{}, err
	}
	return gateway{
		name:    "nginx",
		version: firstLine(ctx, path, "-v"),
		configure: func(dir string, s setup) error {
			return fill(dir, "nginx.conf", nginxConfig, configOf(dir, s, nginxServers(s)))
		},
		command: func(ctx context.Context, dir string) *exec.Cmd {
			return exec.CommandContext(ctx, path, "-e", filepath.Join(dir, "nginx.err"), "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
		},
		reload: func(_ context.Context, p *process, _ string) error { return p.signal(syscall.SIGHUP) },
	}, nil
}

// rivalConfig is what the templates of the rivals are filled with.
type rivalConfig struct {
	Dir, Listen, ListenPort, Admin string
	Servers, Resolvers             []string
	// Named is the application's name and port, where it is known by name.
	Named, Name, Port string
	// Keep is how long idle connections are kept, Limit the longest that the
	// application may take.
	Keep, Limit    time.Duration
	Retires, Alone bool
	// Shy is set where a connection that was used is better not used again.
	Shy  bool
	Root bool
}

// usualKeep is how long an expert lets connections idle who knows nothing
// about the application: less than the five seconds of Node and uvicorn.
const usualKeep = 4 * time.Second

func configOf(dir string, s setup, servers []string) rivalConfig {
	c := rivalConfig{
		Dir: dir, Listen: s.listen, Admin: s.admin, Servers: servers, Resolvers: s.resolvers,
		Keep: usualKeep, Limit: s.limit, Retires: s.retires, Alone: s.lone(), Shy: s.retires || s.idle > 0, Root: os.Getuid() == 0,
	}
	_, c.ListenPort, _ = strings.Cut(s.listen, ":")
	if s.idle > 0 {
		c.Keep = s.idle / 2
	}
	if c.Limit == 0 {
		c.Limit = time.Minute
	}
	if len(s.resolvers) > 0 {
		c.Named = s.to[0]
		c.Name, c.Port, _ = strings.Cut(c.Named, ":")
	}
	return c
}

// fill writes a configuration into dir, in one step: who watches the file
// must not see half of it.
func fill(dir, name, text string, c rivalConfig) error {
	t, err := template.New(name).Funcs(template.FuncMap{"join": strings.Join, "ms": millis}).Parse(text)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, c); err != nil {
		return err
	}
	if err := writeFile(dir, name+".new", b.String()); err != nil {
		return err
	}
	return os.Rename(filepath.Join(dir, name+".new"), filepath.Join(dir, name))
}

// millis is a duration as every rival understands it.
func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + "ms" }
