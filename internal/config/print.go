package config

import (
	"encoding/json"
	"strings"
	"time"
)

// MarshalJSON writes the configuration in the form of the file, with nothing
// left out that has an effect: JSON is YAML, and [Parse] reads the same
// configuration back.
func (c *Config) MarshalJSON() ([]byte, error) { return json.Marshal(c.file()) }

// file is the inverse of complete.
func (c *Config) file() *File {
	admin := c.Admin
	if admin == "" {
		admin = "off"
	}
	f := &File{
		Listen: c.Listen, Admin: &admin, Resolvers: c.Resolvers,
		Log: &FileLog{Access: &c.Log.Access},
	}
	if c.Log.File != "" {
		name := unexpand(c.Log.File)
		f.Log.File = &name
	}
	for _, p := range c.Trust {
		if p.IsSingleIP() {
			f.Trust = append(f.Trust, p.Addr().String())
		} else {
			f.Trust = append(f.Trust, p.String())
		}
	}
	for _, s := range c.Sites {
		site := FileSite{Hosts: s.Hosts}
		for i := range s.Rules {
			r := &s.Rules[i]
			path := printPath(r.Path)
			rule := FileRule{Path: &path, Methods: r.Methods, FileSettings: r.file()}
			for _, t := range r.To {
				rule.To = append(rule.To, t.file())
			}
			site.Rules = append(site.Rules, rule)
		}
		f.Sites = append(f.Sites, site)
	}
	return f
}

// file is the inverse of settings.
func (r *Rule) file() FileSettings {
	d := func(t time.Duration) *Duration { return new(Duration(t)) }
	size := func(n int64) *Size { return new(Size(n)) }
	healthPath := unexpand(r.Health.Path)
	var hash *HashBy
	if r.Hash.By != "" {
		hash = new(HashBy(strings.TrimSuffix(r.Hash.By+" "+r.Hash.Name, " ")))
	}
	return FileSettings{
		Health: &FileHealth{
			Path: &healthPath, Interval: d(r.Health.Interval), Timeout: d(r.Health.Timeout),
			Fails: &r.Health.Fails, Passes: &r.Health.Passes,
		},
		Hold:     d(r.Hold),
		HoldBack: &FileHoldBack{Bytes: size(r.HoldBack.Bytes), Time: d(r.HoldBack.Time)},
		Retry: &FileRetry{
			Attempts: &r.Retry.Attempts, Budget: new(Share(r.Retry.Budget)), UnsafeProbable: &r.Retry.UnsafeProbable,
		},
		Timeouts: &FileTimeouts{
			Connect: d(r.Timeouts.Connect), Response: d(r.Timeouts.Response),
			Idle: d(r.Timeouts.Idle), Request: d(r.Timeouts.Request),
		},
		Balance: &r.Balance,
		Hash:    hash,
		Sticky:  &FileSticky{Cookie: new(CookieName(r.Sticky.Cookie)), TTL: d(r.Sticky.TTL)},
		Eject: &FileEject{
			Failures: &r.Eject.Failures, ErrorRate: new(Share(r.Eject.ErrorRate)), Latency: new(Factor(r.Eject.Latency)),
			Time: d(r.Eject.Time), Share: new(Share(r.Eject.Share)),
		},
		Hedge:  &FileHedge{Budget: new(Share(r.Hedge.Budget)), After: d(r.Hedge.After)},
		Resume: new(onOff(r.Resume)),
		Limits: &FileLimits{
			Head: size(int64(r.Limits.Head)), Fields: &r.Limits.Fields, Body: size(r.Limits.Body),
			ReplayMemory: size(r.Limits.ReplayMemory), ReplayFile: size(r.Limits.ReplayFile),
			Concurrent: &r.Limits.Concurrent,
		},
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// short writes a duration the way the file has it.
func short(d time.Duration) string {
	b, _ := Duration(d).MarshalText()
	return string(b)
}
