package cause_test

import (
	"slices"
	"strings"
	"testing"

	"torwart/internal/cause"
)

// openings are what servers of other protocols say first, and what becomes
// of an answer that begins so.
var openings = []struct {
	first, protocol string
	symptom         cause.Code
}{
	{"\x15\x03\x01\x00\x02\x02\x28", "TLS alert", cause.ResponseIsTLS},
	{"\x15\x03\x03", "TLS alert", cause.ResponseIsTLS},
	{"\x16\x03\x03\x00\x7a\x02\x00", "TLS handshake", cause.ResponseIsTLS},
	{"\x17\x03\x03\x00\x10", "TLS", cause.ResponseIsTLS},
	{"\x14\x03\x03\x00\x01\x01", "TLS", cause.ResponseIsTLS},
	{"\x13\x03\x03\x00\x01\x01", "", cause.ResponseHeadMalformed},
	{"\x18\x03\x03\x00\x01\x01", "", cause.ResponseHeadMalformed},
	{"HTTP/1.1 200 OK\r\n", "HTTP/1", cause.ResponseHeadMalformed},
	{"HTTP/1.1 20x", "HTTP/1", cause.ResponseHeadMalformed},
	{"HTTP/", "HTTP/1", cause.ResponseHeadMalformed},
	// nginx, Go and nghttp2 open with SETTINGS, Go answers HTTP/1 with GOAWAY.
	{"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "HTTP/2", cause.ResponseNotHTTP},
	{"\x00\x00\x00\x04\x00\x00\x00\x00\x00", "HTTP/2", cause.ResponseNotHTTP},
	{"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "HTTP/2", cause.ResponseNotHTTP},
	{"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH", cause.ResponseNotHTTP},
	{"220 mail.example ESMTP Postfix\r\n", "SMTP", cause.ResponseNotHTTP},
	{"220-FileZilla Server\r\n", "SMTP or FTP", cause.ResponseNotHTTP},
	{"421 4.3.2 Service not available\r\n", "SMTP or FTP", cause.ResponseNotHTTP},
	{"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n", "IMAP", cause.ResponseNotHTTP},
	{"+OK Dovecot ready.\r\n", "POP3 or Redis", cause.ResponseNotHTTP},
	{"-ERR wrong number of arguments for 'get' command\r\n", "Redis or POP3", cause.ResponseNotHTTP},
	{"-NOAUTH Authentication required.\r\n", "Redis", cause.ResponseNotHTTP},
	{"-DENIED Redis is running in protected mode", "Redis", cause.ResponseNotHTTP},
	{"ERROR\r\n", "memcached", cause.ResponseNotHTTP},
	{"\x01\x06\x00\x01\x00\x20\x00\x00Status: 404", "FastCGI", cause.ResponseNotHTTP},
	{"\x01\x03\x00\x01\x00\x08\x00\x00", "FastCGI", cause.ResponseNotHTTP},
	{"J\x00\x00\x00\x0a8.0.36\x00", "MySQL", cause.ResponseNotHTTP},
	{"H\x00\x00\x00\xff\x6a\x04Host '10.0.0.1' is not allowed", "MySQL", cause.ResponseNotHTTP},
	{"E\x00\x00\x00\x8cSFATAL\x00VFATAL\x00C0A000\x00", "PostgreSQL", cause.ResponseNotHTTP},
	{"R\x00\x00\x00\x17\x00\x00\x00\x0aSCRAM", "PostgreSQL", cause.ResponseNotHTTP},
	{"PROXY TCP4 192.0.2.1 192.0.2.2 4000 80\r\n", "PROXY protocol, version 1", cause.ResponseNotHTTP},
	{"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c", "PROXY protocol, version 2", cause.ResponseNotHTTP},
	{"RTSP/1.0 400 Bad Request\r\n", "RTSP", cause.ResponseNotHTTP},
	{"AMQP\x00\x00\x09\x01", "AMQP", cause.ResponseNotHTTP},
	{"AB\x00\x02\x05\x01", "AJP", cause.ResponseNotHTTP},
	{"INFO {\"server_id\":", "NATS", cause.ResponseNotHTTP},
	{"RFB 003.008\n", "VNC", cause.ResponseNotHTTP},
	{"\xff\xfd\x18\xff\xfd\x20", "Telnet", cause.ResponseNotHTTP},
	{"\x20\x02\x00\x01", "MQTT", cause.ResponseNotHTTP},
	{"GET / HTTP/1.1\r\n", "an HTTP request", cause.ResponseNotHTTP},
	{"<!DOCTYPE html>", "HTML or XML without a response head", cause.ResponseNotHTTP},
	{"\n\n<?xml version=", "HTML or XML without a response head", cause.ResponseNotHTTP},
	{"\x1f\x8b\x08\x00", "gzip without a response head", cause.ResponseNotHTTP},

	// What merely resembles one of them.
	{"", "", cause.ResponseHeadMalformed},
	{"\x15", "", cause.ResponseHeadMalformed},
	{"\x15\x04\x01\x00\x02", "", cause.ResponseHeadMalformed},
	{"\x00\x00\x13\x04\x00\x00\x00\x00\x00", "", cause.ResponseHeadMalformed}, // SETTINGS of 19 bytes
	{"\x00\x00\x06\x04\x00\x00\x00\x00\x01", "", cause.ResponseHeadMalformed}, // SETTINGS on stream 1
	{"\x01\x01\x00\x01\x00\x08\x00\x00", "", cause.ResponseHeadMalformed},     // what only a web server says
	{"220 V", "SMTP or FTP", cause.ResponseNotHTTP},
	{"2200 bytes follow", "", cause.ResponseHeadMalformed},
	{"Warning: mysqli_connect()", "", cause.ResponseHeadMalformed},
	{"http/1.1 200 ok", "", cause.ResponseHeadMalformed},
}

func TestRecogniseNamesProtocols(t *testing.T) {
	for _, o := range openings {
		symptom, protocol := cause.FirstBytes([]byte(o.first))
		if symptom != o.symptom || protocol != o.protocol {
			t.Errorf("%.20q is %q, %q; want %q, %q", o.first, symptom, protocol, o.symptom, o.protocol)
		}
		if got := cause.Recognise([]byte(o.first)); got != o.protocol {
			t.Errorf("Recognise(%.20q) = %q, want %q", o.first, got, o.protocol)
		}
	}
}

// FuzzRecognise: any bytes are answered, never with a TLS name and another
// symptom, and more bytes of the same text protocol do not change its name.
func FuzzRecognise(f *testing.F) {
	for _, o := range openings {
		f.Add([]byte(o.first))
	}
	f.Fuzz(func(t *testing.T, first []byte) {
		symptom, protocol := cause.FirstBytes(first)
		if isTLS := strings.HasPrefix(protocol, "TLS"); isTLS != (symptom == cause.ResponseIsTLS) {
			t.Errorf("%q: protocol %q with symptom %q", first, protocol, symptom)
		}
		if symptom == cause.ResponseNotHTTP && protocol == "" {
			t.Errorf("%q: another protocol without a name", first)
		}
		if protocol != "" && cause.Recognise(append(slices.Clip(first), 'x')) != protocol {
			t.Errorf("%q: one more byte made %q something else", first, protocol)
		}
	})
}
