package message

import "bytes"

// hopFields concern one connection and are never forwarded, whether Connection
// names them or not (RFC 9110 section 7.6.1). Trailer goes with them: it
// announces what follows the last chunk, and whoever writes the chunks anew
// announces anew. Proxy-Authenticate and Proxy-Authorization are not among
// them: the RFC leaves them to the proxy they are meant for, and a gateway
// that asks nobody for credentials is not that proxy.
var hopFields = SetOf(Connection, KeepAlive, ProxyConnection, TE, Trailer, TransferEncoding, Upgrade)

// endToEnd are fields without a Name that a Connection option must not remove;
// see StripConnection.
var endToEnd = [...]string{
	"Authorization", "Cookie", "Set-Cookie", "WWW-Authenticate", "Content-Encoding",
	"Content-Range", "Location", "Vary", "Age", "X-Real-IP",
}

// StripConnection removes the fields meant for one hop only: Connection and
// the fields its options name, Keep-Alive, Proxy-Connection, TE, Trailer,
// Transfer-Encoding and Upgrade (RFC 9110 section 7.6.1).
//
// An option that names a field meant for everybody (Host, Content-Length,
// Cache-Control, X-Forwarded-For, Authorization and their like) is ignored:
// the RFC forbids senders such options, and obeying them would let a visitor
// delete what a proxy between him and us has added. Fields torwart does not
// know are removed as the option asks.
//
// A caller that forwards an upgrade or trailers adds the fields for its own
// hop afterwards.
func StripConnection(f *Fields) {
	if !f.HasAny(hopFields) {
		return
	}
	for options := range f.Values(Connection) {
		for len(options) > 0 {
			var option []byte
			option, options, _ = bytes.Cut(options, comma)
			stripOption(f, bytes.Trim(option, " \t"))
		}
	}
	for i := range f.lines {
		if hopFields&(1<<f.lines[i].name) != 0 {
			f.lines[i].gone = true
		}
	}
	f.known &^= uint64(hopFields)
}

var comma = []byte(",")

// stripOption removes the fields named by one connection option.
func stripOption(f *Fields, option []byte) {
	// The two options everybody sends name no field worth looking for:
	// Keep-Alive goes anyway.
	if len(option) == 0 || EqualFold(option, "close") || EqualFold(option, "keep-alive") {
		return
	}
	if NameOf(option) != Other {
		return // goes anyway, or is meant for everybody
	}
	for _, name := range endToEnd {
		if EqualFold(option, name) {
			return
		}
	}
	f.DelBytes(option)
}
