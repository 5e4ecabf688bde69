package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"torwart/internal/cause"
)

// Strings is a list of words in the file; a single word stands for a list of
// one.
type Strings []string

// Targets are the endpoints of a rule in the file; a single one, written as its
// URL or as a mapping, stands for a list of one.
type Targets []FileTarget

// Duration is a length of time in the file: "10s", "500ms", "1m30s", or 0.
type Duration time.Duration

// MarshalText writes the duration the way the file has it, without the zeros
// of time.Duration: 1m, not 1m0s.
func (d Duration) MarshalText() ([]byte, error) {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return []byte(s), nil
}

// Size is a number of bytes in the file: 65536, 64KiB, 10MB.
type Size int64

// MarshalText writes the size with the largest binary unit that divides it.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if n := Size(sizeUnits[u]); s != 0 && s%n == 0 {
			return fmt.Appendf(nil, "%d%s", s/n, u), nil
		}
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}

// Share is a part of a whole in the file: 0.2 or 20%.
type Share float64

// Factor is how many times something else a value is in the file: 10x, or 0.
type Factor float64

// MarshalText writes the factor the way the file has it.
func (f Factor) MarshalText() ([]byte, error) {
	if f == 0 {
		return []byte("0"), nil
	}
	return append(strconv.AppendFloat(nil, float64(f), 'f', -1, 64), 'x'), nil
}

// sizeUnits: those with an i are powers of 1024, those without of 1000, as
// IEC 80000-13 has it.
var sizeUnits = map[string]int64{
	"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}

// looseSizeUnits are spellings of other programs, and what is meant by them:
// nginx's 10m are 10 * 1024 * 1024 bytes.
var looseSizeUnits = map[string]string{
	"": "", "k": "KiB", "m": "MiB", "g": "GiB", "t": "TiB", "b": "B",
	"kb": "KB", "mb": "MB", "gb": "GB", "tb": "TB",
	"kib": "KiB", "mib": "MiB", "gib": "GiB", "tib": "TiB", "ki": "KiB", "mi": "MiB", "gi": "GiB", "ti": "TiB",
	"byte": "B", "bytes": "B",
}

// looseTimeUnits are words for units that time.ParseDuration does not know,
// as how many of which unit it does.
var looseTimeUnits = map[string]struct {
	times int64
	unit  string
}{
	"sec": {1, "s"}, "secs": {1, "s"}, "second": {1, "s"}, "seconds": {1, "s"}, "sek": {1, "s"},
	"min": {1, "m"}, "mins": {1, "m"}, "minute": {1, "m"}, "minutes": {1, "m"},
	"hour": {1, "h"}, "hours": {1, "h"}, "std": {1, "h"},
	"msec": {1, "ms"}, "millis": {1, "ms"}, "milliseconds": {1, "ms"},
	"d": {24, "h"}, "day": {24, "h"}, "days": {24, "h"}, "w": {168, "h"},
	"s": {1, "s"}, "m": {1, "m"}, "h": {1, "h"}, "ms": {1, "ms"}, "": {1, "s"},
}

func parseDuration(s string) (Duration, *fault) {
	if s == "0" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	// ParseDuration takes "+5s" and ".5s"; a configuration need not.
	if err == nil && s[0] >= '0' && s[0] <= '9' {
		return Duration(d), nil
	}
	n, unit := splitNumber(s)
	loose, ok := looseTimeUnits[strings.ToLower(unit)]
	if ok && n > 0 && n < math.MaxInt32 {
		hint := write(fmt.Sprintf("%d%s", n*loose.times, loose.unit))
		if unit == "" {
			return 0, wrong(text("%s has no unit", "%s hat keine Einheit", quote(s)), hint)
		}
		return 0, wrong(notDuration(s), hint)
	}
	return 0, wrong(notDuration(s), text("write a number and its unit, such as 500ms, 10s, 2m or 1h",
		"schreiben Sie eine Zahl mit Einheit wie 500ms, 10s, 2m oder 1h"))
}

func notDuration(s string) cause.Text {
	return text("%s is not a duration", "%s ist keine Zeitdauer", quote(s))
}

func parseSize(s string) (Size, *fault) {
	n, unit := splitNumber(s)
	factor, ok := sizeUnits[unit]
	if unit == "" {
		factor, ok = 1, true
	}
	if ok && n >= 0 && n <= math.MaxInt64/factor {
		return Size(n * factor), nil
	}
	hint := text("write bytes, such as 65536, 64KiB or 10MB", "schreiben Sie Bytes wie 65536, 64KiB oder 10MB")
	if meant, known := looseSizeUnits[strings.ToLower(unit)]; known && !ok && n >= 0 {
		hint = write(fmt.Sprintf("%d%s", n, meant))
	}
	return 0, wrong(text("%s is not a size", "%s ist keine Größe", quote(s)), hint)
}

// splitNumber splits "10 MB" into 10 and "MB". The number is -1 where s does
// not begin with one that fits.
func splitNumber(s string) (n int64, unit string) {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return -1, s
	}
	return n, strings.TrimSpace(s[end:])
}

func parseShare(s string) (Share, *fault) {
	number, percent := strings.CutSuffix(s, "%")
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, wrong(text("%s is not a share", "%s ist kein Anteil", quote(s)),
			text("write 0.2 or 20%", "schreiben Sie 0.2 oder 20%"))
	}
	if percent {
		f /= 100
	}
	// The likely slip: 20 for 20 %.
	if f > 1 && f <= 100 && !percent {
		return 0, wrong(text("%s is more than 1, which is all", "%s ist mehr als 1, also mehr als alles", quote(s)),
			write(number+"%"))
	}
	return Share(f), nil
}

// parseFactor refuses factors up to 1: every other endpoint of a pool is slower
// than its median.
func parseFactor(s string) (Factor, *fault) {
	number, times := strings.CutSuffix(s, "x")
	f, err := strconv.ParseFloat(number, 64)
	hint := text("write 10x, or 0 for off", "schreiben Sie 10x oder 0 für aus")
	switch {
	case err != nil || strings.Trim(number, "0123456789.") != "":
		return 0, wrong(text("%s is not a factor", "%s ist kein Faktor", quote(s)), hint)
	case f > 0 && f <= 1:
		return 0, wrong(text("%s is not more than 1x", "%s ist nicht mehr als 1x", quote(s)), hint)
	case !times && s != "0":
		return 0, wrong(text("%s lacks its x", "%s fehlt das x", quote(s)), write(s+"x"))
	}
	return Factor(f), nil
}

func parseInt(s string) (int, *fault) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, wrong(text("%s is not a whole number", "%s ist keine ganze Zahl", quote(s)),
			text("write digits only, such as 3", "schreiben Sie nur Ziffern, etwa 3"))
	}
	return n, nil
}

func parseBool(s string) (bool, *fault) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	hint := text("write true or false", "schreiben Sie true oder false")
	switch strings.ToLower(s) {
	case "yes", "on", "1", "ja", "an", "true":
		hint = write("true")
	case "no", "off", "0", "nein", "aus", "false":
		hint = write("false")
	}
	return false, wrong(text("%s is neither true nor false", "%s ist weder true noch false", quote(s)), hint)
}
