package config

import (
	"net"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// portOf is the port a URL without one means; "" where SRV records tell it.
var portOf = map[string]string{"http": "80", "https": "443", "srv+http": "", "srv+https": ""}

// maxSocketPath is what sockaddr_un has room for on Linux, without its NUL.
const maxSocketPath = 107

// upstream is the sound URL of an endpoint, or of those SRV records name.
type upstream struct {
	// port is "" where SRV records tell it.
	scheme, host, port string
	// socket is the path of a unix socket; the others are then "".
	socket string
}

// String writes the URL in the one form the rest of the program knows.
func (u upstream) String() string {
	if u.socket != "" {
		return "unix:" + u.socket
	}
	if u.port == "" {
		return u.scheme + "://" + u.host
	}
	return u.scheme + "://" + net.JoinHostPort(u.host, u.port)
}

// parseUpstream reads the URL of an endpoint. A fault beside a valid URL is a
// warning.
func parseUpstream(s string) (upstream, *fault) {
	switch {
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "unix:"):
		// Before all others: no message may repeat what may be a password.
		return upstream{}, wrong(text("an endpoint has no user name or password", "ein Endpunkt hat weder Benutzername noch Passwort"),
			text("write the URL without what is before the @", "schreiben Sie die URL ohne das, was vor dem @ steht"))
	case s == "":
		return upstream{}, wrong(text("the URL is empty", "die URL ist leer"), write("http://127.0.0.1:9101"))
	case strings.ContainsAny(s, " \t"):
		return upstream{}, wrong(text("%s has a space in it", "%s enthält ein Leerzeichen", quote(s)),
			text("write one URL per list item", "schreiben Sie je Listeneintrag eine URL"))
	case strings.HasPrefix(s, "unix:"):
		return parseSocket(strings.TrimPrefix(s, "unix:"))
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return upstream{}, wrong(text("%s has no scheme", "%s hat kein Schema", quote(s)), write(withScheme(s)))
	}
	if strings.HasPrefix(rest, "unix:") {
		return upstream{}, wrong(text("a unix socket has no %s://", "ein Unix-Socket hat kein %s://", scheme), write(rest))
	}
	if _, known := portOf[scheme]; !known {
		return upstream{}, unknownScheme(scheme, rest)
	}
	return parseAuthority(scheme, rest)
}

func parseAuthority(scheme, rest string) (upstream, *fault) {
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	if tail != "" && tail != "/" {
		return upstream{}, wrong(text("an endpoint has no path, but here is %s", "ein Endpunkt hat keinen Pfad, hier steht aber %s", quote(tail)),
			text("write %s; requests keep their own path", "schreiben Sie %s; Anfragen behalten ihren eigenen Pfad", scheme+"://"+authority))
	}
	host, port, f := splitHostPort(authority, portOf[scheme])
	bySRV := portOf[scheme] == ""
	switch {
	case f != nil:
		return upstream{}, f
	case bySRV && (host == "" || port != "" || isIP(host)):
		return upstream{}, notSRV(scheme, host, authority)
	case host == "":
		return upstream{}, wrong(text("the URL has no host", "die URL hat keinen Host"), write(scheme+"://"+withPort("127.0.0.1", port)))
	case port == "0":
		return upstream{}, wrong(text(`"0" is no port`, `"0" ist kein Port`),
			text("write a number from 1 to 65535", "schreiben Sie eine Zahl von 1 bis 65535"))
	}
	if host, f = parseName(strings.TrimSuffix(host, ".")); f != nil {
		return upstream{}, f
	}
	u := upstream{scheme: scheme, host: host, port: port}
	switch {
	case port == "" && !bySRV && looksLikeSRV(host):
		u.port = portOf[scheme]
		return u, doubtful(text("%s is the name of SRV records, not of a host", "%s ist der Name von SRV-Einträgen, nicht der eines Hosts", host), write("srv+"+scheme+"://"+host))
	case port == "":
		u.port = portOf[scheme]
	case scheme == "http" && port == "443":
		return u, doubtful(text("plain HTTP is spoken to port 443", "zu Port 443 wird unverschlüsseltes HTTP gesprochen"), write("https://"+withPort(authority, port)))
	case scheme == "https" && port == "80":
		return u, doubtful(text("TLS is spoken to port 80", "zu Port 80 wird TLS gesprochen"), write("http://"+withPort(authority, port)))
	}
	return u, nil
}

