package main

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// cpuCount returns how many CPUs this process may use.
func cpuCount() int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return runtime.NumCPU()
	}
	return set.Count()
}

// cpuSet is the n-th to m-th of the CPUs this process could use when it
// started.
func cpuSet(all unix.CPUSet, from, to int) (set unix.CPUSet) {
	n := 0
	for cpu := range len(all) * 64 {
		if !all.IsSet(cpu) {
			continue
		}
		if n >= from && n < to {
			set.Set(cpu)
		}
		n++
	}
	return set
}

// pinner starts programs on chosen CPUs.
type pinner struct{ all unix.CPUSet }

func newPinner() (*pinner, error) {
	p := &pinner{}
	return p, unix.SchedGetaffinity(0, &p.all)
}

// start starts cmd so that it runs on the CPUs from (inclusive) to to
// (exclusive) only. The child ends with the calling thread at the latest: the
// caller's goroutine is locked to its thread.
func (p *pinner) start(cmd *exec.Cmd, from, to int) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	// A child inherits the CPUs of the thread that starts it.
	wanted := cpuSet(p.all, from, to)
	if err := unix.SchedSetaffinity(0, &wanted); err != nil {
		return err
	}
	err := cmd.Start()
	if back := unix.SchedSetaffinity(0, &before); err == nil {
		err = back
	}
	return err
}

// self moves this process to the given CPUs, all its threads.
func (p *pinner) self(from, to int) error {
	wanted := cpuSet(p.all, from, to)
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			return err
		}
		// ESRCH: a thread that has ended meanwhile.
		if err := unix.SchedSetaffinity(tid, &wanted); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}

// exactTimer lets the calling thread sleep as exactly as it asks to.
func exactTimer() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // else up to 50 µs more
}

// sleepFor blocks the calling thread. The runtime's own timers are rounded up
// to a millisecond while nothing else is to be done.
func sleepFor(ns int64) {
	ts := unix.NsecToTimespec(ns)
	_ = unix.Nanosleep(&ts, nil) // early is no harm: the caller looks again
}
