package cause

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Sizes and numbers of a TLS record (RFC 8446 section 5.1).
const (
	tlsRecordHeader    = 5
	tlsAlertRecord     = 21
	tlsHandshakeRecord = 22
)

// Recognise names the protocol that begins with the bytes first, such as
// "SSH" or "TLS alert", or returns "" for one it does not know. A handful of
// bytes is enough; the more (up to 64), the surer.
func Recognise(first []byte) string {
	for _, g := range greetings {
		if bytes.HasPrefix(first, []byte(g.prefix)) {
			return g.name
		}
	}
	for _, g := range binaryProtocols {
		if g.is(first) {
			return g.name
		}
	}
	// Last, since it is the vaguest: a page without a head, as HTTP/0.9 and
	// scripts that died half-way send it.
	if t := bytes.TrimLeft(first, " \t\r\n"); bytes.HasPrefix(t, []byte("<")) {
		return "HTML or XML without a response head"
	}
	return ""
}

// FirstBytes names the symptom of an answer that began with the bytes first
// where a status line was due, and the protocol if it is a known one.
func FirstBytes(first []byte) (symptom Code, protocol string) {
	protocol = Recognise(first)
	switch {
	case looksLikeTLS(first):
		return ResponseIsTLS, protocol
	case protocol == "" || protocol == "HTTP/1":
		// Perhaps HTTP after all, badly spoken.
		return ResponseHeadMalformed, protocol
	}
	return ResponseNotHTTP, protocol
}

// greetings are the protocols whose servers speak in text, the longer prefix
// before the shorter.
var greetings = []struct{ prefix, name string }{
	{"HTTP/", "HTTP/1"},
	{"PRI * HTTP/2", "HTTP/2"},
	{"SSH-", "SSH"},
	{"* OK", "IMAP"},
	{"* BYE", "IMAP"},
	{"+OK", "POP3 or Redis"},
	{"+PONG", "Redis"},
	{"-ERR", "Redis or POP3"},
	{"-WRONGTYPE", "Redis"},
	{"-NOAUTH", "Redis"},
	{"-DENIED", "Redis"},
	{"-LOADING", "Redis"},
	{"-MISCONF", "Redis"},
	{"PROXY ", "PROXY protocol, version 1"},
	{"\r\n\r\n\x00\r\nQUIT\n", "PROXY protocol, version 2"},
	{"RTSP/", "RTSP"},
	{"SIP/2.0", "SIP"},
	{"ICY ", "Icecast"},
	{"AMQP", "AMQP"},
	{"ERROR\r\n", "memcached"},
	{"CLIENT_ERROR", "memcached"},
	{"INFO {", "NATS"},
	{"RFB ", "VNC"},
	{"@RSYNCD:", "rsync"},
	{"@ERROR", "rsync"},
	{"AB\x00", "AJP"},
	{"GET ", "an HTTP request"},
	{"POST ", "an HTTP request"},
	{"OPTIONS ", "an HTTP request"},
	{"<stream", "XMPP"},
	{"{", "JSON without a response head"},
	{"Status:", "a CGI head without a status line"},
	{"Content-type:", "a CGI head without a status line"},
	{"Content-Type:", "a CGI head without a status line"},
	{"X-Powered-By:", "a CGI head without a status line"},
	{"\x03\x00\x00", "RDP"},
	{"\x1f\x8b\x08", "gzip without a response head"},
	{"%PDF-", "PDF without a response head"},
}

// binaryProtocols are known by their framing.
var binaryProtocols = []struct {
	name string
	is   func([]byte) bool
}{
	{"TLS alert", func(b []byte) bool { return looksLikeTLS(b) && b[0] == tlsAlertRecord }},
	{"TLS handshake", func(b []byte) bool { return looksLikeTLS(b) && b[0] == tlsHandshakeRecord }},
	{"TLS", looksLikeTLS},
	{"FTP", func(b []byte) bool { return isReply(b, "220") && says(b, "FTP") }},
	{"SMTP", func(b []byte) bool { return isReply(b, "220", "421", "554") && says(b, "SMTP", "MAIL") }},
	{"SMTP or FTP", func(b []byte) bool { return isReply(b, "220", "421", "530", "554") }},
	{"NNTP", func(b []byte) bool { return isReply(b, "200", "201") }},
	{"HTTP/2", isHTTP2},
	{"FastCGI", isFastCGI},
	{"MySQL", isMySQL},
	{"PostgreSQL", isPostgreSQL},
	{"Telnet", isTelnet},
	{"MQTT", func(b []byte) bool { return len(b) >= 4 && b[0] == 0x20 && b[1] == 2 && b[2] <= 1 && b[3] <= 5 }},
}

