package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"torwart/internal/app"
	"torwart/internal/config"
)

// running is an App that serves.
type running struct {
	*app.App
	t    *testing.T
	cfg  *config.Config
	stop func() error
}

func parse(t *testing.T, yaml string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse("t.yaml", []byte(yaml))
	if cfg == nil {
		t.Fatalf("%v\n%s", problems, yaml)
	}
	return cfg
}

// start runs an App until the test ends or stop is called.
func start(t *testing.T, yaml string, opts app.Options) *running {
	t.Helper()
	cfg := parse(t, yaml)
	a, err := app.New(cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	r := &running{App: a, t: t, cfg: cfg}
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *running) url() string { return "http://" + r.Addr(r.cfg.Listen[0]).String() }

func (r *running) adminURL() string { return "http://" + r.AdminAddr().String() }

// fetch returns status and body.
func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// until waits for something that will be so in a moment.
func until(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(10 * time.Second)
	for !so() {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
		<-tick.C
	}
}

func backend(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
}

const minimal = "listen: [\"127.0.0.1:0\"]\nadmin: \"127.0.0.1:0\"\nsites:\n  - to: [%q]\n"

func TestServesAndDescribesItself(t *testing.T) {
	r := start(t, fmt.Sprintf(minimal, backend(t, says("hello"))), app.Options{Version: "v1.2.3"})
	if status, body := fetch(t, r.url()); status != 200 || body != "hello" {
		t.Errorf("%d %q", status, body)
	}
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ready", "/metrics": "torwart_exchanges_total",
		"/api/v1/pools": `"endpoints"`, "/api/v1/ledger": `"exchanges"`, "/api/v1/saves": `"totals"`,
	} {
		if status, body := fetch(t, r.adminURL()+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// Whatever a reload changes, no request fails while it happens.
func TestReloadUnderLoad(t *testing.T) {
	a, b := backend(t, says("a")), backend(t, says("b"))
	yaml := func(listen, to string, extra string) string {
		return fmt.Sprintf("listen: [%q]\nadmin: off\n%s\nsites:\n  - to: [%q]\n", listen, extra, to)
	}
	// A fixed port, so that later configurations can name it.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	logFile := filepath.Join(t.TempDir(), "access.log")
	r := start(t, yaml(addr, a, ""), app.Options{})
	variants := []string{
		yaml(addr, b, ""), yaml(addr, a, "log: {access: json, file: "+logFile+"}"),
		yaml(addr, b, "trust: [10.0.0.0/8]"), yaml(addr, a, "log: {access: combined, file: "+logFile+"}"),
	}
	var failed, made atomic.Int64
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			tr := &http.Transport{DisableKeepAlives: i%2 == 0}
			defer tr.CloseIdleConnections()
			client := &http.Client{Transport: tr}
			for {
				select {
				case <-done:
					return
				default:
				}
				resp, err := client.Get("http://" + addr)
				if err != nil {
					failed.Add(1)
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				made.Add(1)
				if err != nil || resp.StatusCode != 200 || (string(body) != "a" && string(body) != "b") {
					failed.Add(1)
					t.Errorf("%d %q %v", resp.StatusCode, body, err)
				}
			}
		})
	}
	for i := range 40 {
		before := made.Load()
		if err := r.Reload(parse(t, variants[i%len(variants)])); err != nil {
			t.Error(err)
		}
		until(t, func() bool { return made.Load() >= before+5 || failed.Load() > 0 })
	}
	close(done)
	wg.Wait()
	if failed.Load() > 0 || made.Load() < 200 {
		t.Errorf("%d of %d requests failed", failed.Load(), made.Load())
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(logFile); err != nil || len(b) == 0 {
		t.Errorf("access log: %d bytes, %v", len(b), err)
	}
}

func TestReloadIsAllOrNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	up, other := backend(t, says("first")), backend(t, says("second"))
	r := start(t, fmt.Sprintf(minimal, up), app.Options{})
	for name, yaml := range map[string]string{
		"address taken":       fmt.Sprintf("listen: [\"127.0.0.1:0\", %q]\nadmin: \"127.0.0.1:0\"\nsites:\n  - to: [%q]\n", taken.Addr(), other),
		"admin address taken": fmt.Sprintf("listen: [\"127.0.0.1:0\"]\nadmin: %q\nsites:\n  - to: [%q]\n", taken.Addr(), other),
		"log not writable":    fmt.Sprintf("listen: [\"127.0.0.1:0\"]\nadmin: \"127.0.0.1:0\"\nlog: {file: /no/such/dir/x.log}\nsites:\n  - to: [%q]\n", other),
	} {
		if err := r.Reload(parse(t, yaml)); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if _, body := fetch(t, r.url()); body != "first" {
			t.Errorf("%s: now served by %q", name, body)
		}
		if status, _ := fetch(t, r.adminURL()+"/healthz"); status != 200 {
			t.Errorf("%s: the admin interface is gone", name)
		}
	}
}

func TestListenersComeAndGo(t *testing.T) {
	up := backend(t, says("x"))
	r := start(t, fmt.Sprintf(minimal, up), app.Options{})
	old := r.url()
	fetch(t, old)
	cfg := parse(t, fmt.Sprintf("listen: [\"localhost:0\"]\nadmin: off\nsites:\n  - to: [%q]\n", up))
	if err := r.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	if status, _ := fetch(t, "http://"+r.Addr("localhost:0").String()); status != 200 {
		t.Errorf("new listener: %d", status)
	}
	if nc, err := net.Dial("tcp", old[len("http://"):]); err == nil {
		nc.Close()
		t.Error("the old listener still accepts")
	}
	if r.AdminAddr() != nil {
		t.Error("the admin interface was not switched off")
	}
}

// Ending lets exchanges under way finish, and tells keep-alive clients.
func TestDrain(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	r := start(t, fmt.Sprintf(minimal, backend(t, func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		io.WriteString(w, "late")
	})), app.Options{})
	got := make(chan string, 1)
	go func() {
		resp, err := http.Get(r.url())
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		got <- fmt.Sprint(string(b), " close=", resp.Close)
	}()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	until(t, func() bool { return !r.ready() })
	close(release)
	if g := <-got; g != "late close=true" {
		t.Errorf("got %q, want the whole answer and Connection: close", g)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// ready asks the admin interface, which answers until the end.
func (r *running) ready() bool {
	resp, err := http.Get(r.adminURL() + "/readyz")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == 200
}

func TestDrainTimeIsBounded(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{})
	url := backend(t, func(http.ResponseWriter, *http.Request) { close(entered); <-release })
	t.Cleanup(func() { close(release) })
	cfg := parse(t, fmt.Sprintf(minimal, url))
	var log bytes.Buffer // written by Run alone, read after it
	a, err := app.New(cfg, app.Options{
		DrainTime: 50 * time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	go func() {
		resp, err := http.Get("http://" + a.Addr(cfg.Listen[0]).String())
		if err == nil {
			resp.Body.Close()
		}
	}()
	<-entered
	cancel()
	select {
	case err := <-done:
		if err != nil || !strings.Contains(log.String(), "were cut") {
			t.Errorf("err %v, want none and a warning in the log:\n%s", err, &log)
		}
	case <-time.After(10 * time.Second):
		t.Error("Run did not end within the drain time")
	}
}

func TestReloadOverTheAdminInterface(t *testing.T) {
	first, second := backend(t, says("first")), backend(t, says("second"))
	yaml := fmt.Sprintf(minimal, first)
	r := start(t, yaml, app.Options{Load: func() (*config.Config, []config.Problem) {
		return config.Parse("t.yaml", []byte(yaml))
	}})
	post := func() (int, string) {
		resp, err := http.Post(r.adminURL()+"/api/v1/reload", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	yaml = fmt.Sprintf(minimal, second)
	status, body := post()
	var answer struct{ Changes []string }
	if json.Unmarshal([]byte(body), &answer) != nil || status != 200 || len(answer.Changes) == 0 {
		t.Errorf("%d %s", status, body)
	}
	if _, got := fetch(t, r.url()); got != "second" {
		t.Errorf("served by %q", got)
	}
	yaml = "sites: [{too: x}]"
	if status, body := post(); status != 422 || !strings.Contains(body, "too") {
		t.Errorf("%d %s", status, body)
	}
	if _, got := fetch(t, r.url()); got != "second" {
		t.Errorf("a bad file changed what is served to %q", got)
	}
}

func TestResolversAreAsked(t *testing.T) {
	// A DNS server that never answers: asking it must time out with the
	// connect timeout, and the system's resolver must not be asked instead.
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var asked atomic.Int64
	go func() {
		buf := make([]byte, 512)
		for {
			if _, _, err := silent.ReadFrom(buf); err != nil {
				return
			}
			asked.Add(1)
		}
	}()
	r := start(t, fmt.Sprintf("listen: [\"127.0.0.1:0\"]\nadmin: off\nresolvers: [%q]\nsites:\n  - to: [\"http://localhost.test:80\"]\n    hold: 0s\n    health: {interval: 0}\n    timeouts: {connect: 200ms}\n",
		silent.LocalAddr()), app.Options{})
	status, _ := fetch(t, r.url())
	if asked.Load() == 0 || status != 504 {
		t.Errorf("status %d, the configured resolver was asked %d times", status, asked.Load())
	}
}
