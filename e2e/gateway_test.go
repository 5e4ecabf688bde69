package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gateway is a running torwart.
type gateway struct {
	*process
	addr   string // where it serves
	admin  string
	client *http.Client // for the admin interface
}

// serve starts torwart with the given sites, the part of the configuration
// below the key "sites".
func serve(t *testing.T, sites string) *gateway {
	t.Helper()
	if program.err != nil {
		t.Fatalf("there is no torwart to test: %v", program.err)
	}
	g := &gateway{
		addr:   fmt.Sprintf("127.0.0.1:%d", freePort(t)),
		admin:  fmt.Sprintf("127.0.0.1:%d", freePort(t)),
		client: &http.Client{Timeout: 10 * time.Second},
	}
	file := filepath.Join(t.TempDir(), "torwart.yaml")
	text := fmt.Sprintf("listen: [%q]\nadmin: %q\nsites:\n%s", g.addr, g.admin, sites)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g.process = start(t, "torwart", exec.Command(program.path, "serve", "--config", file))
	t.Cleanup(g.client.CloseIdleConnections)
	poll(t, 15*time.Second, "torwart serves", func() bool {
		if !g.alive() {
			t.Fatal("torwart ended at once")
		}
		_, err := g.get("/healthz")
		return err == nil && accepts("tcp", g.addr)
	})
	return g
}

// get asks the admin interface.
func (g *gateway) get(path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.admin+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, resp.Status, body)
	}
	return body, err
}

// exchange is what /api/v1/ledger tells about one exchange, as far as the
// tests want to know it.
type exchange struct {
	ID       string    `json:"id"`
	Method   string    `json:"method"`
	Target   string    `json:"target"`
	Status   int       `json:"status"`
	Outcome  string    `json:"outcome"`
	Save     string    `json:"save"`
	Symptom  string    `json:"symptom"`
	Detail   string    `json:"detail"`
	Attempts []attempt `json:"attempts"`
}

type attempt struct {
	Endpoint string `json:"endpoint"`
	Reused   bool   `json:"reused"`
	Written  int64  `json:"written"`
	Acked    int64  `json:"acked"`
	Read     int64  `json:"read"`
	Status   int    `json:"status"`
	Symptom  string `json:"symptom"`
	Tier     string `json:"tier"`
	Phase    string `json:"phase"`
	Detail   string `json:"detail"`
	Error    string `json:"error"`
	Decision string `json:"decision"`
}

// last returns the exchange's last attempt; the zero attempt if there is none.
func (x *exchange) last() attempt {
	if len(x.Attempts) == 0 {
		return attempt{}
	}
	return x.Attempts[len(x.Attempts)-1]
}

// String is one line per attempt, for failing tests.
func (x *exchange) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s → %d %s %s %s %s", x.ID, x.Method, x.Target, x.Status, x.Outcome, x.Save, x.Symptom, x.Detail)
	for i := range x.Attempts {
		fmt.Fprintf(&b, "\n      %+v", x.Attempts[i])
	}
	return b.String()
}

// ledger returns the exchanges the query asks for, the last first.
func (g *gateway) ledger(t *testing.T, query url.Values) []exchange {
	t.Helper()
	query.Set("limit", "0")
	var answer struct {
		Exchanges []exchange `json:"exchanges"`
	}
	g.decode(t, "/api/v1/ledger?"+query.Encode(), &answer)
	return answer.Exchanges
}

// decode reads a JSON answer of the admin interface.
func (g *gateway) decode(t *testing.T, path string, into any) {
	t.Helper()
	body, err := g.get(path)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, body)
	}
}

// failedAt returns how many exchanges had a failed attempt at the endpoint.
func (g *gateway) failedAt(t *testing.T, endpoint string) int {
	t.Helper()
	n := 0
	for _, x := range g.ledger(t, url.Values{"endpoint": {endpoint}}) {
		for _, a := range x.Attempts {
			if a.Endpoint == endpoint && a.Symptom != "" {
				n++
				break
			}
		}
	}
	return n
}

// saved counts the exchanges saved in the given way.
func (g *gateway) saved(t *testing.T, how string) int {
	t.Helper()
	n := 0
	for _, x := range g.ledger(t, url.Values{"outcome": {"saved"}}) {
		if x.Save == how {
			n++
		}
	}
	return n
}

// url returns the address of a path behind torwart.
func (g *gateway) url(path string) string { return "http://" + g.addr + path }
