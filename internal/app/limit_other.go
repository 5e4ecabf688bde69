//go:build !unix

package app

// maxConns is not bounded where descriptors are not.
func maxConns() int { return 0 }
