// Package retry is the only authority on trying again after a failed attempt.
//
// It provides [Decide], the retry-safety ladder as a pure function, and
// [Budget], the token bucket that keeps retries from becoming a storm of
// their own.
//
// It promises that an unsafe request which may have been delivered is never
// sent twice, that nothing is tried after bytes of the answer reached the
// client, that weaker evidence never allows more than stronger evidence, and
// that every sequence of decisions comes to an end. The whole table stands in
// testdata/ladder.golden, for reading.
//
// It does not look at the wire (whoever made the attempt set the tier), pick
// an endpoint, wait, or resume a cut body (tier P4).
//
// Start reading at [Decide].
package retry
