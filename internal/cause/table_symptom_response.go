package cause

// symptomsResponse are the symptoms of an answer that began and was not what
// it should be.
func symptomsResponse() []Entry {
	return append(symptomsResponseHead(), symptomsResponseBody()...)
}

// symptomsResponseHead are those in which no usable head came about.
func symptomsResponseHead() []Entry {
	return []Entry{
		{
			Code: ResponseHeadIncomplete, Kind: Symptom, ProxyStatus: "http_response_incomplete", Tier: P3, Status: 502,
			Title: Text{"Answer breaks off in the headers", "Antwort bricht in den Headern ab"},
			Meaning: Text{
				"The upstream began its answer and closed the connection before the headers were complete. It was at work on the request when it ended.",
				"Der Upstream hat seine Antwort begonnen und die Verbindung geschlossen, bevor die Header vollständig waren. Er war mit der Anfrage beschäftigt, als er endete.",
			},
			Tell: Text{
				"In closed-before-response not one byte came, in response-body-incomplete the headers were complete, in response-head-malformed they are complete but wrong. A process that ended at that second makes it app-crashed, app-out-of-memory or app-worker-timeout. If it is always cut after the same number of bytes, such as 4096 or 8192, a program in between fails to pass on what is larger than its buffer: app-response-headers-too-large or app-invalid-response.",
				"Bei closed-before-response kam kein einziges Byte, bei response-body-incomplete waren die Header vollständig, bei response-head-malformed sind sie vollständig, aber falsch. Endete in dieser Sekunde ein Prozess, ist es app-crashed, app-out-of-memory oder app-worker-timeout. Endet es immer nach derselben Zahl von Bytes, etwa 4096 oder 8192, scheitert ein Programm dazwischen an allem, was größer ist als sein Puffer: app-response-headers-too-large oder app-invalid-response.",
			},
			Remedy: []Step{
				{For: "systemd", Line: `journalctl -u app --since "10 min ago" --no-pager`, Do: Text{
					"Look for a worker that ended at the second of the failure.",
					"Nach einem Worker suchen, der in der Sekunde des Fehlers endete.",
				}},
				{For: "linux", Line: "curl -s -D - -o /dev/null -H 'Host: shop.example' http://10.0.0.5:8080/", Do: Text{
					"Repeat the request at the upstream: the last header that arrives shows how far it came.",
					"Die Anfrage am Upstream wiederholen: Der letzte Header, der ankommt, zeigt, wie weit er kam.",
				}},
				{For: "php-fpm", Line: "grep 'exited on signal' /var/log/php8.2-fpm.log", Do: Text{
					"For PHP behind a web server: a child that crashed, usually through an extension.",
					"Bei PHP hinter einem Webserver: ein abgestürzter Kindprozess, meist durch eine Erweiterung.",
				}},
				{For: "linux", Line: "tcpdump -nAi any 'host 10.0.0.5 and tcp port 8080'", Do: Text{
					"If no process ended, read on the wire what came last, and who closed.",
					"Endete kein Prozess, auf der Leitung mitlesen, was zuletzt kam und wer geschlossen hat.",
				}},
			},
		},
		{
			Code: ResponseHeadMalformed, Kind: Symptom, ProxyStatus: "http_protocol_error", Tier: P3, Status: 502,
			Title: Text{"Malformed answer headers", "Fehlerhafte Antwort-Header"},
			Meaning: Text{
				"The upstream answered with a status line or a header that HTTP does not allow: a header without a colon, a forbidden character in its name, a line break within a value, or text where the status line belongs.",
				"Der Upstream hat mit einer Statuszeile oder einem Header geantwortet, die HTTP nicht erlaubt: ein Header ohne Doppelpunkt, ein verbotenes Zeichen im Namen, ein Zeilenumbruch im Wert oder Text an der Stelle der Statuszeile.",
			},
			Tell: Text{
				"The record says which line it is and shows its bytes. If the first bytes belong to another protocol, it is response-not-http or response-is-tls; if every header is sound and they contradict each other about the length, response-framing-conflict; too many bytes are response-head-too-large. The root cause is nearly always app-invalid-response: debug output or a warning printed before the headers, or a value from a form put into a header unchecked. If it began with an update of the gateway, that one has become stricter: recent-change.",
				"Der Eintrag nennt die Zeile und zeigt ihre Bytes. Gehören die ersten Bytes zu einem anderen Protokoll, ist es response-not-http oder response-is-tls; ist jeder Header für sich richtig und widersprechen sie sich über die Länge, response-framing-conflict; zu viele Bytes sind response-head-too-large. Die Ursache ist fast immer app-invalid-response: Debug-Ausgaben oder eine Warnung vor den Headern, oder ein Formularwert, der ungeprüft in einen Header gelangt. Begann es mit einem Update des Gateways, ist dieses strenger geworden: recent-change.",
			},
			Remedy: []Step{
				{For: "linux", Line: `printf 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n' | nc 10.0.0.5 8080 | head -c 2000 | cat -A`, Do: Text{
					"Look at the raw answer: every line must end in ^M$ and, from the second on, read 'Name: value'.",
					"Die rohe Antwort ansehen: Jede Zeile muss mit ^M$ enden und ab der zweiten „Name: Wert“ lauten.",
				}},
				{For: "torwart", Line: "curl -s 'http://127.0.0.1:9180/api/v1/ledger?symptom=response-head-malformed'", Do: Text{
					"The ledger keeps the offending line and the first bytes of the failed attempt.",
					"Im Ledger stehen die beanstandete Zeile und die ersten Bytes des fehlgeschlagenen Versuchs.",
				}},
				{For: "php", Line: "display_errors = Off", Do: Text{
					"Send PHP's warnings to the log instead of the answer (with log_errors = On), and repair what they complain about.",
					"PHP-Warnungen ins Log statt in die Antwort schreiben (mit log_errors = On) und beheben, was sie bemängeln.",
				}},
				{For: "haproxy", Line: `echo "show errors" | socat stdio /run/haproxy/admin.sock`, Do: Text{
					"HAProxy keeps the last invalid answer and names the position of the wrong byte.",
					"HAProxy hebt die letzte ungültige Antwort auf und nennt die Stelle des falschen Bytes.",
				}},
				{For: "haproxy", Line: "option accept-invalid-http-response", Do: Text{
					"As a stopgap with HAProxy, let bad header names pass (from 3.0 on: option accept-unsafe-violations-in-http-response).",
					"Als Notbehelf bei HAProxy fehlerhafte Header-Namen durchlassen (ab 3.0: option accept-unsafe-violations-in-http-response).",
				}},
				{Do: Text{
					"In the application, remove line breaks and control characters from everything that goes into a header.",
					"In der Anwendung Zeilenumbrüche und Steuerzeichen aus allem entfernen, was in einen Header kommt.",
				}},
			},
		},
		{
			Code: ResponseHeadTooLarge, Kind: Symptom, ProxyStatus: "http_response_header_section_size", Tier: P3, Status: 502,
			Title: Text{"Answer headers too large", "Antwort-Header zu groß"},
			Meaning: Text{
				"The headers of the answer are larger, or more in number, than the gateway accepts. Mostly it is cookies, login tokens, a long content security policy or debug headers.",
				"Die Header der Antwort sind größer oder zahlreicher, als das Gateway annimmt. Meist sind es Cookies, Login-Token, eine lange Content-Security-Policy oder Debug-Header.",
			},
			Tell: Text{
				"The request's own headers being too large is client-request-too-large. If only people who are logged in meet it, or only some pages, look at Set-Cookie there. Headers of ordinary size that a small buffer cannot hold (nginx: 4 or 8 KB) are buffer-too-small; headers that grow and grow are app-response-headers-too-large. A connection closed halfway is response-head-incomplete.",
				"Sind die Header der Anfrage zu groß, heißt es client-request-too-large. Trifft es nur angemeldete Besucher oder nur manche Seiten, dort Set-Cookie ansehen. Gewöhnlich große Header, für die ein kleiner Puffer nicht reicht (nginx: 4 oder 8 KB), sind buffer-too-small; Header, die immer weiter wachsen, app-response-headers-too-large. Eine auf halbem Weg geschlossene Verbindung ist response-head-incomplete.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -s -D - -o /dev/null -H 'Host: shop.example' http://10.0.0.5:8080/ | awk '{print length, $1}' | sort -rn | head", Do: Text{
					"List the longest headers of the page (add the cookie of a login with -b).",
					"Die längsten Header der Seite auflisten (mit -b das Cookie einer Anmeldung mitgeben).",
				}},
				{For: "nginx", Line: "proxy_buffer_size 16k;", Do: Text{
					"Enlarge nginx's buffer for the head (with proxy_buffers 8 16k; towards PHP-FPM fastcgi_buffer_size and fastcgi_buffers).",
					"Den Puffer von nginx für den Kopf vergrößern (dazu proxy_buffers 8 16k; zu PHP-FPM fastcgi_buffer_size und fastcgi_buffers).",
				}},
				{For: "torwart", Line: "limits: {head: 128KiB}", Do: Text{
					"Raise the limit of 64 KiB here (and fields, if there are more than 128 of them).",
					"Hier das Limit von 64 KiB anheben (und fields, wenn es mehr als 128 sind).",
				}},
				{For: "haproxy", Line: "tune.bufsize 32768", Do: Text{
					"In HAProxy the head must fit into one buffer (global section; needs memory per connection).",
					"In HAProxy muss der Kopf in einen Puffer passen (Abschnitt global; kostet Speicher je Verbindung).",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://10.0.0.5:8080/" responsefieldsize=32768`, Do: Text{
					"In Apache, raise the size of one header line (8192 bytes by default).",
					"In Apache die Größe einer Header-Zeile anheben (voreingestellt 8192 Byte).",
				}},
				{Do: Text{
					"In the application, keep sessions and tokens on the server and send only an identifier; switch debug headers off.",
					"In der Anwendung Sitzungen und Token auf dem Server halten und nur eine Kennung senden; Debug-Header abschalten.",
				}},
			},
		},
		{
			Code: ResponseNotHTTP, Kind: Symptom, ProxyStatus: "http_protocol_error", Tier: P3, Status: 502,
			Title: Text{"Answer is not HTTP", "Antwort ist kein HTTP"},
			Meaning: Text{
				"The first bytes of the answer belong to another protocol; the record names it, for example SSH, SMTP, Redis, FastCGI or HTTP/2. The gateway has reached the wrong program, or speaks to the right one in the wrong language.",
				"Die ersten Bytes der Antwort gehören zu einem anderen Protokoll; der Eintrag nennt es, etwa SSH, SMTP, Redis, FastCGI oder HTTP/2. Das Gateway ist beim falschen Programm gelandet oder spricht mit dem richtigen in der falschen Sprache.",
			},
			Tell: Text{
				"SSH, mail, databases, Redis: another service has this port, so wrong-port. FastCGI, AJP, HTTP/2 or a PROXY header: the right application, spoken to wrongly, so wrong-protocol. HTML without headers comes from a script that died halfway: app-invalid-response. TLS bytes are response-is-tls; something that resembles HTTP and is wrong is response-head-malformed. Many of these servers hang up instead, which is closed-before-response.",
				"SSH, Mail, Datenbank, Redis: Den Port hat ein anderer Dienst, also wrong-port. FastCGI, AJP, HTTP/2 oder ein PROXY-Header: die richtige Anwendung, falsch angesprochen, also wrong-protocol. HTML ohne Header stammt von einem Skript, das auf halbem Weg gestorben ist: app-invalid-response. TLS-Bytes sind response-is-tls; was HTTP ähnelt und fehlerhaft ist, response-head-malformed. Viele dieser Server legen stattdessen auf, das ist closed-before-response.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -ltnp 'sport = :8080'", Do: Text{
					"See on the upstream which program has the port, and on which one the application listens.",
					"Auf dem Upstream nachsehen, welches Programm den Port hat und auf welchem die Anwendung lauscht.",
				}},
				{For: "nginx", Line: "fastcgi_pass unix:/run/php/php8.2-fpm.sock;", Do: Text{
					"PHP-FPM speaks FastCGI: use fastcgi_pass, not proxy_pass. torwart speaks HTTP only and needs nginx, Apache or Caddy before PHP-FPM.",
					"PHP-FPM spricht FastCGI: fastcgi_pass verwenden, nicht proxy_pass. torwart spricht nur HTTP und braucht nginx, Apache oder Caddy vor PHP-FPM.",
				}},
				{For: "uwsgi", Line: "http-socket = 0.0.0.0:8080", Do: Text{
					"uWSGI speaks its own protocol on socket =, and HTTP on http-socket =.",
					"uWSGI spricht an socket = sein eigenes Protokoll und an http-socket = HTTP.",
				}},
				{For: "apache", Line: `ProxyPass "/" "ajp://10.0.0.5:8009/"`, Do: Text{
					"Port 8009 of Tomcat speaks AJP: use ajp:// (with secret=), or its HTTP port 8080.",
					"Port 8009 von Tomcat spricht AJP: ajp:// verwenden (mit secret=) oder seinen HTTP-Port 8080.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check proto h2", Do: Text{
					"An upstream that speaks only HTTP/2 without TLS (gRPC, for instance) needs proto h2; for nginx it is grpc_pass.",
					"Ein Upstream, der nur HTTP/2 ohne TLS spricht (etwa gRPC), braucht proto h2; bei nginx ist es grpc_pass.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080"]`, Do: Text{
					"Then put the right port here.",
					"Danach hier den richtigen Port eintragen.",
				}},
			},
		},
		{
			Code: ResponseIsTLS, Kind: Symptom, ProxyStatus: "tls_protocol_error", Tier: P3, Status: 502,
			Title: Text{"Answer is TLS", "Antwort ist TLS"},
			Meaning: Text{
				"The gateway spoke plain HTTP, and the upstream answered with TLS, usually with an alert. The port expects https.",
				"Das Gateway hat unverschlüsseltes HTTP gesprochen, und der Upstream hat mit TLS geantwortet, meist mit einem Alert. Der Port erwartet https.",
			},
			Tell: Text{
				"The first byte is 0x15 (alert) or 0x16 (handshake), followed by 0x03. It is the mirror image of tls-not-spoken, and the root cause is wrong-protocol; if the address belongs to another service altogether, wrong-port. Not every TLS server answers so: some reset (reset-before-response), nginx and Apache send a readable 400 that speaks of plain HTTP on an HTTPS port.",
				"Das erste Byte ist 0x15 (Alert) oder 0x16 (Handshake), danach folgt 0x03. Es ist das Spiegelbild von tls-not-spoken, und die Ursache ist wrong-protocol; gehört die Adresse überhaupt zu einem anderen Dienst, wrong-port. Nicht jeder TLS-Server antwortet so: Manche setzen zurück (reset-before-response), nginx und Apache schicken ein lesbares 400, das von Klartext-HTTP auf einem HTTPS-Port spricht.",
			},
			Remedy: []Step{
				{For: "torwart", Line: `to: ["https://app.example.com:8443"]`, Do: Text{
					"Write https, with a name that stands in the upstream's certificate.",
					"https angeben, mit einem Namen, der im Zertifikat des Upstreams steht.",
				}},
				{For: "nginx", Line: "proxy_pass https://app.example.com:8443;", Do: Text{
					"The same in nginx, with proxy_ssl_server_name on.",
					"Dasselbe in nginx, dazu proxy_ssl_server_name on.",
				}},
				{For: "apache", Line: `ProxyPass "/" "https://app.example.com:8443/"`, Do: Text{
					"The same in Apache, with SSLProxyEngine on.",
					"Dasselbe in Apache, dazu SSLProxyEngine on.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8443 ssl verify required ca-file @system-ca sni str(app.example.com) verifyhost app.example.com", Do: Text{
					"In HAProxy it takes the word ssl and what follows it.",
					"In HAProxy braucht es das Wort ssl und was dazugehört.",
				}},
				{For: "linux", Line: "ss -ltnp", Do: Text{
					"Or see whether the application also has a plain port, and use that inside your own network.",
					"Oder nachsehen, ob die Anwendung auch einen unverschlüsselten Port hat, und im eigenen Netz diesen benutzen.",
				}},
			},
		},
	}
}

// symptomsResponseBody are those in which a good head was followed by a body
// that could not be read to its end.
func symptomsResponseBody() []Entry {
	return []Entry{
		{
			Code: ResponseFramingConflict, Kind: Symptom, ProxyStatus: "http_protocol_error", Tier: P3, Status: 502,
			Title: Text{"Contradictory length of the answer", "Widersprüchliche Länge der Antwort"},
			Meaning: Text{
				"The headers state the end of the answer in two ways, or in one that cannot be understood: two different Content-Length, Content-Length together with Transfer-Encoding, or an unknown transfer coding. Whoever guesses here opens the door to request smuggling, so the gateway does not.",
				"Die Header geben das Ende der Antwort auf zwei Arten an oder auf eine unverständliche: zwei verschiedene Content-Length, Content-Length zusammen mit Transfer-Encoding oder eine unbekannte Übertragungskodierung. Wer hier rät, öffnet Request-Smuggling die Tür; das Gateway rät deshalb nicht.",
			},
			Tell: Text{
				"The headers are there and each is sound, otherwise it would be response-head-malformed; the body has not been looked at, otherwise response-chunk-malformed or response-body-incomplete. It concerns all answers of one kind, and always the same ones. The root cause is app-invalid-response: an application that sets framing headers itself, or passes on those of a service behind it. Older nginx versions let it through, so it may begin with an update: recent-change.",
				"Die Header sind da und jeder für sich richtig, sonst wäre es response-head-malformed; der Body wurde noch nicht angesehen, sonst response-chunk-malformed oder response-body-incomplete. Es betrifft alle Antworten einer Art, und immer dieselben. Die Ursache ist app-invalid-response: eine Anwendung, die solche Header selbst setzt oder die eines Dienstes dahinter weiterreicht. Ältere nginx-Versionen ließen es durch, daher kann es mit einem Update beginnen: recent-change.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -s --raw -D - -o /dev/null http://10.0.0.5:8080/ | grep -iE '^(content-length|transfer-encoding)'", Do: Text{
					"See which of the two headers the upstream sends, and how often.",
					"Nachsehen, welchen der beiden Header der Upstream sendet und wie oft.",
				}},
				{Do: Text{
					"In the application, set neither of them; the server it runs in knows the length. When passing on another service's answer, leave out Transfer-Encoding, Content-Length and Connection.",
					"In der Anwendung keinen von beiden setzen; der Server, in dem sie läuft, kennt die Länge. Beim Weiterreichen einer fremden Antwort Transfer-Encoding, Content-Length und Connection weglassen.",
				}},
				{For: "php", Line: "zlib.output_compression = Off", Do: Text{
					"If a script sends Content-Length and PHP compresses afterwards, the length is wrong: let the web server compress.",
					"Sendet ein Skript Content-Length und PHP komprimiert danach, stimmt die Länge nicht mehr: den Webserver komprimieren lassen.",
				}},
				{For: "nginx", Line: "proxy_http_version 1.0;", Do: Text{
					"As a stopgap, ask in HTTP/1.0: then the application has no reason to send chunks.",
					"Als Notbehelf per HTTP/1.0 anfragen: Dann hat die Anwendung keinen Grund für Chunks.",
				}},
				{For: "apache", Line: "SetEnv force-proxy-request-1.0 1", Do: Text{
					"The same stopgap in Apache (with SetEnv proxy-nokeepalive 1).",
					"Derselbe Notbehelf in Apache (mit SetEnv proxy-nokeepalive 1).",
				}},
			},
		},
		{
			Code: ResponseChunkMalformed, Kind: Symptom, ProxyStatus: "http_response_transfer_coding", Tier: P3, Status: 502,
			Title: Text{"Malformed chunk in the answer", "Fehlerhafter Chunk in der Antwort"},
			Meaning: Text{
				"The answer is sent in chunks, and where the size of a chunk or its end belongs there was something else. What follows cannot be told apart from data any more.",
				"Die Antwort wird in Chunks übertragen, und wo die Größe eines Chunks oder sein Ende stehen müsste, stand etwas anderes. Was danach kommt, lässt sich nicht mehr von Daten unterscheiden.",
			},
			Tell: Text{
				"A chunked answer that simply stops is response-body-incomplete; contradictory headers are response-framing-conflict. Always on the same pages: app-invalid-response, a script that writes chunk sizes itself, or claims chunks and sends none. On any page and rarely: two threads that write to one connection, or a box in between that alters content (intrusion-prevention). A program that prints an error in the middle of the stream is app-fatal-error.",
				"Eine Antwort in Chunks, die einfach aufhört, ist response-body-incomplete; widersprüchliche Header sind response-framing-conflict. Immer auf denselben Seiten: app-invalid-response, ein Skript, das Chunk-Größen selbst schreibt oder Chunks ankündigt und keine sendet. Auf beliebigen Seiten und selten: zwei Threads, die in eine Verbindung schreiben, oder ein Gerät dazwischen, das Inhalte verändert (intrusion-prevention). Ein Programm, das mitten im Strom eine Fehlermeldung ausgibt, ist app-fatal-error.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -s --raw -H 'Host: shop.example' http://10.0.0.5:8080/ | head -c 1000 | cat -A", Do: Text{
					"Look at the chunks: a line with a hexadecimal size, so many bytes, an empty line end, and a 0 at the end.",
					"Die Chunks ansehen: eine Zeile mit der Größe in hexadezimal, so viele Bytes, ein Zeilenende, und am Schluss eine 0.",
				}},
				{Do: Text{
					"In the application, never write 'Transfer-Encoding: chunked' or chunk sizes by hand; write the content and let the server cut it.",
					"In der Anwendung nie „Transfer-Encoding: chunked“ oder Chunk-Größen von Hand schreiben; den Inhalt ausgeben und das Zerteilen dem Server überlassen.",
				}},
				{For: "nginx", Line: "proxy_http_version 1.0;", Do: Text{
					"Until then, have nginx ask in HTTP/1.0, which knows no chunks.",
					"Bis dahin nginx per HTTP/1.0 anfragen lassen, das keine Chunks kennt.",
				}},
				{For: "apache", Line: "SetEnv force-proxy-request-1.0 1", Do: Text{
					"The same in Apache.",
					"Dasselbe in Apache.",
				}},
				{For: "linux", Line: "tcpdump -ni any -w /tmp/chunk.pcap 'host 10.0.0.5 and tcp port 8080'", Do: Text{
					"If the upstream's own log shows a clean answer, capture on both machines and compare: a difference was made on the way.",
					"Sieht die Antwort beim Upstream selbst sauber aus, auf beiden Rechnern mitschneiden und vergleichen: Ein Unterschied entstand unterwegs.",
				}},
			},
		},
		{
			Code: ResponseBodyIncomplete, Kind: Symptom, ProxyStatus: "http_response_incomplete", Tier: P3, Status: 502,
			Title: Text{"Answer cut short", "Antwort abgeschnitten"},
			Meaning: Text{
				"The connection ended before the answer did: fewer bytes came than announced, or the last chunk is missing. Many gateways log this as a success with status 200, while the visitor gets half a page.",
				"Die Verbindung endete vor der Antwort: Es kamen weniger Bytes als angekündigt, oder der letzte Chunk fehlt. Viele Gateways verbuchen das als Erfolg mit Status 200, während der Besucher eine halbe Seite bekommt.",
			},
			Tell: Text{
				"In response-body-stalled the connection stays and nothing more comes; in response-chunk-malformed something wrong comes. Together with a process that ended: app-crashed, app-out-of-memory, app-worker-timeout when always after the same time. Always at the same number of bytes: a wrong Content-Length, so app-cuts-body; just below a round size also a full or unwritable temporary directory, so host-disk-full. At a deployment: app-restarting.",
				"Bei response-body-stalled bleibt die Verbindung, und es kommt nichts mehr; bei response-chunk-malformed kommt etwas Falsches. Zusammen mit einem beendeten Prozess: app-crashed, app-out-of-memory oder, immer nach derselben Zeit, app-worker-timeout. Immer bei derselben Zahl von Bytes: eine falsche Content-Length, also app-cuts-body; knapp unter einer runden Größe auch ein volles oder nicht beschreibbares Temp-Verzeichnis, also host-disk-full. Beim Deployment: app-restarting.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -so /dev/null -w '%{http_code} %{size_download}\\n' -H 'Host: shop.example' http://10.0.0.5:8080/; echo $?", Do: Text{
					"Fetch the page from the upstream several times: exit code 18 means cut; is it always after the same number of bytes?",
					"Die Seite mehrmals beim Upstream abrufen: Exit-Code 18 heißt abgeschnitten; ist es immer dieselbe Zahl von Bytes?",
				}},
				{For: "systemd", Line: `journalctl -u app --since "10 min ago" --no-pager`, Do: Text{
					"Look for a process that ended in the middle of the answer.",
					"Nach einem Prozess suchen, der mitten in der Antwort endete.",
				}},
				{For: "torwart", Line: "hold_back: {bytes: 256KiB, time: 200ms}", Do: Text{
					"Hold more of each answer back: what breaks off before it was begun can be fetched again, unseen by the visitor.",
					"Mehr von jeder Antwort zurückhalten: Was abbricht, bevor sie begonnen wurde, lässt sich unbemerkt neu holen.",
				}},
				{For: "nginx", Line: "proxy_max_temp_file_size 0;", Do: Text{
					"If an nginx in between logs a failed open() below /var/lib/nginx/proxy, make the directory writable, or do without it.",
					"Meldet ein nginx dazwischen ein gescheitertes open() unter /var/lib/nginx/proxy, das Verzeichnis beschreibbar machen oder darauf verzichten.",
				}},
				{For: "linux", Line: "df -h && df -i", Do: Text{
					"Check on the upstream that neither space nor inodes have run out.",
					"Auf dem Upstream prüfen, dass weder Platz noch Inodes ausgegangen sind.",
				}},
				{For: "php", Line: "zlib.output_compression = Off", Do: Text{
					"A Content-Length computed before compression is wrong afterwards: leave compression to the web server.",
					"Eine vor der Kompression berechnete Content-Length stimmt danach nicht mehr: das Komprimieren dem Webserver überlassen.",
				}},
			},
		},
		{
			Code: ResponseBodyStalled, Kind: Symptom, ProxyStatus: "connection_read_timeout", Tier: P3, Status: 504,
			Title: Text{"Answer stopped arriving", "Antwort bleibt stehen"},
			Meaning: Text{
				"The answer began, and then nothing more came for longer than the idle timeout, although the connection stands.",
				"Die Antwort begann, und dann kam länger als das Idle-Timeout nichts mehr, obwohl die Verbindung steht.",
			},
			Tell: Text{
				"In response-timeout not even the headers came, in response-body-incomplete the connection ended. A stream that is silent by design (Server-Sent Events, long polling) is timeout-inversion: the gateway waits less than the stream pauses. A page that stops halfway while a query runs is app-slow or app-dependency-down. If large answers stop after the first few kilobytes and small ones pass, it is mtu-black-hole; with retransmissions all over, packet-loss; a machine that vanished, host-down.",
				"Bei response-timeout kamen nicht einmal die Header, bei response-body-incomplete endete die Verbindung. Ein Strom, der planmäßig schweigt (Server-Sent Events, Long Polling), ist timeout-inversion: Das Gateway wartet kürzer, als der Strom pausiert. Eine Seite, die auf halbem Weg steht, während eine Abfrage läuft, ist app-slow oder app-dependency-down. Bleiben große Antworten nach den ersten Kilobyte stehen und kleine kommen durch, ist es mtu-black-hole; bei Wiederholungen überall packet-loss; ist der Rechner verschwunden, host-down.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "timeouts: {idle: 300s}", Do: Text{
					"For a rule with streams, allow longer silence than the stream's longest pause.",
					"Bei einer Regel mit Streams mehr Stille erlauben, als der Stream höchstens pausiert.",
				}},
				{For: "nginx", Line: "proxy_read_timeout 300s;", Do: Text{
					"The same in nginx: it is the time between two reads, not that of the whole answer.",
					"Dasselbe in nginx: Gemeint ist die Zeit zwischen zwei Lesevorgängen, nicht die der ganzen Antwort.",
				}},
				{For: "haproxy", Line: "timeout server 300s", Do: Text{
					"The same in HAProxy (for WebSocket: timeout tunnel).",
					"Dasselbe in HAProxy (bei WebSocket: timeout tunnel).",
				}},
				{Do: Text{
					"Let the application send a sign of life every 15 seconds; for Server-Sent Events a line with a colon is enough.",
					"Die Anwendung alle 15 Sekunden ein Lebenszeichen senden lassen; bei Server-Sent Events genügt eine Zeile mit einem Doppelpunkt.",
				}},
				{For: "linux", Line: "ping -M do -s 1472 10.0.0.5", Do: Text{
					"If large answers hang everywhere, check whether full-size packets pass in both directions (run it on the upstream too).",
					"Hängen große Antworten überall, prüfen, ob volle Pakete in beide Richtungen durchkommen (auch vom Upstream aus).",
				}},
				{For: "postgresql", Line: "SELECT pid, now() - query_start AS runtime, wait_event_type, query FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC;", Do: Text{
					"If the page waits for data, see which query runs or waits for a lock at that moment.",
					"Wartet die Seite auf Daten, nachsehen, welche Abfrage gerade läuft oder auf eine Sperre wartet.",
				}},
			},
		},
	}
}
