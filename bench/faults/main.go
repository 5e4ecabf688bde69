package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	// Children die with the thread that started them; this one lives as long
	// as the program.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// bench owns what all plays have in common.
type bench struct {
	dir      string
	content  *content
	progress io.Writer
	verbose  bool
}

// options are what the command line says.
type options struct {
	only     *regexp.Regexp
	gateways []string
	quick    bool
	verbose  bool
	list     bool
	file     string
	binary   string
	limit    time.Duration
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("faults", flag.ContinueOnError)
	f.SetOutput(stderr)
	only := f.String("only", "", "play the scenarios whose group or name this `regexp` matches")
	names := f.String("gateways", "torwart,nginx,haproxy,caddy,traefik", "which `gateways` to lead through them")
	f.BoolVar(&o.quick, "quick", false, "half of the load, and only torwart unless -gateways says otherwise")
	f.BoolVar(&o.verbose, "v", false, "show the first avoidable failures, and what torwart recorded of them")
	f.BoolVar(&o.list, "list", false, "list the scenarios and play none")
	f.StringVar(&o.file, "o", "", "put the table into this `file`, between its markers")
	f.StringVar(&o.binary, "torwart", "", "use this `binary` instead of building one")
	f.DurationVar(&o.limit, "limit", 20*time.Minute, "the longest the whole may take")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	said := false
	f.Visit(func(fl *flag.Flag) { said = said || fl.Name == "gateways" })
	o.gateways = strings.Split(*names, ",")
	if o.quick && !said {
		o.gateways = []string{"torwart"}
	}
	var err error
	o.only, err = regexp.Compile("(?i)" + *only)
	return o, err
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	var chosen []scenario
	for _, sc := range scenarios() {
		if o.only.MatchString(sc.group + ": " + sc.name) {
			chosen = append(chosen, sc)
		}
	}
	if o.list {
		for _, sc := range chosen {
			fmt.Fprintf(stdout, "%s: %s\n", sc.group, sc.name)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	dir, err := os.MkdirTemp("", "torwart-faults")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it lies where temporary files lie
	b := &bench{dir: dir, content: newContent(), progress: stderr, verbose: o.verbose}
	gateways, missing, err := b.gateways(ctx, o)
	if err != nil {
		return err
	}
	r := &report{scenarios: chosen, gateways: gateways, missing: missing, begun: time.Now()}
	if err := b.playAll(ctx, r, o); err != nil {
		return err
	}
	text := r.markdown()
	fmt.Fprint(stdout, text)
	if o.file == "" {
		return nil
	}
	return replaceSection(o.file, text)
}

// playAll plays every scenario with every gateway, one after the other, so
// that none disturbs another.
func (b *bench) playAll(ctx context.Context, r *report, o options) error {
	for i := range r.scenarios {
		sc := &r.scenarios[i]
		if o.quick && sc.plan == nil {
			sc.rate = sc.perSecond() / 2
		}
		var row []tally
		for g := range r.gateways {
			t, err := b.play(ctx, sc, &r.gateways[g])
			if ctx.Err() != nil {
				t = tally{skipped: "no time left"}
			} else if err != nil {
				return fmt.Errorf("%s, %s: %w", sc.name, r.gateways[g].name, err)
			}
			b.say(sc, r.gateways[g].name, t)
			row = append(row, t)
		}
		r.rows = append(r.rows, row)
	}
	r.took = time.Since(r.begun)
	return nil
}

func (b *bench) say(sc *scenario, gateway string, t tally) {
	fmt.Fprintf(b.progress, "%-8s %-60s %s", gateway, sc.name, t.cell())
	if t.symptom != "" && t.symptom != "right" {
		fmt.Fprintf(b.progress, " · symptom: %s", t.symptom)
	}
	fmt.Fprintf(b.progress, " · p99 %.1f ms\n", float64(t.p99.Microseconds())/1000)
	if !b.verbose {
		return
	}
	for kind, n := range t.kinds {
		fmt.Fprintf(b.progress, "  %d× %s\n", n, kind)
	}
	for _, e := range t.examples {
		fmt.Fprintf(b.progress, "  %s\n", e)
	}
}

// gateways returns those that are asked for and there, and what is missing.
func (b *bench) gateways(ctx context.Context, o options) (list []gateway, missing []string, err error) {
	for _, name := range o.gateways {
		g, err := b.gateway(ctx, name, o)
		switch {
		case errors.Is(err, errUnknown), err != nil && name == "torwart":
			return nil, nil, err
		case err != nil:
			fmt.Fprintf(b.progress, "faults: without %s: %v\n", name, err)
			missing = append(missing, fmt.Sprintf("%s (%v)", name, err))
		default:
			list = append(list, g)
		}
	}
	return list, missing, nil
}

var errUnknown = errors.New("unknown gateway; there are torwart, nginx, haproxy, caddy and traefik")

func (b *bench) gateway(ctx context.Context, name string, o options) (gateway, error) {
	switch name {
	case "torwart":
		binary := o.binary
		if binary == "" {
			binary = filepath.Join(b.dir, "torwart")
			if err := buildTorwart(ctx, binary); err != nil {
				return gateway{}, err
			}
		}
		return torwart(binary, "of this tree, "+runtime.Version()), nil
	case "nginx":
		return nginx(ctx)
	case "haproxy":
		return haproxy(ctx)
	case "caddy":
		p := caddyPeer()
		path, err := p.binary(ctx, b.progress)
		return caddy(path, p.version), err
	case "traefik":
		p := traefikPeer()
		path, err := p.binary(ctx, b.progress)
		return traefik(path, p.version), err
	}
	return gateway{}, fmt.Errorf("%q: %w", name, errUnknown)
}
