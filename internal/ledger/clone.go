package ledger

import (
	"slices"
	"strings"

	"torwart/internal/traffic"
)

// What a kept exchange may cost at most. Clients choose targets and agents up
// to the limit of a head, and a long hold can dial a thousand times; without
// these bounds either could fill the memory.
const (
	// MaxText is the longest text kept of a field a client or an upstream
	// chooses, in bytes. Longer ones are cut and end in "...".
	MaxText = 2048
	// MaxAttempts is how many attempts are kept of one exchange: when there
	// were more, the first and the last ones.
	MaxAttempts = 64
)

// clone returns a copy of x that shares no memory with it.
func clone(x *traffic.Exchange) traffic.Exchange {
	c := *x
	if n := len(x.Attempts); n > MaxAttempts {
		c.Attempts = slices.Concat(x.Attempts[:MaxAttempts/2], x.Attempts[n-MaxAttempts/2:])
	} else {
		c.Attempts = slices.Clone(x.Attempts)
	}
	for i := range c.Attempts {
		a := &c.Attempts[i]
		a.FirstBytes = slices.Clone(a.FirstBytes)
		if a.TCP != nil {
			tcp := *a.TCP
			a.TCP = &tcp
		}
	}
	ownTexts(&c)
	return c
}

// ownTexts moves all texts of x into one new string, so that none of them
// keeps a larger buffer alive or sees it reused.
func ownTexts(x *traffic.Exchange) {
	size := 0
	eachText(x, func(s *string) { size += min(len(*s), MaxText) })
	var b strings.Builder
	b.Grow(size)
	eachText(x, func(s *string) {
		if len(*s) > MaxText {
			b.WriteString((*s)[:MaxText-3])
			b.WriteString("...")
		} else {
			b.WriteString(*s)
		}
	})
	all := b.String()
	eachText(x, func(s *string) {
		n := min(len(*s), MaxText)
		*s, all = all[:n], all[n:]
	})
}

// eachText calls f with every text of x that is not a code of the catalogue.
func eachText(x *traffic.Exchange, f func(*string)) {
	for _, s := range []*string{
		&x.ID, &x.Client, &x.Method, &x.Scheme, &x.Host, &x.Target, &x.Protocol,
		&x.Referer, &x.Agent, &x.Site, &x.Rule, &x.Detail,
	} {
		f(s)
	}
	for i := range x.Attempts {
		a := &x.Attempts[i]
		for _, s := range []*string{
			&a.Endpoint, &a.Local, &a.Remote, &a.TLS, &a.Detail, &a.Error, &a.Decision,
		} {
			f(s)
		}
	}
}
