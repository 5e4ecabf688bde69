package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"torwart/internal/cause"
)

// causes is "torwart causes [CODE]": read the catalogue.
func (p *program) causes() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "causes [" + p.lang.Text("cli.code") + "]",
		Short: p.lang.Text("cli.causes.short"), Long: p.lang.Text("cli.causes.long"),
		Example: "  torwart causes connect-refused",
		Args: func(cmd *cobra.Command, args []string) error {
			return p.noArgs(cmd, args[min(1, len(args)):])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return codes(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, p.lang.Text("cli.causes.json"))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			if asJSON {
				return writeJSON(p.Stdout, cause.All())
			}
			p.listCauses()
			return nil
		}
		entries := cause.Lookup(cause.Code(strings.ToLower(args[0])))
		switch {
		case len(entries) == 0:
			return usageError{errors.New(p.lang.Text("cli.causes.unknown", args[0]) + p.meant(args[0], codes()))}
		case asJSON:
			return writeJSON(p.Stdout, entries)
		}
		for i, e := range entries {
			if i > 0 {
				fmt.Fprintln(p.Stdout)
			}
			fmt.Fprint(p.Stdout, e.Text(string(p.lang)))
		}
		return nil
	}
	return cmd
}

func (p *program) listCauses() {
	width := 0
	for _, c := range codes() {
		width = max(width, len(c))
	}
	list := func(title string, entries []cause.Entry) {
		fmt.Fprintln(p.Stdout, title)
		for _, e := range entries {
			fmt.Fprintf(p.Stdout, "  %-*s  %s\n", width, e.Code, e.Title.In(string(p.lang)))
		}
	}
	list(p.lang.Text("cli.causes.symptoms"), cause.Symptoms())
	fmt.Fprintln(p.Stdout)
	list(p.lang.Text("cli.causes.roots"), cause.RootCauses())
	fmt.Fprintf(p.Stdout, "\n%s\n", p.lang.Text("cli.causes.more"))
}

// codes are all codes, symptoms first.
func codes() []string {
	var out []string
	for _, e := range cause.All() {
		out = append(out, string(e.Code))
	}
	return out
}
