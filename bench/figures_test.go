package main

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSpreadIsMedianAndExtremes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []float64
		want   spread
	}{
		{"odd: the one in the middle", []float64{9, 1, 4}, spread{4, 1, 9}},
		{"even: between the two in the middle", []float64{4, 1, 2, 9}, spread{3, 1, 9}},
		{"one", []float64{7}, spread{7, 7, 7}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := spreadOf(tt.values); got != tt.want {
				t.Errorf("spreadOf(%v) = %v, want %v", tt.values, got, tt.want)
			}
		})
	}
	if got := spreadOf(nil); !math.IsNaN(got.median) {
		t.Errorf("spreadOf(nil) = %v, want NaN", got)
	}
}

func TestPercentileIsAValueThatOccurred(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for _, tt := range []struct {
		values []time.Duration
		p      float64
		want   time.Duration
	}{
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 0.999, 100},
		{hundred, 1, 100},
		{hundred, 0, 1},
		{hundred[:1], 0.99, 1},
		{nil, 0.99, 0},
	} {
		if got := percentile(tt.values, tt.p); got != tt.want {
			t.Errorf("percentile of %d values at %v = %d, want %d", len(tt.values), tt.p, got, tt.want)
		}
	}
}

func TestRatioIsToTheBetterRivalOfTheSameRound(t *testing.T) {
	ours := []float64{20, 30, 40}
	nginx, haproxy := []float64{10, 30, 50}, []float64{16, 20}
	if diff := cmp.Diff([]float64{2, 1.5, 0.8}, ratios(ours, nginx, haproxy)); diff != "" {
		t.Error(diff)
	}
	if got := ratios(ours); got != nil {
		t.Errorf("ratios without rivals = %v, want none", got)
	}
}
