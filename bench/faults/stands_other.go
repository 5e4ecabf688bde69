//go:build !unix

package main

import (
	"net"
	"syscall"
)

const masterReload = syscall.SIGHUP

// stands cannot look here.
func stands(*net.TCPConn) bool { return true }

// glimpse cannot look either.
func glimpse(*net.TCPConn) []byte { return nil }
