package config

import (
	"encoding/json"
	"time"
)

// MarshalJSON writes the configuration in the form of the file, with nothing
// left out: JSON is YAML, and [Parse] reads the same configuration back.
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
			for _, u := range r.To {
				rule.To = append(rule.To, unexpand(u))
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
		Limits: &FileLimits{
			Head: size(int64(r.Limits.Head)), Fields: &r.Limits.Fields, Body: size(r.Limits.Body),
			ReplayMemory: size(r.Limits.ReplayMemory), ReplayFile: size(r.Limits.ReplayFile),
			Concurrent: &r.Limits.Concurrent,
		},
	}
}

// short writes a duration the way the file has it.
func short(d time.Duration) string {
	b, _ := Duration(d).MarshalText()
	return string(b)
}
