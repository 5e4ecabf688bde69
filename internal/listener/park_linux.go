package listener

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// watcher tells which of many sockets have something to read, by an epoll
// instance. That is a file which itself can be waited for, by the poller of
// the Go runtime as for any socket: so waiting takes a goroutine and no
// thread, and ends by deadline or close.
type watcher struct {
	file   *os.File
	raw    syscall.RawConn
	events [atOnce]unix.EpollEvent
}

func newWatcher() (*watcher, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// Only a descriptor that does not block is given to the runtime's
	// poller, though nothing ever reads this one.
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(os.NewSyscallError("fcntl", err), unix.Close(fd))
	}
	w := &watcher{file: os.NewFile(uintptr(fd), "epoll")}
	if w.raw, err = w.file.SyscallConn(); err == nil {
		// It fails where the poller did not take the file.
		err = w.file.SetReadDeadline(time.Time{})
	}
	if err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

// add begins to watch a socket. It is reported by its tag, once: when it has
// bytes to read, at once if it has them now, or was ended by its peer.
func (w *watcher) add(nc net.Conn, tag uint64) error {
	return w.control(nc, unix.EPOLL_CTL_ADD, &unix.EpollEvent{
		Events: unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLONESHOT,
		Fd:     int32(uint32(tag)),
		Pad:    int32(uint32(tag >> 32)),
	})
}

// remove ends watching a socket, before anybody else uses it. A report that
// is already on its way may still come.
func (w *watcher) remove(nc net.Conn) {
	// It fails only when the watcher was closed.
	_ = w.control(nc, unix.EPOLL_CTL_DEL, nil)
}

func (w *watcher) control(nc net.Conn, op int, event *unix.EpollEvent) error {
	socket, err := nc.(syscall.Conn).SyscallConn()
	if err != nil {
		return err
	}
	var inner, failed error
	err = socket.Control(func(fd uintptr) {
		inner = w.raw.Control(func(epfd uintptr) {
			failed = os.NewSyscallError("epoll_ctl", unix.EpollCtl(int(epfd), op, int(fd), event))
		})
	})
	return errors.Join(err, inner, failed)
}

// wait waits for reports, at most until the given time, and puts their tags
// into tags, which has room for atOnce. An error means that there will be none
// any more.
func (w *watcher) wait(until time.Time, tags []uint64) (n int, err error) {
	if err := w.file.SetReadDeadline(until); err != nil {
		return 0, err
	}
	var failed error
	err = w.raw.Read(func(epfd uintptr) bool {
		n, failed = unix.EpollWait(int(epfd), w.events[:], 0)
		for errors.Is(failed, unix.EINTR) {
			n, failed = unix.EpollWait(int(epfd), w.events[:], 0)
		}
		return n != 0 // also when it failed
	})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, nil
	case err != nil:
		return 0, err
	case failed != nil:
		return 0, os.NewSyscallError("epoll_wait", failed)
	}
	for i := range n {
		e := &w.events[i]
		tags[i] = uint64(uint32(e.Fd)) | uint64(uint32(e.Pad))<<32
	}
	return n, nil
}

// close makes wait fail.
func (w *watcher) close() {
	// Nothing was written that could be lost.
	_ = w.file.Close()
}
