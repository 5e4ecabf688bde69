package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"torwart/internal/config"
)

// check is "torwart check FILE": say what is wrong with a configuration.
func (p *program) check() *cobra.Command {
	var asJSON, effective, schema bool
	cmd := &cobra.Command{
		Use:   "check " + p.lang.Text("cli.file"),
		Short: p.lang.Text("cli.check.short"), Long: p.lang.Text("cli.check.long"),
		Example: "  torwart check torwart.yaml\n  torwart check --schema > torwart.schema.json",
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, p.lang.Text("cli.check.json"))
	f.BoolVar(&effective, "print", false, p.lang.Text("cli.check.print"))
	f.BoolVar(&schema, "schema", false, p.lang.Text("cli.check.schema"))
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case btoi(asJSON)+btoi(effective)+btoi(schema) > 1:
			return usageError{errors.New(p.lang.Text("cli.check.exclusive"))}
		case schema:
			return p.noArgs(cmd, args)
		case len(args) == 0:
			return usageError{errors.New(p.lang.Text("cli.check.nofile"))}
		}
		return p.noArgs(cmd, args[1:])
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if schema {
			_, err := p.Stdout.Write(config.Schema())
			return err
		}
		cfg, problems := config.Load(args[0])
		r := newCheckReport(args[0], problems)
		err := p.printCheck(r, cfg, asJSON, effective)
		if err == nil && !r.OK {
			err = errFound
		}
		return err
	}
	return cmd
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkReport is what --json prints.
type checkReport struct {
	File string `json:"file"`
	// OK says that the file can be used; there may be warnings.
	OK       bool             `json:"ok"`
	Errors   int              `json:"errors"`
	Warnings int              `json:"warnings"`
	Problems []config.Problem `json:"problems"`
}

func newCheckReport(file string, problems []config.Problem) checkReport {
	r := checkReport{File: file, Problems: problems}
	if problems == nil {
		r.Problems = []config.Problem{}
	}
	for _, pr := range problems {
		if pr.Severity == config.Error {
			r.Errors++
		} else {
			r.Warnings++
		}
	}
	r.OK = r.Errors == 0
	return r
}

// printCheck writes the report, or the effective configuration; what is said
// about that goes to standard error, so that it can be piped.
func (p *program) printCheck(r checkReport, cfg *config.Config, asJSON, effective bool) error {
	if asJSON {
		return writeJSON(p.Stdout, r)
	}
	out := p.Stdout
	if effective {
		out = p.Stderr
	}
	p.printProblems(out, r.Problems)
	errorCount := p.lang.Count("cli.check.errors", int64(r.Errors))
	warningCount := p.lang.Count("cli.check.warnings", int64(r.Warnings))
	switch {
	case r.OK && r.Warnings == 0:
		fmt.Fprintln(out, p.lang.Text("cli.check.good", r.File))
	case r.OK:
		fmt.Fprintln(out, p.lang.Text("cli.check.doubtful", r.File, warningCount))
	case r.Warnings == 0:
		fmt.Fprintln(out, p.lang.Text("cli.check.bad", r.File, errorCount))
	default:
		fmt.Fprintln(out, p.lang.Text("cli.check.bad", r.File, errorCount+", "+warningCount))
	}
	if effective && cfg != nil {
		return writeJSON(p.Stdout, cfg)
	}
	return nil
}

// writeJSON writes v for programs, and for people who look at it.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
