package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completion is "torwart completion": the script that lets a shell complete
// commands, flags and codes.
func (p *program) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use: "completion " + strings.Join(shells, "|"), Hidden: true, ValidArgs: shells,
		Short: p.lang.Text("cli.completion.short"), Long: p.lang.Text("cli.completion.long"),
		Example: "  source <(torwart completion bash)",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return usageError{errors.New(p.lang.Text("cli.completion.shell", strings.Join(shells, ", ")))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch root := cmd.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(p.Stdout)
			case "fish":
				return root.GenFishCompletion(p.Stdout, true)
			default:
				return root.GenPowerShellCompletionWithDesc(p.Stdout)
			}
		},
	}
}
