//go:build unix

package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// blackHole is an address whose SYNs are not answered, as behind a firewall
// that drops them: a listener whose accept queue is full.
type blackHole struct {
	fd      int
	addr    string
	filling []net.Conn
}

func newBlackHole(ctx context.Context) (*blackHole, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	b := &blackHole{fd: fd}
	unix.CloseOnExec(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		b.close()
		return nil, err
	}
	if err := unix.Listen(fd, 0); err != nil {
		b.close()
		return nil, err
	}
	at, err := unix.Getsockname(fd)
	if err != nil {
		b.close()
		return nil, err
	}
	b.addr = fmt.Sprintf("127.0.0.1:%d", at.(*unix.SockaddrInet4).Port)
	for range 16 {
		c, err := dial(ctx, b.addr, 200*time.Millisecond)
		if err != nil {
			return b, nil // it is full
		}
		b.filling = append(b.filling, c)
	}
	b.close()
	return nil, fmt.Errorf("%s takes connections without end", b.addr)
}

func (b *blackHole) close() {
	for _, c := range b.filling {
		c.Close()
	}
	_ = unix.Close(b.fd) // nothing to be done about it
}
