package message

// Name is a field name torwart itself reads or writes. Recognising the names
// once, while parsing, turns every later look-up into a compare of one byte
// and every "is it absent?" into one bit test.
type Name uint8

// The known names. Other is every name that is not in the list.
const (
	Other Name = iota
	AcceptLanguage
	Connection
	ContentLength
	ContentType
	CacheControl
	Date
	Expect
	Forwarded
	Host
	IdempotencyKey
	KeepAlive
	MaxForwards
	ProxyAuthenticate
	ProxyAuthorization
	ProxyConnection
	ProxyStatus
	RetryAfter
	Server
	TE
	Trailer
	TransferEncoding
	Upgrade
	UserAgent
	Via
	XForwardedFor
	XForwardedHost
	XForwardedProto
	XRequestID
	XAccelBuffering
	ETag
	Range
	nameCount
)

// Every name is a bit of Fields.known.
const _ = uint(64 - nameCount)

// nameTexts holds the canonical spelling used when torwart adds a field.
var nameTexts = [nameCount]string{
	AcceptLanguage: "Accept-Language", Connection: "Connection",
	ContentLength: "Content-Length", ContentType: "Content-Type",
	CacheControl: "Cache-Control", Date: "Date", Expect: "Expect",
	Forwarded: "Forwarded", Host: "Host", IdempotencyKey: "Idempotency-Key",
	KeepAlive: "Keep-Alive", MaxForwards: "Max-Forwards",
	ProxyAuthenticate: "Proxy-Authenticate", ProxyAuthorization: "Proxy-Authorization",
	ProxyConnection: "Proxy-Connection", ProxyStatus: "Proxy-Status",
	RetryAfter: "Retry-After", Server: "Server", TE: "TE", Trailer: "Trailer",
	TransferEncoding: "Transfer-Encoding", Upgrade: "Upgrade",
	UserAgent: "User-Agent", Via: "Via", XForwardedFor: "X-Forwarded-For",
	XForwardedHost: "X-Forwarded-Host", XForwardedProto: "X-Forwarded-Proto",
	XRequestID: "X-Request-Id", XAccelBuffering: "X-Accel-Buffering",
	ETag: "ETag", Range: "Range",
}

// String returns the canonical spelling, or "" for Other and for what is no
// name.
func (n Name) String() string {
	if n >= nameCount {
		return ""
	}
	return nameTexts[n]
}

// nameIndex finds a name by its length and first letter: heads is where a
// chain of candidates begins, next continues it. Two names share a chain at
// present (X-Forwarded-Proto and X-Accel-Buffering), so recognising a name is
// one look-up and one compare.
var nameIndex = func() (t struct {
	heads [nameLengths][32]Name
	next  [nameCount]Name
},
) {
	for n := Other + 1; n < nameCount; n++ {
		text := nameTexts[n]
		head := &t.heads[len(text)][text[0]&31]
		t.next[n], *head = *head, n
	}
	return t
}()

// nameLengths is one more than the length of the longest known name.
const nameLengths = 20

// NameOf recognises a field name in any case; Other when it is not known.
func NameOf(name []byte) Name {
	if len(name) == 0 || len(name) >= nameLengths {
		return Other
	}
	n := nameIndex.heads[len(name)][name[0]&31]
	for n != Other && !EqualFold(name, nameTexts[n]) {
		n = nameIndex.next[n]
	}
	return n
}

// EqualFold reports whether b is s, ignoring ASCII case. Unlike
// bytes.EqualFold it knows no Unicode: in HTTP, K (Kelvin sign) is not k.
func EqualFold(b []byte, s string) bool {
	if string(b) == s { // most senders spell a name the canonical way
		return true
	}
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if b[i] != s[i] && lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

// equalFoldBytes is EqualFold for two byte slices; converting one to a string
// would allocate.
func equalFoldBytes(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
