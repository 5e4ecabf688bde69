package archtest

import "fmt"

// Rule is one law of the house.
type Rule struct {
	// Name is also the name of its fixture, testdata/<Name>.txtar.
	Name string
	// Check returns the places that break the rule, in the order found.
	Check func(*Tree) []Finding
}

// Rules returns all rules.
func Rules() []Rule {
	return []Rule{
		{"levels", checkLevels},
		{"package_comment", checkPackageComments},
		{"sizes", checkSizes},
		{"names", checkNames},
		{"init", checkInit},
		{"globals", checkGlobals},
		{"error_text", checkErrorText},
		{"replace", checkReplace},
		{"has_tests", checkHasTests},
		{"machine_paths", checkMachinePaths},
		{"todo", checkTodo},
		{"map", checkMap},
	}
}

// String returns "path:line: text".
func (f Finding) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.Path, f.Text)
	}
	return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Text)
}
