package http1

import (
	"strconv"

	"torwart/internal/message"
)

const crlf = "\r\n"

// AppendRequest appends the head of req as it was read, byte for byte. Of a
// request that was not read but made, it prints Method, Path and Version.
func AppendRequest(dst []byte, req *message.Request) []byte {
	if len(req.Line) > 0 {
		dst = append(append(dst, req.Line...), crlf...)
	} else {
		dst = appendRequestLine(dst, req, req.Version.String())
	}
	return append(req.Fields.AppendTo(dst), crlf...)
}

// AppendResponse appends the head of resp as it was read, byte for byte, save
// for the irregularities that ReadResponse tolerates. Of a response that was
// not read but made, it prints Version, Status and Reason.
func AppendResponse(dst []byte, resp *message.Response) []byte {
	if len(resp.Line) > 0 {
		dst = append(append(dst, resp.Line...), crlf...)
	} else {
		dst = appendStatusLine(dst, resp, resp.Version.String())
	}
	return append(resp.Fields.AppendTo(dst), crlf...)
}

func appendRequestLine(dst []byte, req *message.Request, version string) []byte {
	dst = append(append(dst, req.Method...), ' ')
	switch {
	case req.Method == "CONNECT":
		dst = append(dst, req.Authority...)
	case len(req.Path) == 0:
		dst = append(dst, '/')
	default:
		dst = append(dst, req.Path...)
	}
	dst = append(append(dst, ' '), version...)
	return append(dst, crlf...)
}

func appendStatusLine(dst []byte, resp *message.Response, version string) []byte {
	dst = append(append(dst, version...), ' ')
	dst = append(dst, byte('0'+resp.Status/100%10), byte('0'+resp.Status/10%10), byte('0'+resp.Status%10), ' ')
	if len(resp.Reason) > 0 {
		dst = append(dst, resp.Reason...)
	} else {
		dst = append(dst, reasonOf(resp.Status)...)
	}
	return append(dst, crlf...)
}

// The fields that say where a body ends.
var framingFields = message.SetOf(message.ContentLength, message.TransferEncoding)

const chunkedField = "Transfer-Encoding: chunked\r\n"

func appendLengthField(dst []byte, n int64) []byte {
	dst = append(dst, "Content-Length: "...)
	return append(strconv.AppendInt(dst, n, 10), crlf...)
}

// statesLength reports whether f states exactly the length n, once.
func statesLength(f *message.Fields, n int64) bool {
	stated, ok := theLength(f)
	return ok && stated == n
}

// theLength returns the one valid Content-Length of f.
func theLength(f *message.Fields) (n int64, ok bool) {
	lines := 0
	for value := range f.Values(message.ContentLength) {
		lines++
		n, ok = parseLength(value)
	}
	return n, ok && lines == 1
}
