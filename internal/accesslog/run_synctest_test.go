package accesslog_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"torwart/internal/accesslog"
)

// writer is a W that can fail, block, and write less than asked.
type writer struct {
	err   error
	short int           // bytes taken of each write while err is set
	block chan struct{} // closed to let writes through; nil: they pass

	mu     sync.Mutex
	buf    bytes.Buffer
	writes int
}

func (w *writer) Write(b []byte) (int, error) {
	if w.block != nil {
		<-w.block
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes++
	if w.err != nil {
		n := min(w.short, len(b))
		w.buf.Write(b[:n])
		return n, w.err
	}
	return w.buf.Write(b)
}

// got returns what was written and in how many writes.
func (w *writer) got() (string, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String(), w.writes
}

// one is the line of served().
var one = write(accesslog.JSON, served())

// run starts l and returns what stops it and waits for it.
func run(l *accesslog.Log) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

func TestLinesWaitAtMostASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w writer
		l := accesslog.Log{W: &w}
		defer run(&l)()
		synctest.Wait()

		l.Write(served())
		time.Sleep(999 * time.Millisecond)
		synctest.Wait()
		if got, _ := w.got(); got != "" {
			t.Errorf("written before its time: %q", got)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if got, _ := w.got(); got != one {
			t.Errorf("after a second: %q, want %q", got, one)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if _, n := w.got(); n != 1 {
			t.Errorf("%d writes for one line", n)
		}
	})
}

func TestManyLinesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w writer
		l := accesslog.Log{W: &w}
		defer run(&l)()
		for range 32<<10/len(one) + 1 {
			l.Write(served())
		}
		synctest.Wait() // no time passes
		if got, _ := w.got(); len(got) < 32<<10 {
			t.Errorf("%d bytes written, want at least 32 KiB", len(got))
		}
	})
}

func TestRunWritesTheRestAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w writer
		l := accesslog.Log{W: &w}
		stop := run(&l)
		l.Write(served())
		stop()
		if got, _ := w.got(); got != one {
			t.Errorf("at the end: %q, want %q", got, one)
		}
	})
}

func TestLostLinesAreReportedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := writer{err: errors.New("no space")}
		var log bytes.Buffer
		l := accesslog.Log{W: &w, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		stop := run(&l)
		start := time.Now()
		for range 150 {
			l.Write(served())
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if n := strings.Count(log.String(), "\n"); n != 3 {
			t.Errorf("%d reports in %v, want 3:\n%s", n, time.Since(start), log.String())
		}
		if l.Lost() != 150 {
			t.Errorf("lost %d lines, want 150", l.Lost())
		}
		stop()
		if !strings.HasSuffix(log.String(), "total=150 err=\"no space\"\n") {
			t.Errorf("the end does not tell of the rest:\n%s", log.String())
		}
	})
}

func TestLogGoesOnAfterAnError(t *testing.T) {
	for _, tt := range []struct {
		name  string
		short int // taken of two lines
		want  string
		lost  uint64
	}{
		{"nothing was taken", 0, one, 2},
		{"one line was taken", len(one), one + one, 1},
		{"the second line was torn", len(one) + 5, one + one[:5] + "\n" + one, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := writer{err: errors.New("no space"), short: tt.short}
			l := accesslog.Log{W: &w}
			l.Write(served())
			l.Write(served())
			l.Flush()
			w.err = nil
			l.Write(served())
			l.Flush()
			if got, _ := w.got(); got != tt.want || l.Lost() != tt.lost {
				t.Errorf("lost %d, want %d; log is %q, want %q", l.Lost(), tt.lost, got, tt.want)
			}
		})
	}
}

// A pipe nobody reads must not stop exchanges nor fill the memory.
func TestStuckLogStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := writer{block: make(chan struct{})}
		var log bytes.Buffer
		l := accesslog.Log{W: &w, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		stop := run(&l)
		const n = 20000
		for range n {
			l.Write(served()) // would deadlock the bubble if it blocked
		}
		synctest.Wait()
		lost := l.Lost()
		if lost == 0 || lost == n {
			t.Errorf("lost %d of %d lines, want some", lost, n)
		}
		close(w.block)
		stop()
		got, _ := w.got()
		if lines := uint64(strings.Count(got, "\n")); lines+lost != n {
			t.Errorf("%d written and %d lost, want %d together", lines, lost, n)
		}
		if len(got) > 6<<20 {
			t.Errorf("%d bytes were gathered", len(got))
		}
		if !strings.Contains(log.String(), "more slowly") {
			t.Errorf("report says %q", log.String())
		}
	})
}
