package main

import (
	"context"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
)

// appName is the name of the application where a scenario is about DNS.
const appName = "app.test"

// nameServer answers for appName, over UDP and TCP at the same port.
type nameServer struct {
	addr string

	mu      sync.Mutex
	addrs   []netip.Addr
	ttl     uint32 // seconds
	rcode   int
	silent  bool
	servers []*dns.Server
	running sync.WaitGroup
}

// startNameServer starts one that knows addrs.
func startNameServer(ctx context.Context, ttl uint32, addrs ...netip.Addr) (*nameServer, error) {
	n := &nameServer{addrs: addrs, ttl: ttl}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	pc, err := lc.ListenPacket(ctx, "udp", l.Addr().String())
	if err != nil {
		l.Close()
		return nil, err
	}
	n.addr = l.Addr().String()
	n.servers = []*dns.Server{{Listener: l, Handler: n}, {PacketConn: pc, Handler: n}}
	for _, s := range n.servers {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		n.running.Go(func() { _ = s.ActivateAndServe() }) // it ends with close
		<-started
	}
	return n, nil
}

// turn changes what is answered from now on.
func (n *nameServer) turn(change func(*nameServer)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(n)
}

// ServeDNS answers one question.
func (n *nameServer) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.silent {
		return
	}
	m := new(dns.Msg)
	m.SetRcode(q, n.rcode)
	m.RecursionAvailable = true
	for _, question := range q.Question {
		switch {
		case n.rcode != dns.RcodeSuccess:
		case question.Name != appName+".":
			m.Rcode = dns.RcodeNameError
		case question.Qtype == dns.TypeA:
			for _, a := range n.addrs {
				m.Answer = append(m.Answer, &dns.A{
					Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: n.ttl},
					A:   a.AsSlice(),
				})
			}
		}
	}
	_ = w.WriteMsg(m) // who asked has left
}

func (n *nameServer) close() {
	for _, s := range n.servers {
		_ = s.Shutdown() // it was started
	}
	n.running.Wait()
}
