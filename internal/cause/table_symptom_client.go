package cause

// symptomsClient are the symptoms of the downstream side. No attempt at an
// upstream failed, so they have no tier.
func symptomsClient() []Entry {
	return []Entry{
		{
			Code: ClientGone, Kind: Symptom, ProxyStatus: "", Tier: NoTier, Status: 499,
			Title: Text{"Visitor left first", "Besucher war schon weg"},
			Meaning: Text{
				"The client closed the connection before the answer was complete: closed the tab, pressed reload, lost its network, or its own time limit was over. Nobody saw an error; 499 stands only in the log.",
				"Der Client hat die Verbindung geschlossen, bevor die Antwort vollständig war: Tab geschlossen, neu geladen, Netz verloren oder sein eigenes Zeitlimit erreicht. Einen Fehler hat niemand gesehen; die 499 steht nur im Log.",
			},
			Tell: Text{
				"A few are normal. Many after different, long times mean that people lose patience: look for app-slow, and for response-timeout in the same minutes. Many after exactly the same time (10, 30, 60 seconds) are not people but a proxy, CDN or program in front that waits less than the gateway: timeout-inversion. From one network or one device only: client-side. If the client never finished sending, it is client-timeout.",
				"Einige wenige sind normal. Viele nach unterschiedlich langer Zeit bedeuten, dass Menschen die Geduld verlieren: nach app-slow suchen und nach response-timeout in denselben Minuten. Viele nach exakt derselben Zeit (10, 30, 60 Sekunden) sind keine Menschen, sondern ein Proxy, CDN oder Programm davor, das kürzer wartet als das Gateway: timeout-inversion. Nur aus einem Netz oder von einem Gerät: client-side. Hat der Client gar nicht fertig gesendet, ist es client-timeout.",
			},
			Remedy: []Step{
				{For: "linux", Line: "awk '$9 == 499 {print $7}' /var/log/nginx/access.log | sort | uniq -c | sort -rn | head", Do: Text{
					"Which pages do visitors leave? Make these quicker.",
					"Welche Seiten verlassen Besucher? Diese schneller machen.",
				}},
				{Do: Text{
					"If a CDN or load balancer in front gives up first, let its time limit be longer than the gateway's, and the gateway's longer than the application's.",
					"Gibt ein CDN oder Load-Balancer davor zuerst auf, dessen Zeitlimit länger machen als das des Gateways und das des Gateways länger als das der Anwendung.",
				}},
				{For: "nginx", Line: "proxy_ignore_client_abort on;", Do: Text{
					"For payments and the like, have nginx finish the request even when the visitor has left (towards PHP-FPM: fastcgi_ignore_client_abort).",
					"Bei Zahlungen und Ähnlichem nginx die Anfrage auch dann zu Ende führen lassen, wenn der Besucher weg ist (zu PHP-FPM: fastcgi_ignore_client_abort).",
				}},
				{For: "php", Line: "ignore_user_abort = On", Do: Text{
					"The same within PHP, so that a script is not stopped halfway.",
					"Dasselbe in PHP, damit ein Skript nicht auf halbem Weg abgebrochen wird.",
				}},
				{For: "haproxy", Line: "option abortonclose", Do: Text{
					"The other way round: drop requests whose visitor has left while they still wait in the queue.",
					"Umgekehrt: Anfragen aus der Warteschlange nehmen, deren Besucher schon weg ist.",
				}},
			},
		},
		{
			Code: ClientTimeout, Kind: Symptom, ProxyStatus: "http_request_error", Tier: NoTier, Status: 408,
			Title: Text{"Request not received in time", "Anfrage nicht rechtzeitig empfangen"},
			Meaning: Text{
				"The client opened a connection, or began a request, and did not send the rest within the time allowed. The upstream is not involved.",
				"Der Client hat eine Verbindung geöffnet oder eine Anfrage begonnen und den Rest nicht innerhalb der erlaubten Zeit gesendet. Der Upstream ist daran nicht beteiligt.",
			},
			Tell: Text{
				"Without a single byte it is harmless: browsers open connections in advance and do not use them. In the middle of an upload it is a slow or broken line: client-side, or mtu-black-hole when many visitors meet it with larger uploads only. Hundreds of connections that send a byte now and then are an attack that wants to occupy places: request-flood. If the client closes by itself it is client-gone; an upstream that does not read the upload is request-write-stalled.",
				"Ohne ein einziges Byte ist es harmlos: Browser öffnen Verbindungen auf Vorrat und benutzen sie nicht. Mitten im Upload ist es eine langsame oder gestörte Leitung: client-side, oder mtu-black-hole, wenn es viele Besucher und nur bei größeren Uploads trifft. Hunderte Verbindungen, die ab und zu ein Byte senden, sind ein Angriff, der Plätze besetzen will: request-flood. Schließt der Client von selbst, ist es client-gone; ein Upstream, der den Upload nicht liest, ist request-write-stalled.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -Htn state established '( sport = :80 or sport = :443 )' | awk '{print $4}' | sed 's/:[0-9]*$//' | sort | uniq -c | sort -rn | head", Do: Text{
					"Count connections per address: many from one are no slow visitor.",
					"Verbindungen je Adresse zählen: Viele von einer einzigen sind kein langsamer Besucher.",
				}},
				{For: "nginx", Line: "client_body_timeout 120s;", Do: Text{
					"For large uploads over slow lines, wait longer between two pieces of the body.",
					"Bei großen Uploads über langsame Leitungen länger auf das nächste Stück des Bodys warten.",
				}},
				{For: "apache", Line: "RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500", Do: Text{
					"In Apache, a minimum rate lets slow senders finish and stops those that merely sit there.",
					"In Apache lässt eine Mindestrate langsame Sender fertig werden und beendet jene, die nur dasitzen.",
				}},
				{For: "haproxy", Line: "timeout http-request 20s", Do: Text{
					"In HAProxy, the time for the head; option http-ignore-probes keeps unused connections out of the log.",
					"In HAProxy die Zeit für die Header; option http-ignore-probes hält unbenutzte Verbindungen aus dem Log.",
				}},
				{For: "nginx", Line: "limit_conn perip 20;", Do: Text{
					"Against an attack, limit connections per address (with limit_conn_zone $binary_remote_addr zone=perip:10m).",
					"Gegen einen Angriff die Verbindungen je Adresse begrenzen (mit limit_conn_zone $binary_remote_addr zone=perip:10m).",
				}},
			},
		},
		{
			Code: ClientRequestMalformed, Kind: Symptom, ProxyStatus: "http_request_error", Tier: NoTier, Status: 400,
			Title: Text{"Malformed request", "Fehlerhafte Anfrage"},
			Meaning: Text{
				"The gateway refused the request because it breaks the rules of HTTP: no or two Host headers, a forbidden character, contradictory lengths, or not HTTP at all. It was not passed on, since programs disagree on how to read such a request.",
				"Das Gateway hat die Anfrage abgelehnt, weil sie gegen die Regeln von HTTP verstößt: kein oder zwei Host-Header, ein verbotenes Zeichen, widersprüchliche Längen oder gar kein HTTP. Sie wurde nicht weitergereicht, denn Programme lesen solche Anfragen verschieden.",
			},
			Tell: Text{
				"The detail says what was wrong. First bytes \\x16\\x03 are https sent to the http port, 'PROXY' is a load balancer that announces the client: both wrong-protocol. Scanners and bots with broken lines from many addresses are request-flood, or simply noise. If a program of your own is refused since an update, it is recent-change. A correct request that is too big is client-request-too-large; a 400 that the application wrote reaches the client unchanged and is no symptom of the gateway.",
				"Das Detail sagt, was falsch war. Die ersten Bytes \\x16\\x03 sind https an den http-Port, „PROXY“ ist ein Load-Balancer, der den Client ankündigt: beides wrong-protocol. Scanner und Bots mit kaputten Zeilen von vielen Adressen sind request-flood oder einfach Rauschen. Wird ein eigenes Programm seit einem Update abgelehnt, ist es recent-change. Eine richtige, aber zu große Anfrage ist client-request-too-large; ein 400, das die Anwendung geschrieben hat, geht unverändert zum Client und ist kein Symptom des Gateways.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "curl -s 'http://127.0.0.1:9180/api/v1/ledger?symptom=client-request-malformed'", Do: Text{
					"Read the detail: it names the rule that was broken.",
					"Das Detail lesen: Es nennt die verletzte Regel.",
				}},
				{Do: Text{
					"In a program of your own, encode spaces, umlauts and special characters in the URL as %20 and so on, and send exactly one Host and one length.",
					"Im eigenen Programm Leerzeichen, Umlaute und Sonderzeichen in der URL als %20 usw. kodieren und genau einen Host und eine Länge senden.",
				}},
				{For: "haproxy", Line: "server gateway 10.0.0.2:8080 check", Do: Text{
					"If the first word is PROXY, leave send-proxy away on the load balancer in front.",
					"Ist das erste Wort PROXY, auf dem Load-Balancer davor send-proxy weglassen.",
				}},
				{For: "nginx", Line: "error_page 497 =301 https://$host$request_uri;", Do: Text{
					"If an nginx in front gets http on its https port, send the visitor to the right address.",
					"Bekommt ein nginx davor http auf seinem https-Port, den Besucher an die richtige Adresse schicken.",
				}},
				{For: "fail2ban", Line: "fail2ban-client set nginx-bad-request banip 203.0.113.7", Do: Text{
					"Shut a scanner out that fills the log.",
					"Einen Scanner aussperren, der das Log füllt.",
				}},
			},
		},
		{
			Code: ClientRequestTooLarge, Kind: Symptom, ProxyStatus: "http_request_error", Tier: NoTier, Status: 431,
			Title: Text{"Request too large", "Anfrage zu groß"},
			Meaning: Text{
				"The headers of the request, or its body, are larger than the gateway allows. Status 431 means the headers, mostly cookies; 413 means the body, mostly an upload.",
				"Die Header der Anfrage oder ihr Body sind größer, als das Gateway erlaubt. Status 431 meint die Header, meist Cookies; 413 den Body, meist einen Upload.",
			},
			Tell: Text{
				"The answer's headers being too large is response-head-too-large; a request that is wrong and not big is client-request-malformed. If an upload fails here that the application would take, or the other way round, it is body-limit-inversion. If the gateway lets it pass and the application hangs up, the symptom is request-write-failed. 431 for one visitor only, cured by deleting cookies, is client-side; for many, the site sets too many: app-response-headers-too-large.",
				"Sind die Header der Antwort zu groß, heißt es response-head-too-large; eine Anfrage, die falsch und nicht groß ist, client-request-malformed. Scheitert hier ein Upload, den die Anwendung nähme, oder umgekehrt, ist es body-limit-inversion. Lässt das Gateway ihn durch und die Anwendung legt auf, heißt das Symptom request-write-failed. 431 nur bei einem Besucher, behoben durch Löschen der Cookies, ist client-side; bei vielen setzt die Site zu viele: app-response-headers-too-large.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "limits: {body: 2GiB}", Do: Text{
					"With 413, allow what the application takes; 0 means no limit.",
					"Bei 413 erlauben, was die Anwendung annimmt; 0 heißt kein Limit.",
				}},
				{For: "nginx", Line: "client_max_body_size 100m;", Do: Text{
					"The same in every nginx of the chain, which otherwise stops at 1 MB.",
					"Dasselbe in jedem nginx der Kette; ohne die Zeile ist bei 1 MB Schluss.",
				}},
				{For: "php", Line: "post_max_size = 100M", Do: Text{
					"And in PHP, with upload_max_filesize at most as large.",
					"Und in PHP, mit upload_max_filesize höchstens gleich groß.",
				}},
				{For: "torwart", Line: "limits: {head: 128KiB}", Do: Text{
					"With 431, raise the limit of the head, and see why the cookies are so large.",
					"Bei 431 das Limit der Header anheben und nachsehen, warum die Cookies so groß sind.",
				}},
				{For: "nginx", Line: "large_client_header_buffers 4 32k;", Do: Text{
					"The same in nginx, which says 400 'Request Header Or Cookie Too Large'.",
					"Dasselbe in nginx, das hier 400 „Request Header Or Cookie Too Large“ sagt.",
				}},
				{For: "apache", Line: "LimitRequestFieldSize 32768", Do: Text{
					"The same in Apache: the size of one header line (8190 bytes by default; put it into the first virtual host).",
					"Dasselbe in Apache: die Größe einer Header-Zeile (voreingestellt 8190 Byte; in den ersten virtuellen Host setzen).",
				}},
			},
		},
	}
}
