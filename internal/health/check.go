package health

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"torwart/internal/cause"
)

// Check asks an endpoint once and returns nil when it is well. It must return
// when ctx ends.
type Check func(ctx context.Context) error

// Dial opens a connection to the endpoint, TLS included where it is spoken.
type Dial func(ctx context.Context) (net.Conn, error)

// bodyLimit is how much of an answer's body a check reads, in bytes. Some
// applications log a failure when their answer is not read.
const bodyLimit = 64 << 10

// TCP returns a check that is content with a connection. What dial returns,
// it returns.
func TCP(dial Dial) Check {
	return func(ctx context.Context) error {
		conn, err := dial(ctx)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// HTTP returns a check that sends GET path with the Host field host, each time
// on a new connection, so that it also learns whether new connections are
// taken.
//
// Every final status below 500 is well: a redirect to a login page or a 404 is
// the application's work, and a path that should be there and is not would
// else take all endpoints out at once. A status from 500 on is an error of
// symptom upstream-error-status. Redirects are not followed, as they may lead
// anywhere.
//
// Other errors are the transport's own, for cause.Classify.
func HTTP(dial Dial, host, path string) Check {
	client := &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dial(ctx)
			},
			DisableKeepAlives:  true,
			DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	return func(ctx context.Context) error { return get(ctx, client, host, path) }
}

func get(ctx context.Context, client *http.Client, host, path string) error {
	// The scheme is http also over TLS: dial has spoken it already. The
	// address is fixed, as dial knows where to.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://endpoint"+path, http.NoBody)
	if err != nil {
		return fmt.Errorf("health check path %q: %w", path, err)
	}
	req.Host = host
	req.Header.Set("User-Agent", "torwart-health")
	resp, err := client.Do(req)
	if err != nil {
		// The URL around the error would only repeat what the caller knows.
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			return wrapped.Err
		}
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, bodyLimit)); err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return &cause.Error{
			Symptom: cause.UpstreamErrorStatus,
			Tier:    cause.P5,
			Side:    cause.Upstream,
			Phase:   cause.PhaseHead,
			Detail:  fmt.Sprintf("health check answered status %d", resp.StatusCode),
		}
	}
	return nil
}