// notSRV says why a host and port are not the name of SRV records, which know
// hosts and ports themselves (RFC 2782).
func notSRV(scheme, host, authority string) *fault {
	switch plain := strings.TrimPrefix(scheme, "srv+"); {
	case host == "":
		return wrong(text("the URL has no name", "die URL hat keinen Namen"), write(scheme+"://_http._tcp.app.internal"))
	case isIP(host):
		return wrong(text("%s is an IP address, which has no SRV records", "%s ist eine IP-Adresse, die keine SRV-Einträge hat", quote(host)), write(plain+"://"+authority))
	}
	return wrong(text("a URL by SRV records has no port: they tell it", "eine URL über SRV-Einträge hat keinen Port: Ihn nennen die Einträge"), write(scheme+"://"+host))
}

// looksLikeSRV reports whether a name begins with a service and a protocol as
// RFC 2782 writes them: _http._tcp.app.internal.
func looksLikeSRV(host string) bool {
	service, rest, _ := strings.Cut(host, ".")
	return strings.HasPrefix(service, "_") && strings.HasPrefix(rest, "_")
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func parseSocket(s string) (upstream, *fault) {
	// unix:///run/app.sock is what systemd and Docker write.
	s = strings.TrimPrefix(s, "//")
	switch {
	case !strings.HasPrefix(s, "/") || s == "/":
		return upstream{}, wrong(text("the socket %s has no absolute path", "der Socket %s hat keinen absoluten Pfad", quote(s)),
			write("unix:/run/app.sock"))
	case len(s) > maxSocketPath:
		return upstream{}, wrong(text("the path of the socket has %d bytes; the system allows %d", "der Pfad des Sockets hat %d Bytes; das System erlaubt %d", len(s), maxSocketPath),
			text("move the socket to a shorter path", "legen Sie den Socket unter einem kürzeren Pfad ab"))
	}
	return upstream{socket: path.Clean(s)}, nil
}

// withScheme guesses the URL somebody meant who wrote no scheme.
func withScheme(s string) string {
	s = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s, "https:"), "http:"), "/")
	switch _, port, _ := splitHostPort(s, ""); {
	case strings.HasSuffix(s, ".sock"):
		return "unix:/" + s
	case isDigits(s):
		return "http://127.0.0.1:" + s
	case port == "443":
		return "https://" + s
	}
	return "http://" + s
}

func unknownScheme(scheme, rest string) *fault {
	what := text("the scheme %s is not known", "das Schema %s ist nicht bekannt", quote(scheme))
	switch scheme {
	case "ws":
		return wrong(what, text("write http://%s; WebSockets pass as they are", "schreiben Sie http://%s; WebSockets gehen ohnehin durch", rest))
	case "wss":
		return wrong(what, text("write https://%s; WebSockets pass as they are", "schreiben Sie https://%s; WebSockets gehen ohnehin durch", rest))
	}
	switch low := strings.ToLower(scheme); low {
	case "srv", "dns+srv", "http+srv", "dnssrv", "dnssrv+http":
		return wrong(what, write("srv+http://"+rest))
	default:
		if near := nearest(low, []string{"http", "https", "srv+http", "srv+https"}); near != "" {
			return wrong(what, write(near+"://"+rest))
		}
	}
	return wrong(what, text("write http://, https://, srv+http://, srv+https:// or unix:", "schreiben Sie http://, https://, srv+http://, srv+https:// oder unix:"))
}

// reaches reports whether requests to the endpoint arrive at the listening
// address: a loop. Names are not resolved, so that a loop through a name is
// left to the gateway to find.
func (u upstream) reaches(listen string) bool {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || u.socket != "" || port != u.port {
		return false
	}
	local := isLoopback(u.host) || isWildcard(u.host)
	switch {
	case isWildcard(host):
		return local
	case u.host == "localhost" || isWildcard(u.host):
		return slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, host)
	case host == "localhost":
		return slices.Contains([]string{"127.0.0.1", "::1"}, u.host)
	}
	return u.host == host
}
