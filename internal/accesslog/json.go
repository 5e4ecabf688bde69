package accesslog

import (
	"strconv"
	"time"
	"unicode/utf8"

	"torwart/internal/traffic"
)

// appendJSON appends x as one JSON object and a newline. Every key is always
// there and always in this order; keys are added at the end of the list,
// never renamed.
func (l *Log) appendJSON(dst []byte, x *traffic.Exchange) []byte {
	dst = append(dst, `{"time":"`...)
	dst = l.clock.appendRFC3339(dst, x.Start)
	dst = append(dst, '"')
	dst = appendMember(dst, `,"id":`, x.ID)
	dst = appendMember(dst, `,"client":`, x.Client)
	dst = appendMember(dst, `,"method":`, x.Method)
	dst = appendMember(dst, `,"scheme":`, x.Scheme)
	dst = appendMember(dst, `,"host":`, x.Host)
	dst = appendMember(dst, `,"target":`, x.Target)
	dst = appendMember(dst, `,"protocol":`, x.Protocol)
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(statusOf(x)), 10)
	dst = append(dst, `,"bytes":`...)
	dst = strconv.AppendInt(dst, x.BodyBytes, 10)
	dst = append(dst, `,"ms":`...)
	dst = appendMillis(dst, x.Duration)
	dst = appendMember(dst, `,"outcome":`, x.Outcome.String())
	dst = appendMember(dst, `,"save":`, x.Save.String())
	dst = appendMember(dst, `,"symptom":`, string(x.Symptom))
	dst = appendMember(dst, `,"site":`, x.Site)
	dst = appendMember(dst, `,"rule":`, x.Rule)
	dst = appendMember(dst, `,"referer":`, x.Referer)
	dst = appendMember(dst, `,"agent":`, x.Agent)
	dst = append(dst, `,"attempts":[`...)
	for i := range x.Attempts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendAttempt(dst, &x.Attempts[i])
	}
	return append(dst, "]}\n"...)
}

func appendAttempt(dst []byte, a *traffic.Attempt) []byte {
	dst = appendMember(dst, `{"endpoint":`, a.Endpoint)
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(a.Status), 10)
	dst = appendMember(dst, `,"symptom":`, string(a.Symptom))
	tier := ""
	if a.Failed() {
		tier = a.Tier.String()
	}
	dst = appendMember(dst, `,"tier":`, tier)
	dst = append(dst, `,"ms":`...)
	t := &a.Timings
	dst = appendMillis(dst, t.Resolve+t.Connect+t.TLS+t.Send+t.Head+t.Body)
	return append(dst, '}')
}

// statusClientGone is what the catalogue logs for a client that left before it
// got a status.
const statusClientGone = 499

// statusOf returns the status to log: 0 only where the client waited and got
// none.
func statusOf(x *traffic.Exchange) int {
	if x.Status == 0 && x.Outcome == traffic.Abandoned {
		return statusClientGone
	}
	return x.Status
}

// appendMillis appends d in milliseconds with three decimals, rounded down.
func appendMillis(dst []byte, d time.Duration) []byte {
	us := max(d.Microseconds(), 0)
	dst = strconv.AppendInt(dst, us/1000, 10)
	us %= 1000
	return append(dst, '.', byte('0'+us/100), byte('0'+us/10%10), byte('0'+us%10))
}

// appendMember appends a key, ready with its quotes and colon, and s as a JSON
// string.
func appendMember(dst []byte, key, s string) []byte {
	dst = append(dst, key...)
	return appendString(dst, s)
}

// appendString appends s as a JSON string (RFC 8259 section 7). Beyond what
// JSON demands it escapes DEL, the C1 controls and the line separators U+2028
// and U+2029, so that no terminal or line reader trips over a line. Bytes that
// are not UTF-8 become U+FFFD, as encoding/json has it.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0 // of the run that needs no escaping
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscaped(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
		case r < 0xA0:
			dst = append(append(dst, s[start:i]...), `\u00`...)
			dst = append(dst, hexDigits[r>>4], hexDigits[r&0xF])
		case r == '\u2028' || r == '\u2029':
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexDigits[r&0xF])
		default:
			i += size
			continue
		}
		i += size
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// appendEscaped appends the ASCII byte c, which may not stand in a JSON string
// as it is.
func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

const hexDigits = "0123456789abcdef"

// plain marks the bytes a JSON string carries as they are.
var plain = func() (t [256]bool) {
	for c := byte(' '); c < 0x7F; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()
