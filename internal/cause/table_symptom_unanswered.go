package cause

// symptomsUnanswered are the symptoms of a request that was sent, or begun,
// and got not one byte of an answer.
func symptomsUnanswered() []Entry {
	return []Entry{
		{
			// P1 when the peer ended it by FIN with nothing acknowledged: who
			// saw the connection raises the tier.
			Code: ReusedConnectionClosed, Kind: Symptom, ProxyStatus: "connection_terminated", Tier: P2, Status: 502,
			Title: Text{"Kept connection closed by the upstream", "Gehaltene Verbindung vom Upstream geschlossen"},
			Meaning: Text{
				"The gateway reused a connection it had kept open, and the upstream was just closing it. The request crossed with the close on the way and most probably was never read.",
				"Das Gateway hat eine offen gehaltene Verbindung wiederverwendet, die der Upstream gerade schloss. Anfrage und Schließen haben sich unterwegs gekreuzt; sehr wahrscheinlich wurde die Anfrage nie gelesen.",
			},
			Tell: Text{
				"Only a reused connection can show this; on a fresh one it is closed-before-response or reset-before-response. If the connection had been idle for about the same number of seconds each time (2, 5, 15, 60, 75), it is idle-timeout-inversion; it looks random and hits quiet hours more than busy ones. If all kept connections end in the same second, it is app-restarting or app-crashed. If only those idle for minutes fail, a firewall or NAT in between has forgotten them: intrusion-prevention or host-conntrack.",
				"Nur eine wiederverwendete Verbindung kann das zeigen; bei einer frischen heißt es closed-before-response oder reset-before-response. War die Verbindung jedes Mal etwa gleich lange ungenutzt (2, 5, 15, 60, 75 Sekunden), ist es idle-timeout-inversion; das wirkt zufällig und trifft ruhige Stunden mehr als volle. Enden alle gehaltenen Verbindungen in derselben Sekunde, ist es app-restarting oder app-crashed. Scheitern nur solche, die minutenlang ruhten, hat eine Firewall oder NAT dazwischen sie vergessen: intrusion-prevention oder host-conntrack.",
			},
			Remedy: []Step{
				{For: "node", Line: "server.keepAliveTimeout = 75_000", Do: Text{
					"Let the application keep connections longer than the gateway; Node closes after 5 seconds by itself (headersTimeout must be longer still).",
					"Die Anwendung Verbindungen länger halten lassen als das Gateway; Node schließt von sich aus nach 5 Sekunden (headersTimeout muss noch länger sein).",
				}},
				{For: "gunicorn", Line: "--worker-class gthread --keep-alive 75", Do: Text{
					"The same for gunicorn, whose sync workers keep no connections at all (uvicorn: --timeout-keep-alive 75).",
					"Dasselbe für gunicorn, dessen sync-Worker gar keine Verbindungen halten (uvicorn: --timeout-keep-alive 75).",
				}},
				{For: "apache", Line: "KeepAliveTimeout 75", Do: Text{
					"The same for an Apache behind the gateway, whose default is 5 seconds.",
					"Dasselbe für einen Apache hinter dem Gateway; voreingestellt sind 5 Sekunden.",
				}},
				{For: "nginx", Line: "keepalive_timeout 4s;", Do: Text{
					"Or let the gateway be the first to close: in the upstream block, shorter than the application's own timeout.",
					"Oder das Gateway zuerst schließen lassen: im upstream-Block, kürzer als das Timeout der Anwendung.",
				}},
				{For: "haproxy", Line: "retry-on conn-failure empty-response", Do: Text{
					"HAProxy closes on the visitor in this case and logs nothing; have it repeat, but not POST (http-request disable-l7-retry if METH_POST).",
					"HAProxy legt in diesem Fall beim Besucher auf und protokolliert nichts; wiederholen lassen, nur POST nicht (http-request disable-l7-retry if METH_POST).",
				}},
				{For: "torwart", Line: "retry: {unsafe_probable: true}", Do: Text{
					"Only if the application recognises a repeated POST: repeat POST and PATCH in this case too.",
					"Nur wenn die Anwendung ein doppeltes POST erkennt: In diesem Fall auch POST und PATCH wiederholen.",
				}},
			},
		},
		{
			Code: ClosedBeforeResponse, Kind: Symptom, ProxyStatus: "connection_terminated", Tier: P3, Status: 502,
			Title: Text{"Closed without an answer", "Ohne Antwort geschlossen"},
			Meaning: Text{
				"The upstream took the request on a fresh connection and closed it in good order (FIN) without a single byte of an answer. It may have carried the request out, in full or in part.",
				"Der Upstream hat die Anfrage auf einer frischen Verbindung angenommen und diese ordentlich geschlossen (FIN), ohne ein einziges Byte zu antworten. Er kann die Anfrage ganz oder teilweise ausgeführt haben.",
			},
			Tell: Text{
				"With reset-before-response the end is an RST, with reused-connection-closed the connection was an old one, with response-head-incomplete some bytes came. After the same round number of seconds each time, it is app-worker-timeout; at any time, together with a dead process, app-crashed or app-out-of-memory. At once and always: another program behind the port (wrong-port, wrong-protocol), or one that admits only certain addresses. Exactly at a deployment: app-restarting.",
				"Bei reset-before-response ist das Ende ein RST, bei reused-connection-closed war die Verbindung eine alte, bei response-head-incomplete kamen einige Bytes. Jedes Mal nach derselben runden Zahl von Sekunden ist es app-worker-timeout; irgendwann, zusammen mit einem gestorbenen Prozess, app-crashed oder app-out-of-memory. Sofort und immer: ein anderes Programm hinter dem Port (wrong-port, wrong-protocol) oder eines, das nur bestimmte Adressen zulässt. Genau zum Deployment: app-restarting.",
			},
			Remedy: []Step{
				{For: "systemd", Line: `journalctl -u app --since "10 min ago" --no-pager`, Do: Text{
					"Read the application's log at the second of the failure: a killed worker or a stack trace stands there.",
					"Das Log der Anwendung in der Sekunde des Fehlers lesen: Dort steht ein beendeter Worker oder ein Stacktrace.",
				}},
				{For: "linux", Line: "journalctl -k --grep 'Killed process|segfault'", Do: Text{
					"Ask the kernel: a process it killed cannot log anything itself.",
					"Den Kernel fragen: Ein von ihm beendeter Prozess kann selbst nichts mehr melden.",
				}},
				{For: "php-fpm", Line: "grep -E 'exited on signal|execution timed out' /var/log/php8.2-fpm.log", Do: Text{
					"For PHP: a child that crashed, or was ended by request_terminate_timeout.",
					"Bei PHP: ein abgestürzter oder durch request_terminate_timeout beendeter Kindprozess.",
				}},
				{For: "gunicorn", Line: "--timeout 60", Do: Text{
					"If the log says WORKER TIMEOUT, the request took longer than gunicorn's 30 seconds.",
					"Steht WORKER TIMEOUT im Log, lief die Anfrage länger als die 30 Sekunden von gunicorn.",
				}},
				{For: "php-fpm", Line: "listen.allowed_clients = 127.0.0.1,10.0.0.2", Do: Text{
					"PHP-FPM on a TCP port hangs up on every address that is not listed here.",
					"PHP-FPM auf einem TCP-Port legt bei jeder Adresse auf, die hier nicht steht.",
				}},
				{For: "linux", Line: "curl -sv http://10.0.0.5:8080/ -o /dev/null", Do: Text{
					"If it happens at once and every time, ask from the gateway's machine by hand: does this port speak HTTP at all?",
					"Passiert es sofort und jedes Mal, vom Rechner des Gateways aus von Hand anfragen: Spricht dieser Port überhaupt HTTP?",
				}},
			},
		},
		{
			Code: ResetBeforeResponse, Kind: Symptom, ProxyStatus: "connection_terminated", Tier: P3, Status: 502,
			Title: Text{"Reset without an answer", "Ohne Antwort zurückgesetzt"},
			Meaning: Text{
				"The request was sent on a fresh connection, and an RST came back in place of an answer. Somebody broke the connection off hard: the application, its kernel, or a box in between.",
				"Die Anfrage wurde auf einer frischen Verbindung gesendet, und statt einer Antwort kam ein RST. Jemand hat die Verbindung hart abgebrochen: die Anwendung, ihr Kernel oder ein Gerät dazwischen.",
			},
			Tell: Text{
				"closed-before-response ends in good order; an RST means that data was left unread, or that the machine knew nothing of the connection. request-write-failed is the same while still sending, connect-refused an RST to the very first packet. With a process that ended at that second it is app-crashed or app-out-of-memory. If the RST has another TTL than the upstream's other packets, somebody in between sent it: intrusion-prevention. An http:// gateway before a TLS port is wrong-protocol.",
				"closed-before-response endet ordentlich; ein RST heißt, dass Daten ungelesen blieben oder der Rechner die Verbindung nicht kannte. request-write-failed ist dasselbe noch während des Sendens, connect-refused ein RST auf das allererste Paket. Endete in dieser Sekunde ein Prozess, ist es app-crashed oder app-out-of-memory. Hat das RST eine andere TTL als die übrigen Pakete des Upstreams, kam es von dazwischen: intrusion-prevention. Ein Gateway mit http:// vor einem TLS-Port ist wrong-protocol.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "systemctl show app -p NRestarts,Result,ExecMainStatus,StateChangeTimestamp", Do: Text{
					"See first whether the application ended or restarted at that time.",
					"Zuerst nachsehen, ob die Anwendung zu dieser Zeit endete oder neu startete.",
				}},
				{For: "linux", Line: "tcpdump -nvi any 'host 10.0.0.5 and tcp port 8080 and tcp[tcpflags] & tcp-rst != 0'", Do: Text{
					"If not, compare the TTL of the RST with that of ordinary packets from the upstream.",
					"Wenn nicht, die TTL des RST mit der gewöhnlicher Pakete des Upstreams vergleichen.",
				}},
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:8080 </dev/null", Do: Text{
					"If this gets a certificate, the port speaks TLS: write https:// in the gateway.",
					"Kommt darauf ein Zertifikat, spricht der Port TLS: im Gateway https:// angeben.",
				}},
				{For: "linux", Line: "sysctl net.ipv4.tcp_abort_on_overflow", Do: Text{
					"If this is 1 on the upstream, a full accept queue answers with RST: set it to 0 and see to the workers.",
					"Steht das beim Upstream auf 1, antwortet eine volle Accept-Queue mit RST: auf 0 setzen und sich um die Worker kümmern.",
				}},
				{For: "linux", Line: "sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1", Do: Text{
					"On a router or Docker host in between, this ends resets of connections that the tracking lost hold of.",
					"Auf einem Router oder Docker-Host dazwischen beendet das Resets von Verbindungen, deren Faden das Connection-Tracking verloren hat.",
				}},
				{Do: Text{
					"If it is an intrusion prevention system or a web application firewall, have the gateway's address exempted, or the rule named in its log corrected.",
					"Ist es ein Intrusion-Prevention-System oder eine Web Application Firewall, die Adresse des Gateways ausnehmen oder die im Log genannte Regel berichtigen lassen.",
				}},
			},
		},
		{
			// P0 where nothing was written: who sent it knows.
			Code: RequestWriteFailed, Kind: Symptom, ProxyStatus: "connection_terminated", Tier: P3, Status: 502,
			Title: Text{"Connection broken while sending", "Verbindung beim Senden abgebrochen"},
			Meaning: Text{
				"The upstream broke the connection while the gateway was still sending the request, and left no answer to read. Most often it did not want the rest of an upload.",
				"Der Upstream hat die Verbindung abgebrochen, während das Gateway die Anfrage noch sendete, und keine Antwort hinterlassen. Meistens wollte er den Rest eines Uploads nicht mehr haben.",
			},
			Tell: Text{
				"Look at the size: if only large uploads fail, always beyond the same number of bytes, the application refuses them (app-refuses-upload), or it allows less than the gateway (body-limit-inversion). If small requests fail too, it is app-crashed, or on an old connection reused-connection-closed. request-write-stalled keeps the connection and stops reading; in reset-before-response the request had been sent in full. If an answer such as 413 can still be read, the client gets that, and this symptom does not arise.",
				"Auf die Größe achten: Scheitern nur große Uploads, immer hinter derselben Zahl von Bytes, lehnt die Anwendung sie ab (app-refuses-upload), oder sie erlaubt weniger als das Gateway (body-limit-inversion). Scheitern auch kleine Anfragen, ist es app-crashed, auf einer alten Verbindung reused-connection-closed. Bei request-write-stalled bleibt die Verbindung bestehen, es wird nur nicht mehr gelesen; bei reset-before-response war die Anfrage vollständig gesendet. Lässt sich noch eine Antwort wie 413 lesen, bekommt der Client diese, und es bleibt nicht bei diesem Symptom.",
			},
			Remedy: []Step{
				{For: "linux", Line: "head -c 50M /dev/zero | curl -sv -T - http://10.0.0.5:8080/upload", Do: Text{
					"Send uploads of growing size straight to the upstream: from which size on does it refuse, and does it say 413?",
					"Uploads wachsender Größe direkt an den Upstream schicken: Ab welcher Größe lehnt er ab, und sagt er dabei 413?",
				}},
				{For: "nginx", Line: "client_max_body_size 100m;", Do: Text{
					"On an nginx upstream, allow what is legitimate; the default is 1 MB.",
					"Auf einem nginx-Upstream erlauben, was berechtigt ist; voreingestellt ist 1 MB.",
				}},
				{For: "apache", Line: "LimitRequestBody 104857600", Do: Text{
					"The same on an Apache upstream, in bytes.",
					"Dasselbe auf einem Apache-Upstream, in Byte.",
				}},
				{For: "tomcat", Line: `maxSwallowSize="-1"`, Do: Text{
					"Tomcat hangs up when more than 2 MB of a refused upload are left; let it read the rest, so that its answer arrives (on the Connector).",
					"Tomcat legt auf, wenn von einem abgelehnten Upload mehr als 2 MB übrig sind; den Rest lesen lassen, damit seine Antwort ankommt (am Connector).",
				}},
				{For: "torwart", Line: "limits: {body: 100MiB}", Do: Text{
					"Set the same limit in the gateway, so that it refuses at once with a clear 413.",
					"Im Gateway dasselbe Limit setzen, damit es gleich mit einem klaren 413 ablehnt.",
				}},
				{For: "systemd", Line: `journalctl -u app --since "10 min ago" --no-pager`, Do: Text{
					"If size plays no part, look for a worker that ended at that second.",
					"Spielt die Größe keine Rolle, nach einem Worker suchen, der in dieser Sekunde endete.",
				}},
			},
		},
		{
			Code: RequestWriteStalled, Kind: Symptom, ProxyStatus: "connection_write_timeout", Tier: P3, Status: 504,
			Title: Text{"Upstream stopped reading the request", "Upstream liest die Anfrage nicht weiter"},
			Meaning: Text{
				"The connection stands, but the upstream takes no more of the request: its receive buffer is full, or what is sent no longer arrives. The gateway gave up waiting.",
				"Die Verbindung steht, aber der Upstream nimmt von der Anfrage nichts mehr ab: Sein Empfangspuffer ist voll, oder das Gesendete kommt nicht mehr an. Das Gateway hat das Warten aufgegeben.",
			},
			Tell: Text{
				"ss tells the two apart. A window of zero and no retransmissions: the program does not read, so app-hung, app-slow, or host-disk-full when it writes uploads to disk. Retransmissions that nobody acknowledges: the path, so mtu-black-hole if small requests pass, otherwise packet-loss or host-down. request-write-failed ends with RST; response-timeout had sent everything. A visitor whose own upload is slow is client-timeout.",
				"ss unterscheidet beides. Fenster null und keine Wiederholungen: Das Programm liest nicht, also app-hung, app-slow oder, wenn es Uploads auf Platte schreibt, host-disk-full. Wiederholungen, die niemand bestätigt: der Weg, also mtu-black-hole, wenn Kleines durchkommt, sonst packet-loss oder host-down. request-write-failed endet mit RST; bei response-timeout war alles gesendet. Ein Besucher, dessen eigener Upload zu langsam ist, heißt client-timeout.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -tino dst 10.0.0.5", Do: Text{
					"On the gateway's machine, look at the stalled connection: timer:(persist) means the peer does not read, timer:(on) with a growing backoff that nothing arrives.",
					"Auf dem Rechner des Gateways die stehende Verbindung ansehen: timer:(persist) heißt, die Gegenseite liest nicht; timer:(on) mit wachsendem backoff, dass nichts ankommt.",
				}},
				{For: "linux", Line: "df -h / /tmp /var", Do: Text{
					"On the upstream, see whether there is room for uploads.",
					"Auf dem Upstream nachsehen, ob für Uploads noch Platz ist.",
				}},
				{For: "linux", Line: "ping -M do -s 1472 10.0.0.5", Do: Text{
					"Nothing arrives: check whether packets of full size pass.",
					"Es kommt nichts an: prüfen, ob Pakete voller Größe durchkommen.",
				}},
				{For: "linux", Line: "sysctl -w net.ipv4.tcp_mtu_probing=1", Do: Text{
					"If they do not, let TCP find the passing size until the path is repaired.",
					"Wenn nicht, TCP die passende Größe suchen lassen, bis der Weg repariert ist.",
				}},
				{For: "nginx", Line: "proxy_send_timeout 120s;", Do: Text{
					"If the application pauses legitimately while reading, wait longer between two writes (HAProxy: timeout server).",
					"Macht die Anwendung beim Lesen berechtigte Pausen, zwischen zwei Schreibvorgängen länger warten (HAProxy: timeout server).",
				}},
				{Do: Text{
					"In the application, read the upload completely first, and check, convert or pass it on afterwards.",
					"In der Anwendung den Upload zuerst vollständig einlesen und erst danach prüfen, umwandeln oder weitergeben.",
				}},
			},
		},
		{
			Code: ResponseTimeout, Kind: Symptom, ProxyStatus: "http_response_timeout", Tier: P3, Status: 504,
			Title: Text{"No answer in time", "Keine Antwort innerhalb der Frist"},
			Meaning: Text{
				"The request was sent in full, and the head of the answer did not arrive within the time limit. The application may still be working on it.",
				"Die Anfrage wurde vollständig gesendet, aber die Antwort-Header kamen nicht innerhalb der Frist. Die Anwendung arbeitet womöglich noch daran.",
			},
			Tell: Text{
				"The time is that of the response timeout; with connect-timeout there was no connection, with response-body-stalled the answer had begun. If light pages still answer, it is app-slow, or timeout-inversion when this one always took so long. If nothing answers: app-workers-exhausted with busy workers and a full queue, app-hung with idle ones. If the application waits for a database, it is app-dependency-down. Check host-cpu and host-memory before looking for a culprit in the code. Unacknowledged bytes in the record speak for host-down or packet-loss.",
				"Die Dauer ist die des Response-Timeouts; bei connect-timeout gab es keine Verbindung, bei response-body-stalled hatte die Antwort begonnen. Antworten leichte Seiten noch, ist es app-slow, oder timeout-inversion, wenn diese hier schon immer so lange brauchte. Antwortet gar nichts: app-workers-exhausted bei beschäftigten Workern und voller Queue, app-hung bei untätigen. Wartet die Anwendung auf eine Datenbank, ist es app-dependency-down. Vor der Suche im Code host-cpu und host-memory prüfen. Unbestätigte Bytes im Eintrag sprechen für host-down oder packet-loss.",
			},
			Remedy: []Step{
				{For: "php-fpm", Line: "request_slowlog_timeout = 5s", Do: Text{
					"Have PHP-FPM write down where slow scripts spend their time (set slowlog too).",
					"PHP-FPM aufschreiben lassen, wo langsame Skripte ihre Zeit verbringen (slowlog ebenfalls setzen).",
				}},
				{For: "linux", Line: "curl -so /dev/null -w '%{time_connect} %{time_starttransfer}\\n' -H 'Host: shop.example' http://10.0.0.5:8080/", Do: Text{
					"Measure at the upstream itself: how long until the first byte, for this page and for a light one?",
					"Direkt am Upstream messen: Wie lange dauert es bis zum ersten Byte, bei dieser Seite und bei einer leichten?",
				}},
				{For: "torwart", Line: "timeouts: {response: 120s, request: 150s}", Do: Text{
					"For the one rule with legitimately slow pages, wait longer; request must stay longer than response.",
					"Bei der einen Regel mit berechtigt langsamen Seiten länger warten; request muss länger bleiben als response.",
				}},
				{For: "nginx", Line: "proxy_read_timeout 120s;", Do: Text{
					"The same in nginx (towards PHP-FPM: fastcgi_read_timeout).",
					"Dasselbe in nginx (zu PHP-FPM: fastcgi_read_timeout).",
				}},
				{For: "haproxy", Line: "timeout server 120s", Do: Text{
					"The same in HAProxy.",
					"Dasselbe in HAProxy.",
				}},
				{For: "apache", Line: "ProxyTimeout 120", Do: Text{
					"The same in Apache, which answers 502 and not 504 when this time is over.",
					"Dasselbe in Apache, der nach Ablauf 502 und nicht 504 antwortet.",
				}},
			},
		},
	}
}
