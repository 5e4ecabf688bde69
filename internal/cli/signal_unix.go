//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// controlSignals are those a running gateway obeys besides the ones that end
// it: SIGHUP reads the configuration again, and both open logs again, as
// rotating tools expect.
func controlSignals() []os.Signal { return []os.Signal{syscall.SIGHUP, syscall.SIGUSR1} }

// ignoreBrokenPipe keeps the process alive when whoever read its standard
// output is gone: a gateway does not end because its log is not read.
func ignoreBrokenPipe() { signal.Ignore(syscall.SIGPIPE) }
