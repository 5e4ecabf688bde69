package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"torwart/internal/config"
)

// reloadTime bounds a reload: reading the file, opening sockets.
const reloadTime = 30 * time.Second

// reload is "torwart reload": make a running torwart read its file again.
func (p *program) reload() *cobra.Command {
	var file, admin string
	cmd := &cobra.Command{
		Use: "reload", Short: p.lang.Text("cli.reload.short"), Long: p.lang.Text("cli.reload.long"),
		Example: "  torwart reload --config torwart.yaml",
		Args:    p.noArgs,
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", p.lang.Text("cli.reload.config"))
	f.StringVar(&admin, "admin", "", p.lang.Text("cli.reload.admin"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case admin != "" && file != "":
			return usageError{errors.New(p.lang.Text("cli.reload.both"))}
		case admin == "" && file == "":
			admin = defaultAdmin()
		case file != "":
			cfg, problems := config.Load(file)
			p.printProblems(p.Stderr, problems)
			if cfg == nil {
				return errors.New(p.lang.Text("cli.reload.refused"))
			}
			if admin = cfg.Admin; admin == "" {
				return errors.New(p.lang.Text("cli.reload.off", file))
			}
		}
		addr, err := dialable(admin)
		if err != nil {
			return usageError{errors.New(p.lang.Text("cli.reload.address", admin))}
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), reloadTime)
		defer cancel()
		return p.askReload(ctx, addr)
	}
	return cmd
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

// askReload asks the torwart at addr and prints what it says.
func (p *program) askReload(ctx context.Context, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/api/v1/reload", nil)
	if err != nil {
		return usageError{errors.New(p.lang.Text("cli.reload.address", addr))}
	}
	req.Header.Set("Accept-Language", string(p.lang))
	// A transport of our own: a proxy from the environment cannot reach it.
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: tr}).Do(req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New(p.lang.Text("cli.reload.nobody", addr))
	case err != nil:
		return errors.New(p.lang.Text("cli.reload.failed", addr, err))
	}
	defer resp.Body.Close()
	var answer struct {
		Changes  *[]string `json:"changes"`
		Warnings []string  `json:"warnings"`
		Error    string    `json:"error"`
		Problems []string  `json:"problems"`
	}
	dec := json.NewDecoder(io.LimitReader(resp.Body, 16<<20))
	if dec.Decode(&answer) != nil || answer.Changes == nil && answer.Error == "" {
		return errors.New(p.lang.Text("cli.reload.stranger", addr, resp.StatusCode))
	}
	if resp.StatusCode == http.StatusConflict {
		return errors.New(p.lang.Text("cli.reload.nofile", addr))
	}
	for _, line := range append(answer.Warnings, answer.Problems...) {
		fmt.Fprintln(p.Stderr, line)
	}
	if answer.Changes == nil {
		if len(answer.Problems) == 0 {
			fmt.Fprintln(p.Stderr, answer.Error)
		}
		return errors.New(p.lang.Text("cli.reload.refused"))
	}
	for _, c := range *answer.Changes {
		fmt.Fprintln(p.Stdout, c)
	}
	if len(*answer.Changes) == 0 {
		fmt.Fprintln(p.Stdout, p.lang.Text("cli.reload.same"))
		return nil
	}
	fmt.Fprintln(p.Stdout, p.lang.Count("cli.reload.done", int64(len(*answer.Changes))))
	return nil
}
