package traffic_test

import (
	"encoding/json"
	"strings"
	"testing"

	"torwart/internal/cause"
	"torwart/internal/traffic"
)

// What is written in the API and the access log has a name for every value,
// and no two share one.
func TestEveryValueHasItsOwnName(t *testing.T) {
	seen := map[string]bool{}
	check := func(name string) {
		t.Helper()
		if name == "" || seen[name] {
			t.Errorf("name %q is empty or stands for two values", name)
		}
		seen[name] = true
	}
	for _, o := range traffic.Outcomes() {
		check(o.String())
	}
	for _, s := range traffic.Saves() {
		check(s.String())
	}
	for _, e := range []traffic.End{traffic.EndFIN, traffic.EndRST} {
		check(e.String())
	}
	if len(traffic.Outcomes()) != int(traffic.Abandoned)+1 || len(traffic.Saves()) != int(traffic.Resumed) {
		t.Error("a list leaves a value out")
	}
}

func TestRecordIsReadable(t *testing.T) {
	x := traffic.Exchange{
		Outcome: traffic.Saved, Save: traffic.Held,
		Attempts: []traffic.Attempt{{Symptom: cause.ConnectRefused, Tier: cause.P0, Phase: cause.PhaseConnect, End: traffic.EndRST}},
	}
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"outcome":"saved"`, `"save":"held"`, `"symptom":"connect-refused"`, `"tier":"P0"`, `"phase":"connect"`, `"end":"RST"`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is missing in %s", want, b)
		}
	}
	if !x.Attempts[0].Failed() || (&traffic.Attempt{}).Failed() {
		t.Error("an attempt failed exactly when it has a symptom")
	}
}
