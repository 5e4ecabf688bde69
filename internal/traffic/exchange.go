package traffic

import (
	"time"

	"torwart/internal/cause"
)

// Outcome is what became of an exchange, as its client saw it.
type Outcome uint8

// The outcomes.
const (
	// Served: answered without a failed attempt.
	Served Outcome = iota
	// Saved: an attempt failed and the client did not notice.
	Saved
	// Conceded: the client saw a gateway failure.
	Conceded
	// Refused: answered on purpose with 4xx or shed; nobody's failure.
	Refused
	// Abandoned: the client left first.
	Abandoned
)

var outcomeNames = [...]string{"served", "saved", "conceded", "refused", "abandoned"}

// String returns the outcome's name.
func (o Outcome) String() string { return outcomeNames[o] }

// MarshalText writes the outcome as its name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Outcomes lists all outcomes, in order.
func Outcomes() []Outcome { return []Outcome{Served, Saved, Conceded, Refused, Abandoned} }

// Save is how an exchange was saved. An exchange can need several; the record
// keeps the one that came last in the order saves are tried.
type Save uint8

// The kinds of save.
const (
	NotSaved Save = iota
	Retried
	Hedged
	Held
	StoodIn
	Resumed
)

var saveNames = [...]string{"", "retried", "hedged", "held", "stood-in", "resumed"}

// String returns the save's name, "" for NotSaved.
func (s Save) String() string { return saveNames[s] }

// MarshalText writes the save as its name.
func (s Save) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Saves lists all kinds of save, in order.
func Saves() []Save { return []Save{Retried, Hedged, Held, StoodIn, Resumed} }

// Exchange is one request and what became of it.
type Exchange struct {
	// ID is the reference shown to the visitor and sent upstream.
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	// Duration is from the first byte of the request to the last of the
	// answer.
	Duration time.Duration `json:"duration_ns"`

	Client string `json:"client"`
	Method string `json:"method"`
	Scheme string `json:"scheme"`
	Host   string `json:"host"`
	// Target is path and query as asked for.
	Target   string `json:"target"`
	Protocol string `json:"protocol"`
	Referer  string `json:"referer,omitempty"`
	Agent    string `json:"user_agent,omitempty"`

	// Site is the first host of the site that served it, Rule its path.
	Site string `json:"site,omitempty"`
	Rule string `json:"rule,omitempty"`

	// Status is what the client got; 0 when it got nothing.
	Status int `json:"status"`
	// BodyBytes is how much of the body the client got.
	BodyBytes int64 `json:"body_bytes"`

	Outcome Outcome `json:"outcome"`
	Save    Save    `json:"save,omitempty"`
	// Symptom is why it was conceded, refused or abandoned; "" when served or
	// saved.
	Symptom cause.Code `json:"symptom,omitempty"`
	// Detail explains Symptom further, in English; may be empty.
	Detail string `json:"detail,omitempty"`

	Attempts []Attempt `json:"attempts,omitempty"`
}

// Attempt is one try at an endpoint, with everything known about it.
type Attempt struct {
	Endpoint string    `json:"endpoint"`
	Start    time.Time `json:"start"`

	// Reused is set when the connection had served an exchange before;
	// IdleAge is then how long it had been idle, Served how many it had
	// served.
	Reused  bool          `json:"reused,omitempty"`
	IdleAge time.Duration `json:"idle_age_ns,omitempty"`
	Served  int           `json:"served,omitempty"`
	// Local and Remote are the connection's addresses, "" without one.
	Local  string `json:"local,omitempty"`
	Remote string `json:"remote,omitempty"`

	Timings Timings `json:"timings"`

	// Written is how many bytes of this request were handed to the kernel;
	// Acked how many of them the peer acknowledged, -1 when not known.
	Written int64 `json:"written"`
	Acked   int64 `json:"acked"`
	// Read is how many bytes of the answer arrived.
	Read int64 `json:"read"`
	// End is how the peer ended the connection, EndNone while it stood.
	End End `json:"end,omitempty"`
	// FirstBytes are the first bytes of the answer (at most 32), kept only
	// when the attempt failed.
	FirstBytes []byte `json:"first_bytes,omitempty"`
	// TCP is the kernel's view at the moment of failure, nil when unknown.
	TCP *TCPInfo `json:"tcp,omitempty"`
	// TLS describes the handshake, "" on plain connections.
	TLS string `json:"tls,omitempty"`

	// Status is the upstream's answer, 0 without one.
	Status int `json:"status,omitempty"`
	// Symptom is "" when the attempt did not fail.
	Symptom cause.Code  `json:"symptom,omitempty"`
	Tier    cause.Tier  `json:"tier,omitempty"`
	Phase   cause.Phase `json:"phase,omitempty"`
	Detail  string      `json:"detail,omitempty"`
	// Error is the text of the underlying error, for people.
	Error string `json:"error,omitempty"`
	// Decision is what the ladder said after this attempt failed, and why;
	// see package retry.
	Decision string `json:"decision,omitempty"`
}

// Failed reports whether the attempt failed.
func (a *Attempt) Failed() bool { return a.Symptom != "" }

// Timings are the durations of an attempt's phases, 0 for phases it did not
// go through.
type Timings struct {
	Resolve time.Duration `json:"resolve_ns,omitempty"`
	Connect time.Duration `json:"connect_ns,omitempty"`
	TLS     time.Duration `json:"tls_ns,omitempty"`
	// Send is from the first to the last byte of the request.
	Send time.Duration `json:"send_ns,omitempty"`
	// Head is from the end of sending to the whole head of the answer.
	Head time.Duration `json:"head_ns,omitempty"`
	// Body is from the head to the end of the body.
	Body time.Duration `json:"body_ns,omitempty"`
}

// End is how a peer ended a connection.
type End uint8

// The ends.
const (
	EndNone End = iota
	// EndFIN is an orderly close.
	EndFIN
	// EndRST is a reset.
	EndRST
)

var endNames = [...]string{"", "FIN", "RST"}

// String returns "FIN", "RST" or "".
func (e End) String() string { return endNames[e] }

// MarshalText writes the end as its name.
func (e End) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// TCPInfo is the part of the kernel's struct tcp_info (linux/tcp.h) that
// tells failures apart.
type TCPInfo struct {
	State       string        `json:"state"`
	RTT         time.Duration `json:"rtt_ns"`
	Unacked     uint32        `json:"unacked"`
	Retransmits uint8         `json:"retransmits"`
	TotalRetran uint32        `json:"total_retransmits"`
	// BytesAcked and BytesReceived count since the connection began, without
	// SYN and FIN.
	BytesAcked    uint64 `json:"bytes_acked"`
	BytesReceived uint64 `json:"bytes_received"`
	// NotSent is how many bytes wait in the kernel for the peer's window.
	NotSent uint32 `json:"not_sent"`
}
