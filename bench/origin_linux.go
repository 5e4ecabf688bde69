package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// serveOrigin answers every request with the same bytes until ctx ends. It is
// one epoll loop on one thread, because the origin must be much quicker than
// anything that is measured before it.
func serveOrigin(ctx context.Context, addr string, answer []byte) error {
	tcp, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return err
	}
	o := &origin{answer: answer, carry: map[int]int{}, buf: make([]byte, 64<<10)}
	if o.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return err
	}
	defer unix.Close(o.listener)
	at := &unix.SockaddrInet4{Port: tcp.Port, Addr: [4]byte(tcp.IP.To4())}
	if err := errors.Join(
		unix.SetsockoptInt(o.listener, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
		unix.Bind(o.listener, at), unix.Listen(o.listener, 4096),
	); err != nil {
		return fmt.Errorf("origin at %s: %w", addr, err)
	}
	if o.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	defer unix.Close(o.poll)
	if err := o.add(o.listener); err != nil {
		return err
	}
	return o.loop(ctx)
}

type origin struct {
	listener, poll int
	answer         []byte
	carry          map[int]int // by connection; see heads
	buf            []byte
}

func (o *origin) add(fd int) error {
	return unix.EpollCtl(o.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (o *origin) loop(ctx context.Context) error {
	events := make([]unix.EpollEvent, 256)
	for ctx.Err() == nil {
		n, err := unix.EpollWait(o.poll, events, 500)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		for _, e := range events[:max(n, 0)] {
			if int(e.Fd) == o.listener {
				o.accept()
			} else if !o.serve(int(e.Fd)) {
				delete(o.carry, int(e.Fd))
				unix.Close(int(e.Fd))
			}
		}
	}
	return nil
}

func (o *origin) accept() {
	for {
		fd, _, err := unix.Accept4(o.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return // EAGAIN, or a client that is gone already
		}
		if unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) != nil || o.add(fd) != nil {
			unix.Close(fd)
		}
	}
}

// serve answers what has arrived on a connection; false ends it.
func (o *origin) serve(fd int) bool {
	n, err := unix.Read(fd, o.buf)
	if errors.Is(err, unix.EAGAIN) {
		return true
	}
	if err != nil || n == 0 {
		return false
	}
	complete, rest := heads(o.buf[:n], o.carry[fd])
	if rest != o.carry[fd] {
		o.carry[fd] = rest
	}
	for range complete {
		// An answer always fits into the socket's buffer: nobody here sends
		// a second request before it has read the first answer.
		if k, err := unix.Write(fd, o.answer); err != nil || k != len(o.answer) {
			return false
		}
	}
	return true
}
