package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// play leads one gateway through one scenario.
func (b *bench) play(ctx context.Context, sc *scenario, g *gateway) (t tally, err error) {
	if why := g.refuses(sc); why != "" {
		return tally{skipped: why}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sc.span()+2*patience)
	defer cancel()
	s, err := newStage(ctx, sc, b.content)
	if err != nil {
		return t, err
	}
	defer s.close()
	dir, err := os.MkdirTemp(b.dir, g.name)
	if err != nil {
		return t, err
	}
	addrs, err := freeAddrs(ctx, 2)
	if err != nil {
		return t, err
	}
	s.setup.listen, s.setup.admin = addrs[0], addrs[1]
	if err := g.configure(dir, s.setup); err != nil {
		return t, err
	}
	p, err := launch(ctx, g.command(ctx, dir), s.setup.listen)
	if err != nil {
		return t, err
	}
	defer p.stop()
	p.admin = s.setup.admin
	b.warm(ctx, s.setup.listen)
	s.reload = func(changed setup) error {
		if err := g.configure(dir, changed); err != nil {
			return err
		}
		return g.reload(ctx, p, dir)
	}
	t = s.judge(s.perform())
	if g.ledger {
		if err := b.consult(ctx, s, &t); err != nil {
			return t, err
		}
	}
	if b.verbose && t.avoidable+t.twice > 0 {
		fmt.Fprintf(b.progress, "  it said:\n%s\n", p.out.String())
	}
	return t, s.trouble
}

// warm waits until the gateway has taken its configuration over and found the
// application: starting is not what is compared here. Where it cannot, the play
// begins all the same.
func (b *bench) warm(ctx context.Context, addr string) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 500 * time.Millisecond}
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/health", nil)
		if err != nil {
			return
		}
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		sleepUntil(ctx, time.Now().Add(20*time.Millisecond))
	}
}

// perform runs script and load, and returns what clients got.
func (s *stage) perform() []result {
	c := &client{addr: s.setup.listen, content: s.content, expect: s.target}
	defer c.close()
	plan := s.scenario.requests()
	s.begin = time.Now().Add(20 * time.Millisecond)
	var wg sync.WaitGroup
	if s.scenario.script != nil {
		wg.Go(func() { s.scenario.script(s) })
	}
	results := c.run(s.ctx, plan, s.begin)
	wg.Wait()
	return results
}

// consult compares torwart's ledger with the script.
func (b *bench) consult(ctx context.Context, s *stage, t *tally) error {
	r, err := askLedger(ctx, s.setup.admin)
	if err != nil {
		return fmt.Errorf("torwart's ledger: %w", err)
	}
	t.symptom = r.verdict(s.scenario.symptoms, s.scenario.besides)
	if b.verbose && (t.avoidable+t.twice > 0 || t.symptom != "right") {
		allowed := slices.Concat(s.scenario.symptoms, s.scenario.besides)
		fmt.Fprintf(b.progress, "  the ledger:\n%s", r.story(allowed, 6))
	}
	return nil
}
