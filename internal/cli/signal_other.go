//go:build !unix

package cli

import (
	"os"
	"syscall"
)

func controlSignals() []os.Signal { return []os.Signal{syscall.SIGHUP} }

func ignoreBrokenPipe() {}
