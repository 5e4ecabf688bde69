package main

import (
	"os/exec"
	"syscall"
)

// dieWithParent makes a program end with the thread that starts it, so that
// none is left behind should this one be killed.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
