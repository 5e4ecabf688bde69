package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// phpSite is an nginx with a PHP-FPM of its own behind it.
type phpSite struct {
	nginx, fpm       *process
	nginxBin, fpmBin string
	dir              string // configuration, sockets, logs
	endpoint         string // what torwart is told
	network, addr    string // the same, for dialling
}

// newPHPSite starts a pair. With an empty addr nginx listens at a unix socket,
// too.
func newPHPSite(t *testing.T, orders, addr string) *phpSite {
	t.Helper()
	// The paths of unix sockets are short: not t.TempDir().
	dir, err := os.MkdirTemp("", "e2e-php")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &phpSite{
		nginxBin: needs(t, "nginx"), fpmBin: needs(t, "php-fpm", "php-fpm[0-9]*"), dir: dir,
		network: "tcp", addr: addr, endpoint: "http://" + addr,
	}
	listen := addr
	if addr == "" {
		s.network, s.addr = "unix", filepath.Join(dir, "nginx.sock")
		s.endpoint, listen = "unix:"+s.addr, "unix:"+s.addr
	}
	script, err := filepath.Abs("testdata/shop.php")
	if err != nil {
		t.Fatal(err)
	}
	nginxUser, fpmUser := "", ""
	if os.Getuid() == 0 {
		nginxUser, fpmUser = "user root;", "user = root\ngroup = root"
	}
	fill := strings.NewReplacer("{dir}", dir, "{listen}", listen, "{script}", script, "{orders}", orders)
	s.configure(t, "nginx.conf", fill, nginxUser)
	s.configure(t, "php-fpm.conf", fill, fpmUser)
	t.Cleanup(func() { s.logs(t) })
	s.startFPM(t)
	s.startNginx(t)
	return s
}

func (s *phpSite) configure(t *testing.T, name string, fill *strings.Replacer, user string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	filled := fill.Replace(strings.ReplaceAll(string(text), "{user}", user))
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *phpSite) startFPM(t *testing.T) {
	t.Helper()
	args := []string{"-n", "-F", "-y", filepath.Join(s.dir, "php-fpm.conf")}
	if os.Getuid() == 0 {
		args = append(args, "-R")
	}
	s.fpm = start(t, "php-fpm of "+s.endpoint, exec.Command(s.fpmBin, args...))
	poll(t, 15*time.Second, "PHP-FPM listens", func() bool { return accepts("unix", filepath.Join(s.dir, "fpm.sock")) })
}

func (s *phpSite) startNginx(t *testing.T) {
	t.Helper()
	if s.network == "unix" {
		// A killed nginx leaves it behind, and then cannot bind.
		_ = os.Remove(s.addr)
	}
	s.nginx = start(t, "nginx of "+s.endpoint, exec.Command(s.nginxBin,
		"-e", filepath.Join(s.dir, "nginx.log"), "-p", s.dir, "-c", filepath.Join(s.dir, "nginx.conf")))
	poll(t, 15*time.Second, "nginx listens", func() bool { return accepts(s.network, s.addr) })
}

// used waits until torwart sends requests to this site, as it does again some
// time after a failure there.
func (s *phpSite) used(t *testing.T) {
	t.Helper()
	served := func() int {
		log, err := os.ReadFile(filepath.Join(s.dir, "access.log"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(log, []byte("\n"))
	}
	until := served() + 5
	poll(t, 20*time.Second, s.endpoint+" gets requests", func() bool { return served() >= until })
}

// logs prints the ends of the servers' log files when the test has failed.
func (s *phpSite) logs(t *testing.T) {
	if !t.Failed() {
		return
	}
	for _, name := range []string{"nginx.log", "fpm.log"} {
		text, err := os.ReadFile(filepath.Join(s.dir, name))
		if err == nil {
			t.Logf("the end of %s of %s:\n%s", name, s.endpoint, text[max(0, len(text)-4<<10):])
		}
	}
}

// killedPHP are the symptoms of a POST that was lost with nginx or the PHP-FPM
// behind it: nginx's own 502, or the end of nginx.
var killedPHP = append([]string{"upstream-error-status"}, killedApp...)

// twoPHPSites are two pairs behind torwart, one on TCP, one on a unix socket,
// under load.
func twoPHPSites(t *testing.T, settings string) (one, two *phpSite, l *load, v verdict) {
	t.Helper()
	orders := filepath.Join(t.TempDir(), "orders")
	if err := os.WriteFile(orders, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	one = newPHPSite(t, orders, fmt.Sprintf("127.0.0.1:%d", freePort(t)))
	two = newPHPSite(t, orders, "")
	g := serve(t, fmt.Sprintf("  - to: [%q, %q]\n%s", one.endpoint, two.endpoint, settings))
	l = startLoad(t, g.addr, 100)
	l.more(t, 100)
	return one, two, l, verdict{gateway: g, orders: orders, symptoms: killedPHP}
}

func TestPHPFPMKilledLosesNoRequest(t *testing.T) {
	t.Parallel()
	one, two, l, v := twoPHPSites(t, "")
	for _, s := range []*phpSite{one, two} {
		s.used(t)
		l.caughtUp(t)
		before := v.gateway.failedAt(t, s.endpoint)
		s.fpm.kill(t) // nginx answers 502 from now on
		poll(t, 15*time.Second, "torwart meets nginx's 502", func() bool {
			return v.gateway.failedAt(t, s.endpoint) > before
		})
		l.more(t, 100)
		s.startFPM(t)
	}
	one.used(t)
	two.used(t)
	v.judge(t, l.finish())
	if v.gateway.saved(t, "retried") == 0 {
		t.Error("nothing had to be saved: this test proved nothing")
	}
}

func TestNginxRestartedLosesNoRequest(t *testing.T) {
	t.Parallel()
	one, two, l, v := twoPHPSites(t, "")
	for _, s := range []*phpSite{one, two} {
		s.nginx.signal(t, syscall.SIGHUP) // reload
		l.more(t, 50)
		l.caughtUp(t)
		s.nginx.signal(t, syscall.SIGTERM) // at once, not gracefully
		s.nginx.wait(t)
		l.more(t, 50)
		s.startNginx(t)
		s.used(t)
		l.caughtUp(t)
		before := v.gateway.failedAt(t, s.endpoint)
		s.nginx.kill(t)
		poll(t, 15*time.Second, "torwart meets the killed nginx", func() bool {
			return v.gateway.failedAt(t, s.endpoint) > before
		})
		s.startNginx(t)
		l.more(t, 50)
	}
	v.judge(t, l.finish())
}

// With both nginx away at once every request waits, whatever its method.
func TestNginxAllRestartedIsWaitedFor(t *testing.T) {
	t.Parallel()
	one, two, l, v := twoPHPSites(t, "    hold: 20s\n") // a busy machine starts two nginx slowly
	one.nginx.kill(t)
	l.caughtUp(t) // what was under way there is saved at the other one
	two.nginx.kill(t)
	poll(t, 9*time.Second, "50 visitors wait", func() bool { return l.inFlight.Load() >= 50 })
	one.startNginx(t)
	l.more(t, 100)
	two.startNginx(t)
	l.more(t, 50)
	v.judge(t, l.finish())
	if n := v.gateway.saved(t, "held"); n < 30 {
		t.Errorf("%d requests were held and served, want the 50 that waited, less those that had been delivered", n)
	}
}
