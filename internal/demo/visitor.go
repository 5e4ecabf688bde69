package demo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// wayID is one of the two ways into the shop.
type wayID uint8

const (
	plain wayID = iota
	torwart
	ways = 2
)

// wayField tells the upstreams, which keep the book, which way a request came.
const wayField = "X-Demo-Way"

var wayNames = [ways]string{"plain", "torwart"}

func wayOf(h http.Header) wayID {
	if h.Get(wayField) == wayNames[torwart] {
		return torwart
	}
	return plain
}

// sight is what a visitor saw of an answer.
type sight uint8

const (
	sawAnswer sight = iota
	saw502
	saw503
	saw504
	sawError   // another status than 200
	sawHalf    // an answer that broke off
	sawHangUp  // the connection ended without an answer
	sawWrong   // an answer that is not the right one
	sawSilence // nothing, for patience
	sawNoDoor  // no connection
	sights     = 10
)

const (
	// keptConns is how many connections visitors keep open along each way.
	// They use them in turn.
	keptConns = 16
	// patience is how long a visitor waits for an answer.
	patience = 20 * time.Second
	// mostVisitors bounds who waits along one way: when the machine cannot
	// keep up, nobody new comes along either way.
	mostVisitors = 400
)

// way is one way into the shop, and the connections of its visitors.
type way struct {
	id       wayID
	addr     string
	visitors atomic.Int64

	mu   sync.Mutex
	open int
	idle []*line // the one longest idle first
}

// line is a visitor's connection.
type line struct {
	net.Conn
	br *bufio.Reader
}

// ask makes a request, once, and compares every byte of the answer.
func (w *way) ask(r request) sight {
	w.visitors.Add(1)
	defer w.visitors.Add(-1)
	l, err := w.take()
	if err != nil {
		return sawNoDoor
	}
	l.SetDeadline(time.Now().Add(patience))
	saw, again := w.talk(l, r)
	w.give(l, again)
	return saw
}

// talk sends the request and reads the answer. again tells that the
// connection can be used again.
func (w *way) talk(l *line, r request) (saw sight, again bool) {
	msg := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: visitor\r\n%s: %s\r\n",
		r.method, r.target, wayField, wayNames[w.id])
	if r.body != nil {
		msg = fmt.Appendf(msg, "Content-Length: %d\r\n", len(r.body))
	}
	msg = append(append(msg, "\r\n"...), r.body...)
	if _, err := l.Write(msg); err != nil {
		return brokenBy(err, sawHangUp), false
	}
	resp, err := http.ReadResponse(l.br, &http.Request{Method: r.method})
	if err != nil {
		return brokenBy(err, sawHangUp), false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return brokenBy(err, sawHalf), false
	}
	return judged(resp.StatusCode, bytes.Equal(body, r.want)), !resp.Close
}

// brokenBy is what a visitor saw when the connection failed: nothing for too
// long, or its end at a bad moment, or something that is no HTTP.
func brokenBy(err error, ended sight) sight {
	var op *net.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return sawSilence
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ended
	}
	return sawWrong
}

func judged(status int, right bool) sight {
	switch {
	case status == http.StatusOK && right:
		return sawAnswer
	case status == http.StatusOK:
		return sawWrong
	case status == http.StatusBadGateway:
		return saw502
	case status == http.StatusServiceUnavailable:
		return saw503
	case status == http.StatusGatewayTimeout:
		return saw504
	}
	return sawError
}

// take returns the connection that has been idle longest, or a new one while
// there are fewer than visitors keep.
func (w *way) take() (*line, error) {
	w.mu.Lock()
	if w.open >= keptConns && len(w.idle) > 0 {
		l := w.idle[0]
		w.idle = w.idle[1:]
		w.mu.Unlock()
		return l, nil
	}
	w.open++
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", w.addr)
	if err != nil {
		w.mu.Lock()
		w.open--
		w.mu.Unlock()
		return nil, err
	}
	return &line{nc, bufio.NewReader(nc)}, nil
}

func (w *way) give(l *line, again bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !again || w.open > keptConns {
		w.open--
		l.Close()
		return
	}
	w.idle = append(w.idle, l)
}

func (w *way) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.idle {
		l.Close()
	}
	w.idle = nil
}

// beat is how often it is looked whether a visitor is due.
const beat = 5 * time.Millisecond

// pace is how many visitors a second come along each way. A machine that gets
// behind is given fewer: it would else drown in what it still has to do, and
// the timeouts would be its own.
type pace struct {
	rate float64
	due  float64 // visitors
	last time.Time
	// waved is when the last wave came.
	waved time.Time
}

const (
	fullRate  = 200
	leastRate = 20
	// late is when a beat says that the machine is behind, and regain the
	// factor for every one that says it is not.
	late   = 25 * time.Millisecond
	regain = 1.005
)

// beat returns how many visitors are due now, and how late the beat was.
func (p *pace) beat(now time.Time) (visitors int, lag time.Duration) {
	since := now.Sub(p.last)
	p.last = now
	lag = max(since-beat, 0)
	if lag > late {
		p.rate = max(p.rate/2, leastRate)
	}
	p.rate = min(p.rate*regain, fullRate)
	// What was missed is not made up for.
	p.due += min(since, 4*beat).Seconds() * p.rate
	visitors = int(p.due)
	p.due -= float64(visitors)
	return visitors, lag
}

// crowd is how many visitors of a wave come at the same moment, at full rate;
// at least half of them always come, for less than a wave meets no close.
const crowd = 60

// wave returns how many visitors come now when they come in waves, with this
// much time between them, and not one by one.
func (p *pace) wave(now time.Time, between time.Duration) int {
	if now.Sub(p.waved) < between {
		return 0
	}
	p.waved = now
	return int(max(crowd*p.rate/fullRate, crowd/2))
}

// visit sends visitors along both ways, at the same moments and with the same
// requests, until ctx ends and the last has been answered.
func (s *show) visit(ctx context.Context) {
	var visitors sync.WaitGroup
	defer visitors.Wait()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	stock := s.shop.upstreams[0].stock
	p := pace{rate: fullRate, last: time.Now()}
	number := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		due, lag := p.beat(now)
		s.board.lags(lag)
		if between := time.Duration(s.waves.Load()); between > 0 {
			due = p.wave(now, between)
		}
		for range due {
			if s.crowded() {
				break
			}
			r := stock.request(number)
			number++
			for _, w := range s.ways {
				v := s.board.asks(w.id)
				visitors.Go(func() { s.board.saw(v, r, w.ask(r)) })
			}
		}
	}
}

func (s *show) crowded() bool {
	for _, w := range s.ways {
		if w.visitors.Load() >= mostVisitors {
			return true
		}
	}
	return false
}
