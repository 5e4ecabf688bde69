package cause

// symptomsGateway are the symptoms that speak of the gateway itself: nothing
// left to try, no place free, or a fault of its own.
func symptomsGateway() []Entry {
	return []Entry{
		{
			Code: NoUpstreamAvailable, Kind: Symptom, ProxyStatus: "destination_unavailable", Tier: P0, Status: 503,
			Title: Text{"No upstream left to try", "Kein Upstream mehr übrig"},
			Meaning: Text{
				"Every endpoint of the pool has failed or was taken out of service, so there was nobody to send the request to. It is the echo of earlier failures, not the first fault.",
				"Alle Endpunkte des Pools sind ausgefallen oder aus dem Verkehr gezogen, die Anfrage konnte niemandem geschickt werden. Das ist das Echo früherer Fehler, nicht der erste.",
			},
			Tell: Text{
				"Look at the failures right before: the symptom of the last endpoint to go, such as connect-refused or response-timeout, leads to the root cause. nginx says 'no live upstreams', HAProxy shows <NOSRV>. If the endpoints answer when asked directly, the check was wrong: all-upstreams-ejected. If they all fell silent in one second, look at what they share: app-dependency-down, route-broken, recent-change. With queue-timeout and request-shed there are upstreams, only no room.",
				"Auf die Fehler unmittelbar davor achten: Das Symptom des letzten ausgefallenen Endpunkts, etwa connect-refused oder response-timeout, führt zur Ursache. nginx sagt „no live upstreams“, HAProxy zeigt <NOSRV>. Antworten die Endpunkte auf direkte Nachfrage, war die Prüfung falsch: all-upstreams-ejected. Verstummten alle in derselben Sekunde, nach dem Gemeinsamen suchen: app-dependency-down, route-broken, recent-change. Bei queue-timeout und request-shed gibt es Upstreams, nur keinen Platz.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "curl -s http://127.0.0.1:9180/api/v1/pools", Do: Text{
					"See the state of every endpoint, and since when; the ledger (/api/v1/ledger) has the failures before it.",
					"Den Zustand jedes Endpunkts ansehen und seit wann er gilt; die Fehler davor stehen im Ledger (/api/v1/ledger).",
				}},
				{For: "linux", Line: "curl -si -H 'Host: shop.example' http://10.0.0.5:8080/healthz", Do: Text{
					"Ask an endpoint directly what the health check asks: does it fail, or is the check too strict?",
					"Einen Endpunkt direkt fragen, was der Health-Check fragt: Scheitert es, oder ist der Check zu streng?",
				}},
				{For: "torwart", Line: "health: {path: /healthz, interval: 5s, timeout: 2s, fails: 3}", Do: Text{
					"Use a page for the check that needs nothing but the application itself.",
					"Für die Prüfung eine Seite nehmen, die nichts als die Anwendung selbst braucht.",
				}},
				{For: "nginx", Line: "server 10.0.0.5:8080 max_fails=3 fail_timeout=5s;", Do: Text{
					"nginx takes a server out for 10 seconds after a single failure; be more patient, or switch it off with max_fails=0.",
					"nginx nimmt einen Server nach einem einzigen Fehler 10 Sekunden heraus; geduldiger sein oder mit max_fails=0 abschalten.",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://10.0.0.5:8080/" retry=5`, Do: Text{
					"Apache keeps a failed worker out for 60 seconds; shorten that.",
					"Apache lässt einen ausgefallenen Worker 60 Sekunden draußen; diese Zeit verkürzen.",
				}},
				{For: "haproxy", Line: "option allbackups", Do: Text{
					"Add reserve servers (keyword backup) for the case that all regular ones are down, and use all of them.",
					"Für den Ausfall aller regulären Server Reserveserver eintragen (Schlüsselwort backup) und alle davon nutzen.",
				}},
			},
		},
		{
			Code: QueueTimeout, Kind: Symptom, ProxyStatus: "connection_limit_reached", Tier: P0, Status: 503,
			Title: Text{"Waited too long for a free place", "Zu lange auf einen freien Platz gewartet"},
			Meaning: Text{
				"All places at the upstream were taken, the request waited its turn in the gateway's queue, and its time ran out before it came up. Nothing of it was sent.",
				"Beim Upstream waren alle Plätze belegt, die Anfrage wartete in der Warteschlange des Gateways, und ihre Zeit lief ab, bevor sie an der Reihe war. Gesendet wurde nichts von ihr.",
			},
			Tell: Text{
				"request-shed is turned away at the door without waiting, connect-queue-full is the queue of the application's own socket, and response-timeout had a place and got no answer. HAProxy logs sQ. If response times rose before, the application is the bottleneck: app-slow or app-workers-exhausted. If they stayed the same and requests increased, it is traffic-surge, or request-flood when few addresses send many.",
				"request-shed wird ohne Warten an der Tür abgewiesen, connect-queue-full ist die Warteschlange am Socket der Anwendung, und response-timeout hatte einen Platz und bekam keine Antwort. HAProxy protokolliert sQ. Stiegen vorher die Antwortzeiten, ist die Anwendung der Engpass: app-slow oder app-workers-exhausted. Blieben sie gleich und wurden es mehr Anfragen, ist es traffic-surge, oder request-flood, wenn wenige Adressen viel senden.",
			},
			Remedy: []Step{
				{Do: Text{
					"Find out first which URL takes up the places longest, and make that one quicker or cache it; a longer queue only postpones.",
					"Zuerst herausfinden, welche URL die Plätze am längsten belegt, und diese beschleunigen oder cachen; eine längere Warteschlange verschiebt nur.",
				}},
				{For: "php-fpm", Line: "pm.max_children = 40", Do: Text{
					"If processor and memory have reserves, add workers, and raise the gateway's limit with them.",
					"Haben Prozessor und Speicher Reserven, Worker hinzufügen und das Limit im Gateway mit anheben.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check maxconn 60", Do: Text{
					"In HAProxy, the number of places per server; keep it at what the server can work on at once.",
					"In HAProxy die Zahl der Plätze je Server; so viele, wie er gleichzeitig bearbeiten kann.",
				}},
				{For: "haproxy", Line: "timeout queue 10s", Do: Text{
					"How long to wait for a place; without it timeout connect applies.",
					"Wie lange auf einen Platz gewartet wird; ohne die Zeile gilt timeout connect.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080", "http://10.0.0.6:8080"]`, Do: Text{
					"Add an instance: this is a lack of capacity.",
					"Eine Instanz hinzufügen: Hier fehlt Kapazität.",
				}},
			},
		},
		{
			Code: RequestShed, Kind: Symptom, ProxyStatus: "http_request_denied", Tier: P0, Status: 503,
			Title: Text{"Turned away under overload", "Bei Überlast abgewiesen"},
			Meaning: Text{
				"The gateway refused the request on purpose and at once, because more were running than its limit allows. That keeps the requests it has accepted quick.",
				"Das Gateway hat die Anfrage absichtlich und sofort abgewiesen, weil mehr liefen, als sein Limit erlaubt. So bleiben die angenommenen Anfragen schnell.",
			},
			Tell: Text{
				"With queue-timeout the request waited first, with no-upstream-available there was nobody to serve it, with connect-queue-full the application was full and not the gateway. Many visitors at once after a mailing or a broadcast are traffic-surge; few addresses, one URL or strange agents are request-flood. If the upstream is far from busy at that moment, the limit is too low for it.",
				"Bei queue-timeout hat die Anfrage erst gewartet, bei no-upstream-available war niemand da, bei connect-queue-full war die Anwendung voll und nicht das Gateway. Viele Besucher auf einmal nach einem Mailing oder einer Sendung sind traffic-surge; wenige Adressen, eine einzige URL oder seltsame User-Agents sind request-flood. Ist der Upstream dabei längst nicht ausgelastet, ist das Limit für ihn zu niedrig.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "limits: {concurrent: 200}", Do: Text{
					"If the upstream has reserves, raise the limit step by step while watching response times; 0 means none.",
					"Hat der Upstream Reserven, das Limit schrittweise anheben und dabei die Antwortzeiten beobachten; 0 heißt keines.",
				}},
				{For: "linux", Line: "awk '{print $1}' /var/log/nginx/access.log | sort | uniq -c | sort -rn | head", Do: Text{
					"Count requests per address in the access log: a flood has a few at the top.",
					"Im Access-Log die Anfragen je Adresse zählen: Bei einer Flut stehen wenige weit oben.",
				}},
				{For: "nginx", Line: "limit_req zone=perip burst=20 nodelay;", Do: Text{
					"Slow down such addresses (with limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s and limit_req_status 429).",
					"Solche Adressen bremsen (mit limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s und limit_req_status 429).",
				}},
				{For: "haproxy", Line: "http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }", Do: Text{
					"The same in HAProxy (with a stick-table that stores http_req_rate(10s), and http-request track-sc0 src).",
					"Dasselbe in HAProxy (mit einer stick-table, die http_req_rate(10s) speichert, und http-request track-sc0 src).",
				}},
				{Do: Text{
					"Before announced peaks, add instances and have the most visited pages cached.",
					"Vor angekündigten Spitzen Instanzen hinzufügen und die meistbesuchten Seiten cachen.",
				}},
			},
		},
		{
			Code: ProxyLoop, Kind: Symptom, ProxyStatus: "proxy_loop_detected", Tier: NoTier, Status: 508,
			Title: Text{"Request came back to the gateway", "Anfrage kam zum Gateway zurück"},
			Meaning: Text{
				"The gateway found its own mark (in the Via header) on an incoming request: what it sent to the upstream arrived back at itself. It stops here, before the circle uses up all connections.",
				"Das Gateway hat an einer eingehenden Anfrage seine eigene Markierung gefunden (im Via-Header): Was es an den Upstream schickte, kam bei ihm selbst wieder an. Hier hält es an, bevor der Kreis alle Verbindungen verbraucht.",
			},
			Tell: Text{
				"The root cause has the same name, proxy-loop: the upstream's name leads to the gateway's own address, or to a CDN that asks the gateway again. It began mostly with a change of DNS (stale-address, recent-change). 'Too many redirects' in the browser is something else: every redirect is a new request without a mark. If the upstream is another site on a shared server that sends unknown names back here, it is wrong-host-name. gateway-misconfigured is noticed before anything is sent.",
				"Die Ursache heißt ebenso, proxy-loop: Der Name des Upstreams führt zur eigenen Adresse des Gateways oder zu einem CDN, das wieder das Gateway fragt. Meist begann es mit einer DNS-Änderung (stale-address, recent-change). „Zu viele Umleitungen“ im Browser ist etwas anderes: Jede Umleitung ist eine neue Anfrage ohne Markierung. Ist der Upstream eine andere Site auf einem geteilten Server, der unbekannte Namen hierher zurückschickt, ist es wrong-host-name. gateway-misconfigured fällt auf, bevor etwas gesendet wird.",
			},
			Remedy: []Step{
				{For: "linux", Line: "getent ahosts app.example.com", Do: Text{
					"See on the gateway where the upstream's name leads, and compare with the gateway's own addresses (ip -br addr) and public address.",
					"Auf dem Gateway nachsehen, wohin der Name des Upstreams führt, und mit dessen eigenen Adressen (ip -br addr) und der öffentlichen vergleichen.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080"]`, Do: Text{
					"Use the inner address of the application, never the public name of the site.",
					"Die innere Adresse der Anwendung eintragen, nie den öffentlichen Namen der Site.",
				}},
				{For: "nginx", Line: "proxy_pass http://10.0.0.5:8080;", Do: Text{
					"The same for every nginx in the chain: proxy_pass to $host or the site's own name comes back.",
					"Dasselbe für jeden nginx in der Kette: proxy_pass auf $host oder den eigenen Namen der Site kommt zurück.",
				}},
				{Do: Text{
					"Behind a CDN, give the origin a name of its own that points to the server, not to the CDN.",
					"Hinter einem CDN dem Ursprungsserver einen eigenen Namen geben, der auf ihn zeigt und nicht auf das CDN.",
				}},
			},
		},
		{
			Code: GatewayMisconfigured, Kind: Symptom, ProxyStatus: "proxy_configuration_error", Tier: NoTier, Status: 500,
			Title: Text{"Gateway's configuration cannot serve this", "Konfiguration des Gateways passt nicht"},
			Meaning: Text{
				"The gateway's own configuration cannot serve this request: no site or rule is meant for it, an upstream address can never work, or something is missing for TLS, such as the list of authorities. No upstream was asked.",
				"Die eigene Konfiguration des Gateways kann diese Anfrage nicht bedienen: Keine Site oder Regel ist dafür da, eine Upstream-Adresse kann nie funktionieren, oder für TLS fehlt etwas, etwa die Liste der Zertifizierungsstellen. Kein Upstream wurde gefragt.",
			},
			Tell: Text{
				"It fails the same way every time and in no time at all. Status 421 says that no site has this host, 404 that no rule has this path and method. gateway-internal is a fault in the program, not in its settings. An address that could work and does not is connect-unroutable or connect-refused; a certificate that was looked at and rejected is tls-certificate-untrusted. Often recent-change stands beside it; a visitor's wrong host name may also be an old DNS entry that still points here: stale-address.",
				"Es scheitert jedes Mal gleich, und sofort. Status 421 sagt, dass keine Site diesen Host hat, 404, dass keine Regel für Pfad und Methode da ist. gateway-internal ist ein Fehler im Programm, nicht in den Einstellungen. Eine Adresse, die gehen könnte und nicht geht, ist connect-unroutable oder connect-refused; ein angesehenes und verworfenes Zertifikat tls-certificate-untrusted. Oft steht recent-change daneben; ein fremder Hostname kann auch ein alter DNS-Eintrag sein, der noch hierher zeigt: stale-address.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "torwart check torwart.yaml", Do: Text{
					"Have the file checked: it names line, key, and what to write instead.",
					"Die Datei prüfen lassen: Gemeldet werden Zeile, Schlüssel und was stattdessen dort stehen sollte.",
				}},
				{For: "torwart", Line: `hosts: ["shop.example", "www.shop.example"]`, Do: Text{
					"With status 421, add the host to the site that should serve it; a site without hosts serves all others.",
					"Bei Status 421 den Host bei der Site ergänzen, die ihn bedienen soll; eine Site ohne hosts bedient alle übrigen.",
				}},
				{For: "linux", Line: "apt-get install ca-certificates", Do: Text{
					"If the record says that the system has no list of authorities (frequent in small containers), install it.",
					"Meldet der Eintrag, dass das System keine Liste der Zertifizierungsstellen hat (häufig in kleinen Containern), sie installieren.",
				}},
				{For: "nginx", Line: "nginx -t", Do: Text{
					"Check an nginx gateway; 'no resolver defined to resolve' in its log calls for a resolver line.",
					"Ein nginx-Gateway prüfen; „no resolver defined to resolve“ im Log verlangt nach einer resolver-Zeile.",
				}},
				{For: "haproxy", Line: "haproxy -c -f /etc/haproxy/haproxy.cfg", Do: Text{
					"Check an HAProxy gateway.",
					"Ein HAProxy-Gateway prüfen.",
				}},
				{For: "apache", Line: "apachectl configtest", Do: Text{
					"Check an Apache gateway; AH01144 means that a proxy module is not loaded (a2enmod proxy_http).",
					"Ein Apache-Gateway prüfen; AH01144 heißt, dass ein Proxy-Modul nicht geladen ist (a2enmod proxy_http).",
				}},
			},
		},
		{
			Code: GatewayInternal, Kind: Symptom, ProxyStatus: "proxy_internal_error", Tier: NoTier, Status: 500,
			Title: Text{"Fault in the gateway itself", "Fehler im Gateway selbst"},
			Meaning: Text{
				"Something failed within the gateway that no other code describes: an error of the operating system that should not occur here, or a fault in the program. The upstream and the visitor are not to blame.",
				"Im Gateway selbst ist etwas gescheitert, das kein anderer Code beschreibt: ein Fehler des Betriebssystems, der hier nicht vorkommen dürfte, oder ein Fehler im Programm. Upstream und Besucher können nichts dafür.",
			},
			Tell: Text{
				"Exhausted ports and descriptors have codes of their own, connect-no-ports and connect-no-descriptors; settings that cannot work are gateway-misconfigured. What remains is mostly the machine: host-disk-full when request bodies are spilled to a file, host-memory, host-descriptors. If the machine is well and the detail shows an internal error, it is a bug: recent-change if it began with a new version, otherwise unknown.",
				"Erschöpfte Ports und Deskriptoren haben eigene Codes, connect-no-ports und connect-no-descriptors; unmögliche Einstellungen sind gateway-misconfigured. Übrig bleibt meist der Rechner: host-disk-full, wenn Anfragen in eine Datei ausgelagert werden, host-memory, host-descriptors. Ist der Rechner gesund und zeigt das Detail einen inneren Fehler, ist es ein Programmfehler: recent-change, wenn er mit einer neuen Version begann, sonst unknown.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "journalctl -u torwart -p warning -n 100 --no-pager", Do: Text{
					"Read the gateway's own log; the reference on the error page leads to the line.",
					"Das eigene Log des Gateways lesen; die Referenz auf der Fehlerseite führt zur Zeile.",
				}},
				{For: "linux", Line: "df -h /tmp && free -m", Do: Text{
					"Check space for temporary files, and memory.",
					"Platz für temporäre Dateien und den Speicher prüfen.",
				}},
				{For: "nginx", Line: "grep -E 'worker_connections are not enough|exited on signal' /var/log/nginx/error.log", Do: Text{
					"With nginx as the gateway: too few worker_connections, or a worker that crashed, mostly because of a module.",
					"Bei nginx als Gateway: zu wenige worker_connections oder ein abgestürzter Worker, meist wegen eines Moduls.",
				}},
				{Do: Text{
					"If it began with an update of the gateway, go back to the previous version, and report the log line.",
					"Begann es mit einem Update des Gateways, auf die vorige Version zurückgehen und die Logzeile melden.",
				}},
			},
		},
	}
}
