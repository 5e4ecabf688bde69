package app

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	"torwart/internal/accesslog"
	"torwart/internal/config"
	"torwart/internal/traffic"
)

// accessLog is the access log of the configuration in force. A reload
// replaces it as a whole.
type accessLog struct {
	log    *slog.Logger
	stdout io.Writer

	current    atomic.Pointer[accessWriter]
	lostBefore atomic.Uint64 // by the logs before the current one
	mu         sync.Mutex
	ctx        context.Context // of run; nil before
	writers    sync.WaitGroup
}

// accessWriter is one open access log.
type accessWriter struct {
	cfg    config.Log
	log    *accesslog.Log
	file   *accesslog.File
	cancel context.CancelFunc
}

// drop closes a writer that was never used, or nobody uses any more.
func (w *accessWriter) drop() {
	if w == nil {
		return
	}
	if w.cancel != nil {
		w.cancel()
	}
	if w.cancel == nil && w.file != nil {
		w.file.Close()
	}
}

// prepare opens the log cfg asks for; nil means "as it is".
func (a *accessLog) prepare(cfg config.Log) (*accessWriter, error) {
	if cur := a.current.Load(); cur != nil && cur.cfg == cfg {
		return cur, nil
	}
	w := &accessWriter{cfg: cfg}
	if cfg.Access == "off" || cfg.Access == "" {
		return w, nil
	}
	out := a.stdout
	if cfg.File != "" {
		f, err := accesslog.OpenFile(cfg.File)
		if err != nil {
			return nil, err
		}
		w.file, out = f, f
	}
	w.log = &accesslog.Log{W: out, Format: accesslog.Format(cfg.Access), Logger: a.log}
	return w, nil
}

// commit makes w the access log.
func (a *accessLog) commit(w *accessWriter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old := a.current.Swap(w)
	if old == w {
		return
	}
	if a.ctx != nil {
		a.start(w)
	}
	if old != nil && old.log != nil {
		a.lostBefore.Add(old.log.Lost())
	}
	old.drop()
}

// start runs w until it is replaced or everything ends; a.mu is held.
func (a *accessLog) start(w *accessWriter) {
	if w.log == nil {
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	w.cancel = cancel
	a.writers.Go(func() {
		w.log.Run(ctx)
		if w.file != nil {
			w.file.Close()
		}
	})
}

// run writes access lines until ctx ends, and then what is left.
func (a *accessLog) run(ctx context.Context) {
	a.mu.Lock()
	a.ctx = ctx
	if w := a.current.Load(); w != nil {
		a.start(w)
	}
	a.mu.Unlock()
	<-ctx.Done()
	a.writers.Wait()
}

func (a *accessLog) wanted() bool {
	w := a.current.Load()
	return w != nil && w.log != nil
}

func (a *accessLog) write(x *traffic.Exchange) {
	if w := a.current.Load(); w != nil && w.log != nil {
		w.log.Write(x)
	}
}

// lost returns how many lines could not be written, by all logs since the
// start.
func (a *accessLog) lost() uint64 {
	n := a.lostBefore.Load()
	if w := a.current.Load(); w != nil && w.log != nil {
		n += w.log.Lost()
	}
	return n
}

func (a *accessLog) reopen() error {
	if w := a.current.Load(); w != nil && w.log != nil {
		return w.log.Reopen()
	}
	return nil
}
