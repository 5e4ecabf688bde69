package cause

// symptomsTLS are the symptoms of a connection that stood and found no way
// into TLS. Nothing of the request was sent: all of them are P0.
func symptomsTLS() []Entry {
	return append(symptomsHandshake(), symptomsCertificate()...)
}

// symptomsHandshake are those in which the two sides did not get as far as a
// certificate.
func symptomsHandshake() []Entry {
	return []Entry{
		{
			Code: TLSNotSpoken, Kind: Symptom, ProxyStatus: "tls_protocol_error", Tier: P0, Status: 502,
			Title: Text{"Upstream does not speak TLS", "Upstream spricht kein TLS"},
			Meaning: Text{
				"The gateway began a TLS handshake, and what came back was not TLS. Nearly always a plain HTTP server stands behind the port and answered '400 Bad Request' to what it could not read.",
				"Das Gateway hat einen TLS-Handshake begonnen, und zurück kam etwas anderes. Fast immer steht hinter dem Port ein Server für unverschlüsseltes HTTP, der mit „400 Bad Request“ auf das antwortet, was er nicht lesen kann.",
			},
			Tell: Text{
				"The record shows the first bytes and, where it knows it, the protocol. response-is-tls is the same mistake the other way round. A plain server that waits for more instead of answering gives tls-handshake-timeout, one that hangs up tls-handshake-closed. HTTP on the right port is wrong-protocol; SSH, a database or mail server in the first bytes is wrong-port.",
				"Der Eintrag zeigt die ersten Bytes und, wenn bekannt, das Protokoll. response-is-tls ist derselbe Irrtum in umgekehrter Richtung. Ein Klartext-Server, der auf mehr wartet, statt zu antworten, ergibt tls-handshake-timeout; einer, der auflegt, tls-handshake-closed. HTTP auf dem richtigen Port ist wrong-protocol; SSH, Datenbank oder Mailserver in den ersten Bytes ist wrong-port.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -sv http://10.0.0.5:8080/ -o /dev/null", Do: Text{
					"Ask without TLS: if that gets an answer, the port is a plain one.",
					"Ohne TLS anfragen: Kommt so eine Antwort, ist der Port unverschlüsselt.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080"]`, Do: Text{
					"Then say http here, or use the upstream's TLS port with https.",
					"Dann hier http angeben oder mit https den TLS-Port des Upstreams benutzen.",
				}},
				{For: "nginx", Line: "proxy_pass http://10.0.0.5:8080;", Do: Text{
					"The same in nginx: https:// only towards a port that speaks TLS.",
					"Dasselbe in nginx: https:// nur zu einem Port, der TLS spricht.",
				}},
				{For: "nginx", Line: "listen 8443 ssl;", Do: Text{
					"If the upstream is an nginx that should speak TLS, its listen line lacks the word ssl.",
					"Ist der Upstream ein nginx, der TLS sprechen soll, fehlt in seiner listen-Zeile das Wort ssl.",
				}},
				{For: "apache", Line: "SSLEngine on", Do: Text{
					"The same for an Apache upstream: switch TLS on in the virtual host of that port.",
					"Dasselbe bei Apache als Upstream: TLS im virtuellen Host dieses Ports einschalten.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check", Do: Text{
					"In HAProxy, leave ssl away on the server line of a plain upstream.",
					"In HAProxy bei einem unverschlüsselten Upstream das Wort ssl in der server-Zeile weglassen.",
				}},
			},
		},
		{
			Code: TLSVersion, Kind: Symptom, ProxyStatus: "tls_protocol_error", Tier: P0, Status: 502,
			Title: Text{"No common TLS version or cipher", "Keine gemeinsame TLS-Version oder Cipher-Suite"},
			Meaning: Text{
				"Both sides speak TLS, but found no protocol version, cipher suite or key type that both accept. Usually one of them is very old, or was hardened recently.",
				"Beide Seiten sprechen TLS, finden aber keine Protokollversion, Cipher-Suite oder Schlüsselart, die beide akzeptieren. Meist ist eine von beiden sehr alt oder wurde vor Kurzem gehärtet.",
			},
			Tell: Text{
				"The alerts are protocol_version (70), insufficient_security (71) or handshake_failure (40). Alert 40 after the server asked for a certificate is tls-client-certificate-required; every other alert is tls-alert. Certificate errors come later: there the two had agreed, and the certificate was not accepted, as in tls-certificate-untrusted. A server that picks its settings by name may send alert 40 when no name is sent: wrong-host-name. The root cause otherwise is tls-version-mismatch.",
				"Die Alerts heißen protocol_version (70), insufficient_security (71) oder handshake_failure (40). Alert 40, nachdem der Server ein Zertifikat verlangt hat, ist tls-client-certificate-required; jeder andere Alert ist tls-alert. Zertifikatsfehler kommen später: Da waren sich beide einig, und das Zertifikat wurde nicht anerkannt, wie bei tls-certificate-untrusted. Ein Server, der seine Einstellungen nach dem Namen wählt, schickt Alert 40 womöglich, weil kein Name mitkam: wrong-host-name. Sonst ist die Ursache tls-version-mismatch.",
			},
			Remedy: []Step{
				{For: "linux", Line: "nmap -p 8443 --script ssl-enum-ciphers 10.0.0.5", Do: Text{
					"List what the upstream offers, and compare with TLS 1.2 and 1.3, which torwart speaks.",
					"Auflisten, was der Upstream anbietet, und mit TLS 1.2 und 1.3 vergleichen, die torwart spricht.",
				}},
				{For: "nginx", Line: "ssl_protocols TLSv1.2 TLSv1.3;", Do: Text{
					"On an nginx upstream, switch the current versions on.",
					"Auf einem nginx-Upstream die aktuellen Versionen einschalten.",
				}},
				{For: "apache", Line: "SSLProtocol -all +TLSv1.2 +TLSv1.3", Do: Text{
					"The same on an Apache upstream.",
					"Dasselbe auf einem Apache-Upstream.",
				}},
				{For: "haproxy", Line: "ssl-default-bind-options ssl-min-ver TLSv1.2", Do: Text{
					"On an HAProxy upstream (global section); an ssl-max-ver must not stand below it.",
					"Auf einem HAProxy-Upstream (Abschnitt global); ein ssl-max-ver darf nicht darunter liegen.",
				}},
				{For: "torwart", Line: `to: ["https://app.example.com:8443"]`, Do: Text{
					"Write the upstream's name in place of its address: only a name is sent along in the handshake.",
					"Den Namen des Upstreams statt seiner Adresse angeben: Nur ein Name wird im Handshake mitgeschickt.",
				}},
				{For: "linux", Line: "update-crypto-policies --show", Do: Text{
					"On Red Hat systems the system-wide policy decides; FUTURE and FIPS exclude much that others speak.",
					"Auf Red-Hat-Systemen entscheidet die systemweite Richtlinie; FUTURE und FIPS schließen vieles aus, was andere sprechen.",
				}},
			},
		},
		{
			Code: TLSAlert, Kind: Symptom, ProxyStatus: "tls_alert_received", Tier: P0, Status: 502,
			Title: Text{"TLS handshake rejected by the upstream", "TLS-Handshake vom Upstream abgelehnt"},
			Meaning: Text{
				"The upstream broke the handshake off with a TLS alert. The name of the alert is its reason, and it stands in the record.",
				"Der Upstream hat den Handshake mit einem TLS-Alert abgebrochen. Der Name des Alerts ist seine Begründung; er steht im Eintrag.",
			},
			Tell: Text{
				"unrecognized_name (112): no certificate for the name asked, so wrong-host-name. no_application_protocol (120): it insists on another protocol, mostly HTTP/2, so wrong-protocol. unknown_ca (48) and certificate_expired (45): it does not accept the certificate we presented. internal_error (80): its own trouble, see its log. Alerts about versions are tls-version, a missing client certificate is tls-client-certificate-required, an end without any alert is tls-handshake-closed.",
				"unrecognized_name (112): kein Zertifikat für den gefragten Namen, also wrong-host-name. no_application_protocol (120): Er besteht auf einem anderen Protokoll, meist HTTP/2, also wrong-protocol. unknown_ca (48) und certificate_expired (45): Er erkennt das Zertifikat nicht an, das wir vorgezeigt haben. internal_error (80): ein Problem bei ihm selbst, siehe sein Log. Alerts zur Version sind tls-version, ein fehlendes Client-Zertifikat ist tls-client-certificate-required, Auflegen ohne Alert ist tls-handshake-closed.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com -alpn http/1.1 </dev/null", Do: Text{
					"Repeat the handshake by hand, then once without -servername and once without -alpn: which of them does the upstream object to?",
					"Den Handshake von Hand wiederholen, dann einmal ohne -servername und einmal ohne -alpn: Woran stößt sich der Upstream?",
				}},
				{For: "torwart", Line: `to: ["https://app.example.com:8443"]`, Do: Text{
					"Use a name for which the upstream has a certificate; with an address no name is sent.",
					"Einen Namen verwenden, für den der Upstream ein Zertifikat hat; bei einer Adresse wird kein Name gesendet.",
				}},
				{For: "nginx", Line: "proxy_ssl_server_name on;", Do: Text{
					"nginx sends no name to the upstream unless told to; proxy_ssl_name says which.",
					"nginx schickt dem Upstream ohne diese Zeile keinen Namen; welchen, sagt proxy_ssl_name.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file @system-ca sni str(app.example.com)", Do: Text{
					"HAProxy needs sni on the server line.",
					"HAProxy braucht dafür sni in der server-Zeile.",
				}},
				{Do: Text{
					"Read the upstream's own error log at that second; for internal_error it is the only source.",
					"Das Error-Log des Upstreams in dieser Sekunde lesen; bei internal_error ist es die einzige Quelle.",
				}},
			},
		},
		{
			Code: TLSHandshakeClosed, Kind: Symptom, ProxyStatus: "tls_protocol_error", Tier: P0, Status: 502,
			Title: Text{"Connection closed during the TLS handshake", "Verbindung im TLS-Handshake geschlossen"},
			Meaning: Text{
				"The connection was accepted and then closed or reset in the middle of the handshake, without an alert that would give a reason.",
				"Die Verbindung wurde angenommen und dann mitten im Handshake geschlossen oder zurückgesetzt, ohne einen Alert, der den Grund nennt.",
			},
			Tell: Text{
				"With tls-alert the upstream gives a reason, with tls-not-spoken it answers in another language, with tls-handshake-timeout it stays silent. Closed at once every time: a load balancer without a living target, a server that expects a PROXY header first (wrong-protocol), or one that wants a known name (wrong-host-name). A reset from a box in between, often with another TTL than the upstream's packets, is intrusion-prevention. Only now and then: app-restarting or app-crashed.",
				"Bei tls-alert nennt der Upstream einen Grund, bei tls-not-spoken antwortet er in einer anderen Sprache, bei tls-handshake-timeout schweigt er. Jedes Mal sofort geschlossen: ein Load-Balancer ohne lebendes Ziel, ein Server, der zuerst einen PROXY-Header erwartet (wrong-protocol), oder einer, der einen bekannten Namen verlangt (wrong-host-name). Ein Reset von einem Gerät dazwischen, oft mit anderer TTL als die Pakete des Upstreams, ist intrusion-prevention. Nur ab und zu: app-restarting oder app-crashed.",
			},
			Remedy: []Step{
				{Do: Text{
					"Read the upstream's error log: 'broken header' together with 'PROXY protocol', or a missing certificate, is named there.",
					"Das Error-Log des Upstreams lesen: „broken header“ zusammen mit „PROXY protocol“ oder ein fehlendes Zertifikat steht dort.",
				}},
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com </dev/null", Do: Text{
					"Try by hand, once from the gateway and once from the upstream itself: if it works there, something in between interferes.",
					"Von Hand probieren, einmal vom Gateway und einmal auf dem Upstream selbst: Klappt es dort, funkt unterwegs etwas dazwischen.",
				}},
				{For: "nginx", Line: "listen 8443 ssl proxy_protocol;", Do: Text{
					"On an nginx upstream, proxy_protocol must stand here exactly when the gateway sends that header.",
					"Auf einem nginx-Upstream darf proxy_protocol hier genau dann stehen, wenn das Gateway diesen Header schickt.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file @system-ca send-proxy-v2", Do: Text{
					"HAProxy sends the PROXY header with send-proxy-v2, and none without it.",
					"HAProxy schickt den PROXY-Header mit send-proxy-v2, ohne das Wort keinen.",
				}},
				{For: "linux", Line: "tcpdump -nvi any 'tcp port 8443 and tcp[tcpflags] & (tcp-rst|tcp-fin) != 0'", Do: Text{
					"See who ends it: compare the TTL of the RST with that of the upstream's other packets.",
					"Nachsehen, wer beendet: die TTL des RST mit der in den übrigen Paketen des Upstreams vergleichen.",
				}},
			},
		},
		{
			Code: TLSHandshakeTimeout, Kind: Symptom, ProxyStatus: "tls_protocol_error", Tier: P0, Status: 504,
			Title: Text{"TLS handshake unanswered", "TLS-Handshake ohne Antwort"},
			Meaning: Text{
				"The TCP connection stood, but the upstream did not complete the TLS handshake in time. The kernel accepts connections by itself; the program behind it said nothing.",
				"Die TCP-Verbindung stand, aber der Upstream hat den TLS-Handshake nicht rechtzeitig zu Ende geführt. Verbindungen nimmt schon der Kernel an; das Programm dahinter hat sich nicht gerührt.",
			},
			Tell: Text{
				"With connect-timeout not even TCP stood. If the port waits for plain HTTP, it stays silent until its own timeout: wrong-protocol. If ss shows connections piling up in Recv-Q of the listening socket, nobody accepts them: app-hung or app-workers-exhausted. If small requests pass and handshakes hang halfway, the large packets vanish: mtu-black-hole. Slow under load is host-cpu. An end instead of silence is tls-handshake-closed.",
				"Bei connect-timeout stand nicht einmal TCP. Wartet der Port auf unverschlüsseltes HTTP, schweigt er bis zu seinem eigenen Timeout: wrong-protocol. Stauen sich laut ss Verbindungen in der Recv-Q des lauschenden Sockets, nimmt sie niemand an: app-hung oder app-workers-exhausted. Kommt Kleines durch und bleiben Handshakes auf halbem Weg hängen, verschwinden die großen Pakete: mtu-black-hole. Langsam unter Last ist host-cpu. Auflegen statt Schweigen ist tls-handshake-closed.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -sv --max-time 5 http://10.0.0.5:8443/ -o /dev/null", Do: Text{
					"If the port answers without TLS, change https to http in the gateway.",
					"Antwortet der Port ohne TLS, im Gateway https durch http ersetzen.",
				}},
				{For: "linux", Line: "ss -ltn 'sport = :8443'", Do: Text{
					"A Recv-Q above 0 that stays on the upstream means that its program does not accept: restart it, and look for what holds it up.",
					"Bleibt beim Upstream Recv-Q über 0, nimmt sein Programm nichts an: neu starten und nachsehen, was es aufhält.",
				}},
				{For: "linux", Line: "ping -M do -s 1472 10.0.0.5", Do: Text{
					"If this fails and -s 1300 succeeds, large packets do not pass; a tunnel or a firewall that drops ICMP is the usual reason.",
					"Scheitert das und gelingt -s 1300, kommen große Pakete nicht durch; meist wegen eines Tunnels oder einer Firewall, die ICMP verwirft.",
				}},
				{For: "linux", Line: "sysctl -w net.ipv4.tcp_mtu_probing=1", Do: Text{
					"Until the path is repaired, let TCP find the size that passes; on both machines.",
					"Bis der Weg repariert ist, TCP die passende Paketgröße selbst suchen lassen; auf beiden Rechnern.",
				}},
				{For: "systemd", Line: "Environment=GODEBUG=tlsmlkem=0", Do: Text{
					"Some old devices choke on a ClientHello of two packets; this keeps torwart's in one (in its unit, section [Service]).",
					"Manche alten Geräte verschlucken sich an einem ClientHello aus zwei Paketen; so bleibt der von torwart in einem (in seiner Unit, Abschnitt [Service]).",
				}},
				{For: "torwart", Line: "timeouts: {connect: 5s}", Do: Text{
					"If the upstream is merely far away or slow, give it more time: this limit covers name, connection and handshake.",
					"Ist der Upstream nur weit weg oder langsam, mehr Zeit geben: Das Limit gilt für Name, Verbindung und Handshake zusammen.",
				}},
			},
		},
	}
}

// symptomsCertificate are those in which a certificate was the reason.
func symptomsCertificate() []Entry {
	return []Entry{
		{
			Code: TLSCertificateExpired, Kind: Symptom, ProxyStatus: "tls_certificate_error", Tier: P0, Status: 502,
			Title: Text{"Upstream's certificate expired", "Zertifikat des Upstreams abgelaufen"},
			Meaning: Text{
				"The upstream presented a certificate whose validity has ended (notAfter has passed), by the clock of the gateway. It may also be an intermediate certificate of the chain.",
				"Der Upstream hat ein Zertifikat vorgezeigt, dessen Gültigkeit nach der Uhr des Gateways vorbei ist (notAfter liegt zurück). Es kann auch ein Zwischenzertifikat der Kette sein.",
			},
			Tell: Text{
				"tls-certificate-not-yet-valid is the other end of the validity. Compare with the date: if the certificate is valid by a trustworthy clock, it is host-clock, and other upstreams fail with it. If the file on the upstream is newer than what it presents, it was renewed but not loaded; both are certificate-expired. A valid certificate of an unknown issuer is tls-certificate-untrusted.",
				"tls-certificate-not-yet-valid ist das andere Ende der Gültigkeit. Mit dem Datum vergleichen: Ist das Zertifikat nach einer verlässlichen Uhr gültig, ist es host-clock, und andere Upstreams scheitern mit. Ist die Datei auf dem Upstream neuer als das, was er vorzeigt, wurde sie erneuert, aber nicht geladen; beides ist certificate-expired. Ein gültiges Zertifikat eines unbekannten Ausstellers ist tls-certificate-untrusted.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate -serial", Do: Text{
					"See what is presented, and compare the serial with that of the file on the upstream.",
					"Nachsehen, was vorgezeigt wird, und die Seriennummer mit der der Datei auf dem Upstream vergleichen.",
				}},
				{For: "systemd", Line: "systemctl reload nginx", Do: Text{
					"If the file is new already, let the upstream's server load it (likewise apache2, haproxy).",
					"Ist die Datei schon erneuert, sie vom Server des Upstreams laden lassen (ebenso apache2, haproxy).",
				}},
				{For: "certbot", Line: "certbot renew", Do: Text{
					"Otherwise renew; the output says why the automatic renewal failed.",
					"Sonst erneuern; die Ausgabe sagt, warum die automatische Erneuerung gescheitert ist.",
				}},
				{For: "certbot", Line: `certbot renew --deploy-hook "systemctl reload nginx"`, Do: Text{
					"Have the server reload after every renewal from now on; certbot remembers the hook.",
					"Künftig nach jeder Erneuerung neu laden lassen; certbot merkt sich den Hook.",
				}},
				{For: "systemd", Line: "systemctl list-timers certbot.timer", Do: Text{
					"Check that the renewal runs at all.",
					"Prüfen, ob die Erneuerung überhaupt läuft.",
				}},
				{For: "systemd", Line: "timedatectl", Do: Text{
					"If the dates are right, check the gateway's clock: 'System clock synchronized' must say yes.",
					"Stimmen die Daten, die Uhr des Gateways prüfen: Bei „System clock synchronized“ muss yes stehen.",
				}},
			},
		},
		{
			Code: TLSCertificateNotYetValid, Kind: Symptom, ProxyStatus: "tls_certificate_error", Tier: P0, Status: 502,
			Title: Text{"Upstream's certificate not valid yet", "Zertifikat des Upstreams noch nicht gültig"},
			Meaning: Text{
				"The upstream's certificate begins only in the future (notBefore lies ahead), by the clock of the gateway. Nearly always that clock is wrong: after a snapshot, a pause of the virtual machine, or without time synchronisation.",
				"Das Zertifikat des Upstreams beginnt nach der Uhr des Gateways erst in der Zukunft (notBefore liegt voraus). Fast immer geht diese Uhr falsch: nach einem Snapshot, einer Pause der virtuellen Maschine oder ohne Zeitabgleich.",
			},
			Tell: Text{
				"If several upstreams fail in the same minute, or 'date -u' is plainly wrong, it is host-clock. If the gateway's clock is right and one certificate alone lies ahead, its issuer's clock was wrong: have it issued anew. The end of the validity is tls-certificate-expired: a clock that is slow leads here, one that is fast leads there.",
				"Scheitern mehrere Upstreams in derselben Minute, oder ist „date -u“ sichtlich falsch, ist es host-clock. Geht die Uhr des Gateways richtig und liegt nur ein einziges Zertifikat voraus, ging die Uhr des Ausstellers falsch: neu ausstellen lassen. Das Ende der Gültigkeit ist tls-certificate-expired: Eine nachgehende Uhr führt hierher, eine vorgehende dorthin.",
			},
			Remedy: []Step{
				{For: "linux", Line: "date -u", Do: Text{
					"Compare the gateway's clock with a watch first.",
					"Zuerst die Uhr des Gateways mit einer Armbanduhr vergleichen.",
				}},
				{For: "chrony", Line: "chronyc makestep", Do: Text{
					"Set the clock at once where chrony runs; by itself it would creep there.",
					"Wo chrony läuft, die Uhr sofort stellen; von allein würde es sie nur langsam nachziehen.",
				}},
				{For: "systemd", Line: "timedatectl set-ntp true", Do: Text{
					"Switch time synchronisation on, and see with timedatectl timesync-status that a server answers (UDP port 123).",
					"Den Zeitabgleich einschalten und mit timedatectl timesync-status prüfen, ob ein Server antwortet (UDP-Port 123).",
				}},
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com </dev/null 2>/dev/null | openssl x509 -noout -startdate", Do: Text{
					"If the clock is right, read from when the certificate is valid.",
					"Geht die Uhr richtig, ablesen, ab wann das Zertifikat gilt.",
				}},
				{Do: Text{
					"Issued by your own CA: correct the clock of the machine that signs, and issue it again.",
					"Von der eigenen CA ausgestellt: die Uhr des signierenden Rechners berichtigen und neu ausstellen.",
				}},
			},
		},
		{
			Code: TLSCertificateUntrusted, Kind: Symptom, ProxyStatus: "tls_certificate_error", Tier: P0, Status: 502,
			Title: Text{"Upstream's certificate not trusted", "Zertifikat des Upstreams nicht vertrauenswürdig"},
			Meaning: Text{
				"The gateway could not trace the upstream's certificate back to an authority it knows: it is self-signed, comes from a private CA, or the upstream does not send the intermediate certificate.",
				"Das Gateway konnte das Zertifikat des Upstreams auf keine Zertifizierungsstelle zurückführen, die es kennt: Es ist selbst signiert, stammt von einer privaten CA, oder der Upstream schickt das Zwischenzertifikat nicht mit.",
			},
			Tell: Text{
				"Look at the chain: one certificate with issuer equal to subject is self-signed; one alone with another issuer lacks its intermediate. Browsers often hide a missing intermediate because they remember it from elsewhere, so 'it works in my browser' does not count. All of these are certificate-untrusted. Dates are tls-certificate-expired and tls-certificate-not-yet-valid, the name is tls-certificate-name. If the gateway's machine has no list of authorities at all, it is gateway-misconfigured.",
				"Die Kette ansehen: Ein einzelnes Zertifikat, dessen Aussteller es selbst ist, ist selbst signiert; einem einzelnen mit fremdem Aussteller fehlt das Zwischenzertifikat. Browser verdecken ein fehlendes Zwischenzertifikat oft, weil sie es von anderswo kennen; „in meinem Browser geht es“ zählt also nicht. All das ist certificate-untrusted. Um Daten geht es bei tls-certificate-expired und tls-certificate-not-yet-valid, um den Namen bei tls-certificate-name. Hat der Rechner des Gateways gar keine Liste von Zertifizierungsstellen, ist es gateway-misconfigured.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com -showcerts </dev/null", Do: Text{
					"Read the chain: error 18 or 19 is self-signed, 20 or 21 an unknown issuer or missing intermediate.",
					"Die Kette lesen: Fehler 18 oder 19 heißt selbst signiert, 20 oder 21 unbekannter Aussteller oder fehlendes Zwischenzertifikat.",
				}},
				{For: "nginx", Line: "ssl_certificate /etc/letsencrypt/live/app.example.com/fullchain.pem;", Do: Text{
					"On the upstream, serve fullchain.pem, not cert.pem (Apache: SSLCertificateFile with the same file).",
					"Auf dem Upstream fullchain.pem ausliefern, nicht cert.pem (Apache: SSLCertificateFile mit derselben Datei).",
				}},
				{For: "linux", Line: "cp internal-ca.crt /usr/local/share/ca-certificates/ && update-ca-certificates", Do: Text{
					"For a private CA, make the gateway's machine trust it, then restart torwart (Red Hat: /etc/pki/ca-trust/source/anchors/ and update-ca-trust).",
					"Bei einer privaten CA dem Rechner des Gateways das Vertrauen beibringen, danach torwart neu starten (Red Hat: /etc/pki/ca-trust/source/anchors/ und update-ca-trust).",
				}},
				{For: "nginx", Line: "proxy_ssl_trusted_certificate /etc/ssl/certs/internal-ca.pem;", Do: Text{
					"In nginx as the gateway, which checks upstreams only with proxy_ssl_verify on.",
					"In nginx als Gateway, das Upstreams nur mit proxy_ssl_verify on prüft.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file /etc/ssl/certs/internal-ca.pem", Do: Text{
					"The same in HAProxy; verify none would accept everybody, an attacker too.",
					"Dasselbe in HAProxy; verify none würde jeden akzeptieren, auch einen Angreifer.",
				}},
				{For: "apache", Line: "SSLProxyCACertificateFile /etc/ssl/certs/internal-ca.pem", Do: Text{
					"The same in Apache (with SSLProxyEngine on and SSLProxyVerify require).",
					"Dasselbe in Apache (mit SSLProxyEngine on und SSLProxyVerify require).",
				}},
			},
		},
		{
			Code: TLSCertificateName, Kind: Symptom, ProxyStatus: "tls_certificate_error", Tier: P0, Status: 502,
			Title: Text{"Upstream's certificate is for another name", "Zertifikat des Upstreams gilt für einen anderen Namen"},
			Meaning: Text{
				"The certificate is in order, but the name the gateway connected to is not in it. Only the list of alternative names counts (subjectAltName); the common name has not counted for years.",
				"Das Zertifikat ist in Ordnung, aber der Name, zu dem sich das Gateway verbunden hat, steht nicht darin. Es zählt nur die Liste der alternativen Namen (subjectAltName); der Common Name zählt seit Jahren nicht mehr.",
			},
			Tell: Text{
				"Compare the names in the certificate with the one in the gateway's configuration. If they belong to the same upstream, it was issued for another name than the one you use, typically an IP address or an internal alias: certificate-wrong-name. If they belong to another site, the upstream's default host answered because it got no name or did not know it: wrong-host-name. A new machine at the old address is stale-address. Trust in the issuer is tls-certificate-untrusted.",
				"Die Namen im Zertifikat mit dem in der Konfiguration des Gateways vergleichen. Gehören sie zum selben Upstream, wurde es für einen anderen Namen ausgestellt als den benutzten, typisch eine IP-Adresse oder ein interner Alias: certificate-wrong-name. Gehören sie zu einer anderen Site, hat der Standard-Host des Upstreams geantwortet, weil kein oder ein unbekannter Name mitkam: wrong-host-name. Ein neuer Rechner unter der alten Adresse ist stale-address. Vertrauen in den Aussteller ist tls-certificate-untrusted.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName", Do: Text{
					"List the names for which the certificate is valid; *.example.com covers one level only.",
					"Die Namen auflisten, für die das Zertifikat gilt; *.example.com deckt nur eine Ebene ab.",
				}},
				{For: "torwart", Line: `to: ["https://app.example.com:8443"]`, Do: Text{
					"Connect by a name that is in the certificate, not by the address.",
					"Sich über einen Namen verbinden, der im Zertifikat steht, nicht über die Adresse.",
				}},
				{For: "linux", Line: "10.0.0.5 app.example.com", Do: Text{
					"If that name leads elsewhere on the gateway's machine, put it right in /etc/hosts there.",
					"Führt dieser Name auf dem Rechner des Gateways woandershin, ihn dort in /etc/hosts richtigstellen.",
				}},
				{For: "nginx", Line: "proxy_ssl_name app.example.com;", Do: Text{
					"In nginx, say which name to expect (with proxy_ssl_server_name on, so that it is also sent).",
					"In nginx angeben, welcher Name erwartet wird (mit proxy_ssl_server_name on, damit er auch gesendet wird).",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file @system-ca sni str(app.example.com) verifyhost app.example.com", Do: Text{
					"The same in HAProxy.",
					"Dasselbe in HAProxy.",
				}},
				{For: "certbot", Line: "certbot certonly --nginx --expand -d app.example.com -d app2.example.com", Do: Text{
					"Or have the certificate issued with the missing name.",
					"Oder das Zertifikat mit dem fehlenden Namen neu ausstellen lassen.",
				}},
			},
		},
		{
			Code: TLSClientCertificateRequired, Kind: Symptom, ProxyStatus: "tls_alert_received", Tier: P0, Status: 502,
			Title: Text{"Upstream requires a client certificate", "Upstream verlangt ein Client-Zertifikat"},
			Meaning: Text{
				"The upstream wants the gateway to identify itself by a certificate (mutual TLS) and got none it accepts. Under TLS 1.3 it says so only after the handshake seemed complete; the request was not read all the same.",
				"Der Upstream will, dass sich das Gateway mit einem Zertifikat ausweist (Mutual TLS), und bekam keines, das er annimmt. Bei TLS 1.3 sagt er das erst, wenn der Handshake schon fertig scheint; gelesen hat er die Anfrage trotzdem nicht.",
			},
			Tell: Text{
				"Alert certificate_required (116), bad_certificate (42), or handshake_failure (40) after the server asked for a certificate; alert 40 without that is tls-version. A certificate that was presented and not liked, for its issuer or its date, is tls-alert. Some servers finish the handshake and answer HTTP 400 'No required SSL certificate was sent': that is an answer, not this symptom. The root cause is client-certificate-missing, often together with recent-change.",
				"Alert certificate_required (116), bad_certificate (42) oder handshake_failure (40), nachdem der Server ein Zertifikat verlangt hat; Alert 40 ohne das ist tls-version. Ein vorgezeigtes Zertifikat, das wegen Aussteller oder Datum missfiel, ist tls-alert. Manche Server führen den Handshake zu Ende und antworten mit HTTP 400 „No required SSL certificate was sent“: Das ist eine Antwort, nicht dieses Symptom. Die Ursache ist client-certificate-missing, oft zusammen mit recent-change.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8443 -servername app.example.com </dev/null | grep -A4 'Acceptable client certificate'", Do: Text{
					"See which authority's certificates the upstream accepts.",
					"Nachsehen, Zertifikate welcher Zertifizierungsstelle der Upstream akzeptiert.",
				}},
				{For: "nginx", Line: "proxy_ssl_certificate /etc/nginx/gateway.pem;", Do: Text{
					"Present one from nginx (with proxy_ssl_certificate_key).",
					"In nginx eines vorzeigen (dazu proxy_ssl_certificate_key).",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file @system-ca crt /etc/haproxy/gateway.pem", Do: Text{
					"Present one from HAProxy: crt names a file with certificate and key.",
					"In HAProxy eines vorzeigen: crt nennt eine Datei mit Zertifikat und Schlüssel.",
				}},
				{For: "apache", Line: "SSLProxyMachineCertificateFile /etc/apache2/gateway.pem", Do: Text{
					"Present one from Apache; certificate and unencrypted key in one file.",
					"In Apache eines vorzeigen; Zertifikat und unverschlüsselter Schlüssel in einer Datei.",
				}},
				{For: "nginx", Line: "ssl_verify_client optional;", Do: Text{
					"If it was switched on by mistake, or the gateway's address is protection enough, relax it on the upstream.",
					"Wurde es versehentlich eingeschaltet, oder schützt schon die Adresse des Gateways genug, auf dem Upstream lockern.",
				}},
				{For: "torwart", Line: `to: ["http://127.0.0.1:8081"]`, Do: Text{
					"torwart itself presents no certificate: go through an HAProxy or stunnel on the same machine that does.",
					"torwart selbst zeigt kein Zertifikat vor: den Weg über einen HAProxy oder stunnel auf demselben Rechner nehmen, der es tut.",
				}},
			},
		},
	}
}
