package locale

import (
	"strconv"
	"strings"
	"time"
)

// marks returns the characters between thousands and before the decimals.
func (l Lang) marks() (thousands, decimal string) {
	if l == DE {
		return ".", ","
	}
	return ",", "."
}

// Number writes n with its thousands apart: 1,234,567 or 1.234.567.
func (l Lang) Number(n int64) string {
	return l.punctuate(strconv.FormatInt(n, 10))
}

// Decimal writes f with that many decimals, rounded: 1,234.50 or 1.234,50.
func (l Lang) Decimal(f float64, decimals int) string {
	return l.punctuate(strconv.FormatFloat(f, 'f', max(decimals, 0), 64))
}

// punctuate turns a number as strconv writes it into one as people do.
func (l Lang) punctuate(s string) string {
	thousands, decimal := l.marks()
	digits, sign := strings.CutPrefix(s, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var b strings.Builder
	if sign {
		b.WriteByte('-')
	}
	for i, c := range []byte(whole) {
		// NaN and Inf have letters and no thousands.
		if i > 0 && (len(whole)-i)%3 == 0 && c >= '0' && c <= '9' {
			b.WriteString(thousands)
		}
		b.WriteByte(c)
	}
	if hasFraction {
		b.WriteString(decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// Duration writes d for people, with two or three digits that matter:
// "850 µs", "12 ms", "1.3 s", "2 min 5 s", "3 h 20 min", "4 days 2 h".
func (l Lang) Duration(d time.Duration) string {
	switch {
	case d < 0 && d != -d: // the smallest duration has no positive
		return "-" + l.Duration(-d)
	case d < 0:
		return "-" + l.Duration(-(d + 1))
	case d == 0:
		return "0 " + l.Text("unit.second")
	case d < time.Microsecond:
		return l.fraction(d, time.Nanosecond, "unit.nanosecond")
	case d < time.Millisecond:
		return l.fraction(d, time.Microsecond, "unit.microsecond")
	case d < time.Second:
		return l.fraction(d, time.Millisecond, "unit.millisecond")
	case d < time.Minute:
		return l.fraction(d, time.Second, "unit.second")
	case d < time.Hour:
		return l.pair(d, time.Minute, "unit.minute", time.Second, "unit.second")
	case d < 24*time.Hour:
		return l.pair(d, time.Hour, "unit.hour", time.Minute, "unit.minute")
	}
	days := l.Count("unit.day", int64(d/(24*time.Hour)))
	if h := d % (24 * time.Hour) / time.Hour; h > 0 {
		days += " " + l.Number(int64(h)) + " " + l.Text("unit.hour")
	}
	return days
}

// fraction writes d in one unit, with one decimal below ten unless it is
// zero. Like pair it cuts off instead of rounding, so that a duration below
// one second never reads as one.
func (l Lang) fraction(d, unit time.Duration, key string) string {
	n := l.Number(int64(d / unit))
	if tenths := d % unit * 10 / unit; d < 10*unit && tenths > 0 {
		_, decimal := l.marks()
		n += decimal + strconv.FormatInt(int64(tenths), 10)
	}
	return n + " " + l.Text(key)
}

// pair writes d in a unit and the next smaller one.
func (l Lang) pair(d, big time.Duration, bigKey string, small time.Duration, smallKey string) string {
	s := l.Number(int64(d/big)) + " " + l.Text(bigKey)
	if rest := d % big / small; rest > 0 {
		s += " " + l.Number(int64(rest)) + " " + l.Text(smallKey)
	}
	return s
}
