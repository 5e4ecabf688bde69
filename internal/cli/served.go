package cli

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"torwart/internal/app"
	"torwart/internal/config"
)

// mostServedRules bounds what is printed at the start of a large gateway.
const mostServedRules = 40

// served says in plain words what is served to whom.
func (p *program) served(cfg *config.Config, a *app.App) string {
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	for _, addr := range cfg.Listen {
		line(p.lang.Text("cli.serving.at", p.address(a.Addr(addr))))
	}
	left := mostServedRules
	for i := range cfg.Sites {
		left = p.servedSite(line, cfg, i, left)
	}
	if left < 0 {
		line(p.lang.Count("cli.serving.more", int64(-left)))
	}
	switch {
	case cfg.Log.Access == "off":
		line(p.lang.Text("cli.serving.nolog"))
	case cfg.Log.File == "":
		line(p.lang.Text("cli.serving.log.stdout", cfg.Log.Access))
	default:
		line(p.lang.Text("cli.serving.log.file", cfg.Log.Access, cfg.Log.File))
	}
	if addr := a.AdminAddr(); addr != nil {
		line(p.lang.Text("cli.serving.admin", p.address(addr)))
	} else {
		line(p.lang.Text("cli.serving.noadmin"))
	}
	return b.String()
}

// servedSite tells of one site. left is how many more rules may be told; it
// returns what is left of it, below zero when some were not told.
func (p *program) servedSite(line func(string), cfg *config.Config, i, left int) int {
	s := &cfg.Sites[i]
	if left <= 0 {
		return left - len(s.Rules)
	}
	switch {
	case len(s.Hosts) > 0:
		line(p.lang.Text("cli.serving.hosts", strings.Join(s.Hosts, ", ")))
	case len(cfg.Sites) > 1:
		line(p.lang.Text("cli.serving.others"))
	default:
		line(p.lang.Text("cli.serving.all"))
	}
	for j, r := range s.Rules {
		if j == left {
			return left - len(s.Rules)
		}
		what := r.Path
		if len(r.Methods) > 0 {
			what += " [" + strings.Join(r.Methods, ", ") + "]"
		}
		var to []string
		for _, t := range r.To {
			to = append(to, t.URL)
		}
		line("  " + p.lang.Text("cli.serving.rule", what, strings.Join(to, ", ")))
	}
	return left - len(s.Rules)
}

// address writes an address listened at as one that can be asked.
func (p *program) address(addr net.Addr) string {
	if a, ok := addr.(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		return p.lang.Text("cli.serving.everywhere", a.Port)
	}
	return "http://" + addr.String()
}

// cannotStart says why the gateway did not start and what to do.
func (p *program) cannotStart(err error, cfg *config.Config) error {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "listen" && op.Addr != nil {
		addr := op.Addr.String()
		_, port, _ := net.SplitHostPort(addr)
		switch {
		case errors.Is(err, syscall.EADDRINUSE) && addr == cfg.Admin:
			return errors.New(p.lang.Text("cli.serve.admin_taken", addr))
		case errors.Is(err, syscall.EADDRINUSE):
			return errors.New(p.lang.Text("cli.serve.taken", addr, port))
		case errors.Is(err, syscall.EACCES):
			return errors.New(p.lang.Text("cli.serve.forbidden", addr))
		case errors.Is(err, syscall.EADDRNOTAVAIL):
			return errors.New(p.lang.Text("cli.serve.foreign", addr))
		}
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return errors.New(p.lang.Text("cli.serve.file", file.Path, file.Err))
	}
	return err
}
