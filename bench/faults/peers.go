package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// peer is a gateway that is built from its Go module.
type peer struct {
	name, module, version, pkg string
}

func caddyPeer() peer {
	return peer{"caddy", "github.com/caddyserver/caddy/v2", "v2.11.9", "./cmd/caddy"}
}

func traefikPeer() peer {
	return peer{"traefik", "github.com/traefik/traefik/v3", "v3.6.12", "./cmd/traefik"}
}

// buildTime is the longest that building one of them may take: they are large.
const buildTime = 25 * time.Minute

// built returns the program's path; it is an error if it was not built yet.
// It lies in the user's cache, not in this tree.
func (p peer) built() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, "torwart-bench", p.name+"-"+p.version, p.name)
	_, err = os.Stat(path)
	return path, err
}

// binary returns the program's path, and builds it first where it was not
// built before.
func (p peer) binary(ctx context.Context, progress io.Writer) (string, error) {
	path, err := p.built()
	if err == nil || path == "" {
		return path, err
	}
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	fmt.Fprintf(progress, "faults: building %s %s, once; this takes minutes\n", p.name, p.version)
	dir, err := p.download(ctx)
	if err != nil {
		return "", err
	}
	// Not "go install": that refuses modules with replace directives.
	cmd := exec.CommandContext(ctx, "go", "build", "-C", dir, "-trimpath", "-buildvcs=false", "-o", path, p.pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s cannot be built: %w: %.300s", p.name, err, out)
	}
	return path, nil
}

// download gets the module and returns the folder its source is in.
func (p peer) download(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.module+"@"+p.version)
	cmd.Dir = os.TempDir() // outside of our own module
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if jerr := json.Unmarshal(out, &m); jerr != nil {
		return "", fmt.Errorf("%s cannot be downloaded: %w", p.name, err)
	}
	if m.Error != "" {
		return "", fmt.Errorf("%s cannot be downloaded: %s", p.name, m.Error)
	}
	return m.Dir, nil
}
