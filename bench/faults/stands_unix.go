//go:build unix

package main

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// masterReload makes a master of HAProxy read its configuration again.
const masterReload = unix.SIGUSR2

// stands reports whether an idle connection is still open and silent. A
// browser also looks before it sends.
func stands(nc *net.TCPConn) bool {
	raw, err := nc.SyscallConn()
	if err != nil {
		return false
	}
	var b [1]byte
	still := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		still = errors.Is(err, unix.EAGAIN)
		return true
	})
	return err == nil && still
}

// glimpse waits for the first bytes on a connection and leaves them unread;
// nil when it ends before.
func glimpse(nc *net.TCPConn) []byte {
	raw, err := nc.SyscallConn()
	if err != nil {
		return nil
	}
	b := make([]byte, 512)
	n := 0
	err = raw.Read(func(fd uintptr) bool {
		var err error
		n, _, err = unix.Recvfrom(int(fd), b, unix.MSG_PEEK|unix.MSG_DONTWAIT)
		return !errors.Is(err, unix.EAGAIN)
	})
	if err != nil {
		return nil
	}
	return b[:max(0, n)]
}
