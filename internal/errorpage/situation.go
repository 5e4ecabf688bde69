package errorpage

import (
	"net/http"

	"torwart/internal/cause"
)

// situation is what a visitor can tell apart. There are far fewer than
// symptoms: which of two connections failed is nothing to a visitor.
type situation uint8

const (
	unavailable situation = iota
	slow
	busy
	faulty
	malformed
	late
	tooLarge
	nothingHere
	situationCount
)

func (p Page) situation() situation {
	switch p.Symptom {
	case cause.RequestShed, cause.QueueTimeout, cause.ConnectQueueFull:
		return busy
	}
	switch p.Status {
	case http.StatusInternalServerError, http.StatusNotImplemented,
		http.StatusHTTPVersionNotSupported, http.StatusLoopDetected:
		return faulty
	case http.StatusGatewayTimeout:
		return slow
	case http.StatusTooManyRequests:
		return busy
	case http.StatusNotFound, http.StatusMisdirectedRequest:
		return nothingHere
	case http.StatusRequestTimeout:
		return late
	case http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong,
		http.StatusRequestHeaderFieldsTooLarge:
		return tooLarge
	}
	if p.Status >= 400 && p.Status < 500 {
		return malformed
	}
	return unavailable
}
