package main

import (
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// shortly is a soak for tests: too short for a trend, long enough to see what
// does not come back.
func shortly(t *testing.T) options {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("descriptors are counted on Linux, and only there 127.0.0.2 exists by itself")
	}
	if testing.Short() {
		t.Skip("takes 6 seconds")
	}
	o := tenMinutes(4 * time.Second)
	o.lasts, o.every, o.rate, o.progress = 150*time.Millisecond, 1500*time.Millisecond, 60, testWriter{t}
	o.bounds.memoryShare, o.bounds.memory = 1, 8<<20
	return o
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

func TestNothingLeaks(t *testing.T) {
	o := shortly(t)
	s, err := run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.leaks {
		t.Error(l)
	}
	if s.played < 3 || s.judge.right < 30 || s.load.woken == 0 || len(s.samples) == 0 {
		t.Errorf("%d faults, %d right answers, %d samples: this was no soak", s.played, s.judge.right, len(s.samples))
	}
}

// A soak that finds nothing must be able to find something.
func TestLeakIsFoundAndNamed(t *testing.T) {
	o := shortly(t)
	o.length = time.Second
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	o.faults = []fault{{"planted", func(ctx context.Context, s *soak, _ *upstream) error {
		for range 4 {
			go forgotten(release)
		}
		s.book.execute(1 << 20)
		pause(ctx, s.lasts)
		return nil
	}}}
	o.progress, o.linger = io.Discard, 100*time.Millisecond
	s, err := run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(s.leaks, "\n")
	for _, want := range []string{"goroutines stay behind", "soak.forgotten", "executed twice"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func forgotten(release chan struct{}) { <-release }
