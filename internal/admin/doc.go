// Package admin is torwart's HTTP interface for operators and their tools.
//
// It provides [New], a handler for /metrics, /healthz, /readyz and
// /api/v1/{pools,ledger,saves,reload,drain,undrain}.
//
// It promises that reading changes nothing, that every answer of the API is
// JSON, errors included, and that a web page in an operator's browser can
// neither read nor trigger anything, also not by DNS rebinding.
//
// It does not authenticate: it belongs on the loopback interface.
//
// Start reading at [New].
package admin
