package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"torwart/internal/config"
	"torwart/internal/locale"
)

// Env is what the program gets from outside.
type Env struct {
	// Args are the arguments without the program's name.
	Args           []string
	Stdout, Stderr io.Writer
	// Getenv looks up the environment; nil means an empty one.
	Getenv func(string) string
}

// The exit statuses.
const (
	exitOK    = 0
	exitFound = 1
	exitUsage = 2
)

// errFound ends a command that did its work and found something wrong; it has
// said what.
var errFound = errors.New("found something wrong")

// program is one run of the command line.
type program struct {
	Env
	lang locale.Lang
}

// Run executes the command line and returns the exit status.
func Run(ctx context.Context, env Env) int {
	if env.Getenv == nil {
		env.Getenv = func(string) string { return "" }
	}
	p := &program{Env: env, lang: locale.FromEnv(env.Getenv)}
	// The language is needed for the help texts, before flags are parsed.
	if l, ok := langFlag(env.Args); ok {
		p.lang = l
	}
	root := p.root()
	root.SetArgs(env.Args)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitFound
	case errors.As(err, &usage):
		if cmd.Name() == "help" { // its own help tells nothing
			cmd = root
		}
		fmt.Fprintf(env.Stderr, "torwart: %v\n%s\n", err, p.lang.Text("cli.usage.more", cmd.CommandPath()))
		return exitUsage
	}
	fmt.Fprintf(env.Stderr, "torwart: %v\n", err)
	return exitFound
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// root is the command tree. A new command is one file and one line here.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use: "torwart", Short: p.lang.Text("cli.root.short"), Long: p.lang.Text("cli.root.long"),
		Args: p.noCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true // ours speaks both languages
	root.PersistentFlags().Var(&langValue{p: p}, "lang", p.lang.Text("cli.flag.lang"))
	root.PersistentFlags().BoolP("help", "h", false, p.lang.Text("cli.flag.help"))
	root.SetFlagErrorFunc(p.flagError)
	root.SetHelpFunc(p.help)
	root.SetHelpCommand(p.helpCommand())
	root.AddCommand(
		p.serve(),
		p.check(),
		p.causes(),
		p.reload(),
		p.drain(),
		p.demo(),
		p.versionCommand(),
		p.completion(),
	)
	return root
}

// langFlag finds --lang in the arguments.
func langFlag(args []string) (locale.Lang, bool) {
	for i, a := range args {
		if a == "--" {
			break
		}
		if a == "--lang" && i+1 < len(args) {
			return locale.Parse(args[i+1])
		}
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return locale.Parse(v)
		}
	}
	return "", false
}

// langValue is the flag --lang. Its value was used already; here it is only
// checked.
type langValue struct {
	p    *program
	said string
}

func (v *langValue) String() string { return v.said }
func (v *langValue) Type() string   { return "string" }

func (v *langValue) Set(s string) error {
	v.said = s
	if _, ok := locale.Parse(s); !ok {
		return errors.New(v.p.lang.Text("cli.flag.lang.unknown"))
	}
	return nil
}

// logger writes what the operator should know to standard error.
func (p *program) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.Stderr, nil))
}

// printProblems writes what is wrong with a configuration, one line each.
func (p *program) printProblems(w io.Writer, problems []config.Problem) {
	for _, pr := range problems {
		fmt.Fprintln(w, pr.In(string(p.lang)))
	}
}
