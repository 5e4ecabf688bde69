//go:build unix && !race

package listener_test

import "testing"

func TestExchangeAllocatesNothing(t *testing.T) {
	exchange := leanServer(t)
	exchange()
	if n := testing.AllocsPerRun(500, exchange); n != 0 {
		t.Errorf("an exchange allocates %v times", n)
	}
}
