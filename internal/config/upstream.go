package config

import (
	"net"
	"path"
	"slices"
	"strings"
)

// portOf is the port a URL without one means.
var portOf = map[string]string{"http": "80", "https": "443"}

// maxSocketPath is what sockaddr_un has room for on Linux, without its NUL.
const maxSocketPath = 107

// upstream is the sound URL of an endpoint.
type upstream struct {
	scheme, host, port string
	// socket is the path of a unix socket; the others are then "".
	socket string
}

// String writes the URL in the one form the rest of the program knows.
func (u upstream) String() string {
	if u.socket != "" {
		return "unix:" + u.socket
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
	if portOf[scheme] == "" {
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
	switch {
	case f != nil:
		return upstream{}, f
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
	case port == "":
		u.port = portOf[scheme]
	case scheme == "http" && port == "443":
		return u, doubtful(text("plain HTTP is spoken to port 443", "zu Port 443 wird unverschlüsseltes HTTP gesprochen"), write("https://"+withPort(authority, port)))
	case scheme == "https" && port == "80":
		return u, doubtful(text("TLS is spoken to port 80", "zu Port 80 wird TLS gesprochen"), write("http://"+withPort(authority, port)))
	}
	return u, nil
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
	if near := nearest(strings.ToLower(scheme), []string{"http", "https"}); near != "" {
		return wrong(what, write(near+"://"+rest))
	}
	return wrong(what, text("write http://, https:// or unix:", "schreiben Sie http://, https:// oder unix:"))
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
