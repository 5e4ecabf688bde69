package errorpage_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// WCAG 2.2 section 1.4.3 wants 4.5:1 for text, section 1.4.11 wants 3:1 for
// what is not text, in the light and in the dark palette.
func TestColoursHaveContrast(t *testing.T) {
	light, dark, ok := strings.Cut(html(get("en")), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark palette")
	}
	for name, css := range map[string]string{"light": light, "dark": dark} {
		palette := make(map[string]float64)
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
			palette[m[1]] = luminance(t, m[2])
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5},
			{"ink", "notice", 4.5},
			{"quiet", "ground", 4.5},
			{"quiet", "paper", 4.5},
			{"on-accent", "accent", 4.5},
			{"accent", "paper", 3},
			{"notice-line", "paper", 3},
		} {
			front, okF := palette[pair.front]
			back, okB := palette[pair.back]
			if !okF || !okB {
				t.Fatalf("%s: no colour %s or %s", name, pair.front, pair.back)
			}
			if c := (max(front, back) + 0.05) / (min(front, back) + 0.05); c < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, pair.front, pair.back, c, pair.least)
			}
		}
	}
}

// luminance is the relative luminance of a colour "#rrggbb", as WCAG defines
// it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
