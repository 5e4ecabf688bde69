//go:build unix

package cause_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"torwart/internal/cause"
)

// reset ends c with RST.
func reset(t *testing.T, c *net.TCPConn) {
	t.Helper()
	if err := errors.Join(c.SetLinger(0), c.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestClassifyRefusedPort(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	_, err = net.Dial("tcp", addr)
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectRefused)
}

func TestClassifyUnixSocketWithoutListener(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sock")
	_, err := net.Dial("unix", path)
	wantSymptom(t, cause.PhaseConnect, err, cause.SocketMissing)

	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	ln.SetUnlinkOnClose(false) // as after a crash
	ln.Close()
	_, err = net.Dial("unix", path)
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectRefused)

	_, err = net.Dial("unix", filepath.Join(path, "below"))
	wantSymptom(t, cause.PhaseConnect, err, cause.SocketMissing)

	_, err = net.Dial("unix", "/"+string(bytes.Repeat([]byte("x"), 200)))
	wantSymptom(t, cause.PhaseConnect, err, cause.GatewayMisconfigured)
}

func TestClassifySourceAddressNotOurs(t *testing.T) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}}
	_, err := d.Dial("tcp", "127.0.0.1:1")
	wantSymptom(t, cause.PhaseConnect, err, cause.GatewayMisconfigured)
}

func TestClassifyUnroutable(t *testing.T) {
	// TCP to a multicast address: the kernel says ENETUNREACH, routes or not.
	_, err := net.Dial("tcp", "224.0.0.1:80")
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectUnroutable)
}

func TestClassifyPeerCloses(t *testing.T) {
	client, server := tcpPair(t)
	server.Close()
	_, err := client.Read(make([]byte, 1))
	wantSymptom(t, cause.PhaseHead, err, cause.ClosedBeforeResponse)
	wantSymptom(t, cause.PhaseBody, err, cause.ResponseBodyIncomplete)

	client, server = tcpPair(t)
	if _, err := server.Write([]byte("1234")); err != nil {
		t.Fatal(err)
	}
	server.Close()
	_, err = io.ReadFull(client, make([]byte, 10)) // a body cut short
	wantSymptom(t, cause.PhaseBody, err, cause.ResponseBodyIncomplete)
}

func TestClassifyPeerResets(t *testing.T) {
	client, server := tcpPair(t)
	reset(t, server)
	_, err := client.Read(make([]byte, 1))
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("the peer's reset was read as %v", err)
	}
	wantSymptom(t, cause.PhaseHead, err, cause.ResetBeforeResponse)
	wantSymptom(t, cause.PhaseBody, err, cause.ResponseBodyIncomplete)
	wantSymptom(t, cause.PhaseTLS, err, cause.TLSHandshakeClosed)

	// The reset was reported once; from now on writing is EPIPE.
	_, err = client.Write([]byte("GET / HTTP/1.1\r\n"))
	if !errors.Is(err, syscall.EPIPE) {
		t.Fatalf("a write after the reset gave %v", err)
	}
	wantSymptom(t, cause.PhaseSend, err, cause.RequestWriteFailed)
}

func TestClassifyResetWhileSending(t *testing.T) {
	client, server := tcpPair(t)
	done := make(chan error, 1)
	go func() {
		body := make([]byte, 1<<20)
		for {
			if _, err := client.Write(body); err != nil {
				done <- err
				return
			}
		}
	}()
	if _, err := io.ReadFull(server, make([]byte, 1<<16)); err != nil {
		t.Fatal(err)
	}
	reset(t, server)
	wantSymptom(t, cause.PhaseSend, <-done, cause.RequestWriteFailed)
}

func TestClassifySilentPeer(t *testing.T) {
	client, _ := tcpPair(t)
	if err := client.SetDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err := client.Read(make([]byte, 1))
	wantSymptom(t, cause.PhaseHead, err, cause.ResponseTimeout)
	wantSymptom(t, cause.PhaseBody, err, cause.ResponseBodyStalled)
	_, err = client.Write([]byte("x"))
	wantSymptom(t, cause.PhaseSend, err, cause.RequestWriteStalled)
}

func TestClassifyPeerThatStopsReading(t *testing.T) {
	client, _ := tcpPair(t)
	if err := client.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var err error
	for body := make([]byte, 1<<20); err == nil; {
		_, err = client.Write(body)
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("writing against a full window gave %v", err)
	}
	wantSymptom(t, cause.PhaseSend, err, cause.RequestWriteStalled)
}
