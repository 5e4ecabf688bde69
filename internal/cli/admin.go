package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"

	"github.com/spf13/pflag"

	"torwart/internal/config"
)

// remote is a running torwart, asked over its admin listener.
type remote struct {
	*program
	file, admin string // flags

	addr string // to connect to, set by find
}

// Why a command has nobody to ask; each command says what follows from it.
var (
	errBadFile = errors.New("the configuration file has errors")
	errNoAdmin = errors.New("the configuration has no admin listener")
)

// remoteFlags adds the flags that say where a running torwart is asked.
func (p *program) remoteFlags(f *pflag.FlagSet) *remote {
	r := &remote{program: p}
	f.StringVarP(&r.file, "config", "c", "", p.lang.Text("cli.remote.config"))
	f.StringVar(&r.admin, "admin", "", p.lang.Text("cli.remote.admin"))
	return r
}

// find settles the address. Problems of the file have been told when it
// returns errBadFile.
func (r *remote) find() error {
	admin := r.admin
	switch {
	case admin != "" && r.file != "":
		return usageError{errors.New(r.lang.Text("cli.remote.both"))}
	case admin == "" && r.file == "":
		admin = defaultAdmin()
	case r.file != "":
		cfg, problems := config.Load(r.file)
		r.printProblems(r.Stderr, problems)
		if cfg == nil {
			return errBadFile
		}
		if admin = cfg.Admin; admin == "" {
			return errNoAdmin
		}
	}
	var err error
	if r.addr, err = dialable(admin); err != nil {
		return r.noAddress(admin)
	}
	return nil
}

func (r *remote) noAddress(admin string) error {
	return usageError{errors.New(r.lang.Text("cli.remote.address", admin))}
}

// defaultAdmin is the admin address of a gateway that was told none.
func defaultAdmin() string {
	cfg, _ := config.FromFlags(nil, []string{"http://127.0.0.1:1"}) // any sound one
	return cfg.Admin
}

// dialable turns an address listened at into one to connect to.
func dialable(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}

// ask makes a request of the API and reads its answer, which is JSON whatever
// the status, into answer.
func (r *remote) ask(ctx context.Context, method, target string, answer any) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.addr+target, nil)
	if err != nil {
		return 0, r.noAddress(r.addr)
	}
	req.Header.Set("Accept-Language", string(r.lang))
	// A transport of our own: a proxy from the environment cannot reach it.
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: tr}).Do(req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return 0, errors.New(r.lang.Text("cli.remote.nobody", r.addr))
	case err != nil:
		return 0, errors.New(r.lang.Text("cli.remote.failed", r.addr, err))
	}
	defer resp.Body.Close()
	if json.NewDecoder(io.LimitReader(resp.Body, 16<<20)).Decode(answer) != nil {
		return 0, r.stranger(resp.StatusCode)
	}
	return resp.StatusCode, nil
}

// stranger is the failure to understand who answered.
func (r *remote) stranger(status int) error {
	return errors.New(r.lang.Text("cli.remote.stranger", r.addr, status))
}
