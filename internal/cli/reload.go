package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// reloadTime bounds a reload: reading the file, opening sockets.
const reloadTime = 30 * time.Second

// reload is "torwart reload": make a running torwart read its file again.
func (p *program) reload() *cobra.Command {
	cmd := &cobra.Command{
		Use: "reload", Short: p.lang.Text("cli.reload.short"), Long: p.lang.Text("cli.reload.long"),
		Example: "  torwart reload --config torwart.yaml",
		Args:    p.noArgs,
	}
	r := p.remoteFlags(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch err := r.find(); {
		case errors.Is(err, errBadFile):
			return errors.New(p.lang.Text("cli.reload.refused"))
		case errors.Is(err, errNoAdmin):
			return errors.New(p.lang.Text("cli.reload.off", r.file))
		case err != nil:
			return err
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), reloadTime)
		defer cancel()
		return r.reload(ctx)
	}
	return cmd
}

// reload asks for a reload and prints what was said to it.
func (r *remote) reload(ctx context.Context) error {
	var answer struct {
		Changes  *[]string `json:"changes"`
		Warnings []string  `json:"warnings"`
		Error    string    `json:"error"`
		Problems []string  `json:"problems"`
	}
	status, err := r.ask(ctx, http.MethodPost, "/api/v1/reload", &answer)
	switch {
	case err != nil:
		return err
	case answer.Changes == nil && answer.Error == "":
		return r.stranger(status)
	case status == http.StatusConflict:
		return errors.New(r.lang.Text("cli.reload.nofile", r.addr))
	}
	for _, line := range append(answer.Warnings, answer.Problems...) {
		fmt.Fprintln(r.Stderr, line)
	}
	if answer.Changes == nil {
		if len(answer.Problems) == 0 {
			fmt.Fprintln(r.Stderr, answer.Error)
		}
		return errors.New(r.lang.Text("cli.reload.refused"))
	}
	for _, c := range *answer.Changes {
		fmt.Fprintln(r.Stdout, c)
	}
	if len(*answer.Changes) == 0 {
		fmt.Fprintln(r.Stdout, r.lang.Text("cli.reload.same"))
		return nil
	}
	fmt.Fprintln(r.Stdout, r.lang.Count("cli.reload.done", int64(len(*answer.Changes))))
	return nil
}
