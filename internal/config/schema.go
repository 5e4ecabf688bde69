package config

import (
	_ "embed"
	"slices"
)

//go:generate go run ./genschema

//go:embed torwart.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the configuration file. It
// knows names, types and the words allowed, not what one value means for
// another: a file it accepts may still be refused by [Parse].
func Schema() []byte { return slices.Clone(schema) }
