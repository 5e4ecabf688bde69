package cause_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"torwart/internal/cause"
)

// listenWithBacklog0 listens on sa and never accepts.
func listenWithBacklog0(t *testing.T, family int, sa syscall.Sockaddr) (fd int) {
	t.Helper()
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := errors.Join(syscall.Bind(fd, sa), syscall.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	return fd
}

// dialUntilError fills the queue of whoever listens at address.
func dialUntilError(t *testing.T, d net.Dialer, network, address string) error {
	t.Helper()
	for range 16 {
		c, err := d.Dial(network, address)
		if err != nil {
			return err
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Fatal("a backlog of 0 took 16 connections")
	return nil
}

// TestClassifyFullUnixQueue is the trap eventOf speaks of.
func TestClassifyFullUnixQueue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sock")
	listenWithBacklog0(t, syscall.AF_UNIX, &syscall.SockaddrUnix{Name: path})
	err := dialUntilError(t, net.Dialer{}, "unix", path)

	if !errors.Is(err, syscall.EAGAIN) {
		t.Fatalf("a full queue gave %v, want EAGAIN", err)
	}
	if ne, ok := errors.AsType[net.Error](err); !ok || !ne.Timeout() {
		t.Fatalf("%v does not say Timeout(): the test proves nothing any more", err)
	}
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectQueueFull)
}

// TestClassifyFullTCPQueue: on TCP the kernel drops the SYN instead, and
// nothing tells it from a firewall.
func TestClassifyFullTCPQueue(t *testing.T) {
	fd := listenWithBacklog0(t, syscall.AF_INET, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: sa.(*syscall.SockaddrInet4).Port}
	err = dialUntilError(t, net.Dialer{Timeout: 150 * time.Millisecond}, "tcp", addr.String())
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectTimeout)
}

func TestClassifyForbiddenSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sock")
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	dial := func() error {
		c, err := net.Dial("unix", path)
		if err == nil {
			c.Close()
		}
		return err
	}
	// The way to the socket is open to everybody, so that only its own mode
	// can forbid.
	for _, p := range []string{path, filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		if err := os.Chmod(p, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := asNobody(dial); err != nil {
		t.Fatalf("nobody may not even use an open socket: %v", err)
	}
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	wantSymptom(t, cause.PhaseConnect, asNobody(dial), cause.SocketForbidden)
}

// asNobody runs f on a thread whose file accesses are nobody's when the test
// runs as root, for whom modes do not count. The thread ends with f.
func asNobody(f func() error) error {
	done := make(chan error)
	go func() {
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // never unlocked: the runtime ends the thread
			const nobody = 65534
			if err := syscall.Setfsuid(nobody); err != nil {
				done <- err
				return
			}
		}
		done <- f()
	}()
	return <-done
}

func TestClassifyNoLocalPortLeft(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	// Linux 6.3: one socket's own range of local ports, here of one port,
	// which a first connection to the same peer takes.
	d, first, err := dialFromOnePort(t, ln.Addr().String())
	if errors.Is(err, syscall.ENOPROTOOPT) {
		t.Skip("this kernel has no IP_LOCAL_PORT_RANGE")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = d.Dial("tcp", ln.Addr().String())
	if !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Fatalf("no port left gave %v", err)
	}
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectNoPorts)
}

// dialFromOnePort returns a dialer that has one local port to choose from,
// and the connection that took it.
func dialFromOnePort(t *testing.T, addr string) (d net.Dialer, first net.Conn, err error) {
	t.Helper()
	const ipLocalPortRange = 51
	for range 5 { // another process may be faster
		free, lerr := net.Listen("tcp", "127.0.0.1:0")
		if lerr != nil {
			t.Fatal(lerr)
		}
		port := free.Addr().(*net.TCPAddr).Port
		free.Close()
		d.Control = func(_, _ string, c syscall.RawConn) error {
			var serr error
			cerr := c.Control(func(fd uintptr) {
				serr = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, ipLocalPortRange, port<<16|port)
			})
			return errors.Join(cerr, serr)
		}
		if first, err = d.Dial("tcp", addr); err == nil {
			return d, first, nil
		}
	}
	return d, nil, err
}

// Not parallel: the limit is the whole process's.
func TestClassifyNoDescriptorLeft(t *testing.T) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 1, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	_, err := net.Dial("tcp", "127.0.0.1:1")
	if e := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old); e != nil {
		t.Fatal(e)
	}
	wantSymptom(t, cause.PhaseConnect, err, cause.ConnectNoDescriptors)
}
