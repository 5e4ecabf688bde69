package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"torwart/internal/app"
	"torwart/internal/config"
)

// loader reads the configuration: the first time, and for every reload.
type loader func() (*config.Config, []config.Problem)

// serve is "torwart serve": run the gateway until SIGTERM or SIGINT.
func (p *program) serve() *cobra.Command {
	var file, adminAddr string
	var listen, to []string
	cmd := &cobra.Command{
		Use: "serve", Short: p.lang.Text("cli.serve.short"), Long: p.lang.Text("cli.serve.long"),
		Example: "  torwart serve --config torwart.yaml\n" +
			"  torwart serve --listen :8080 --to http://127.0.0.1:9101 --to http://127.0.0.1:9102",
		Args: p.noArgs,
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", p.lang.Text("cli.serve.config"))
	f.StringArrayVar(&listen, "listen", nil, p.lang.Text("cli.serve.listen"))
	f.StringArrayVar(&to, "to", nil, p.lang.Text("cli.serve.to"))
	f.StringVar(&adminAddr, "admin", "", p.lang.Text("cli.serve.admin"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var load loader
		switch {
		case file != "" && (len(listen) > 0 || len(to) > 0):
			return usageError{errors.New(p.lang.Text("cli.serve.both"))}
		case file != "":
			load = func() (*config.Config, []config.Problem) { return config.Load(file) }
		case len(to) > 0:
			load = func() (*config.Config, []config.Problem) { return config.FromFlags(listen, to) }
		default:
			return usageError{errors.New(p.lang.Text("cli.serve.neither"))}
		}
		if adminAddr != "" {
			load = withAdmin(load, adminAddr)
		}
		return p.runServe(cmd.Context(), load, file != "")
	}
	return cmd
}

// withAdmin puts the address of the flag --admin in the place of the
// configured one. The configuration is read a second time with it, for it must
// not collide with the others any more than one in the file.
func withAdmin(load loader, addr string) loader {
	return func() (*config.Config, []config.Problem) {
		cfg, problems := load()
		if cfg == nil {
			return nil, problems
		}
		cfg.Admin = addr
		data, err := json.Marshal(cfg)
		if err != nil {
			panic(err) // plain structs
		}
		cfg, again := config.Parse("", data)
		for _, pr := range again {
			// The rest of the file was found good just now, or warned of.
			if pr.Severity == config.Error || pr.Key == "admin" {
				pr.Key, pr.Line, pr.Column = "--admin", 0, 0
				problems = append(problems, pr)
			}
		}
		return cfg, problems
	}
}

// runServe runs the gateway. reloadable says that load reads a file.
func (p *program) runServe(ctx context.Context, load loader, reloadable bool) error {
	cfg, problems := load()
	p.printProblems(p.Stderr, problems)
	if cfg == nil {
		return errFound
	}
	// From here on a signal meant for a running gateway must not end it.
	ignoreBrokenPipe()
	controls := make(chan os.Signal, 4)
	signal.Notify(controls, controlSignals()...)
	defer signal.Stop(controls)
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()

	opts := app.Options{Log: p.logger(), Stdout: p.Stdout, Version: version()}
	if reloadable {
		opts.Load = load
	}
	a, err := app.New(cfg, opts)
	if err != nil {
		return p.cannotStart(err, cfg)
	}
	fmt.Fprint(p.Stderr, p.served(cfg, a))

	var watching sync.WaitGroup
	defer watching.Wait()
	over := make(chan struct{})
	defer close(over)
	s := &serving{program: p, app: a, log: opts.Log, reloadable: reloadable}
	watching.Go(func() { s.watch(ctx, release, controls, over) })
	return a.Run(ctx)
}

// serving is a gateway being run, with what its signals need.
type serving struct {
	*program
	app *app.App
	log *slog.Logger
	// reloadable says that there is a file to read again.
	reloadable bool
}

// watch obeys signals until over: while ctx lasts those that control the
// gateway; when it ends, one more of those that end it ends the process at
// once.
func (s *serving) watch(ctx context.Context, release func(), controls <-chan os.Signal, over <-chan struct{}) {
	ending := ctx.Done()
	for {
		select {
		case <-ending:
			ending = nil
			release()
			fmt.Fprintln(s.Stderr, s.lang.Text("cli.serve.draining", s.lang.Duration(app.DefaultDrainTime)))
		case sig := <-controls:
			if err := s.app.ReopenLogs(); err != nil {
				s.log.Error("the access log could not be opened again", "error", err)
			}
			if sig != syscall.SIGHUP {
				continue
			}
			if ctx.Err() != nil {
				s.log.Warn("not reloaded: draining")
				continue
			}
			s.reload()
		case <-over:
			return
		}
	}
}

func (s *serving) reload() {
	if !s.reloadable {
		s.log.Warn("not reloaded: started without a configuration file")
		return
	}
	changes, problems, err := s.app.ReloadFile()
	s.printProblems(s.Stderr, problems)
	switch {
	case err != nil:
		s.log.Error("not reloaded: the running configuration stays", "error", err)
	case hasError(problems):
		s.log.Error("not reloaded: the configuration has errors; the running one stays")
	default:
		for _, c := range changes {
			fmt.Fprintln(s.Stderr, c.In(string(s.lang)))
		}
		s.log.Info("reloaded", "changes", len(changes))
	}
}

func hasError(problems []config.Problem) bool {
	return slices.ContainsFunc(problems, func(p config.Problem) bool { return p.Severity == config.Error })
}
