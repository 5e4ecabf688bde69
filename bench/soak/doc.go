// Command soak runs torwart under everything at once, for as long as it takes
// a leak to show: visitors of all kinds, and upstreams, name server and
// operator that do something else wrong every second or two. Run it with
// CGO_ENABLED=1 go run -race ./bench/soak, or make soak.
//
// It provides a table of what the process held in quiet moments: goroutines,
// descriptors by kind, memory after a collection. It promises to fail when one
// of them grows in the second half of a run, or does not return to what it was
// before the load; when an order is executed twice; and to say what leaked,
// goroutines by where they wait, sockets by their state. It counts avoidable
// failures, but how many there are is for ./bench/faults to judge: here three
// kinds of failure can meet on a busy machine.
//
// torwart, upstreams and clients share one process, so what the clients and
// upstreams leak is found as well: a leak is somebody's.
//
// Start reading at run in soak.go; what goes wrong is in table_faults.go, who
// visits in table_visits.go.
package main
