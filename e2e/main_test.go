package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// program is the torwart under test, built once for all tests.
var program struct {
	path string
	err  error
}

// errNotBuilt is what every test fails with when TestMain did not run.
var errNotBuilt = errors.New("not built")

func TestMain(m *testing.M) {
	program.err = errNotBuilt
	dir, err := os.MkdirTemp("", "torwart-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return // m.Run was not called: the run fails
	}
	defer os.RemoveAll(dir)
	program.path = filepath.Join(dir, "torwart")
	program.err = build(program.path)
	m.Run()
}

// build makes the binary as it is shipped: static, without the race detector.
func build(to string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, "torwart/cmd/torwart")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
