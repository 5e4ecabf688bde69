//go:build !unix

package cause

// errnoEvent knows no numbers here: what errors say through interfaces
// (timeouts, EOF, DNS, TLS) is classified everywhere, errno on unix only.
func errnoEvent(error) event { return evOther }
