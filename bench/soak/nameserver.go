package main

import (
	"context"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
)

// appName is the name of the application in DNS.
const appName = "app.test"

// nameServer answers for appName, over UDP and TCP at the same port.
type nameServer struct {
	at string

	mu      sync.Mutex
	addr4   netip.Addr
	rcode   int
	silent  bool
	servers []*dns.Server
	running sync.WaitGroup
}

func startNameServer(ctx context.Context, addr4 netip.Addr) (*nameServer, error) {
	n := &nameServer{addr4: addr4}
	l, pc, err := listenTwice(ctx)
	if err != nil {
		return nil, err
	}
	n.at = l.Addr().String()
	n.servers = []*dns.Server{{Listener: l, Handler: n}, {PacketConn: pc, Handler: n}}
	for _, s := range n.servers {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		n.running.Go(func() { _ = s.ActivateAndServe() }) // it ends with close
		<-started
	}
	return n, nil
}

// listenTwice finds a port that is free over TCP and UDP.
func listenTwice(ctx context.Context) (l net.Listener, pc net.PacketConn, err error) {
	var lc net.ListenConfig
	for range 20 {
		if l, err = lc.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
			return nil, nil, err
		}
		if pc, err = lc.ListenPacket(ctx, "udp", l.Addr().String()); err == nil {
			return l, pc, nil
		}
		l.Close()
	}
	return nil, nil, err
}

// turn changes what is answered from now on.
func (n *nameServer) turn(change func(*nameServer)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(n)
}

// ServeDNS answers one question; what it says is good for a second.
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
		if n.rcode == dns.RcodeSuccess && question.Name == appName+"." && question.Qtype == dns.TypeA {
			m.Answer = append(m.Answer, &dns.A{
				Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1},
				A:   n.addr4.AsSlice(),
			})
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
