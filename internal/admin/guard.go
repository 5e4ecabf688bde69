package admin

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps web pages in an operator's browser from using the interface,
// which asks for no password. Two ways lead in: a page sends a request to the
// address (refused by Sec-Fetch-Site and Origin), or its own name is made to
// lead to this machine, by which the browser takes both for the same origin
// (DNS rebinding; refused by the name in Host).
func guard(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, http.StatusForbidden, "refused: the request comes from a web page of another origin")
	}))
	protected := origins.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if onLoopback(r) && !isLocalName(r.Host) {
			writeError(w, http.StatusForbidden, fmt.Sprintf(
				"refused: on the loopback interface Host must be an address or localhost, not %q", r.Host))
			return
		}
		protected.ServeHTTP(w, r)
	})
}

// onLoopback reports whether the request came over the loopback interface.
// Elsewhere names are as good as addresses: monitoring uses them.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// isLocalName reports whether host, with or without a port, is an IP address
// or a name no DNS server is asked for (RFC 6761 section 6.3).
func isLocalName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true // no browser leaves Host empty
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
