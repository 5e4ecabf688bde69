package cause

// causesSetting are the root causes in which two sides are set up so that
// they do not fit together.
func causesSetting() []Entry {
	return []Entry{
		{
			Code: CauseIdleTimeoutInversion, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upstream closes idle connections first", "Upstream schließt ruhende Verbindungen zuerst"},
			Meaning: Text{
				"The application closes idle kept-alive connections sooner than the gateway stops reusing them. Now and then a request goes into a connection that is being closed at that very moment, and gets no answer.",
				"Die Anwendung schließt ruhende Keep-Alive-Verbindungen früher, als das Gateway aufhört, sie wiederzuverwenden. Ab und zu gerät eine Anfrage in eine Verbindung, die in genau diesem Moment geschlossen wird, und bleibt ohne Antwort.",
			},
			Tell: Text{
				"reused-connection-closed, or request-write-failed for a POST, rarely and seemingly at random, and the connection's idle age at that moment is close to a round value: 2 s gunicorn, 5 s Node, uvicorn and Apache. Fresh connections never fail; if they do, it is app-crashed or intrusion-prevention. If connections idle for minutes go silent without being closed, a firewall forgot them: firewall-drop or host-conntrack.",
				"reused-connection-closed, beim POST auch request-write-failed, selten und scheinbar zufällig, und die Verbindung ruhte gerade fast genau eine runde Zeit: 2 s bei gunicorn, 5 s bei Node, uvicorn und Apache. Frische Verbindungen scheitern nie; tun sie es doch, ist es app-crashed oder intrusion-prevention. Verstummen minutenlang ruhende Verbindungen, ohne geschlossen zu werden, hat eine Firewall sie vergessen: firewall-drop oder host-conntrack.",
			},
			Remedy: []Step{
				{For: "node", Line: "server.keepAliveTimeout = 75_000; server.headersTimeout = 76_000", Do: Text{
					"Let the application wait longer than any gateway (nginx reuses for 60 s).",
					"Die Anwendung länger warten lassen als jedes Gateway (nginx verwendet bis 60 s wieder).",
				}},
				{For: "gunicorn", Line: "--worker-class gthread --keep-alive 75", Do: Text{
					"The same for gunicorn (its sync workers ignore the option); uvicorn calls it --timeout-keep-alive 75.",
					"Dasselbe für gunicorn (dessen sync-Worker beachten die Option nicht); bei uvicorn heißt sie --timeout-keep-alive 75.",
				}},
				{For: "nginx", Line: "keepalive_timeout 4s;", Do: Text{
					"Or have the gateway let go first (in the upstream block, below the application's value).",
					"Oder das Gateway zuerst loslassen lassen (im upstream-Block, unter dem Wert der Anwendung).",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://10.0.0.5:8080/" ttl=4`, Do: Text{
					"With Apache as the gateway, ttl does it (not with the prefork MPM: use disablereuse=On there).",
					"Mit Apache als Gateway leistet das ttl (nicht mit dem MPM prefork: dort disablereuse=On).",
				}},
				{For: "haproxy", Line: "default-server pool-purge-delay 1s", Do: Text{
					"HAProxy closes half of its idle connections each time this passes, so choose it well below the application's value.",
					"HAProxy schließt nach jeder solchen Frist die Hälfte der ruhenden Verbindungen, also deutlich unter dem Wert der Anwendung bleiben.",
				}},
				{For: "torwart", Line: "retry: {unsafe_probable: true}", Do: Text{
					"torwart learns the application's value by itself; switch this on only where a POST may run twice.",
					"torwart lernt den Wert der Anwendung selbst; dies nur einschalten, wo ein POST doppelt laufen darf.",
				}},
			},
		},
		{
			Code: CauseTimeoutInversion, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Time limits in the wrong order", "Zeitlimits in falscher Reihenfolge"},
			Meaning: Text{
				"The gateway gives up while the application is still working on a request that would have succeeded, or it waits far beyond the moment at which the application has given up. Each outer layer has to wait a little longer than the one inside it.",
				"Das Gateway gibt auf, während die Anwendung noch an einer Anfrage arbeitet, die gelungen wäre, oder es wartet weit über den Moment hinaus, in dem die Anwendung aufgegeben hat. Jede äußere Schicht muss etwas länger warten als die innere.",
			},
			Tell: Text{
				"response-timeout always after the same round number of seconds, which equals a limit of the gateway (60 s in nginx), and the application's log shows the request completed afterwards. In app-worker-timeout it is the application's supervisor that ends the worker at its own limit. app-slow shows many different times and grows with load; app-hung never completes.",
				"response-timeout immer nach derselben runden Zahl von Sekunden, die einem Limit des Gateways entspricht (60 s bei nginx), und laut Log der Anwendung wurde die Anfrage danach noch fertig. Bei app-worker-timeout beendet der Supervisor der Anwendung den Worker an seinem eigenen Limit. app-slow zeigt viele verschiedene Zeiten und wächst mit der Last; app-hung wird nie fertig.",
			},
			Remedy: []Step{
				{Do: Text{
					"Write down all limits on the way and put them in order: visitor and CDN longest, then gateway, application, database.",
					"Alle Limits auf dem Weg aufschreiben und ordnen: Besucher und CDN am längsten, dann Gateway, Anwendung, Datenbank.",
				}},
				{For: "nginx", Line: "proxy_read_timeout 75s;", Do: Text{
					"Wait longer than the application's own limit (for PHP: fastcgi_read_timeout).",
					"Länger warten als das eigene Limit der Anwendung (bei PHP: fastcgi_read_timeout).",
				}},
				{For: "apache", Line: "ProxyTimeout 75", Do: Text{
					"Apache takes over Timeout (60 s) if this is not set, and reports the expiry as 502.",
					"Ohne diese Zeile übernimmt Apache Timeout (60 s) und meldet den Ablauf als 502.",
				}},
				{For: "haproxy", Line: "timeout server 75s", Do: Text{
					"In HAProxy this is the longest silence of the server (defaults or backend section).",
					"Bei HAProxy ist das die längste Stille des Servers (Abschnitt defaults oder backend).",
				}},
				{For: "torwart", Line: "timeouts: {response: 75s, request: 90s}", Do: Text{
					"In torwart, response bounds one attempt and request the whole exchange with its retries.",
					"In torwart begrenzt response einen einzelnen Versuch und request alle Versuche zusammen.",
				}},
				{For: "php-fpm", Line: "request_terminate_timeout = 60s", Do: Text{
					"End scripts in the application before the gateway stops listening, or workers go on for nobody.",
					"Skripte in der Anwendung beenden, bevor das Gateway weghört, sonst arbeiten Worker für niemanden weiter.",
				}},
			},
		},
		{
			Code: CauseBufferTooSmall, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Gateway's header buffer too small", "Header-Puffer des Gateways zu klein"},
			Meaning: Text{
				"The gateway's buffer for response headers is smaller than what the application sends in ordinary operation. The answer is complete and correct, and is thrown away all the same.",
				"Der Puffer des Gateways für Antwort-Header ist kleiner als das, was die Anwendung im Normalbetrieb sendet. Die Antwort ist vollständig und korrekt und wird trotzdem verworfen.",
			},
			Tell: Text{
				"response-head-too-large although the head is of ordinary size: 5 to 16 KiB by curl, against 4 or 8 KiB in nginx by default. It began with single sign-on, a long Content-Security-Policy or one more cookie, and is the same for everyone concerned. A head that keeps growing, or is over 32 KiB, is app-response-headers-too-large. If the answer is damaged and not just big, it is app-invalid-response. The same trouble in the visitor's request is client-request-too-large.",
				"response-head-too-large, obwohl der Kopf gewöhnlich groß ist: laut curl 5 bis 16 KiB, gegenüber 4 oder 8 KiB als Vorgabe von nginx. Es begann mit Single Sign-on, einer langen Content-Security-Policy oder einem weiteren Cookie und ist bei allen Betroffenen gleich. Ein Kopf, der immer weiter wächst oder über 32 KiB liegt, ist app-response-headers-too-large. Ist die Antwort beschädigt und nicht bloß groß, ist es app-invalid-response. Dasselbe in der Anfrage des Besuchers ist client-request-too-large.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "proxy_buffer_size 16k; proxy_buffers 8 16k;", Do: Text{
					"Enlarge the buffer of the location in question.",
					"Den Puffer der betroffenen location vergrößern.",
				}},
				{For: "nginx", Line: "fastcgi_buffer_size 16k; fastcgi_buffers 16 16k;", Do: Text{
					"With PHP-FPM behind nginx the directives are called this; proxy_ has no effect there.",
					"Mit PHP-FPM hinter nginx heißen die Direktiven so; proxy_ wirkt dort nicht.",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://10.0.0.5:8080/" responsefieldsize=16384`, Do: Text{
					"For Apache it is a single header line that must fit (8192 bytes by default).",
					"Bei Apache muss eine einzelne Headerzeile hineinpassen (Vorgabe 8192 Byte).",
				}},
				{For: "haproxy", Line: "tune.bufsize 32768", Do: Text{
					"HAProxy: the head must fit into one buffer (global section; costs memory per connection).",
					"HAProxy: Der Kopf muss in einen Puffer passen (Abschnitt global; kostet Speicher je Verbindung).",
				}},
				{For: "torwart", Line: "limits: {head: 65536}", Do: Text{
					"torwart takes 64 KiB unless the configuration says less; take a smaller value out.",
					"torwart nimmt 64 KiB an, sofern die Konfiguration nicht weniger vorgibt; einen kleineren Wert entfernen.",
				}},
			},
		},
		{
			Code: CauseBodyLimitInversion, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upload limits do not match", "Upload-Limits passen nicht zusammen"},
			Meaning: Text{
				"Gateway and application allow uploads of different size. Either the gateway refuses what the application would take, or it lets through what the application then refuses.",
				"Gateway und Anwendung erlauben verschieden große Uploads. Entweder lehnt das Gateway ab, was die Anwendung nähme, oder es lässt durch, was die Anwendung dann ablehnt.",
			},
			Tell: Text{
				"client-request-too-large for files that the application allows, or a 413 or an empty form from the application for files that passed the gateway, with an edge at one fixed size: 1 MiB is nginx's default, 2 and 8 MiB are PHP's. If the application also cuts the connection while refusing, the wire shows app-refuses-upload. If uploads of every size fail in the gateway, look at host-disk-full.",
				"client-request-too-large bei Dateien, die die Anwendung erlaubt, oder ein 413 oder leeres Formular von der Anwendung bei Dateien, die am Gateway vorbeikamen, mit einer Grenze bei fester Größe: 1 MiB ist die Vorgabe von nginx, 2 und 8 MiB sind die von PHP. Kappt die Anwendung beim Ablehnen auch die Verbindung, zeigt sich app-refuses-upload. Scheitern am Gateway Uploads jeder Größe, host-disk-full prüfen.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "client_max_body_size 50m;", Do: Text{
					"Set the gateway to the size the application really takes (http, server or location).",
					"Am Gateway die Größe einstellen, die die Anwendung wirklich annimmt (http, server oder location).",
				}},
				{For: "php-fpm", Line: "php_admin_value[post_max_size] = 50M", Do: Text{
					"In PHP two values count: this one, and upload_max_filesize, which must be a little smaller.",
					"Bei PHP zählen zwei Werte: dieser und upload_max_filesize, das etwas kleiner sein muss.",
				}},
				{For: "apache", Line: "LimitRequestBody 52428800", Do: Text{
					"Since 2.4.54 Apache stops at 1 GiB by default; the value is in bytes.",
					"Seit 2.4.54 ist bei Apache ohne Angabe bei 1 GiB Schluss; der Wert ist in Byte.",
				}},
				{For: "haproxy", Line: "http-request deny deny_status 413 if { req.hdr_val(content-length) gt 52428800 }", Do: Text{
					"HAProxy has no limit of its own; this line gives it the application's.",
					"HAProxy hat kein eigenes Limit; diese Zeile gibt ihm das der Anwendung.",
				}},
				{For: "torwart", Line: "limits: {body: 52428800}", Do: Text{
					"In torwart per site or rule, in bytes; 0 means no limit.",
					"In torwart je Site oder Regel, in Byte; 0 heißt ohne Limit.",
				}},
			},
		},
		{
			Code: CauseWrongPort, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Wrong port", "Falscher Port"},
			Meaning: Text{
				"The address is right but the port is not the application's: nobody listens there, or a different program does.",
				"Die Adresse stimmt, aber der Port gehört nicht der Anwendung: Dort lauscht niemand oder ein anderes Programm.",
			},
			Tell: Text{
				"connect-refused although the application runs and ss shows it on another port, or on 127.0.0.1 or ::1 only; or response-not-http with a greeting such as 'SSH-2.0'. It fails on every request since a change and never heals by itself, unlike app-restarting. Nobody listens on any port: app-not-running. The right program in another language, such as TLS or FastCGI: wrong-protocol. The right server but another site's page: wrong-host-name.",
				"connect-refused, obwohl die Anwendung läuft und ss sie auf einem anderen Port zeigt oder nur auf 127.0.0.1 oder ::1; oder response-not-http mit einer Begrüßung wie „SSH-2.0“. Es scheitert seit einer Änderung jede Anfrage und heilt nie von selbst, anders als app-restarting. Lauscht sie auf gar keinem Port: app-not-running. Richtiges Programm, andere Sprache, etwa TLS oder FastCGI: wrong-protocol. Richtiger Server, aber Seite einer anderen Site: wrong-host-name.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -ltnp", Do: Text{
					"List all listening ports with their programs and find the application's.",
					"Alle lauschenden Ports mit ihren Programmen auflisten und den der Anwendung suchen.",
				}},
				{For: "nginx", Line: "proxy_pass http://127.0.0.1:8080;", Do: Text{
					"Write that port into the gateway, then nginx -t and reload.",
					"Diesen Port im Gateway eintragen, danach nginx -t und neu laden.",
				}},
				{For: "torwart", Line: `to: ["http://127.0.0.1:8080"]`, Do: Text{
					"In torwart, correct the endpoint, then torwart check and torwart reload.",
					"In torwart den Endpunkt berichtigen, dann torwart check und torwart reload.",
				}},
				{For: "node", Line: "server.listen(8080, '0.0.0.0')", Do: Text{
					"If the gateway runs on another machine or in another container, the application must not listen on localhost only.",
					"Läuft das Gateway auf einem anderen Rechner oder in einem anderen Container, darf die Anwendung nicht nur auf localhost lauschen.",
				}},
				{For: "docker", Line: "docker port app", Do: Text{
					"See which port of the machine leads into the container; between containers the inner one counts.",
					"Nachsehen, welcher Port des Rechners in den Container führt; zwischen Containern zählt der innere.",
				}},
			},
		},
		{
			Code: CauseWrongProtocol, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Wrong protocol", "Falsches Protokoll"},
			Meaning: Text{
				"Gateway and application speak different languages on this port: TLS against plain text, HTTP against FastCGI, HTTP/2 against HTTP/1, or only one side uses the PROXY header.",
				"Gateway und Anwendung sprechen auf diesem Port verschiedene Sprachen: TLS gegen Klartext, HTTP gegen FastCGI, HTTP/2 gegen HTTP/1, oder nur eine Seite benutzt den PROXY-Header.",
			},
			Tell: Text{
				"The first bytes decide: response-is-tls, tls-not-spoken, or response-not-http with an HTTP/2 or FastCGI frame, on every request since a change. PHP-FPM asked in HTTP closes at once (closed-before-response); a backend that does not expect the PROXY header answers 400, one that misses it resets. A different program altogether is wrong-port. TLS on both sides without a common version is tls-version-mismatch.",
				"Die ersten Bytes entscheiden: response-is-tls, tls-not-spoken oder response-not-http mit einem HTTP/2- oder FastCGI-Frame, seit einer Änderung bei jeder Anfrage. PHP-FPM schließt sofort, wenn es HTTP hört (closed-before-response); ein Backend, das keinen PROXY-Header erwartet, antwortet 400, eines, das ihn vermisst, setzt die Verbindung zurück. Ein ganz anderes Programm ist wrong-port. TLS auf beiden Seiten ohne gemeinsame Version ist tls-version-mismatch.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 </dev/null", Do: Text{
					"Ask the port: a certificate means TLS, 'wrong version number' means plain text.",
					"Den Port fragen: Ein Zertifikat bedeutet TLS, „wrong version number“ bedeutet Klartext.",
				}},
				{For: "nginx", Line: "proxy_pass https://10.0.0.5:8443;", Do: Text{
					"Correct the scheme: https:// for a TLS port, http:// for a plain one.",
					"Das Schema berichtigen: https:// für einen TLS-Port, http:// für Klartext.",
				}},
				{For: "nginx", Line: "fastcgi_pass 127.0.0.1:9000;", Do: Text{
					"PHP-FPM speaks FastCGI, not HTTP: use this instead of proxy_pass.",
					"PHP-FPM spricht FastCGI, nicht HTTP: dies statt proxy_pass verwenden.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check send-proxy-v2", Do: Text{
					"Send the PROXY header only if the other side is set to expect it, otherwise remove send-proxy.",
					"Den PROXY-Header nur senden, wenn die Gegenseite ihn erwartet, sonst send-proxy entfernen.",
				}},
				{For: "apache", Line: "RemoteIPProxyProtocol On", Do: Text{
					"Make Apache as the application expect the PROXY header (mod_remoteip).",
					"Apache als Anwendung den PROXY-Header erwarten lassen (mod_remoteip).",
				}},
				{For: "torwart", Line: `to: ["https://10.0.0.5:8443"]`, Do: Text{
					"In torwart the scheme of the endpoint's URL decides.",
					"In torwart entscheidet das Schema in der URL des Endpunkts.",
				}},
			},
		},
		{
			Code: CauseWrongSocketPath, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Unix socket is elsewhere", "Unix-Socket liegt woanders"},
			Meaning: Text{
				"The gateway looks for the application's unix socket where it is not: its name carries another version number, or a private /tmp hides it.",
				"Das Gateway sucht den Unix-Socket der Anwendung dort, wo er nicht ist: Im Namen steht eine andere Versionsnummer, oder ein privates /tmp verbirgt ihn.",
			},
			Tell: Text{
				"socket-missing on every attempt although the service is active, and ss -lx shows its socket under another path, typically php8.1-fpm.sock against php8.2-fpm.sock after an upgrade (recent-change stands beside it). A socket in /tmp of a service with PrivateTmp=yes exists for that service only. No socket at all: app-not-running. The file is there but may not be opened: wrong-permission.",
				"socket-missing bei jedem Versuch, obwohl der Dienst aktiv ist, und ss -lx zeigt seinen Socket unter anderem Pfad, typisch php8.1-fpm.sock gegen php8.2-fpm.sock nach einem Upgrade (recent-change steht daneben). Ein Socket in /tmp eines Dienstes mit PrivateTmp=yes existiert nur für diesen. Gar kein Socket: app-not-running. Die Datei ist da, darf aber nicht geöffnet werden: wrong-permission.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -lxp | grep -i fpm", Do: Text{
					"Find where the application really listens.",
					"Herausfinden, wo die Anwendung wirklich lauscht.",
				}},
				{For: "nginx", Line: "fastcgi_pass unix:/run/php/php8.2-fpm.sock;", Do: Text{
					"Write this path into every server block that has the old one (grep -r fastcgi_pass /etc/nginx).",
					"Diesen Pfad in jeden server-Block schreiben, der den alten enthält (grep -r fastcgi_pass /etc/nginx).",
				}},
				{For: "apache", Line: `SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"`, Do: Text{
					"In Apache it stands in the handler; on Debian, a2enconf php8.2-fpm does it.",
					"Bei Apache steht er im Handler; unter Debian erledigt das a2enconf php8.2-fpm.",
				}},
				{For: "php-fpm", Line: "listen = /run/php/site.sock", Do: Text{
					"Give the pool a path without a version number, and the next upgrade cannot break it.",
					"Dem Pool einen Pfad ohne Versionsnummer geben, dann kann das nächste Upgrade ihn nicht zerbrechen.",
				}},
				{For: "systemd", Line: "RuntimeDirectory=app", Do: Text{
					"Put sockets into /run/app instead of /tmp; systemd creates the directory (section [Service]).",
					"Sockets nach /run/app legen statt nach /tmp; systemd legt das Verzeichnis an (Abschnitt [Service]).",
				}},
			},
		},
		{
			Code: CauseWrongPermission, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Permission denied", "Zugriff verweigert"},
			Meaning: Text{
				"The gateway may not use the socket or port: its owner or mode, a directory on the way, SELinux or AppArmor forbids it.",
				"Das Gateway darf den Socket oder Port nicht benutzen: Eigentümer oder Modus, ein Verzeichnis auf dem Weg, SELinux oder AppArmor verbieten es.",
			},
			Tell: Text{
				"socket-forbidden at once and every time, while the same test as root succeeds. On a TCP port, connect-prohibited with errno 13 (EACCES) is SELinux or AppArmor, with a 'denied' line in the audit or kernel log; errno 1 (EPERM) is a local firewall rule, see firewall-drop. A missing file is wrong-socket-path, a left-over file without a process is app-not-running.",
				"socket-forbidden sofort und jedes Mal, während derselbe Test als root gelingt. Bei einem TCP-Port ist connect-prohibited mit errno 13 (EACCES) SELinux oder AppArmor, mit einer „denied“-Zeile im Audit- oder Kernel-Log; errno 1 (EPERM) ist eine lokale Firewall-Regel, siehe firewall-drop. Eine fehlende Datei ist wrong-socket-path, eine übrig gebliebene Datei ohne Prozess ist app-not-running.",
			},
			Remedy: []Step{
				{For: "linux", Line: "namei -l /run/php/php8.2-fpm.sock", Do: Text{
					"Show owner and mode of every directory on the way: each needs x, the socket needs rw, for the gateway's user.",
					"Eigentümer und Modus jedes Verzeichnisses auf dem Weg zeigen: Der Benutzer des Gateways braucht überall x, am Socket rw.",
				}},
				{For: "php-fpm", Line: "listen.group = www-data", Do: Text{
					"Give the socket the group of the web server (with listen.owner, and listen.mode = 0660).",
					"Dem Socket die Gruppe des Webservers geben (dazu listen.owner und listen.mode = 0660).",
				}},
				{For: "gunicorn", Line: "--umask 007", Do: Text{
					"Create the socket readable and writable for the group, and put the gateway's user into that group.",
					"Den Socket für die Gruppe les- und schreibbar anlegen und den Benutzer des Gateways in diese Gruppe aufnehmen.",
				}},
				{For: "linux", Line: "setsebool -P httpd_can_network_connect 1", Do: Text{
					"SELinux: allow the web server to make network connections.",
					"SELinux: dem Webserver Netzwerkverbindungen erlauben.",
				}},
				{For: "linux", Line: "ausearch -m AVC,USER_AVC -ts recent", Do: Text{
					"See exactly what SELinux refused; for AppArmor: journalctl -k --grep DENIED.",
					"Genau nachsehen, was SELinux verweigert hat; bei AppArmor: journalctl -k --grep DENIED.",
				}},
			},
		},
		{
			Code: CauseWrongHostName, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Wrong Host or server name", "Falscher Host- oder Servername"},
			Meaning: Text{
				"The gateway sends a Host header or TLS server name (SNI) that the application does not know, and lands on another site of the same server, mostly its default one.",
				"Das Gateway sendet einen Host-Header oder TLS-Servernamen (SNI), den die Anwendung nicht kennt, und landet auf einer anderen Site desselben Servers, meist der Standard-Site.",
			},
			Tell: Text{
				"The connection is fine, but what comes back is another site's page, a 400, 404 or 421, a redirect to a strange name, or with TLS tls-alert (unrecognized name) or tls-certificate-name; with the right name, curl --resolve gets the right page. If the certificate does not fit even then, it is certificate-wrong-name. If the request comes back to the gateway itself, it is proxy-loop. A program that is not a web server is wrong-port.",
				"Die Verbindung steht, aber zurück kommt die Seite einer anderen Site, ein 400, 404 oder 421, eine Umleitung auf einen fremden Namen oder bei TLS tls-alert (unrecognized name) oder tls-certificate-name; mit dem richtigen Namen holt curl --resolve die richtige Seite. Passt das Zertifikat auch dann nicht, ist es certificate-wrong-name. Kommt die Anfrage zum Gateway selbst zurück, ist es proxy-loop. Ein Programm, das kein Webserver ist, ist wrong-port.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -sSI --resolve shop.example:443:10.0.0.5 https://shop.example/", Do: Text{
					"Test the server with the right name, past the gateway.",
					"Den Server mit dem richtigen Namen testen, am Gateway vorbei.",
				}},
				{For: "nginx", Line: "proxy_set_header Host $host;", Do: Text{
					"Pass on the visitor's name; nginx sends the name from proxy_pass otherwise.",
					"Den Namen des Besuchers weitergeben; sonst sendet nginx den Namen aus proxy_pass.",
				}},
				{For: "nginx", Line: "proxy_ssl_server_name on;", Do: Text{
					"Send SNI on TLS connections, which nginx does not do by default (with proxy_ssl_name $host).",
					"Bei TLS-Verbindungen SNI senden, was nginx von sich aus nicht tut (dazu proxy_ssl_name $host).",
				}},
				{For: "apache", Line: "ProxyPreserveHost On", Do: Text{
					"The same in Apache for the Host header.",
					"Dasselbe in Apache für den Host-Header.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:443 ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt sni req.hdr(host)", Do: Text{
					"In HAProxy, sni has to be named explicitly.",
					"In HAProxy muss sni ausdrücklich angegeben werden.",
				}},
				{For: "django", Line: "ALLOWED_HOSTS = ['shop.example']", Do: Text{
					"Or teach the application the name: Django answers 400 to unknown ones.",
					"Oder der Anwendung den Namen beibringen: Django antwortet auf unbekannte mit 400.",
				}},
			},
		},
		{
			Code: CauseProxyLoop, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upstream leads back to the gateway", "Upstream führt zum Gateway zurück"},
			Meaning: Text{
				"The upstream's name or address leads back to the gateway, directly or over a CDN or second proxy. Each request goes round in circles until some limit stops it.",
				"Name oder Adresse des Upstreams führen zum Gateway zurück, direkt oder über ein CDN oder einen zweiten Proxy. Jede Anfrage läuft im Kreis, bis irgendein Limit sie stoppt.",
			},
			Tell: Text{
				"torwart sees its own mark in Via (the symptom of the same name). Other proxies show one visitor's request many times within a second, coming from their own address, X-Forwarded-For growing, and in the end 414, client-request-too-large or 'worker_connections are not enough'. A redirect loop between http and https happens in the browser and is something else. stale-address leads somewhere else, not back; wrong-host-name ends at another site.",
				"torwart sieht seine eigene Marke in Via (das gleichnamige Symptom). Andere Proxys zeigen eine Anfrage vielfach in derselben Sekunde, von der eigenen Adresse, mit wachsendem X-Forwarded-For, und am Ende 414, client-request-too-large oder „worker_connections are not enough“. Eine Umleitungsschleife zwischen http und https spielt im Browser und ist etwas anderes. stale-address führt woandershin, nicht zurück; wrong-host-name endet bei einer anderen Site.",
			},
			Remedy: []Step{
				{For: "linux", Line: "getent ahosts app.internal; ip -brief address", Do: Text{
					"On the gateway, compare where the upstream's name leads with its own addresses (and the CDN's).",
					"Auf dem Gateway vergleichen, wohin der Name des Upstreams führt und welche Adressen es selbst hat (oder das CDN).",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080"]`, Do: Text{
					"Name the upstream by its internal address instead of its public name.",
					"Den Upstream mit seiner internen Adresse angeben statt mit dem öffentlichen Namen.",
				}},
				{For: "linux", Line: "10.0.0.5 app.internal", Do: Text{
					"If it has to be a name, pin it in the gateway's /etc/hosts.",
					"Muss es ein Name sein, ihn in /etc/hosts des Gateways festlegen.",
				}},
				{For: "nginx", Line: "grep -rnE 'listen|server_name|proxy_pass' /etc/nginx/sites-enabled/", Do: Text{
					"Make sure that no proxy_pass points to a port and name the same nginx serves itself.",
					"Sicherstellen, dass kein proxy_pass auf Port und Namen zeigt, die derselbe nginx bedient.",
				}},
				{For: "cloudflare", Do: Text{
					"Set the origin's DNS name to 'DNS only', so that it does not lead into the CDN again.",
					"Den DNS-Namen des Ursprungsservers auf „Nur DNS“ stellen, damit er nicht wieder ins CDN führt.",
				}},
			},
		},
		{
			Code: CauseAllUpstreamsEjected, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"All endpoints taken out of use", "Alle Endpunkte aus dem Pool genommen"},
			Meaning: Text{
				"The gateway has taken every endpoint out of use although at least one could serve. One failing URL, or a health check that is too strict, is enough.",
				"Das Gateway hat jeden Endpunkt aus dem Pool genommen, obwohl mindestens einer antworten könnte. Eine einzige fehlerhafte URL oder ein zu strenger Health-Check genügt.",
			},
			Tell: Text{
				"no-upstream-available at once, without one attempt on the wire (nginx 'no live upstreams', HAProxy NOSRV), while a direct request to an endpoint succeeds. What counts is the line before the first such line: which URL or check ejected the endpoints? If the direct request fails too, that failure is the cause: app-not-running, app-hung, host-down, app-dependency-down.",
				"no-upstream-available sofort, ohne einen einzigen Versuch auf der Leitung (nginx „no live upstreams“, HAProxy NOSRV), während eine direkte Anfrage an einen Endpunkt gelingt. Es zählt die Zeile vor der ersten solchen Zeile: Welche URL oder welcher Check hat die Endpunkte hinausgeworfen? Scheitert auch die direkte Anfrage, ist jener Fehler die Ursache: app-not-running, app-hung, host-down, app-dependency-down.",
			},
			Remedy: []Step{
				{For: "linux", Line: `curl -sS -m 5 -o /dev/null -w '%{http_code} %{time_total}\n' http://10.0.0.5:8080/healthz`, Do: Text{
					"Ask each endpoint directly, with the path of the health check.",
					"Jeden Endpunkt direkt fragen, mit dem Pfad des Health-Checks.",
				}},
				{For: "nginx", Line: "server 10.0.0.5:8080 max_fails=5 fail_timeout=5s;", Do: Text{
					"By default a single failure ejects for 10 s; demand more of them (0 switches it off).",
					"Als Vorgabe genügt ein Fehler für 10 s Auszeit; mehr davon verlangen (0 schaltet es ab).",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://10.0.0.5:8080/" retry=0`, Do: Text{
					"Apache leaves an endpoint out for 60 s after one failed connection; this ends the wait.",
					"Apache lässt einen Endpunkt nach einer gescheiterten Verbindung 60 s aus; dies hebt die Sperre auf.",
				}},
				{For: "haproxy", Line: "http-check expect status 200-399", Do: Text{
					"Do not let the check fail on a redirect or a login page (with option httpchk GET /healthz).",
					"Den Check nicht an einer Umleitung oder Anmeldeseite scheitern lassen (mit option httpchk GET /healthz).",
				}},
				{For: "torwart", Line: "health: {path: /healthz, interval: 5s, timeout: 2s, fails: 3, passes: 1}", Do: Text{
					"Demand several failures in a row and bring endpoints back after one success.",
					"Mehrere Fehler hintereinander verlangen und Endpunkte nach einem Erfolg zurückholen.",
				}},
				{Do: Text{
					"Keep shared services out of the health check: if it asks the database, a slow database ejects everybody at once.",
					"Gemeinsame Dienste aus dem Health-Check heraushalten: Fragt er die Datenbank, wirft eine langsame Datenbank alle zugleich hinaus.",
				}},
			},
		},
	}
}
