//go:build !linux

package listener

import (
	"errors"
	"net"
	"time"
)

// watcher does not exist here: every connection keeps its goroutine.
type watcher struct{}

func newWatcher() (*watcher, error) { return nil, errors.ErrUnsupported }

func (*watcher) add(net.Conn, uint64) error { return errors.ErrUnsupported }

func (*watcher) remove(net.Conn) {}

func (*watcher) wait(time.Time, []uint64) (int, error) { return 0, errors.ErrUnsupported }

func (*watcher) close() {}
