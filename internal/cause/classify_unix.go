//go:build unix

package cause

import (
	"errors"
	"syscall"
)

// errnoEvents says what each errno means to an attempt. EAGAIN is among them
// on purpose: see eventOf.
var errnoEvents = map[syscall.Errno]event{
	syscall.ECONNREFUSED: evRefused,

	syscall.ECONNRESET:   evReset,
	syscall.ECONNABORTED: evReset,
	syscall.EPIPE:        evReset,
	syscall.ENETRESET:    evReset,
	syscall.ESHUTDOWN:    evReset,
	syscall.ENOTCONN:     evReset,

	syscall.ETIMEDOUT: evTimeout,

	syscall.EHOSTUNREACH: evUnroutable,
	syscall.ENETUNREACH:  evUnroutable,
	syscall.EHOSTDOWN:    evUnroutable,
	syscall.ENETDOWN:     evUnroutable,
	// No such family: IPv6 is switched off, so there is no way over it.
	syscall.EAFNOSUPPORT: evUnroutable,

	syscall.EACCES: evDenied,
	syscall.EPERM:  evDenied,

	syscall.EAGAIN: evFull,

	syscall.EADDRINUSE:    evNoPorts,
	syscall.EADDRNOTAVAIL: evNoAddress,

	syscall.EMFILE: evNoDescriptors,
	syscall.ENFILE: evNoDescriptors,

	syscall.ENOENT:  evMissing,
	syscall.ENOTDIR: evMissing,

	syscall.EINVAL:       evBadAddress,
	syscall.ENAMETOOLONG: evBadAddress,
	syscall.ELOOP:        evBadAddress,
	// The path is a datagram socket.
	syscall.EPROTOTYPE: evBadAddress,
}

// errnoEvent returns the event err's errno stands for, or evOther.
func errnoEvent(err error) event {
	if no, ok := errors.AsType[syscall.Errno](err); ok {
		return errnoEvents[no]
	}
	return evOther
}
