package ejection_test

import (
	"testing"

	"torwart/internal/ejection"
)

func TestShapesThatAreAlike(t *testing.T) {
	for _, c := range [][]string{
		{"/", "/?", "/?page=2"},
		{"/order/17/pay", "/order/18/pay", "/order/no-4711-b/pay?x=/y"},
		{"/u/3f2a", "/u/1", "/u/0e37df36-f698-11e6-8dd4-cb9ced3df976"},
		{"/t/abcdefghijklmnopqrstuvwxyzabcdefghijk", "/t/7"},
		{"/a/b/c/d/e/f/g/h/i", "/a/b/c/d/e/f/g/h/k/l"},
	} {
		for _, path := range c {
			if ejection.Shape("a", "GET", []byte(path)) != ejection.Shape("a", "GET", []byte(c[0])) {
				t.Errorf("%s is not like %s", path, c[0])
			}
		}
	}
}

func TestShapesThatDiffer(t *testing.T) {
	seen := map[uint64][3]string{}
	for _, c := range [][3]string{
		{"a", "GET", "/"},
		{"a", "POST", "/"},
		{"b", "GET", "/"},
		{"aG", "ET", "/"},
		{"a", "GET", ""},
		{"a", "GET", "/a"},
		{"a", "GET", "/a/"},
		{"a", "GET", "/a/b"},
		{"a", "GET", "/b/a"},
		{"a", "GET", "/1"},
		{"a", "GET", "/1/b"},
		{"a", "GET", "/b/1"},
		{"a", "GET", "/abcdefghijklmnopqrstuvwxyz"},
		{"a", "GET", "*"},
	} {
		shape := ejection.Shape(c[0], c[1], []byte(c[2]))
		if other, found := seen[shape]; found || shape == 0 {
			t.Errorf("%v is like %v", c, other)
		}
		seen[shape] = c
	}
}

func TestShapeAllocatesNothing(t *testing.T) {
	path := []byte("/order/17/pay?x=y")
	if n := testing.AllocsPerRun(100, func() { ejection.Shape("shop.example", "GET", path) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
