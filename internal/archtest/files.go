package archtest

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// checkReplace finds replace directives: what builds here must build for
// everybody who runs go install.
func checkReplace(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Files {
		if path.Base(f.Path) != "go.mod" && path.Base(f.Path) != "go.work" {
			continue
		}
		for i, line := range bytes.Split(f.Data, []byte("\n")) {
			words := strings.Fields(string(line))
			if len(words) > 0 && (words[0] == "replace" || strings.HasPrefix(words[0], "replace(")) {
				out = append(out, Finding{f.Path, i + 1, "replace directive: release the change upstream, or copy nothing"})
			}
		}
	}
	return out
}

// plantedFaults is where the faults of the rules themselves are kept.
const plantedFaults = "internal/archtest/testdata/"

var (
	// The folders developers and build machines work in. Preceded by a
	// letter, a dot, a slash or a variable it is the middle of a longer path.
	machinePath = regexp.MustCompile(`(?:^|[^\w./)}~*-])(?:file://)?/(?:work|root|Users)/`)
	// A setting or a lock file that names where packages come from.
	registryLine = regexp.MustCompile(`(?i)(?:GOPROXY|GONOSUMDB|GOPRIVATE|registry|index-url|"resolved")"?\s*[:=]\s*"?https?://([^/"\s,|]+)`)
)

// publicRegistries are the hosts everybody can reach.
var publicRegistries = []string{"proxy.golang.org", "registry.npmjs.org", "pypi.org"}

// checkMachinePaths finds what is true on one machine only.
func checkMachinePaths(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Files {
		if strings.HasPrefix(f.Path, plantedFaults) {
			continue
		}
		for i, line := range bytes.Split(f.Data, []byte("\n")) {
			if machinePath.Match(line) {
				out = append(out, Finding{f.Path, i + 1, "path of somebody's machine: make it relative, or t.TempDir()"})
			}
			for _, m := range registryLine.FindAllSubmatch(line, -1) {
				if !slices.Contains(publicRegistries, string(m[1])) {
					out = append(out, Finding{f.Path, i + 1, "package registry nobody else can reach: use the public one"})
				}
			}
		}
	}
	return out
}
