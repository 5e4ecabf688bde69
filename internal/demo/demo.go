package demo

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"torwart/internal/app"
	"torwart/internal/config"
	"torwart/internal/locale"
)

// The lengths of a demo.
const (
	DefaultLength = 48 * time.Second
	ShortestDemo  = 8 * time.Second
	LongestDemo   = time.Hour
)

// Options are what a demo needs to know.
type Options struct {
	// Length is about how long it takes; 0 means DefaultLength, less than
	// ShortestDemo is ShortestDemo.
	Length time.Duration
	// Lang is the language of everything shown.
	Lang locale.Lang
	// Stdout receives everything shown.
	Stdout io.Writer
	// Size returns the columns and rows of the terminal that Stdout is. Nil
	// when it is none: a line is written after each phase then.
	Size func() (columns, rows int)
	// Color is set when the terminal may be sent colours.
	Color bool

	// configure changes the configuration of torwart, for tests that plant a
	// fault; nil changes nothing.
	configure func(*config.Config)
}

// Run shows the demo and returns what came out. It ends early, in order and
// without an error when ctx does.
func Run(ctx context.Context, opts Options) (*Report, error) {
	if opts.Length == 0 {
		opts.Length = DefaultLength
	}
	opts.Length = max(opts.Length, ShortestDemo)
	s, err := open(opts)
	if err != nil {
		return nil, err
	}
	defer s.shop.close()
	defer s.plain.close()

	serveCtx, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()
	var serving sync.WaitGroup
	var served error
	serving.Go(func() { served = s.torwart.Run(serveCtx) })
	serving.Go(s.plain.serve)

	played := s.play(ctx)

	stopServing()
	s.plain.close()
	serving.Wait() // after this the ledger is complete
	if err := firstOf(played, served); err != nil {
		return nil, err
	}
	r := s.report(ctx.Err() != nil)
	_, err = io.WriteString(opts.Stdout, r.Text(opts.Lang))
	return r, err
}

// show is a running demo.
type show struct {
	opts      Options
	programme []phase
	shop      *shop
	plain     *plainProxy
	torwart   *app.App
	ways      [ways]*way
	board     *board
	judge     judge

	// waves is the time between two waves of visitors; 0: they come one by
	// one.
	waves atomic.Int64
}

// open builds everything and opens all sockets.
func open(opts Options) (*show, error) {
	t := theTimeouts()
	s := &show{opts: opts, programme: programme(opts.Length, t)}
	s.board = newBoard(s.programme)
	var err error
	if s.shop, err = openShop(); err != nil {
		return nil, err
	}
	if s.plain, err = openPlain(s.shop.urls(), t); err != nil {
		s.shop.close()
		return nil, err
	}
	if s.torwart, err = openTorwart(s.shop.urls(), t, opts.configure); err != nil {
		s.plain.close()
		s.shop.close()
		return nil, err
	}
	s.judge = judge{ledger: s.torwart.Ledger(), book: s.shop.book}
	s.ways[plain] = &way{id: plain, addr: s.plain.addr()}
	s.ways[torwart] = &way{id: torwart, addr: s.torwart.Addr(listen).String()}
	return s, nil
}

// timeouts are what both proxies wait for at most.
type timeouts struct{ connect, response time.Duration }

// theTimeouts are short enough to be seen, and long enough for a busy machine.
func theTimeouts() timeouts {
	return timeouts{connect: 500 * time.Millisecond, response: time.Second}
}

// listen is torwart's address in the configuration: any free port.
const listen = "127.0.0.1:0"

// openTorwart makes a torwart as everybody has it, but for the times, which
// have to fit the length of the demo.
func openTorwart(to []string, t timeouts, configure func(*config.Config)) (*app.App, error) {
	cfg, problems := config.FromFlags([]string{listen}, to)
	if cfg == nil {
		return nil, fmt.Errorf("the demo's configuration is wrong: %v", problems)
	}
	cfg.Admin = ""
	r := &cfg.Sites[0].Rules[0]
	r.Timeouts.Connect, r.Timeouts.Response = t.connect, t.response
	r.Health.Interval = 500 * time.Millisecond
	r.Health.Timeout = r.Health.Interval
	// The machine may be busy, and one half of an answer late.
	r.HoldBack.Time = t.response
	if configure != nil {
		configure(cfg)
	}
	return app.New(cfg, app.Options{Stdout: io.Discard, Version: "demo", DrainTime: 5 * time.Second})
}

// play lets the programme run while visitors come and somebody watches.
func (s *show) play(ctx context.Context) error {
	var watching sync.WaitGroup
	watchCtx, stopWatching := context.WithCancel(context.WithoutCancel(ctx))
	defer watching.Wait()
	defer stopWatching()
	s.board.begin()
	watching.Go(func() { s.watch(watchCtx) })

	var visiting sync.WaitGroup
	visitCtx, stopVisiting := context.WithCancel(ctx)
	visiting.Go(func() { s.visit(visitCtx) })
	err := s.direct(ctx)
	stopVisiting()
	visiting.Wait()
	for _, w := range s.ways {
		w.close()
	}
	s.board.end()
	return err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
