package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"torwart/internal/demo"
)

// demo is "torwart demo": watch torwart keep a site up.
func (p *program) demo() *cobra.Command {
	var seconds int
	cmd := &cobra.Command{
		Use: "demo", Short: p.lang.Text("demo.short"), Long: p.lang.Text("demo.long"),
		Args: p.noArgs,
	}
	cmd.Flags().IntVar(&seconds, "seconds", int(demo.DefaultLength/time.Second), p.lang.Text("demo.flag.seconds"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		length := time.Duration(seconds) * time.Second
		if length < demo.ShortestDemo || length > demo.LongestDemo {
			return usageError{errors.New(p.lang.Text("demo.flag.range", seconds,
				int(demo.ShortestDemo/time.Second), int(demo.LongestDemo/time.Second)))}
		}
		// The first Ctrl-C ends it in order, the second at once.
		ctx, release := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer release()
		context.AfterFunc(ctx, release)
		opts := demo.Options{Length: length, Lang: p.lang, Stdout: p.Stdout, Size: p.terminal()}
		opts.Color = opts.Size != nil && p.Getenv("NO_COLOR") == ""
		report, err := demo.Run(ctx, opts)
		if err == nil && !report.OK() {
			err = errFound
		}
		return err
	}
	return cmd
}

// terminal returns what tells the size of the terminal that standard output
// is, or nil when it is none that can be drawn on.
func (p *program) terminal() func() (columns, rows int) {
	f, ok := p.Stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || p.Getenv("TERM") == "dumb" {
		return nil
	}
	return func() (columns, rows int) {
		columns, rows, err := term.GetSize(int(f.Fd()))
		if err != nil || columns <= 0 || rows <= 0 {
			return 80, 24
		}
		return columns, rows
	}
}
