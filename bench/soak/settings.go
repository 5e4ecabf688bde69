package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"torwart/internal/config"
)

// variant is one of the configurations that reloads alternate between.
type variant uint8

const (
	variantUsual     variant = iota
	variantPools             // other endpoints, sites and times
	variantListeners         // one more listener, another admin address
	variantLog               // an access log
)

// listen is torwart's address in every configuration: any free port, and the
// same after a reload. extraListen comes and goes.
const (
	listen      = "127.0.0.1:0"
	extraListen = "127.0.0.2:0"
)

// The sites. Each is balanced in another way.
const (
	siteP2C   = "p2c.test"
	siteTurn  = "turn.test"
	siteHash  = "hash.test"
	siteNamed = "named.test"
	siteLone  = "lone.test"
)

// settings are the defaults, but for the times: they are short, so that many
// of them run out within ten minutes. Answers are held back for as long as a
// busy machine may take for the second half of one.
const settings = `
    timeouts: {response: 1s, connect: 500ms, idle: 30s}
    health: {interval: 500ms, timeout: 500ms}
    hold: 5s
    hold_back: {time: 300ms}
    eject: {time: 1s}
    hedge: 5%
`

// configuration returns a variant of the configuration.
func (s *soak) configuration(v variant) (*config.Config, error) {
	var to [3]string
	for i, u := range s.upstreams {
		to[i] = "http://" + u.addr()
	}
	named := fmt.Sprintf("http://%s:%d", appName, s.upstreams[0].port)
	listeners, admin, log := listen, "127.0.0.1:0", "{access: off}"
	switch v {
	case variantListeners:
		listeners, admin = listen+", "+extraListen, "127.0.0.2:0"
	case variantLog:
		log = fmt.Sprintf("{access: json, file: %s}", s.logFile())
	}
	y := fmt.Sprintf("listen: [%s]\nadmin: %q\nresolvers: [%s]\nlog: %s\nsites:\n", listeners, admin, s.names.at, log)
	all := to[0] + ", " + to[1] + ", " + to[2]
	if v == variantPools {
		all = to[1] + ", " + to[2] + ", " + named
	}
	site := func(host, body string) { y += "  - hosts: " + host + settings + body }
	site(siteP2C, fmt.Sprintf("    to: [%s]\n", all))
	site(siteTurn, fmt.Sprintf("    rules:\n      - {path: /, to: [%s], balance: round_robin}\n      - {path: /files, to: [%s], sticky: {cookie: node, ttl: 1m}}\n", all, all))
	site(siteHash, fmt.Sprintf("    to: [{url: %q, weight: 2}, %s, %s]\n    balance: hash\n    hash: path\n", to[0], to[1], to[2]))
	site(siteNamed, fmt.Sprintf("    to: [%s, %s, {url: %q, backup: true}]\n", named, to[1], to[2]))
	if v != variantPools {
		site(siteLone, fmt.Sprintf("    to: [%s]\n    limits: {replay_memory: 16KiB, concurrent: 50}\n", to[2]))
	}
	cfg, problems := config.Parse("soak.yaml", []byte(y))
	if cfg == nil {
		return nil, fmt.Errorf("the configuration is wrong: %v\n%s", problems, y)
	}
	return cfg, nil
}

func (s *soak) logFile() string { return filepath.Join(s.dir, "access.log") }

// reload makes a variant the configuration.
func (s *soak) reload(v variant) error {
	cfg, err := s.configuration(v)
	if err != nil {
		return err
	}
	if err := s.torwart.Reload(cfg); err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	s.load.extra.Store(nil)
	if v == variantListeners {
		addr := s.torwart.Addr(extraListen)
		if addr == nil {
			return errors.New("a listener that was configured is not open")
		}
		s.load.extra.Store(&addr)
	}
	s.reloads++
	return nil
}