// isReply reports whether b begins with one of these three-digit replies
// (RFC 5321 section 4.2, RFC 959 section 4.2, RFC 3977 section 3.2).
func isReply(b []byte, codes ...string) bool {
	if len(b) < 4 || b[3] != ' ' && b[3] != '-' {
		return false
	}
	return slices.Contains(codes, string(b[:3]))
}

// says reports whether the first line holds one of these words.
func says(b []byte, words ...string) bool {
	line, _, _ := bytes.Cut(bytes.ToUpper(b), []byte("\n"))
	for _, w := range words {
		if bytes.Contains(line, []byte(w)) {
			return true
		}
	}
	return false
}

// looksLikeTLS reports whether b begins with a record header of SSL 3.0 to
// TLS 1.3: type 20 to 23, major version 3, minor below 5.
func looksLikeTLS(b []byte) bool {
	return len(b) >= 3 && b[0] >= 20 && b[0] <= 23 && b[1] == 3 && b[2] < 5
}

// isHTTP2 reports whether b begins with a frame that may open a server's
// side: SETTINGS, or GOAWAY to a peer that sent no preface; both on stream 0
// (RFC 9113 sections 3.4, 4.1, 6.5, 6.8).
func isHTTP2(b []byte) bool {
	const header, settings, goAway = 9, 4, 7
	if len(b) < header || !bytes.Equal(b[5:9], []byte{0, 0, 0, 0}) {
		return false
	}
	size := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	switch b[3] {
	case settings:
		return size%6 == 0 && size <= 6*256 && b[4]&^1 == 0
	case goAway:
		return size >= 8 && size < 1<<12
	}
	return false
}

// isFastCGI reports whether b begins with a record a FastCGI application
// sends: version 1, type END_REQUEST, STDOUT, STDERR, GET_VALUES_RESULT or
// UNKNOWN_TYPE, reserved byte 0 (FastCGI 1.0 section 3.3).
func isFastCGI(b []byte) bool {
	if len(b) < 8 || b[0] != 1 || b[7] != 0 {
		return false
	}
	switch b[1] {
	case 3, 6, 7, 10, 11:
		return true
	}
	return false
}

// isMySQL reports whether b begins with a MySQL or MariaDB greeting or
// refusal: three bytes of length, sequence 0, protocol version 10 or error
// 0xff.
func isMySQL(b []byte) bool {
	if len(b) < 6 || b[3] != 0 || b[2] != 0 {
		return false
	}
	size := int(b[0]) | int(b[1])<<8
	if size < 5 || size > 1024 {
		return false
	}
	return b[4] == 10 && b[5] >= '0' && b[5] <= '9' || b[4] == 0xff
}

// isPostgreSQL reports whether b begins with what PostgreSQL answers to a
// stranger: an ErrorResponse or an authentication request.
func isPostgreSQL(b []byte) bool {
	if len(b) < 6 {
		return false
	}
	size := binary.BigEndian.Uint32(b[1:5])
	switch b[0] {
	case 'E':
		return size > 4 && size < 1<<13 && (b[5] == 'S' || b[5] == 'M' || b[5] == 'F')
	case 'R':
		return size >= 8 && size < 1<<10 && b[5] == 0
	}
	return false
}

// isTelnet reports whether b begins with an option negotiation (RFC 854):
// IAC, then WILL, WONT, DO or DONT.
func isTelnet(b []byte) bool {
	return len(b) >= 3 && b[0] == 0xff && b[1] >= 0xfb && b[1] <= 0xfe
}
