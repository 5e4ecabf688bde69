package upstream

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"torwart/internal/traffic"
)

// tcpStates are the names of include/net/tcp_states.h.
var tcpStates = [...]string{
	1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 4: "FIN_WAIT1",
	5: "FIN_WAIT2", 6: "TIME_WAIT", 7: "CLOSE", 8: "CLOSE_WAIT",
	9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING", 12: "NEW_SYN_RECV",
}

// tcpInfo asks the kernel about a TCP connection; nil for others.
func tcpInfo(nc net.Conn) *traffic.TCPInfo {
	tc, ok := nc.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := tc.SyscallConn()
	if err != nil {
		return nil
	}
	var info *unix.TCPInfo
	var sockErr error
	ctrlErr := rc.Control(func(fd uintptr) {
		info, sockErr = unix.GetsockoptTCPInfo(int(fd), syscall.IPPROTO_TCP, unix.TCP_INFO)
	})
	if ctrlErr != nil || sockErr != nil {
		return nil
	}
	out := &traffic.TCPInfo{
		RTT:           time.Duration(info.Rtt) * time.Microsecond,
		Unacked:       info.Unacked,
		Retransmits:   info.Retransmits,
		TotalRetran:   info.Total_retrans,
		BytesAcked:    info.Bytes_acked,
		BytesReceived: info.Bytes_received,
		NotSent:       info.Notsent_bytes,
	}
	// The kernel counts the SYN of the side that connected
	// (net/ipv4/tcp_input.c, tcp_snd_una_update).
	if out.BytesAcked > 0 {
		out.BytesAcked--
	}
	if int(info.State) < len(tcpStates) {
		out.State = tcpStates[info.State]
	}
	return out
}
