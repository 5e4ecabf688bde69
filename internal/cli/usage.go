package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the longest line of a list of flags, in characters.
const helpWidth = 90

// help writes the help page of a command. It stands in for cobra's, which
// speaks English only.
func (p *program) help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	fmt.Fprintf(w, "%s\n\n%s\n", cmd.Long, p.lang.Text("cli.help.usage"))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s %s\n", cmd.CommandPath(), p.lang.Text("cli.help.command"))
	} else {
		path := strings.TrimSuffix(cmd.CommandPath(), cmd.Name())
		fmt.Fprintf(w, "  %s%s %s\n", path, cmd.Use, p.lang.Text("cli.help.options"))
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\n%s\n%s\n", p.lang.Text("cli.help.examples"), cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", p.lang.Text("cli.help.commands"))
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-*s  %s\n", cmd.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	p.printFlags(w, p.lang.Text("cli.help.flags"), cmd.LocalFlags())
	p.printFlags(w, p.lang.Text("cli.help.global"), cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", p.lang.Text("cli.usage.more", cmd.CommandPath()+" "+p.lang.Text("cli.help.command.name")))
	}
}

func (p *program) printFlags(w io.Writer, title string, flags *pflag.FlagSet) {
	if flags.HasAvailableFlags() {
		// The one English word of the library's that no setting changes.
		list := strings.ReplaceAll(flags.FlagUsagesWrapped(helpWidth), "(default ", "("+p.lang.Text("cli.help.default")+" ")
		fmt.Fprintf(w, "\n%s\n%s", title, list)
	}
}

// helpCommand is "torwart help": the same as --help.
func (p *program) helpCommand() *cobra.Command {
	short := p.lang.Text("cli.help.short")
	return &cobra.Command{
		Use: "help [" + p.lang.Text("cli.help.command.name") + "]", Short: short, Long: short + ".",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			for _, sub := range cmd.Root().Commands() {
				if sub.Name() == args[0] && len(args) == 1 {
					return sub.Help()
				}
			}
			return p.unknownCommand(cmd.Root(), strings.Join(args, " "))
		},
	}
}

// flagError says in the operator's language what is wrong with a flag.
func (p *program) flagError(cmd *cobra.Command, err error) error {
	// "torwart chek --json" is a mistyped command: its flag would be known.
	if word := firstWord(p.Args); cmd == cmd.Root() && word != "" {
		return p.unknownCommand(cmd, word)
	}
	var (
		unknown *pflag.NotExistError
		needed  *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	text := err.Error()
	switch {
	case errors.As(err, &unknown):
		text = p.lang.Text("cli.flag.unknown", dashed(unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()))
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		text += p.meant("--"+unknown.GetSpecifiedName(), known)
	case errors.As(err, &needed):
		text = p.lang.Text("cli.flag.novalue", dashed(needed.GetSpecifiedName(), needed.GetSpecifiedShortnames()))
	case errors.As(err, &invalid):
		text = p.lang.Text("cli.flag.badvalue", invalid.GetValue(), "--"+invalid.GetFlag().Name)
		// Flags of other types have English reasons that say no more.
		switch invalid.GetFlag().Value.(type) {
		case *langValue, *durationValue:
			text += ": " + invalid.Unwrap().Error()
		}
	case errors.As(err, &syntax):
		text = p.lang.Text("cli.flag.syntax", syntax.GetSpecifiedFlag())
	}
	return usageError{errors.New(text)}
}

// dashed writes a flag as it was written: --name, or -n.
func dashed(name, short string) string {
	if short != "" {
		return "-" + name
	}
	return "--" + name
}

// firstWord is the first argument that is neither a flag nor the language.
func firstWord(args []string) string {
	for i, a := range args {
		if a == "--" {
			break
		}
		if !strings.HasPrefix(a, "-") && (i == 0 || args[i-1] != "--lang") {
			return a
		}
	}
	return ""
}

// noCommand refuses what is no command.
func (p *program) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return p.unknownCommand(cmd, args[0])
}

func (p *program) unknownCommand(root *cobra.Command, word string) error {
	var known []string
	for _, sub := range root.Commands() {
		if sub.IsAvailableCommand() {
			known = append(known, sub.Name())
		}
	}
	return usageError{errors.New(p.lang.Text("cli.command.unknown", word) + p.meant(word, known))}
}

// noArgs refuses arguments.
func (p *program) noArgs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError{errors.New(p.lang.Text("cli.noargs", args[0]))}
}
