package cli

import (
	"cmp"
	"slices"
	"strings"
)

// mostMeant is how many suggestions are made at most.
const mostMeant = 4

// meant returns "; did you mean A or B?" for what word may be a slip of, or
// "".
func (p *program) meant(word string, known []string) string {
	found := nearest(word, known)
	if len(found) == 0 {
		return ""
	}
	last := len(found) - 1
	list := found[last]
	if last > 0 {
		list = p.lang.Text("cli.or", strings.Join(found[:last], ", "), list)
	}
	return "; " + p.lang.Text("cli.meant", list)
}

// nearest returns the words of known that word probably means, the likeliest
// first: those at a small edit distance, and those that have it as a part.
func nearest(word string, known []string) []string {
	type match struct {
		word     string
		distance int
	}
	word = strings.ToLower(word)
	var found []match
	for _, k := range known {
		d := distance(word, k)
		part := len(word) >= 3 && strings.Contains(k, word)
		if d <= max(1, len(word)/3) || part {
			found = append(found, match{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.distance, b.distance) })
	var out []string
	for _, m := range found[:min(len(found), mostMeant)] {
		if !slices.Contains(out, m.word) { // a code can be in both lists
			out = append(out, m.word)
		}
	}
	return out
}

// distance counts the insertions, deletions and replacements that turn a into
// b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j+1]+1, row[j]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
