package accesslog

import (
	"strconv"

	"torwart/internal/traffic"
)

// appendCombined appends x in Apache's combined format,
//
//	%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"
//
// where a number that is 0 and a text that is empty are "-". Times are in the
// zone of the exchange's start.
func (l *Log) appendCombined(dst []byte, x *traffic.Exchange) []byte {
	dst = appendToken(dst, x.Client)
	dst = append(dst, " - - ["...)
	dst = l.clock.append(dst, x.Start, combinedLayout)
	dst = append(dst, `] "`...)
	if x.Method == "" && x.Target == "" {
		dst = append(dst, '-') // no request line was understood
	} else {
		dst = appendQuotable(dst, x.Method)
		dst = append(dst, ' ')
		dst = appendQuotable(dst, x.Target)
		dst = append(dst, ' ')
		dst = appendQuotable(dst, x.Protocol)
	}
	dst = append(dst, `" `...)
	dst = appendNumber(dst, int64(statusOf(x)))
	dst = append(dst, ' ')
	dst = appendNumber(dst, x.BodyBytes)
	dst = append(dst, ` "`...)
	dst = appendText(dst, x.Referer)
	dst = append(dst, `" "`...)
	dst = appendText(dst, x.Agent)
	return append(dst, "\"\n"...)
}

func appendNumber(dst []byte, n int64) []byte {
	if n == 0 {
		return append(dst, '-')
	}
	return strconv.AppendInt(dst, n, 10)
}

// appendText appends s for a place between quotes.
func appendText(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, '-')
	}
	return appendQuotable(dst, s)
}

// appendToken appends s for a place between spaces.
func appendToken(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, '-')
	}
	for i := range len(s) {
		dst = appendByte(dst, s[i], s[i] == ' ')
	}
	return dst
}

// appendQuotable appends s with quotes, backslashes and everything that is not
// printable ASCII as \xHH. That is nginx's way; Apache's \" would end the
// string for readers that look for the next quote, which many do.
func appendQuotable(dst []byte, s string) []byte {
	start := 0
	for i := range len(s) {
		if !plain[s[i]] {
			dst = append(dst, s[start:i]...)
			dst = appendByte(dst, s[i], true)
			start = i + 1
		}
	}
	return append(dst, s[start:]...)
}

func appendByte(dst []byte, c byte, escape bool) []byte {
	if escape || !plain[c] {
		const upper = "0123456789ABCDEF"
		return append(dst, '\\', 'x', upper[c>>4], upper[c&0xF])
	}
	return append(dst, c)
}
