package accesslog

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"torwart/internal/traffic"
)

// errTooSlow is reported for lines lost without W having failed.
var errTooSlow = errors.New("the log takes lines more slowly than they arrive")

// Format is how a line looks.
type Format string

// The formats; the zero value means JSON.
const (
	JSON     Format = "json"
	Combined Format = "combined"
)

const (
	// flushSize is how much is gathered before it is written without waiting
	// for the next tick.
	flushSize = 32 << 10
	// flushEvery is how long a line waits at most.
	flushEvery = time.Second
	// keepSize is the largest buffer kept for reuse.
	keepSize = 4 * flushSize
	// maxGathered bounds the memory while W takes nothing. Beyond it lines
	// are lost, because exchanges must not wait for a log.
	maxGathered = 4 << 20
	// reportEvery is the shortest time between two reports of lost lines.
	reportEvery = time.Minute
)

// Log writes access lines to W. The zero value with W set is ready to use; its
// exported fields are not to be changed after the first use. Safe for
// concurrent use.
//
// [Log.Run] must be running: without it lines are only gathered, up to a
// bound, and written by Flush.
type Log struct {
	// W gets whole lines, many at a time, from one goroutine at a time.
	W io.Writer
	// Format of the lines; "" means JSON.
	Format Format
	// Logger learns of lines that could not be written; nil: nobody does.
	Logger *slog.Logger

	// mu guards the gathering side. It is never held during I/O.
	mu    sync.Mutex
	buf   []byte // gathered and not yet taken by a flush
	lines uint64 // how many lines buf holds
	spare []byte // the buffer the last flush gave back
	lost  uint64 // lines lost so far
	clock clock
	full  chan struct{} // tells Run that buf is full; made by wake

	// writing serialises flushes and guards what follows.
	writing  sync.Mutex
	torn     bool  // the last write ended within a line
	err      error // the last write error not yet reported
	reported uint64
	nextTime time.Time // when the next report may be made
}

// Write appends the line of x. It never waits for W. x is the caller's again
// afterwards.
func (l *Log) Write(x *traffic.Exchange) {
	l.mu.Lock()
	if len(l.buf) >= maxGathered {
		l.lost++
		l.mu.Unlock()
		return
	}
	before := len(l.buf)
	if l.Format == Combined {
		l.buf = l.appendCombined(l.buf, x)
	} else {
		l.buf = l.appendJSON(l.buf, x)
	}
	l.lines++
	crossed := before < flushSize && len(l.buf) >= flushSize
	var full chan struct{}
	if crossed {
		full = l.wake()
	}
	l.mu.Unlock()
	if crossed {
		select {
		case full <- struct{}{}:
		default: // Run knows already
		}
	}
}

// wake returns the channel that tells Run to flush. The caller holds mu.
func (l *Log) wake() chan struct{} {
	if l.full == nil {
		l.full = make(chan struct{}, 1)
	}
	return l.full
}

// Run writes out when enough was gathered and at least once a second, until
// ctx is done; then it writes out the rest and returns. The owner stops all
// exchanges first, cancels ctx and waits for Run; that takes as long as W does.
func (l *Log) Run(ctx context.Context) {
	l.mu.Lock()
	full := l.wake()
	l.mu.Unlock()
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-full:
			l.Flush()
		case <-tick.C:
			l.Flush()
		case <-ctx.Done():
			l.Flush()
			l.writing.Lock()
			l.nextTime = time.Time{} // the last chance to tell
			l.report()
			l.writing.Unlock()
			return
		}
	}
}

// Flush writes out what was gathered, and returns when W has taken it or
// failed.
func (l *Log) Flush() {
	l.writing.Lock()
	defer l.writing.Unlock()

	l.mu.Lock()
	taken, lines := l.buf, l.lines
	l.buf, l.lines, l.spare = l.spare[:0], 0, nil
	l.mu.Unlock()

	l.write(taken, lines)
	l.report()

	l.mu.Lock()
	if cap(taken) <= keepSize {
		l.spare = taken[:0]
	}
	l.mu.Unlock()
}

// write hands b, which holds the given number of lines, to W.
func (l *Log) write(b []byte, lines uint64) {
	if len(b) == 0 {
		return
	}
	if l.torn {
		// Whatever stands there now must not run into the next line.
		if _, err := l.W.Write([]byte{'\n'}); err != nil {
			l.fail(err, lines)
			return
		}
		l.torn = false
	}
	n, err := l.W.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err == nil {
		return
	}
	n = min(max(n, 0), len(b))
	whole := uint64(0)
	for _, c := range b[:n] {
		if c == '\n' {
			whole++
		}
	}
	l.torn = n > 0 && b[n-1] != '\n'
	l.fail(err, lines-whole)
}

func (l *Log) fail(err error, lines uint64) {
	l.err = err
	l.mu.Lock()
	l.lost += lines
	l.mu.Unlock()
}

// report tells the logger about lost lines, at most once in reportEvery. The
// caller holds writing.
func (l *Log) report() {
	lost := l.Lost()
	if lost == l.reported || l.Logger == nil {
		return
	}
	now := time.Now()
	if now.Before(l.nextTime) {
		return
	}
	err := l.err
	if err == nil {
		err = errTooSlow
	}
	l.Logger.Error("access log lines lost", "lines", lost-l.reported, "total", lost, "err", err)
	l.reported, l.nextTime, l.err = lost, now.Add(reportEvery), nil
}

// Lost returns how many lines were lost since the start, because W failed or
// did not keep up.
func (l *Log) Lost() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// Reopen writes out what was gathered and then has W open its path again,
// where W can (see [File]). To be called after a rotation.
func (l *Log) Reopen() error {
	l.Flush()
	if r, ok := l.W.(interface{ Reopen() error }); ok {
		return r.Reopen()
	}
	return nil
}
