package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"torwart/internal/ledger"
)

// admin asks torwart's admin interface to do something.
func (s *soak) admin(ctx context.Context, what string) error {
	return s.call(ctx, http.MethodPost, "/api/v1/"+what)
}

// inspect reads what monitors read.
func (s *soak) inspect(ctx context.Context) error {
	for _, what := range []string{"/metrics", "/api/v1/pools", "/api/v1/ledger", "/api/v1/saves"} {
		if err := s.call(ctx, http.MethodGet, what); err != nil {
			return err
		}
	}
	return nil
}

func (s *soak) call(ctx context.Context, method, what string) error {
	addr := s.torwart.AdminAddr()
	if addr == nil {
		return errors.New("there is no admin interface")
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+addr.String()+what, nil)
	if err != nil {
		return err
	}
	req.Close = true
	client := http.Client{Transport: &http.Transport{}, Timeout: patience}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, what, resp.Status)
	}
	return nil
}

// rotate moves the access log away, as logrotate does, and has it opened
// again.
func (s *soak) rotate() error {
	if err := os.Rename(s.logFile(), s.logFile()+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.torwart.ReopenLogs()
}

// keptByLedger is how many exchanges the ledger keeps now.
func (s *soak) keptByLedger() int { return len(s.torwart.Ledger().Find(ledger.Query{})) }
