//go:build !linux

package upstream

import (
	"net"

	"torwart/internal/traffic"
)

// tcpInfo is known on Linux only.
func tcpInfo(net.Conn) *traffic.TCPInfo { return nil }
