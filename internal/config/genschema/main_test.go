package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/config"
)

func TestCommittedSchemaIsTheGeneratedOne(t *testing.T) {
	t.Chdir("..")
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(config.Schema())); diff != "" {
		t.Errorf("torwart.schema.json is not what the structs give; run go generate ./internal/config (-generated +committed):\n%s", diff)
	}
}
