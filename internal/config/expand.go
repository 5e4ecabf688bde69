package config

import "strings"

// expand replaces ${NAME} and ${NAME:-default} in a value of the file by the
// environment's; $${ stands for ${ itself. It runs after YAML is parsed, so
// that no value of the environment can change the structure of the file.
//
// As in a shell, the default holds when the variable is unset or empty.
func expand(s string, lookup func(string) (string, bool)) (string, *fault) {
	var b strings.Builder
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			b.WriteString(s)
			return b.String(), nil
		}
		if i > 0 && s[i-1] == '$' {
			b.WriteString(s[:i-1] + "${")
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return "", wrong(text("%s is not closed", "%s ist nicht geschlossen", quote(s[i:])),
				text("write ${NAME}, or $${ for the characters themselves",
					"schreiben Sie ${NAME} oder $${ für die Zeichen selbst"))
		}
		name, fallback, hasFallback := strings.Cut(s[i+2:i+end], ":-")
		if !variableName(name) {
			return "", wrong(text("%s is no name of an environment variable",
				"%s ist kein Name einer Umgebungsvariablen", quote(name)),
				text("write ${NAME} or ${NAME:-default}", "schreiben Sie ${NAME} oder ${NAME:-Vorgabe}"))
		}
		value, set := lookup(name)
		switch {
		case hasFallback && value == "":
			value = fallback
		case !set:
			return "", wrong(text("environment variable %s is not set",
				"die Umgebungsvariable %s ist nicht gesetzt", name),
				text("set it, or write ${%[1]s:-default}", "setzen Sie sie, oder schreiben Sie ${%[1]s:-Vorgabe}", name))
		}
		b.WriteString(value)
		s = s[i+end+1:]
	}
}

// unexpand is the inverse: the result expands to s.
func unexpand(s string) string { return strings.ReplaceAll(s, "${", "$${") }

func variableName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
