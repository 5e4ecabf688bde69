//go:build !linux

package main

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"time"
)

var errLinux = errors.New("the measurements need Linux: CPU times are read from /proc")

func serveOrigin(context.Context, string, []byte) error { return errLinux }

type pinner struct{}

func newPinner() (*pinner, error) { return nil, errLinux }

func (*pinner) start(*exec.Cmd, int, int) error { return errLinux }

func (*pinner) self(int, int) error { return errLinux }

func cpuCount() int { return runtime.NumCPU() }

func exactTimer() {}

func sleepFor(ns int64) { time.Sleep(time.Duration(ns)) }
