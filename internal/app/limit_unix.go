//go:build unix

package app

import "syscall"

// maxConns leaves half of the descriptors to the connections to upstreams,
// files and the rest; the Go runtime has raised the soft limit to the hard
// one already.
func maxConns() int {
	var lim syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim) != nil {
		return 0
	}
	return int(min(lim.Cur/2, 1<<20))
}
