package admin

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"torwart/internal/config"
	"torwart/internal/gateway"
	"torwart/internal/ledger"
	"torwart/internal/locale"
)

// Options are what the interface shows. All but Version and Reload are
// needed.
type Options struct {
	// Version stands in Server of every answer.
	Version string
	// Pools returns the state of the pools.
	Pools func() []gateway.PoolState
	// Ledger is where failed attempts stand.
	Ledger *ledger.Ledger
	// Metrics is what /metrics shows beside the process's own.
	Metrics prometheus.Collector
	// Ready returns why the gateway is not ready to serve, or nil.
	Ready func() error
	// Reload reads and applies the configuration again; nil means that this
	// process has none to read. Nothing was applied when problems hold an
	// Error, or err says what else was in the way.
	Reload func() (changes []config.Change, problems []config.Problem, err error)
	// Drain takes an endpoint out of the choice for new exchanges, or with on
	// false back into it, and returns how many pools have it.
	Drain func(url string, on bool) int
}

// resource is one path of the interface and the method it takes; GET takes
// HEAD too.
type resource struct {
	method, path string
	serve        http.HandlerFunc
}

// New returns the handler.
func New(o Options) http.Handler {
	mux := http.NewServeMux()
	for _, r := range o.resources() {
		mux.HandleFunc(r.method+" "+r.path, r.serve)
		allow := r.method
		if allow == http.MethodGet {
			allow = "GET, HEAD"
		}
		mux.HandleFunc(r.path, func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Allow", allow)
			writeError(w, http.StatusMethodNotAllowed, fmt.Sprintf("%s takes %s, not %s", r.path, allow, req.Method))
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, fmt.Sprintf("nothing at %s", r.URL.Path))
	})
	return guard(named(o.Version, mux))
}

// named tells with every answer what answers: torwart, and which.
func named(version string, next http.Handler) http.Handler {
	server := "torwart"
	if version != "" {
		server += "/" + version
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", server)
		next.ServeHTTP(w, r)
	})
}

// resources is the whole interface. A new path is one line here.
func (o Options) resources() []resource {
	return []resource{
		{"GET", "/metrics", o.metrics().ServeHTTP},
		{"GET", "/healthz", healthz},
		{"GET", "/readyz", o.readyz},
		{"GET", "/api/v1/pools", o.pools},
		{"GET", "/api/v1/ledger", o.ledger},
		{"GET", "/api/v1/saves", o.saves},
		{"POST", "/api/v1/reload", o.reload},
		{"POST", "/api/v1/drain", o.drain(true)},
		{"POST", "/api/v1/undrain", o.drain(false)},
	}
}

func (o Options) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(o.Metrics, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
}

// healthz says that the process lives; whether it can serve is for readyz.
func healthz(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok\n") }

func (o Options) readyz(w http.ResponseWriter, _ *http.Request) {
	if err := o.Ready(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error()+"\n")
		return
	}
	writeText(w, http.StatusOK, "ready\n")
}

func (o Options) pools(w http.ResponseWriter, _ *http.Request) {
	pools := o.Pools()
	if pools == nil {
		pools = []gateway.PoolState{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"pools": pools})
}

func (o Options) saves(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"saves": o.Ledger.Saves(), "totals": o.Ledger.Totals()})
}

// reload answers in the language the request accepts: what it says is read by
// whoever called "torwart reload".
func (o Options) reload(w http.ResponseWriter, r *http.Request) {
	if o.Reload == nil {
		writeError(w, http.StatusConflict, "this torwart was started without a configuration file")
		return
	}
	lang := string(locale.FromAcceptLanguage(r.Header.Get("Accept-Language")))
	changes, problems, err := o.Reload()
	lines, changed := []string{}, []string{}
	for _, p := range problems {
		lines = append(lines, p.In(lang))
		if p.Severity == config.Error && err == nil {
			err = errBadFile
		}
	}
	if err != nil {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": err.Error(), "problems": lines})
		return
	}
	for _, c := range changes {
		changed = append(changed, c.In(lang))
	}
	writeJSON(w, http.StatusOK, map[string]any{"changes": changed, "warnings": lines})
}

var errBadFile = errors.New("the configuration has errors; the running one stays")
