package ledger_test

import (
	"testing"

	"torwart/internal/cause"
	"torwart/internal/ledger"
	"torwart/internal/traffic"
)

func TestServedExchangeDoesNotAllocate(t *testing.T) {
	var l ledger.Ledger
	x := exchange("id", traffic.Served, "")
	if n := testing.AllocsPerRun(1000, func() { l.Record(x) }); n != 0 {
		t.Errorf("%v allocations for a served exchange", n)
	}
}

func BenchmarkRecordServed(b *testing.B) {
	var l ledger.Ledger
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		x := exchange("id", traffic.Served, "")
		for pb.Next() {
			l.Record(x)
		}
	})
}

func BenchmarkRecordSaved(b *testing.B) {
	var l ledger.Ledger
	x := full()
	x.Outcome, x.Save = traffic.Saved, traffic.Retried
	x.Attempts = append(x.Attempts, traffic.Attempt{Endpoint: "http://127.0.0.1:9102", Status: 200})
	b.ReportAllocs()
	for b.Loop() {
		l.Record(x)
	}
}

func BenchmarkFindOne(b *testing.B) {
	var l ledger.Ledger
	for range 2 * ledger.DefaultSize {
		l.Record(exchange("id", traffic.Conceded, cause.ConnectRefused))
	}
	for b.Loop() {
		l.Find(ledger.Query{ID: "none"})
	}
}
