// Package archtest keeps torwart's house rules: what may import what, how
// long a file may grow, which names say nothing, and a few more that no
// compiler knows.
//
// It provides [Load], which reads the whole module, and [Rules], each of them
// a function from that [Tree] to its [Finding]s. The tests run every rule
// twice: over the module, where it must find nothing, and over a tree with
// planted faults (testdata/<rule>.txtar), where it must find exactly those.
// A rule that was never seen to fail is not a rule.
//
// It promises that a finding says what to do instead, and that the whole run
// takes a second or two: nothing is compiled, no import is resolved.
//
// It does not replace the linters of .golangci.yml; it holds what they cannot
// know. Aims (300 lines a file, 40 a function) are printed, never enforced.
//
// Start reading at levels.go, the table everybody edits, then rules.go. A new
// rule is one file, one line in rules.go and one txtar.
package archtest
