package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// sample is what the process held in a quiet moment.
type sample struct {
	at          time.Duration // since the load began
	visits      int           // so far
	goroutines  int
	descriptors int
	memory      uint64 // heap in use after a collection, and stacks; bytes
	ledger      int    // exchanges kept, which explains memory until it is full
	// forgotten descriptors were closed by the collector's finalizers: whoever
	// opened them lost them.
	forgotten int
	lost      []string // what they were
}

// hold measures now. What is there for a moment only, such as the connection
// of a health check, is not held: the least of several looks counts.
func hold() sample {
	var s sample
	s.goroutines, s.descriptors = least()
	before := descriptors()
	// What a first collection only takes out of the sync.Pools, the second
	// one frees.
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.memory = m.HeapAlloc + m.StackInuse
	_, d := least()
	if s.forgotten = max(s.descriptors-d, 0); s.forgotten > 0 {
		s.lost = before.more(descriptors())
	}
	return s
}

// least is the least of several looks.
func least() (goroutines, descriptors int) {
	goroutines, descriptors = runtime.NumGoroutine(), countDescriptors()
	for range 20 {
		time.Sleep(beat)
		goroutines = min(goroutines, runtime.NumGoroutine())
		descriptors = min(descriptors, countDescriptors())
	}
	return goroutines, descriptors
}

// descriptorFolder is where Linux lists the descriptors of a process.
const descriptorFolder = "/proc/self/fd"

// countDescriptors returns 0 where they cannot be counted.
func countDescriptors() int {
	d, err := os.Open(descriptorFolder)
	if err != nil {
		return 0
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return 0
	}
	return len(names) - 1 // d itself
}

// profile is how many there are of each kind of something.
type profile map[string]int

// goroutines groups all goroutines by where they are.
func goroutines() profile {
	var b bytes.Buffer
	if pprof.Lookup("goroutine").WriteTo(&b, 1) != nil {
		return nil
	}
	p := profile{}
	for record := range strings.SplitSeq(b.String(), "\n\n") {
		var n int
		var where []string
		for line := range strings.Lines(record) {
			if _, err := fmt.Sscanf(line, "%d @", &n); err == nil {
				continue
			}
			// "#	0x47d8b5	internal/poll.runtime_pollWait+0x84	/go/src/runtime/netpoll.go:351"
			if f := strings.Fields(line); len(f) > 2 && f[0] == "#" {
				function, _, _ := strings.Cut(f[2], "+")
				where = append(where, function)
			}
		}
		// The one that counts is not counted.
		if n > 0 && !strings.Contains(record, "pprof.writeGoroutine") {
			p[strings.Join(where, " < ")] += n
		}
	}
	return p
}

// descriptors groups all descriptors by what they are; TCP sockets by state.
func descriptors() profile {
	states := tcpStates()
	p := profile{}
	entries, err := os.ReadDir(descriptorFolder)
	if err != nil {
		return p
	}
	for _, e := range entries {
		to, err := os.Readlink(filepath.Join(descriptorFolder, e.Name()))
		if err != nil {
			continue
		}
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			to = cmp.Or(states[strings.TrimSuffix(inode, "]")], "socket, not TCP")
		}
		p[to]++
	}
	return p
}

// tcpStates returns the state of this network's TCP sockets by inode
// (proc_pid_net(5)).
func tcpStates() map[string]string {
	words := map[string]string{"01": "established", "08": "CLOSE_WAIT", "0A": "listening"}
	out := map[string]string{}
	for _, file := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if f := strings.Fields(line); len(f) > 9 {
				out[f[9]] = "TCP socket, " + cmp.Or(words[f[3]], "state "+f[3])
			}
		}
	}
	return out
}

// more lists what p has more of than before, the most first.
func (p profile) more(before profile) []string {
	grown := profile{}
	for what, n := range p {
		if n > before[what] {
			grown[what] = n - before[what]
		}
	}
	keys := slices.SortedFunc(maps.Keys(grown), func(a, b string) int {
		return cmp.Or(grown[b]-grown[a], strings.Compare(a, b))
	})
	var out []string
	for _, k := range keys {
		out = append(out, fmt.Sprintf("%+d (now %d): %s", grown[k], p[k], k))
	}
	return out
}
