package main

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestParseStatReadsParentAndCPU(t *testing.T) {
	const rest = " S 4321 100 100 0 -1 4194304 900 0 0 0 123 45 7 8 20 0 5 0 1000 2000 300 18446744073709551615"
	for _, name := range []string{"nginx", "a b", "evil) R 1 2 (", ""} {
		got, err := parseStat([]byte("77 (" + name + ")" + rest + "\n"))
		want := stat{parent: 4321, cpu: 1680 * time.Millisecond}
		if err != nil || got != want {
			t.Errorf("name %q: %+v, %v; want %+v", name, got, err, want)
		}
	}
}

func TestParseStatRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for _, line := range []string{"", "77 nginx S 1", "77 (nginx) S 1 2 3", "77 (n) S x 100 100 0 -1 4194304 900 0 0 0 123 45 7"} {
		if s, err := parseStat([]byte(line)); err == nil {
			t.Errorf("parseStat(%q) = %+v, want an error", line, s)
		}
	}
}

func TestParsePSS(t *testing.T) {
	const rollup = `00400000-7ffd4a1fe000 ---p 00000000 00:00 0                              [rollup]
Rss:               10240 kB
Pss:                8123 kB
Pss_Dirty:          7000 kB
`
	if got, err := parsePSS([]byte(rollup)); err != nil || got != 8123<<10 {
		t.Errorf("parsePSS = %d, %v; want %d", got, err, 8123<<10)
	}
	if _, err := parsePSS([]byte("Rss: 1 kB\n")); err == nil {
		t.Error("no Pss: want an error")
	}
}

func TestParseBusyLeavesOutIdleAndWaiting(t *testing.T) {
	got, err := parseBusy([]byte("cpu  100 20 30 9999 888 4 6 500 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"))
	if want := 1600 * time.Millisecond; err != nil || got != want {
		t.Errorf("parseBusy = %v, %v; want %v", got, err, want)
	}
	if _, err := parseBusy([]byte("intr 5\n")); err == nil {
		t.Error("no line of all CPUs: want an error")
	}
}

func TestTreeHasTheChildren(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	child := exec.Command("cat")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Skip(err)
	}
	defer child.Wait()
	defer in.Close()
	pids, err := tree(os.Getpid())
	if err != nil || !slices.Contains(pids, child.Process.Pid) {
		t.Errorf("tree = %v, %v; want it to have the child %d", pids, err, child.Process.Pid)
	}
	if n, err := pssOf(pids); err != nil || n <= 0 {
		t.Errorf("pssOf = %d, %v", n, err)
	}
	if d, err := cpuOf([]int{os.Getpid()}); err != nil || d < 0 {
		t.Errorf("cpuOf = %v, %v", d, err)
	}
}
