//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait of a script. It is only used up when a test
// fails.
const patience = 30 * time.Second

// commands are what scripts can do besides testscript's own commands:
//
//	freeports NAME...         sets each variable to a port nobody listens at
//	origin NAME PORT TEXT     begins to answer 200 TEXT at 127.0.0.1:PORT
//	originstop NAME           ends it as a killed process would
//	originrelease NAME        lets it answer what it holds back: GET /held
//	get [-H 'A: b'] [-X METHOD] [-status N] [-head] URL
//	                          prints the body, after the head with -head
//	begin NAME URL            begins to GET
//	end NAME                  prints what it got
//	waitfor URL [N]           until URL answers, with the status N
//	waitget URL REGEXP        until what URL answers has a matching line
//	waitrefused ADDRESS       until nobody listens there
//	waitgrep REGEXP FILE      until a line of FILE matches
//	signal NAME               sends SIGHUP, SIGTERM, ... to what runs in the background
//	json PATH [FILE]          prints a value: problems.0.line, problems.len
//	status N PROGRAM ARG...   runs it and wants this exit status
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"freeports":     freeports,
		"origin":        startOrigin,
		"originstop":    stopOrigin,
		"originrelease": releaseOrigin,
		"get":           get,
		"begin":         begin,
		"end":           end,
		"waitfor":       waitFor,
		"waitget":       waitGet,
		"waitrefused":   waitRefused,
		"waitgrep":      waitGrep,
		"signal":        sendSignal,
		"json":          jsonValue,
		"status":        exitStatus,
	}
}

// world is what one script has started.
type world struct {
	ctx     context.Context // of requests
	cancel  context.CancelFunc
	asking  sync.WaitGroup
	origins map[string]*origin
	pending map[string]chan string

	reserved []net.PacketConn
}

type worldKey struct{}

func newWorld() *world {
	w := &world{origins: map[string]*origin{}, pending: map[string]chan string{}}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

func (w *world) close() {
	w.cancel()
	w.asking.Wait()
	for _, o := range w.origins {
		o.stop()
	}
	for _, c := range w.reserved {
		c.Close()
	}
}

// usage ends a script that uses a command wrongly.
func usage(ts *testscript.TestScript, neg, ok bool) {
	if neg || !ok {
		ts.Fatalf("wrong usage; see commands_test.go")
	}
}

// freeports takes ports below those the kernel gives to outgoing connections,
// of which one could take a free port away. The UDP port of the same number
// stays bound until the script ends: it reserves the TCP port among scripts,
// also those of another go test.
func freeports(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 0)
	const first, last = 20000, 32000
	for _, name := range args {
		for {
			addr := fmt.Sprintf("127.0.0.1:%d", first+rand.N(last-first))
			reserved, err := net.ListenPacket("udp", addr)
			if err != nil {
				continue
			}
			l, err := net.Listen("tcp", addr)
			if err != nil {
				reserved.Close()
				continue
			}
			l.Close()
			w := worldOf(ts)
			w.reserved = append(w.reserved, reserved)
			_, port, _ := net.SplitHostPort(addr)
			ts.Setenv(name, port)
			break
		}
	}
}

// origin is an application behind torwart.
type origin struct {
	server  http.Server
	release chan struct{}
	once    sync.Once
	serving sync.WaitGroup
}

func startOrigin(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3)
	l, err := net.Listen("tcp", "127.0.0.1:"+args[1])
	ts.Check(err)
	o := &origin{release: make(chan struct{})}
	o.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			select {
			case <-o.release:
			case <-r.Context().Done():
				return
			}
		}
		fmt.Fprintf(w, "%s %s\n", args[2], r.URL.Path)
	})
	o.serving.Go(func() { _ = o.server.Serve(l) })
	worldOf(ts).origins[args[0]] = o
}

func (o *origin) stop() {
	o.server.Close()
	o.serving.Wait()
}

func originOf(ts *testscript.TestScript, neg bool, args []string) *origin {
	usage(ts, neg, len(args) == 1)
	o := worldOf(ts).origins[args[0]]
	if o == nil {
		ts.Fatalf("no origin %q", args[0])
	}
	return o
}

func stopOrigin(ts *testscript.TestScript, neg bool, args []string) { originOf(ts, neg, args).stop() }

func releaseOrigin(ts *testscript.TestScript, neg bool, args []string) {
	o := originOf(ts, neg, args)
	o.once.Do(func() { close(o.release) })
}

// request is what get asks for.
type request struct {
	method, url string
	fields      http.Header
	status      int // 0: any below 400
	head        bool
}

