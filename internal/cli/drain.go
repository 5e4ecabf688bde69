package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"torwart/internal/config"
)

const (
	// askTime bounds one question to the admin listener.
	askTime = 10 * time.Second
	// drainLook is how often it is looked whether an endpoint has finished.
	drainLook = 100 * time.Millisecond
)

// drain is "torwart drain URL": take an endpoint out of service, or put it
// back.
func (p *program) drain() *cobra.Command {
	var undo bool
	var wait durationValue
	cmd := &cobra.Command{
		Use: "drain URL", Short: p.lang.Text("cli.drain.short"), Long: p.lang.Text("cli.drain.long"),
		Example: "  torwart drain http://127.0.0.1:9101 --wait 30s\n" +
			"  torwart drain http://127.0.0.1:9101 --undo",
	}
	f := cmd.Flags()
	f.BoolVar(&undo, "undo", false, p.lang.Text("cli.drain.undo"))
	wait.p = p
	f.Var(&wait, "wait", p.lang.Text("cli.drain.wait"))
	r := p.remoteFlags(f)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case undo && wait.d > 0:
			return usageError{errors.New(p.lang.Text("cli.drain.exclusive"))}
		case len(args) == 0:
			return usageError{errors.New(p.lang.Text("cli.drain.nourl"))}
		}
		return p.noArgs(cmd, args[1:])
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch err := r.find(); {
		case errors.Is(err, errBadFile):
			return errors.New(p.lang.Text("cli.drain.refused"))
		case errors.Is(err, errNoAdmin):
			return errors.New(p.lang.Text("cli.drain.off", r.file))
		case err != nil:
			return err
		}
		endpoint := asConfigured(args[0])
		if undo {
			return r.undrain(cmd.Context(), endpoint)
		}
		return r.drain(cmd.Context(), endpoint, wait.d)
	}
	return cmd
}

// asConfigured writes a URL the way the configuration does, for it completes
// what may be left out: http://app is http://app:80. What cannot be one is
// left as it is; nobody will know it.
func asConfigured(endpoint string) string {
	cfg, _ := config.FromFlags([]string{"127.0.0.1:1"}, []string{endpoint})
	if cfg == nil {
		return endpoint
	}
	return cfg.Sites[0].Rules[0].To[0].URL
}

// drained is what the admin interface says of a drain.
type drained struct {
	Endpoint  string   `json:"endpoint"`
	InFlight  int64    `json:"in_flight"`
	Deserted  []string `json:"deserted"`
	Error     string   `json:"error"`
	Endpoints []string `json:"endpoints"` // known ones
}

func (r *remote) drain(ctx context.Context, endpoint string, wait time.Duration) error {
	d, err := r.askDrain(ctx, "drain", endpoint)
	if err != nil {
		return err
	}
	fmt.Fprintln(r.Stdout, r.lang.Text("cli.drain.done", endpoint))
	for _, pool := range d.Deserted {
		fmt.Fprintln(r.Stderr, r.lang.Text("cli.drain.deserted", pool))
	}
	if wait > 0 {
		return r.awaitIdle(ctx, endpoint, wait)
	}
	if d.InFlight == 0 {
		fmt.Fprintln(r.Stdout, r.lang.Text("cli.drain.idle"))
		return nil
	}
	fmt.Fprintln(r.Stdout, r.lang.Count("cli.drain.busy", d.InFlight))
	return nil
}

func (r *remote) undrain(ctx context.Context, endpoint string) error {
	if _, err := r.askDrain(ctx, "undrain", endpoint); err != nil {
		return err
	}
	fmt.Fprintln(r.Stdout, r.lang.Text("cli.drain.undone", endpoint))
	return nil
}

func (r *remote) askDrain(ctx context.Context, action, endpoint string) (d drained, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	status, err := r.ask(ctx, http.MethodPost, "/api/v1/"+action+"?endpoint="+url.QueryEscape(endpoint), &d)
	switch {
	case err != nil:
		return d, err
	case status == http.StatusNotFound && len(d.Endpoints) > 0:
		return d, errors.New(r.lang.Text("cli.drain.unknown", endpoint, strings.Join(d.Endpoints, ", ")))
	case d.Endpoint != endpoint:
		return d, r.stranger(status)
	}
	return d, nil
}

// awaitIdle waits until nothing is under way at the endpoint. It looks for
// the first time a moment after the drain: an exchange that had chosen the
// endpoint just before is counted once it has its connection.
func (r *remote) awaitIdle(ctx context.Context, endpoint string, wait time.Duration) error {
	begun := time.Now()
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	tick := time.NewTicker(drainLook)
	defer tick.Stop()
	for over := false; ; {
		select {
		case <-tick.C:
		case <-deadline.C:
			over = true
		case <-ctx.Done():
			return ctx.Err()
		}
		n, err := r.inFlight(ctx, endpoint)
		switch {
		case err != nil:
			return err
		case n == 0:
			fmt.Fprintln(r.Stdout, r.lang.Text("cli.drain.finished", r.lang.Duration(time.Since(begun))))
			return nil
		case over:
			return errors.New(r.lang.Count("cli.drain.late", n, r.lang.Duration(wait)))
		}
	}
}

// inFlight asks how many exchanges the endpoint is still working on.
func (r *remote) inFlight(ctx context.Context, endpoint string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var answer struct {
		Pools []struct {
			Endpoints []struct {
				URL  string `json:"url"`
				Load struct {
					InFlight int64 `json:"in_flight"`
				} `json:"load"`
			} `json:"endpoints"`
		} `json:"pools"`
	}
	status, err := r.ask(ctx, http.MethodGet, "/api/v1/pools", &answer)
	switch {
	case err != nil:
		return 0, err
	case answer.Pools == nil:
		return 0, r.stranger(status)
	}
	n, found := int64(0), false
	for _, p := range answer.Pools {
		for _, e := range p.Endpoints {
			if e.URL == endpoint {
				n += e.Load.InFlight
				found = true
			}
		}
	}
	if !found {
		return 0, errors.New(r.lang.Text("cli.drain.gone", endpoint))
	}
	return n, nil
}

// durationValue is a flag that takes a time above zero.
type durationValue struct {
	p *program
	d time.Duration
}

func (v *durationValue) Type() string { return "duration" }

// String is "" when nothing was said, so that the help shows no default.
func (v *durationValue) String() string {
	if v.d == 0 {
		return ""
	}
	return v.d.String()
}

func (v *durationValue) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return errors.New(v.p.lang.Text("cli.flag.duration"))
	}
	v.d = d
	return nil
}
