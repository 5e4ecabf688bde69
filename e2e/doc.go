// Package e2e drives the real torwart binary against real programs: Node
// applications, PHP sites behind nginx and PHP-FPM, curl, WebSocket peers, and
// clients that mean no good.
//
// It provides tests only. They promise that what torwart says of itself holds
// on a wire with programs we did not write: while servers are killed and
// restarted no GET and no PUT fails, no POST runs twice, and every POST that
// could not be saved stands in the ledger with its symptom.
//
// They install nothing (scripts/test-deps does, make test calls it); where a
// program is missing its tests are skipped and say so. Every child is ended by
// its process id, every wait has a deadline, and what the children logged is
// printed when a test fails.
//
// Start reading at node_test.go; load_test.go is the traffic, judge_test.go
// what must hold of it.
package e2e
