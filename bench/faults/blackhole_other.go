//go:build !unix

package main

import (
	"context"
	"errors"
)

// blackHole needs a listener with a queue of its own making.
type blackHole struct{ addr string }

func newBlackHole(context.Context) (*blackHole, error) {
	return nil, errors.New("a black hole cannot be made on this system")
}

func (*blackHole) close() {}
