package accesslog

import (
	"os"
	"sync"
)

// fileMode lets the group read, as log shippers do, and nobody else: targets
// can hold secrets.
const fileMode = 0o640

// File is a log file that can be opened again at the same path after somebody
// moved it away. Safe for concurrent use.
type File struct {
	path string
	mu   sync.Mutex
	f    *os.File
}

// OpenFile opens the file at path for appending and creates it where it does
// not exist. The error is that of os.OpenFile.
func OpenFile(path string) (*File, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	return &File{path: path, f: f}, nil
}

func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, fileMode)
}

// Write appends b.
func (f *File) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.f.Write(b)
}

// Reopen opens the path again and closes the old file. When that fails, the
// old file stays in use.
func (f *File) Reopen() error {
	fresh, err := open(f.path)
	if err != nil {
		return err
	}
	f.mu.Lock()
	old := f.f
	f.f = fresh
	f.mu.Unlock()
	return old.Close()
}

// Close closes the file; writing to it fails afterwards.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.f.Close()
}
