//go:build unix

package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// TestMain lets the scripts run the program: the test binary is torwart too,
// in processes of its own, so that signals and exit statuses are real.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"torwart": main})
}

// TestScripts runs testdata/script/<command>_<what>.txtar. The commands a
// script has besides testscript's own are in commands_test.go.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			w := newWorld()
			env.Values[worldKey{}] = w
			env.Defer(w.close)
			return nil
		},
		Cmds:                commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}
