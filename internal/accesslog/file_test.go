package accesslog_test

import (
	"os"
	"path/filepath"
	"testing"

	"torwart/internal/accesslog"
)

func TestReopenFollowsRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	f, err := accesslog.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := accesslog.Log{W: f}

	l.Write(served())
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	l.Write(served())
	l.Write(served())
	l.Flush()

	for name, want := range map[string]string{path + ".1": one, path: one + one} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", filepath.Base(name), got, err, want)
		}
	}
}

func TestFailedReopenKeepsTheOldFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := accesslog.OpenFile(filepath.Join(dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	moved := dir + ".away"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if err := f.Reopen(); err == nil {
		t.Error("reopening in a folder that is gone did not fail")
	}
	if _, err := f.Write([]byte("still here\n")); err != nil {
		t.Errorf("the old file is not in use: %v", err)
	}
	got, err := os.ReadFile(filepath.Join(moved, "access.log"))
	if err != nil || string(got) != "still here\n" {
		t.Errorf("old file holds %q (%v)", got, err)
	}
}

func TestOpenFileAppends(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	for range 2 {
		f, err := accesslog.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("line\n")); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "line\nline\n" {
		t.Errorf("file holds %q (%v)", got, err)
	}
}
