// Command torwart is a gateway that ends 502s: it keeps them from visitors
// and explains every one that happens.
//
// It provides the program; its commands, flags and texts are in package cli,
// and "torwart --help" lists them. It promises only to hand over arguments,
// streams and environment and to end with the status cli returns, and it does
// nothing else, so that everything can be tested without a process of its own.
// What the commands do is told by testdata/script, which runs as a test. Start
// reading there.
package main

import (
	"context"
	"os"

	"torwart/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), cli.Env{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
	}))
}
