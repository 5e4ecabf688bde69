package cause_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"torwart/internal/cause"
)

func TestNewErrorFillsInWhatTheErrorTells(t *testing.T) {
	for _, tc := range []struct {
		phase cause.Phase
		err   error
		want  cause.Error
	}{
		{
			cause.PhaseConnect, context.DeadlineExceeded,
			cause.Error{Symptom: cause.ConnectTimeout, Tier: cause.P0, Side: cause.Upstream},
		},
		{
			cause.PhaseTLS, io.EOF,
			cause.Error{Symptom: cause.TLSHandshakeClosed, Tier: cause.P0, Side: cause.Upstream},
		},
		{
			cause.PhaseHead, io.EOF,
			cause.Error{Symptom: cause.ClosedBeforeResponse, Tier: cause.P3, Side: cause.Upstream},
		},
		{
			cause.PhaseSend, context.DeadlineExceeded,
			cause.Error{Symptom: cause.RequestWriteStalled, Tier: cause.P3, Side: cause.Upstream},
		},
		{
			cause.PhaseConnect, context.Canceled,
			cause.Error{Symptom: cause.ClientGone, Tier: cause.NoTier, Side: cause.Downstream},
		},
		{
			cause.PhaseConnect, errors.New("strange"),
			cause.Error{Symptom: cause.GatewayInternal, Tier: cause.P0, Side: cause.Internal},
		},
		{
			// Unknown, with the request on its way: nothing is proven.
			cause.PhaseHead, errors.New("strange"),
			cause.Error{Symptom: cause.GatewayInternal, Tier: cause.P3, Side: cause.Internal},
		},
	} {
		got := cause.NewError(tc.phase, tc.err)
		tc.want.Phase, tc.want.Err = tc.phase, tc.err
		if diff := cmp.Diff(&tc.want, got, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("phase %v, %v (-want +got):\n%s", tc.phase, tc.err, diff)
		}
	}
}

// TestNewErrorNeverClaimsP0AfterTheHandshake is what keeps a POST from
// running twice: the usual tier of a symptom is not evidence about this
// attempt.
func TestNewErrorNeverClaimsP0AfterTheHandshake(t *testing.T) {
	symptoms := cause.Symptoms()
	if len(symptoms) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, e := range symptoms {
		switch e.Code {
		case cause.StreamRefused, cause.ConnectionDraining, cause.TLSClientCertificateRequired:
			continue // they say so themselves
		}
		for _, p := range []cause.Phase{cause.PhaseSend, cause.PhaseHead, cause.PhaseBody} {
			got := cause.NewError(p, &cause.Error{Symptom: e.Code})
			if got.Tier == cause.P0 {
				t.Errorf("%s in phase %v claims P0", e.Code, p)
			}
			if got.Side == cause.Unset {
				t.Errorf("%s has no side", e.Code)
			}
		}
	}
}

func TestNewErrorKeepsWhatIsKnown(t *testing.T) {
	carried := &cause.Error{
		Symptom: cause.ResetBeforeResponse, Tier: cause.P2, Side: cause.Upstream,
		Phase: cause.PhaseSend, Status: 502, Detail: "idle for 5 s", Err: io.EOF,
	}
	got := cause.NewError(cause.PhaseHead, fmt.Errorf("second try: %w", carried))
	if diff := cmp.Diff(carried, got, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("a complete error was changed (-want +got):\n%s", diff)
	}

	open := &cause.Error{Symptom: cause.ResponseHeadMalformed, Detail: "status line"}
	got = cause.NewError(cause.PhaseHead, open)
	want := &cause.Error{
		Symptom: cause.ResponseHeadMalformed, Detail: "status line",
		Tier: cause.P3, Side: cause.Upstream, Phase: cause.PhaseHead,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was open is filled in wrongly (-want +got):\n%s", diff)
	}
	if open.Tier != cause.NoTier || open.Phase != cause.NoPhase {
		t.Error("the error handed in was changed")
	}
}

func TestSideOf(t *testing.T) {
	want := map[cause.Code]cause.Side{
		cause.ClientGone:             cause.Downstream,
		cause.ClientTimeout:          cause.Downstream,
		cause.ClientRequestMalformed: cause.Downstream,
		cause.ClientRequestTooLarge:  cause.Downstream,
		cause.GatewayInternal:        cause.Internal,
		cause.GatewayMisconfigured:   cause.Internal,
		cause.ProxyLoop:              cause.Internal,
		cause.RequestShed:            cause.Internal,
		cause.QueueTimeout:           cause.Internal,
		cause.ConnectNoPorts:         cause.Internal,
		cause.ConnectNoDescriptors:   cause.Internal,
		cause.ConnectRefused:         cause.Upstream,
		cause.TLSAlert:               cause.Upstream,
		cause.NoUpstreamAvailable:    cause.Upstream,
		cause.UpstreamErrorStatus:    cause.Upstream,
	}
	for c, side := range want {
		if got := cause.SideOf(c); got != side {
			t.Errorf("SideOf(%s) = %v, want %v", c, got, side)
		}
	}
}
