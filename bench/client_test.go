package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// answering is an origin that answers after wait; it counts.
func answering(t *testing.T, wait time.Duration, status int) (addr string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 && wait > 0 {
			<-time.After(wait)
		}
		w.Header().Set("Content-Length", "1024")
		w.WriteHeader(status)
		_, _ = w.Write(make([]byte, bodySize))
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), asked
}

func TestSaturateCountsEveryRequest(t *testing.T) {
	addr, asked := answering(t, 0, http.StatusOK)
	clients, err := dialAll(t.Context(), addr, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(clients)
	n, err := saturate(clients, 50*time.Millisecond)
	if err != nil || n == 0 || int64(n) != asked.Load()-3 {
		t.Errorf("saturate counted %d, %v; the origin %d and 3 first ones", n, err, asked.Load()-3)
	}
}

// One slow connection at 100 requests per second, each taking 30 ms: the
// queue grows, and the time of the last includes its waiting for the others.
func TestAtRateCountsFromTheMomentARequestWasDue(t *testing.T) {
	addr, _ := answering(t, 30*time.Millisecond, http.StatusOK)
	clients, err := dialAll(t.Context(), addr, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(clients)
	took, err := atRate(t.Context(), clients, 100, 200*time.Millisecond)
	if err != nil || len(took) != 20 {
		t.Fatalf("%d requests, %v; want 20", len(took), err)
	}
	// The last is due after 190 ms and answered after 20×30 ms.
	if last := took[len(took)-1]; last < 400*time.Millisecond {
		t.Errorf("the slowest took %v: its waiting was omitted", last)
	}
}

func TestClientsRefuseWhatIsNoAnswer(t *testing.T) {
	addr, _ := answering(t, 0, http.StatusBadGateway)
	if _, err := dialAll(t.Context(), addr, 2); err == nil {
		t.Error("502 was taken for an answer")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := dial(ctx, addr); err == nil {
		t.Error("dialled without being wanted")
	}
}
