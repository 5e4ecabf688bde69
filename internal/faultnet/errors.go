package faultnet

import (
	"net"
	"os"
	"syscall"
)

// opError wraps err as package net does.
func opError(op string, family net.Addr, source, addr net.Addr, err error) error {
	return &net.OpError{Op: op, Net: family.Network(), Source: source, Addr: addr, Err: err}
}

func syscallError(call string, errno syscall.Errno) error {
	return os.NewSyscallError(call, errno)
}
