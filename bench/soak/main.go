package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	f.SetOutput(stderr)
	length := f.Duration("time", 10*time.Minute, "how long")
	rate := f.Float64("rate", 80, "visitors a second, at most")
	file := f.String("o", "", "also write the result between <!-- soak --> and <!-- /soak --> of this `file`")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 || *length < 5*time.Second || *rate < 1 {
		return errors.New("usage: soak [-time 10m] [-rate 80] [-o FILE], for 5s at least")
	}
	o := tenMinutes(*length)
	o.rate, o.progress = *rate, stderr
	s, err := run(ctx, o)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return errors.New("interrupted: there is no result")
	}
	report := s.markdown()
	if _, err := io.WriteString(stdout, report); err != nil {
		return err
	}
	if *file != "" {
		if err := writeSection(*file, report); err != nil {
			return err
		}
	}
	if len(s.leaks) > 0 {
		return fmt.Errorf("%d findings:\n%s", len(s.leaks), strings.Join(s.leaks, "\n"))
	}
	return nil
}
