// Package metrics is what /metrics shows.
//
// It provides [Metrics], a prometheus.Collector over its own atomics, which
// are read when somebody asks. What the ledger has counted already (outcomes,
// saves, symptoms) is not counted again but asked for through
// [Metrics.Totals]; the state of endpoints through [Metrics.Gauges].
//
// It promises that observing an exchange costs a few atomic additions and no
// allocation, that names never change unnoticed (a golden file holds the whole
// exposition), and that no label takes values a client chooses.
//
// It does not serve HTTP and registers nowhere: its owner does.
//
// Start reading at [Metrics].
package metrics
