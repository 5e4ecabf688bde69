package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// wrkResult is what wrk says at the end.
type wrkResult struct {
	requests int
	took     time.Duration
}

var (
	wrkDone   = regexp.MustCompile(`(?m)^\s*(\d+) requests in ([0-9.]+(?:us|ms|s|m|h)),`)
	wrkErrors = regexp.MustCompile(`(?m)^\s*(Socket errors: .*|Non-2xx or 3xx responses: .*)$`)
)

// parseWrk reads wrk's report. Failed requests make it worthless.
func parseWrk(text []byte) (wrkResult, error) {
	if m := wrkErrors.FindSubmatch(text); m != nil {
		return wrkResult{}, fmt.Errorf("wrk: %s", m[1])
	}
	m := wrkDone.FindSubmatch(text)
	if m == nil {
		return wrkResult{}, fmt.Errorf("wrk said no number of requests: %q", text)
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return wrkResult{}, err
	}
	unit := string(m[2])
	if unit[len(unit)-2:] != "us" && unit[len(unit)-2:] != "ms" && unit[len(unit)-1] != 's' {
		return wrkResult{}, fmt.Errorf("a load of %s is too long", unit)
	}
	d, err := time.ParseDuration(unit)
	return wrkResult{n, d}, err
}

// wrk loads addr for d (whole seconds are what it takes) and returns its
// report. It runs beside the origin, away from the proxy.
func (b *bench) wrk(ctx context.Context, path, addr string, d time.Duration) (wrkResult, error) {
	seconds := max(1, int(d.Round(time.Second)/time.Second))
	ctx, cancel := context.WithTimeout(ctx, d+20*time.Second)
	defer cancel()
	out := &tail{}
	cmd := exec.CommandContext(ctx, path, "-t1", fmt.Sprintf("-c%d", b.conns), fmt.Sprintf("-d%ds", seconds),
		"http://"+addr+"/article/4711?page=2")
	cmd.Stdout, cmd.Stderr = out, out
	if err := b.pin.start(cmd, besides, b.cpus); err != nil {
		return wrkResult{}, err
	}
	if err := cmd.Wait(); err != nil {
		return wrkResult{}, fmt.Errorf("wrk: %w: %s", err, out)
	}
	return parseWrk([]byte(out.String()))
}