func parseRequest(ts *testscript.TestScript, args []string) request {
	r := request{method: "GET", fields: http.Header{}}
	for len(args) > 1 {
		switch args[0] {
		case "-head":
			r.head = true
			args = args[1:]
			continue
		case "-X":
			r.method = args[1]
		case "-H":
			name, value, _ := strings.Cut(args[1], ": ")
			r.fields.Set(name, value)
		case "-status":
			r.status, _ = strconv.Atoi(args[1])
		default:
			ts.Fatalf("unknown flag %s", args[0])
		}
		args = args[2:]
	}
	if len(args) != 1 {
		ts.Fatalf("no URL")
	}
	r.url = args[0]
	return r
}

func (r request) do(ctx context.Context) (status int, text string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header = r.fields
	req.Host = r.fields.Get("Host")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if r.head {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s\n", resp.Proto, resp.Status)
		_ = resp.Header.Write(&b)
		text = strings.ReplaceAll(b.String(), "\r", "") + "\n"
	}
	return resp.StatusCode, text + string(body), err
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	r := parseRequest(ts, args)
	status, text, err := r.do(worldOf(ts).ctx)
	fmt.Fprint(ts.Stdout(), text)
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
	ok := err == nil && (status == r.status || r.status == 0 && status < 400)
	if ok == neg {
		ts.Fatalf("%s %s: %d %v\n%s", r.method, r.url, status, err, text)
	}
}

func begin(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2)
	r := request{method: "GET", url: args[1]}
	c := make(chan string, 1)
	w := worldOf(ts)
	w.pending[args[0]] = c
	w.asking.Go(func() {
		status, text, err := r.do(w.ctx)
		c <- fmt.Sprintf("%d %v\n%s", status, err, text)
	})
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1)
	fmt.Fprint(ts.Stdout(), <-worldOf(ts).pending[args[0]])
}

// until tries again and again, and gives up with what the last try said.
func until(ts *testscript.TestScript, try func() (last string, ok bool)) {
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		last, ok := try()
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("waited for %v in vain: %s", patience, last)
		}
	}
}

func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1 || len(args) == 2)
	wanted := 0
	if len(args) == 2 {
		wanted, _ = strconv.Atoi(args[1])
	}
	r := request{method: "GET", url: args[0]}
	until(ts, func() (string, bool) {
		status, text, err := r.do(worldOf(ts).ctx)
		return fmt.Sprint(status, " ", err, " ", text), err == nil && (wanted == 0 || status == wanted)
	})
}

func waitGet(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2)
	r := request{method: "GET", url: args[0]}
	re := regexp.MustCompile("(?m)" + args[1])
	until(ts, func() (string, bool) {
		status, text, err := r.do(worldOf(ts).ctx)
		return fmt.Sprint(status, " ", err, " ", text), err == nil && re.MatchString(text)
	})
}

func waitRefused(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1)
	until(ts, func() (string, bool) {
		c, err := net.Dial("tcp", args[0])
		if err == nil {
			c.Close()
		}
		return fmt.Sprint(err), errors.Is(err, syscall.ECONNREFUSED)
	})
}

func waitGrep(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2)
	re := regexp.MustCompile("(?m)" + args[0])
	until(ts, func() (string, bool) {
		b, err := os.ReadFile(ts.MkAbs(args[1]))
		return fmt.Sprintf("%v\n%s", err, b), err == nil && re.Match(b)
	})
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1)
	signals := map[string]syscall.Signal{
		"SIGHUP": syscall.SIGHUP, "SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT, "SIGUSR1": syscall.SIGUSR1,
	}
	s, ok := signals[args[0]]
	usage(ts, neg, ok)
	running := ts.BackgroundCmds()
	if len(running) != 1 {
		ts.Fatalf("%d programs run in the background", len(running))
	}
	ts.Check(running[0].Process.Signal(s))
}

func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1 || len(args) == 2)
	file := "stdout"
	if len(args) == 2 {
		file = args[1]
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(file)), &v); err != nil {
		ts.Fatalf("%s is no JSON: %v", file, err)
	}
	for key := range strings.SplitSeq(args[0], ".") {
		next, ok := step(v, key)
		if !ok {
			ts.Fatalf("no %q of %q in %v", key, args[0], v)
		}
		v = next
	}
	if s, ok := v.(string); ok {
		fmt.Fprintln(ts.Stdout(), s)
		return
	}
	b, err := json.Marshal(v)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", b)
}

func step(v any, key string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[key]
		return next, ok
	case []any:
		if key == "len" {
			return len(v), true
		}
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) {
			return v[i], true
		}
	}
	return nil, false
}

func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1)
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("%v ends with %d, not %s", args[1:], got, args[0])
	}
}
