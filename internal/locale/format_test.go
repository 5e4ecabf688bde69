package locale_test

import (
	"math"
	"testing"
	"time"

	"torwart/internal/locale"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int64][2]string{
		0:             {"0", "0"},
		7:             {"7", "7"},
		999:           {"999", "999"},
		1000:          {"1,000", "1.000"},
		-1000:         {"-1,000", "-1.000"},
		-100:          {"-100", "-100"},
		1234567:       {"1,234,567", "1.234.567"},
		math.MinInt64: {"-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808"},
	} {
		for i, l := range locale.Langs() {
			if got := l.Number(n); got != want[i] {
				t.Errorf("%s: Number(%d) = %q, want %q", l, n, got, want[i])
			}
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, tc := range []struct {
		f        float64
		decimals int
		want     [2]string
	}{
		{0, 0, [2]string{"0", "0"}},
		{1234.5, 2, [2]string{"1,234.50", "1.234,50"}},
		{-1234567.891, 1, [2]string{"-1,234,567.9", "-1.234.567,9"}},
		{0.05, 1, [2]string{"0.1", "0,1"}},
		{99.96, 1, [2]string{"100.0", "100,0"}},
		{3.7, -1, [2]string{"4", "4"}},
		{math.NaN(), 2, [2]string{"NaN", "NaN"}},
		{math.Inf(1), 2, [2]string{"+Inf", "+Inf"}},
	} {
		for i, l := range locale.Langs() {
			if got := l.Decimal(tc.f, tc.decimals); got != tc.want[i] {
				t.Errorf("%s: Decimal(%v, %d) = %q, want %q", l, tc.f, tc.decimals, got, tc.want[i])
			}
		}
	}
}

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration][2]string{
		0:                                  {"0 s", "0 s"},
		1:                                  {"1 ns", "1 ns"},
		850 * time.Microsecond:             {"850 µs", "850 µs"},
		1500 * time.Microsecond:            {"1.5 ms", "1,5 ms"},
		12345 * time.Microsecond:           {"12 ms", "12 ms"},
		999_999_999:                        {"999 ms", "999 ms"},
		time.Second:                        {"1 s", "1 s"},
		1349 * time.Millisecond:            {"1.3 s", "1,3 s"},
		59_999 * time.Millisecond:          {"59 s", "59 s"},
		time.Minute:                        {"1 min", "1 min"},
		125 * time.Second:                  {"2 min 5 s", "2 min 5 s"},
		time.Hour - 1:                      {"59 min 59 s", "59 min 59 s"},
		3*time.Hour + 20*time.Minute + 50:  {"3 h 20 min", "3 h 20 min"},
		day:                                {"1 day", "1 Tag"},
		4*day + 2*time.Hour + 59*time.Hour: {"6 days 13 h", "6 Tage 13 h"},
		2000 * day:                         {"2,000 days", "2.000 Tage"},
		-1500 * time.Millisecond:           {"-1.5 s", "-1,5 s"},
		math.MinInt64:                      {"-106,751 days 23 h", "-106.751 Tage 23 h"},
	} {
		for i, l := range locale.Langs() {
			if got := l.Duration(d); got != want[i] {
				t.Errorf("%s: Duration(%d ns) = %q, want %q", l, d, got, want[i])
			}
		}
	}
}
