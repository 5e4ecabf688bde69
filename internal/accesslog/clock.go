package accesslog

import "time"

// clock prints times and remembers the last second it printed: under load
// thousands of lines share it.
type clock struct {
	second int64
	zone   *time.Location
	layout string
	text   []byte
}

const (
	secondsLayout  = "2006-01-02T15:04:05"
	combinedLayout = "02/Jan/2006:15:04:05 -0700"
)

// append appends t in the given layout, which must not ask for fractions of a
// second. The result of equal seconds in equal zones is the same.
func (c *clock) append(dst []byte, t time.Time, layout string) []byte {
	second, zone := t.Unix(), t.Location()
	if len(c.text) == 0 || c.second != second || c.zone != zone || c.layout != layout {
		c.second, c.zone, c.layout = second, zone, layout
		c.text = t.AppendFormat(c.text[:0], layout)
	}
	return append(dst, c.text...)
}

// appendRFC3339 appends t in UTC with milliseconds (RFC 3339 section 5.6).
func (c *clock) appendRFC3339(dst []byte, t time.Time) []byte {
	t = t.UTC()
	dst = c.append(dst, t, secondsLayout)
	ms := t.Nanosecond() / int(time.Millisecond)
	return append(dst, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 'Z')
}
