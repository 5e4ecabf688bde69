package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// rival is one proxy that is measured: torwart too.
type rival struct {
	name string
	// oneCore is set where the proxy has one CPU to itself; else it may use
	// all of them.
	oneCore bool
	// command writes the configuration into dir and returns the program that
	// listens at addr and proxies to origin. It ends with ctx.
	command func(ctx context.Context, dir, addr, origin string) (*exec.Cmd, error)
}

// find returns the path of a program; Debian keeps servers in sbin, which is
// not in everybody's PATH.
func find(name string) (string, error) {
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin"} {
		if err != nil {
			path, err = exec.LookPath(filepath.Join(dir, name))
		}
	}
	return path, err
}

// configured writes text to a file in dir and returns the file.
func configured(dir, name, text string) (string, error) {
	file := filepath.Join(dir, name)
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// torwartWith is torwart as anybody would run it: listen and to, the rest is
// default. Forwarding fields, request id, retries, holds, hold-back and health
// checks are all on.
func torwartWith(binary string, oneCore bool) rival {
	r := rival{name: "torwart", oneCore: oneCore}
	if !oneCore {
		r.name = "torwart, all cores"
	}
	r.command = func(ctx context.Context, dir, addr, origin string) (*exec.Cmd, error) {
		file, err := configured(dir, "torwart.yaml", fmt.Sprintf(
			"listen: [%q]\nadmin: \"off\"\nlog: {access: \"off\"}\nsites:\n  - to: [\"http://%s\"]\n", addr, origin))
		cmd := exec.CommandContext(ctx, binary, "serve", "--config", file)
		cmd.Env = os.Environ()
		if oneCore {
			cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
		}
		return cmd, err
	}
	return r
}

// nginxConfig is what an nginx expert writes for this job: one worker, kept
// upstream connections, HTTP/1.1 to them. Buffering and the retry of failed
// requests (proxy_next_upstream) stay on, as they are by default. The 100,000
// requests per connection keep the load generator from having to reconnect.
const nginxConfig = `
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.err;
%[4]s
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 16000; }
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	tcp_nodelay on;
	keepalive_timeout 75;
	keepalive_requests 100000000;
	upstream origin {
		server %[3]s;
		keepalive 256;
		keepalive_requests 100000000;
	}
	server {
		listen %[2]s backlog=4096;
		location / {
			proxy_pass http://origin;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host $http_host;
			proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
			proxy_set_header X-Forwarded-Proto $scheme;
			proxy_set_header X-Forwarded-Host $http_host;
			proxy_set_header Forwarded "for=$remote_addr;host=\"$http_host\";proto=$scheme";
			proxy_set_header X-Request-Id $request_id;
			proxy_set_header Via "1.1 nginx";
		}
	}
}
`

func nginx() rival {
	return rival{name: "nginx", oneCore: true, command: func(ctx context.Context, dir, addr, origin string) (*exec.Cmd, error) {
		path, err := find("nginx")
		if err != nil {
			return nil, err
		}
		user := ""
		if os.Getuid() == 0 {
			user = "user root;" // the worker writes into dir, too
		}
		file, err := configured(dir, "nginx.conf", fmt.Sprintf(nginxConfig, dir, addr, origin, user))
		return exec.CommandContext(ctx, path, "-e", filepath.Join(dir, "nginx.err"), "-p", dir, "-c", file), err
	}}
}

// haproxyConfig is what a HAProxy expert writes for this job. "option
// forwarded" came with 2.8, so the field is set by hand, which also works
// there.
const haproxyConfig = `
global
	nbthread 1
	maxconn 8000
defaults
	mode http
	maxconn 8000
	timeout connect 2s
	timeout client 75s
	timeout server 60s
	timeout http-keep-alive 75s
	timeout http-request 20s
	retries 3
	option redispatch
	http-reuse always
	unique-id-format %%[uuid]
	unique-id-header X-Request-Id
frontend in
	bind %[1]s
	option forwardfor
	http-request set-header X-Forwarded-Proto http
	http-request set-header X-Forwarded-Host %%[req.hdr(host)]
	http-request set-header Forwarded for=%%[src];host=\"%%[req.hdr(host)]\";proto=http
	http-request set-header Via "1.1 haproxy"
	default_backend origin
backend origin
	server o1 %[2]s pool-max-conn 512
`

func haproxy() rival {
	return rival{name: "HAProxy", oneCore: true, command: func(ctx context.Context, dir, addr, origin string) (*exec.Cmd, error) {
		path, err := find("haproxy")
		if err != nil {
			return nil, err
		}
		file, err := configured(dir, "haproxy.cfg", fmt.Sprintf(haproxyConfig, addr, origin))
		return exec.CommandContext(ctx, path, "-db", "-f", file), err
	}}
}

// versionOf returns the first line a program prints about itself.
func versionOf(ctx context.Context, name, flag string) string {
	path, err := find(name)
	if err != nil {
		return "missing"
	}
	// wrk says its version and fails.
	out, err := exec.CommandContext(ctx, path, flag).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if line == "" && err != nil {
		return err.Error()
	}
	return line
}
