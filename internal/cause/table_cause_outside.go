package cause

// causesOutside are the root causes in traffic, CDNs, changes and visitors,
// and the one that says we do not know.
func causesOutside() []Entry {
	return []Entry{
		{
			Code: CauseTrafficSurge, Kind: RootCause, Category: "overload",
			Title: Text{"More visitors than capacity", "Mehr Besucher als Kapazität"},
			Meaning: Text{
				"More people are coming than the application can serve: a campaign, a newsletter, a mention in the press. This traffic is wanted.",
				"Es kommen mehr Menschen, als die Anwendung bedienen kann: eine Kampagne, ein Newsletter, ein Bericht in den Medien. Dieser Verkehr ist erwünscht.",
			},
			Tell: Text{
				"The request rate is far above the usual for this hour of the week, spread over many networks, with ordinary pages, images and styles, plausible referrers and campaign parameters; app-workers-exhausted, queue-timeout and request-shed follow. With request-flood a few networks or one URL stand out. If the rate is ordinary, it is app-slow, host-cpu or app-dependency-down. A wave right after an outage is made of repeated attempts and ebbs away.",
				"Die Anfragerate liegt weit über dem Üblichen für diese Stunde der Woche, verteilt auf viele Netze, mit normalen Seiten, Bildern und Styles, glaubhaften Referrern und Kampagnenparametern; app-workers-exhausted, queue-timeout und request-shed folgen. Bei request-flood stechen wenige Netze oder eine URL heraus. Ist die Rate normal, ist es app-slow, host-cpu oder app-dependency-down. Eine Welle gleich nach einem Ausfall besteht aus Wiederholungen und ebbt ab.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "proxy_cache_valid 200 10s; proxy_cache_lock on;", Do: Text{
					"Cache pages of visitors who are not signed in, if only for seconds: the application then makes each page once.",
					"Seiten nicht angemeldeter Besucher cachen, und sei es für Sekunden: Die Anwendung erzeugt jede Seite dann nur einmal.",
				}},
				{For: "torwart", Line: "limits: {concurrent: 80}", Do: Text{
					"Admit as many at once as the application serves well; the others wait in order instead of slowing everyone.",
					"So viele gleichzeitig einlassen, wie die Anwendung gut bedient; die anderen warten der Reihe nach, statt alle zu bremsen.",
				}},
				{For: "php-fpm", Line: "pm = static", Do: Text{
					"Before an announced peak, start all children in advance instead of during it.",
					"Vor einer angekündigten Spitze alle Kindprozesse vorab starten statt erst währenddessen.",
				}},
				{For: "haproxy", Line: "timeout queue 10s", Do: Text{
					"Let visitors wait ten seconds for a place rather than fail at once (with maxconn on the server line).",
					"Besucher zehn Sekunden auf einen Platz warten lassen, statt sie gleich abzuweisen (mit maxconn in der server-Zeile).",
				}},
				{For: "nginx", Line: "location /assets/ { expires 30d; }", Do: Text{
					"Keep images, styles and scripts away from the application: browser cache, CDN.",
					"Bilder, Styles und Skripte von der Anwendung fernhalten: Browser-Cache, CDN.",
				}},
				{Do: Text{
					"Agree with marketing to send mailings in portions, and add endpoints before the next campaign.",
					"Mit dem Marketing vereinbaren, Mailings in Portionen zu versenden, und vor der nächsten Kampagne Endpunkte hinzufügen.",
				}},
			},
		},
		{
			Code: CauseRequestFlood, Kind: RootCause, Category: "overload",
			Title: Text{"Flood of unwanted requests", "Flut unerwünschter Anfragen"},
			Meaning: Text{
				"Abusive or runaway traffic takes the capacity away from visitors: an attack, scrapers and aggressive bots, or a broken client that asks in a loop.",
				"Missbräuchlicher oder außer Kontrolle geratener Verkehr nimmt den Besuchern die Kapazität: ein Angriff, Scraper und aggressive Bots oder ein defekter Client, der in einer Schleife fragt.",
			},
			Tell: Text{
				"A few addresses, networks or user agents, or one expensive URL (search, login, xmlrpc.php), make most of the requests, and hardly any of them loads images or styles; the kernel may log 'Possible SYN flooding'. traffic-surge is spread widely and behaves like people. A verified crawler that is too fast is to be slowed down with 429 or 503, not blocked. host-conntrack, app-workers-exhausted and host-cpu are consequences.",
				"Wenige Adressen, Netze oder User-Agents oder eine teure URL (Suche, Login, xmlrpc.php) machen die meisten Anfragen aus, und kaum eine davon lädt Bilder oder Styles; der Kernel meldet unter Umständen „Possible SYN flooding“. traffic-surge ist breit verteilt und benimmt sich wie Menschen. Ein verifizierter Crawler, der zu schnell ist, gehört mit 429 oder 503 gebremst, nicht gesperrt. host-conntrack, app-workers-exhausted und host-cpu sind Folgen davon.",
			},
			Remedy: []Step{
				{For: "linux", Line: "tail -n 50000 /var/log/nginx/access.log | awk '{ print $1 }' | sort | uniq -c | sort -rn | head", Do: Text{
					"Find out who it is; use $7 instead of $1 for the URLs.",
					"Herausfinden, wer es ist; für die URLs $7 statt $1 nehmen.",
				}},
				{For: "linux", Line: "nft insert rule inet filter input ip saddr 203.0.113.0/24 drop", Do: Text{
					"Block a single network at once; not if a CDN or another proxy stands in front.",
					"Ein einzelnes Netz sofort sperren; nicht, wenn ein CDN oder anderer Proxy davorsteht.",
				}},
				{For: "nginx", Line: "limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s;", Do: Text{
					"Limit the rate per address (http block); in the location: limit_req zone=perip burst=20 nodelay; limit_req_status 429;",
					"Die Rate je Adresse begrenzen (http-Block); in der location: limit_req zone=perip burst=20 nodelay; limit_req_status 429;",
				}},
				{For: "haproxy", Line: "http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }", Do: Text{
					"The same in HAProxy, with http-request track-sc0 src and stick-table type ipv6 size 100k expire 30s store http_req_rate(10s).",
					"Dasselbe in HAProxy, mit http-request track-sc0 src und stick-table type ipv6 size 100k expire 30s store http_req_rate(10s).",
				}},
				{For: "apache", Line: "RequestReadTimeout header=10-20,MinRate=500 body=20,MinRate=500", Do: Text{
					"Against clients that hold connections by sending slowly (mod_reqtimeout).",
					"Gegen Clients, die durch langsames Senden Verbindungen belegen (mod_reqtimeout).",
				}},
				{For: "cloudflare", Do: Text{
					"If it fills the line itself, only someone in front can help: switch on 'Under Attack' mode, or ask the hoster for filtering.",
					"Füllt sie schon die Leitung, hilft nur jemand davor: den „Under Attack“-Modus einschalten oder den Hoster um Filterung bitten.",
				}},
			},
		},
		{
			Code: CauseCDNStoredError, Kind: RootCause, Category: "cdn",
			Title: Text{"Cache repeats an old error", "Cache wiederholt einen alten Fehler"},
			Meaning: Text{
				"A cache in front of the site (a CDN or caching proxy) has stored an error and keeps showing it, although the site behind it is well again.",
				"Ein Cache vor der Site (ein CDN oder ein cachender Proxy) hat einen Fehler gespeichert und zeigt ihn weiter, obwohl die Site dahinter wieder in Ordnung ist.",
			},
			Tell: Text{
				"The error answer carries an Age above 0, X-Cache: HIT or CF-Cache-Status: HIT, and no such request arrives at the origin; the same URL with an unused query string shows the page. cdn-cannot-reach-origin is live: no Age, and a 52x. If only one visitor sees it, it is client-side. A page cut in half can be stored too: look for an earlier response-body-incomplete.",
				"Die Fehlerantwort trägt ein Age über 0, X-Cache: HIT oder CF-Cache-Status: HIT, und am Ursprungsserver kommt keine solche Anfrage an; dieselbe URL mit unbenutztem Query-String zeigt die Seite. cdn-cannot-reach-origin ist live: kein Age und ein 52x. Sieht es nur ein einzelner Besucher, ist es client-side. Auch eine halbe Seite kann gespeichert sein: nach einem früheren response-body-incomplete suchen.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -sSI https://shop.example/ | grep -iE '^(HTTP|age|x-cache|cf-cache-status|via|cache-control):?'", Do: Text{
					"See how old the answer is and who stored it.",
					"Nachsehen, wie alt die Antwort ist und wer sie gespeichert hat.",
				}},
				{For: "varnish", Line: `varnishadm "ban obj.status ~ ^5"`, Do: Text{
					"Throw the stored errors away; in a CDN, purge the affected URLs in its console.",
					"Die gespeicherten Fehler verwerfen; im CDN die betroffenen URLs in dessen Oberfläche leeren.",
				}},
				{For: "nginx", Line: "proxy_cache_valid 200 301 10m;", Do: Text{
					"Store good answers only: never 'any' here, which includes errors.",
					"Nur gute Antworten speichern: hier nie „any“, das schließt Fehler ein.",
				}},
				{For: "apache", Line: `Header always set Cache-Control "no-store" "expr=%{REQUEST_STATUS} -ge 500"`, Do: Text{
					"Send errors from the origin with no-store, so that no cache keeps them.",
					"Fehler vom Ursprungsserver mit no-store schicken, dann behält sie kein Cache.",
				}},
				{For: "varnish", Line: "if (beresp.status >= 500) { set beresp.uncacheable = true; set beresp.ttl = 1s; }", Do: Text{
					"The same on Varnish's side (in vcl_backend_response).",
					"Dasselbe aufseiten von Varnish (in vcl_backend_response).",
				}},
			},
		},
		{
			Code: CauseCDNCannotReachOrigin, Kind: RootCause, Category: "cdn",
			Title: Text{"CDN cannot reach the origin", "CDN erreicht den Ursprungsserver nicht"},
			Meaning: Text{
				"The CDN answers with an error of its own (Cloudflare 520 to 526, 530) because it cannot connect to the origin server or gets no usable answer from it.",
				"Das CDN antwortet mit einem eigenen Fehler (Cloudflare 520 bis 526, 530), weil es sich nicht mit dem Ursprungsserver verbinden kann oder keine brauchbare Antwort bekommt.",
			},
			Tell: Text{
				"A 52x or 530 with the CDN's mark (cf-ray), no line in the origin's log, and the origin answers when asked directly. 521 is refused, 522 no connection in time, 523 no way there, 524 no answer in time, 525 and 526 TLS, 520 an unusable answer. If the origin fails directly as well, look for its own cause: app-not-running, app-slow, certificate-expired. With an Age above 0 it is cdn-stored-error.",
				"Ein 52x oder 530 mit dem Zeichen des CDN (cf-ray), keine Zeile im Log des Ursprungsservers, und direkt gefragt antwortet er. 521 heißt abgewiesen, 522 keine Verbindung in der Zeit, 523 kein Weg dorthin, 524 keine Antwort in der Zeit, 525 und 526 TLS, 520 eine unbrauchbare Antwort. Scheitert er auch direkt, nach der eigenen Ursache suchen: app-not-running, app-slow, certificate-expired. Mit einem Age über 0 ist es cdn-stored-error.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -sSI --connect-to shop.example:443:203.0.113.10:443 https://shop.example/", Do: Text{
					"Ask the origin directly, past the CDN, with the right name.",
					"Den Ursprungsserver direkt fragen, am CDN vorbei, mit dem richtigen Namen.",
				}},
				{For: "ufw", Line: "for net in $(curl -s https://www.cloudflare.com/ips-v4); do ufw allow from $net to any port 443 proto tcp; done", Do: Text{
					"521 and 522: let all of the CDN's networks through the firewall, and keep them out of fail2ban.",
					"521 und 522: alle Netze des CDN durch die Firewall lassen und von fail2ban ausnehmen.",
				}},
				{For: "nginx", Line: "real_ip_header CF-Connecting-IP;", Do: Text{
					"Let rate limits and bans see the visitor instead of the CDN (with set_real_ip_from for each of its networks).",
					"Ratenlimits und Sperren den Besucher sehen lassen statt des CDN (mit set_real_ip_from für jedes seiner Netze).",
				}},
				{For: "torwart", Line: `trust: ["173.245.48.0/20", "103.21.244.0/22"]`, Do: Text{
					"The same in torwart: believe forwarding fields from the CDN's networks (list them all).",
					"Dasselbe in torwart: den Weiterleitungsfeldern aus den Netzen des CDN glauben (alle aufführen).",
				}},
				{For: "cloudflare", Do: Text{
					"525 and 526: install a valid certificate or an Origin CA certificate for this name on the origin, mode Full (strict).",
					"525 und 526: auf dem Ursprungsserver ein gültiges oder ein Origin-CA-Zertifikat für diesen Namen einrichten, Modus Full (strict).",
				}},
				{Do: Text{
					"523: correct the origin's address in the CDN. 524: speed the page up, or move the long job into the background.",
					"523: die Adresse des Ursprungsservers im CDN berichtigen. 524: die Seite beschleunigen oder die lange Aufgabe in den Hintergrund verlegen.",
				}},
			},
		},
		{
			Code: CauseRecentChange, Kind: RootCause, Category: "software",
			Title: Text{"Recent update or change", "Kürzliches Update oder Änderung"},
			Meaning: Text{
				"The failures began minutes after an update, a deployment or a change of configuration. This names what to take back; how it breaks things is said by the cause it stands beside.",
				"Die Fehler begannen Minuten nach einem Update, einem Deployment oder einer Konfigurationsänderung. Dies nennt, was zurückzunehmen ist; wie es schadet, sagt die Ursache, neben der es steht.",
			},
			Tell: Text{
				"The package log, the deployment log or a file's date lies within minutes before the first failure, and there was nothing of the kind before. It stands beside the mechanism, such as app-start-failed, wrong-socket-path, tls-version-mismatch or timeout-inversion. A file newer than the start of its process is changed but not in effect yet. traffic-surge and certificate-expired begin suddenly too, without any change. If taking it back does not help, it was not the reason.",
				"Paketlog, Deployment-Log oder Datum einer Datei liegen Minuten vor dem ersten Fehler, und vorher gab es nichts dergleichen. Es steht neben dem Mechanismus, etwa app-start-failed, wrong-socket-path, tls-version-mismatch oder timeout-inversion. Eine Datei, die neuer ist als der Start ihres Prozesses, ist geändert, aber noch nicht wirksam. Auch traffic-surge und certificate-expired beginnen plötzlich, ganz ohne Änderung. Hilft das Zurücknehmen nicht, war es nicht der Grund.",
			},
			Remedy: []Step{
				{Do: Text{
					"Take the last deployment back first and investigate afterwards, with the site up.",
					"Zuerst das letzte Deployment zurücknehmen und danach untersuchen, während die Site läuft.",
				}},
				{For: "linux", Line: "grep -E ' (install|upgrade|remove) ' /var/log/dpkg.log | tail -n 20", Do: Text{
					"See which packages changed and when (Fedora, RHEL: dnf history list).",
					"Nachsehen, welche Pakete sich wann geändert haben (Fedora, RHEL: dnf history list).",
				}},
				{For: "linux", Line: "find /etc -type f -newermt '2 hours ago'", Do: Text{
					"See which configuration files changed in the last two hours.",
					"Nachsehen, welche Konfigurationsdateien sich in den letzten zwei Stunden geändert haben.",
				}},
				{For: "linux", Line: "apt list -a php8.2-fpm", Do: Text{
					"Find the previous version, install it with apt install NAME=VERSION, and hold it with apt-mark hold (RHEL: dnf history undo last).",
					"Die vorige Version suchen, mit apt install NAME=VERSION einspielen und mit apt-mark hold festhalten (RHEL: dnf history undo last).",
				}},
				{For: "nginx", Line: "nginx -t", Do: Text{
					"From now on, check before every reload (Apache: apachectl configtest, HAProxy: haproxy -c -f, torwart: torwart check).",
					"Ab jetzt vor jedem Neuladen prüfen (Apache: apachectl configtest, HAProxy: haproxy -c -f, torwart: torwart check).",
				}},
			},
		},
		{
			Code: CauseClientSide, Kind: RootCause, Category: "client",
			Title: Text{"Problem on the visitor's side", "Problem aufseiten des Besuchers"},
			Meaning: Text{
				"The site works. What fails is this visitor's network, DNS, VPN or browser, or a page the browser has kept.",
				"Die Site funktioniert. Was hakt, ist Netz, DNS, VPN oder Browser dieses Besuchers oder eine Seite, die der Browser behalten hat.",
			},
			Tell: Text{
				"One visitor or one network only, while others and our own probes succeed in the same minute; our log has client-gone, client-timeout, client-request-malformed or client-request-too-large for them, or nothing at all. Many client-gone from everywhere are impatient people: app-slow. A whole region or provider is route-broken, packet-loss or cdn-stored-error at one location. Missing names for everyone: dns-record-missing.",
				"Nur ein Besucher oder ein Netz, während andere und die eigenen Testabrufe in derselben Minute gelingen; im eigenen Log steht für ihn client-gone, client-timeout, client-request-malformed oder client-request-too-large oder gar nichts. Viele client-gone von überall sind ungeduldige Menschen: app-slow. Eine ganze Region oder ein Provider ist route-broken, packet-loss oder cdn-stored-error an einem Standort. Fehlt der Name bei allen: dns-record-missing.",
			},
			Remedy: []Step{
				{Do: Text{
					"Ask the visitor to open the page in a private window; if that works, delete the site's cookies and stored data.",
					"Den Besucher bitten, die Seite in einem privaten Fenster zu öffnen; klappt es dort, Cookies und gespeicherte Daten der Site löschen.",
				}},
				{Do: Text{
					"Have it tried over another network (mobile data) and without VPN, proxy and ad blocker.",
					"Über ein anderes Netz (Mobilfunk) und ohne VPN, Proxy und Werbeblocker probieren lassen.",
				}},
				{For: "windows", Line: "nslookup shop.example 1.1.1.1", Do: Text{
					"Compare the visitor's DNS answer with this one (without 1.1.1.1 it is the visitor's own); ipconfig /flushdns discards an outdated one.",
					"Die DNS-Antwort beim Besucher mit dieser vergleichen (ohne 1.1.1.1 ist es die eigene); ipconfig /flushdns verwirft eine veraltete.",
				}},
				{For: "nginx", Line: "large_client_header_buffers 4 32k;", Do: Text{
					"If this visitor's cookies are too big (400 or 431), allow more until they have shrunk.",
					"Sind die Cookies dieses Besuchers zu groß (400 oder 431), mehr erlauben, bis sie geschrumpft sind.",
				}},
				{For: "torwart", Do: Text{
					"Ask for the reference on the error page and look that exchange up in the ledger.",
					"Nach der Kennung auf der Fehlerseite fragen und den Vorgang damit im Ledger nachschlagen.",
				}},
			},
		},
		{
			Code: CauseUnknown, Kind: RootCause, Category: "",
			Title: Text{"Cause not established", "Ursache nicht geklärt"},
			Meaning: Text{
				"The evidence does not decide between several causes. The finding lists what was ruled out, and which test would decide next.",
				"Die Belege entscheiden nicht zwischen mehreren Ursachen. Der Befund nennt, was ausgeschlossen wurde und welche Prüfung als Nächstes entscheiden würde.",
			},
			Tell: Text{
				"The symptom is certain, only its reason is open, mostly because log text alone is at hand. Typical: after closed-before-response it may be app-crashed, app-worker-timeout, app-out-of-memory or intrusion-prevention; after connect-timeout firewall-drop, app-workers-exhausted or host-down. If one of these has a fact of its own (a counter, an exit status, a time), it is that one and not this.",
				"Das Symptom steht fest, nur der Grund ist offen, meist weil nur Logtext vorliegt. Typisch: Nach closed-before-response kommen app-crashed, app-worker-timeout, app-out-of-memory oder intrusion-prevention in Frage; nach connect-timeout firewall-drop, app-workers-exhausted oder host-down. Hat eine davon einen eigenen Beleg (Zähler, Exit-Status, Zeit), ist es diese und nicht unbekannt.",
			},
			Remedy: []Step{
				{Do: Text{
					"Run the test the finding names; its result usually leaves one cause.",
					"Die Prüfung ausführen, die der Befund nennt; danach bleibt meist eine Ursache übrig.",
				}},
				{For: "systemd", Line: "SupplementaryGroups=adm systemd-journal", Do: Text{
					"Give torwart access to logs and journal, or run it on the application's machine, so that it can see why (section [Service]).",
					"torwart Zugriff auf Logs und Journal geben oder es auf dem Rechner der Anwendung betreiben, damit es den Grund sehen kann (Abschnitt [Service]).",
				}},
				{For: "nginx", Line: "log_format why '$time_iso8601 $status $upstream_addr $upstream_status $upstream_connect_time $upstream_header_time $upstream_response_time $request';", Do: Text{
					"Log who answered and in which phase time was spent (use it with access_log).",
					"Protokollieren, wer geantwortet hat und in welcher Phase die Zeit verging (mit access_log verwenden).",
				}},
				{For: "linux", Line: "tcpdump -ni any -C 50 -W 10 -w /var/tmp/ring.pcap 'tcp port 8080'", Do: Text{
					"Record in a ring of 500 MB until it happens again: the capture decides who closed and when.",
					"In einem Ring von 500 MB mitschneiden, bis es wieder geschieht: Der Mitschnitt entscheidet, wer wann geschlossen hat.",
				}},
				{For: "linux", Line: "ss -ltn; nstat -az TcpExtListenOverflows; head -n 1 /proc/pressure/*; journalctl -k -n 30", Do: Text{
					"At the next failure, keep queues, overflows, pressure and kernel log before anything is restarted.",
					"Beim nächsten Fehler Queues, Überläufe, Druckwerte und Kernel-Log sichern, bevor etwas neu gestartet wird.",
				}},
			},
		},
	}
}
