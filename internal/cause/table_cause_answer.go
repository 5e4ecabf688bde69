package cause

// causesAppAnswer are the root causes in which the application runs, but
// what it answers is no good.
func causesAppAnswer() []Entry {
	return []Entry{
		{
			Code: CauseAppFatalError, Kind: RootCause, Category: "software",
			Title: Text{"Error in the application's code", "Fehler im Code der Anwendung"},
			Meaning: Text{
				"A script or handler of the application fails with an error of its own. This request ends in a 500 or a cut connection; the rest of the application keeps working.",
				"Ein Skript oder Handler der Anwendung scheitert an einem eigenen Fehler. Diese Anfrage endet mit einem 500 oder einer abgerissenen Verbindung; der Rest der Anwendung arbeitet weiter.",
			},
			Tell: Text{
				"upstream-error-status, or closed-before-response, for one kind of URL while others work, and in the same second the application's log names file and line ('PHP Fatal error', a traceback). app-crashed takes a whole process with it. If the error names a database or another service, it is app-dependency-down. If all of it began with a release, recent-change stands beside it.",
				"upstream-error-status oder closed-before-response bei einer Art von URL, während andere funktionieren, und in derselben Sekunde nennt das Log der Anwendung Datei und Zeile („PHP Fatal error“, ein Traceback). app-crashed reißt einen ganzen Prozess mit. Nennt der Fehler eine Datenbank oder einen anderen Dienst, ist es app-dependency-down. Begann alles mit einem Release, steht recent-change daneben.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "grep 'FastCGI sent in stderr' /var/log/nginx/error.log | tail -n 20", Do: Text{
					"Read the error message with its file and line number.",
					"Fehlermeldung mit Datei und Zeilennummer lesen.",
				}},
				{For: "php-fpm", Line: "php_admin_flag[log_errors] = on", Do: Text{
					"If nothing is logged, switch logging on in the pool (with catch_workers_output = yes).",
					"Steht nichts im Log, die Protokollierung im Pool einschalten (dazu catch_workers_output = yes).",
				}},
				{For: "gunicorn", Line: "--error-logfile /var/log/gunicorn/error.log --capture-output", Do: Text{
					"Have tracebacks and everything the application prints written to one file.",
					"Tracebacks und alle Ausgaben der Anwendung in eine Datei schreiben lassen.",
				}},
				{For: "php-fpm", Line: "php_admin_value[memory_limit] = 256M", Do: Text{
					"Only if the log says 'Allowed memory size exhausted': give the script more memory.",
					"Nur wenn im Log „Allowed memory size exhausted“ steht: dem Skript mehr Speicher geben.",
				}},
				{Do: Text{
					"Correct the code, or take back the release, plugin or theme that brought the error.",
					"Den Code korrigieren oder das Release, Plugin oder Theme zurücknehmen, das den Fehler mitbrachte.",
				}},
			},
		},
		{
			Code: CauseAppInvalidResponse, Kind: RootCause, Category: "software",
			Title: Text{"Application breaks the HTTP rules", "Anwendung verletzt die HTTP-Regeln"},
			Meaning: Text{
				"The application answers in broken HTTP: an invalid status or header line, two different lengths, a damaged chunk. Nobody can say for sure where such an answer ends, so it must not be passed on.",
				"Die Anwendung antwortet in fehlerhaftem HTTP: ungültige Status- oder Headerzeile, zwei verschiedene Längen, ein beschädigter Chunk. Niemand kann sicher sagen, wo eine solche Antwort endet, deshalb darf sie nicht weitergereicht werden.",
			},
			Tell: Text{
				"response-head-malformed, response-framing-conflict or response-chunk-malformed, each time for the same URL. If the first bytes belong to another protocol (response-not-http, response-is-tls), it is wrong-port or wrong-protocol. If the form is right but the end is missing, it is app-cuts-body; if it is only too big, app-response-headers-too-large. That another gateway passes the same answer proves nothing: some are lenient.",
				"response-head-malformed, response-framing-conflict oder response-chunk-malformed, jedes Mal bei derselben URL. Gehören die ersten Bytes zu einem anderen Protokoll (response-not-http, response-is-tls), ist es wrong-port oder wrong-protocol. Stimmt die Form und fehlt nur das Ende, ist es app-cuts-body; ist sie bloß zu groß, app-response-headers-too-large. Dass ein anderes Gateway dieselbe Antwort durchlässt, beweist nichts: Manche sind nachsichtig.",
			},
			Remedy: []Step{
				{For: "linux", Line: `printf 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n' | nc -w 5 10.0.0.5 8080 | head -c 2000 | cat -A`, Do: Text{
					"Look at the raw bytes: every header line has to end in ^M$ and contain one colon after its name.",
					"Die rohen Bytes ansehen: Jede Headerzeile muss auf ^M$ enden und nach ihrem Namen einen Doppelpunkt haben.",
				}},
				{For: "haproxy", Line: "echo 'show errors' | socat stdio /run/haproxy/admin.sock", Do: Text{
					"HAProxy keeps the last faulty answer and the exact position of the fault.",
					"HAProxy bewahrt die letzte fehlerhafte Antwort auf, mitsamt der genauen Fehlerstelle.",
				}},
				{Do: Text{
					"Let the framework set Content-Length and Transfer-Encoding; remove code that sets them itself or copies them from another answer.",
					"Content-Length und Transfer-Encoding dem Framework überlassen; Code entfernen, der sie selbst setzt oder aus einer anderen Antwort übernimmt.",
				}},
				{For: "php-fpm", Line: "php_admin_flag[display_errors] = off", Do: Text{
					"Keep PHP warnings out of the output, where they damage headers and lengths.",
					"PHP-Warnungen aus der Ausgabe heraushalten, wo sie Header und Längen beschädigen.",
				}},
				{For: "nginx", Line: "proxy_http_version 1.0;", Do: Text{
					"Until it is fixed: ask in HTTP/1.0, to which a server must not answer in chunks.",
					"Bis zur Korrektur: per HTTP/1.0 anfragen, darauf darf ein Server nicht mit Chunks antworten.",
				}},
			},
		},
		{
			Code: CauseAppResponseHeadersTooLarge, Kind: RootCause, Category: "software",
			Title: Text{"Application's headers outgrow the buffer", "Header der Anwendung wachsen über den Puffer hinaus"},
			Meaning: Text{
				"The head of the application's answer has become too big for the gateway: session data or tokens kept in cookies, or debug headers, that grow with every visit or every query.",
				"Der Kopf der Antwort ist für das Gateway zu groß geworden: Sitzungsdaten oder Tokens in Cookies oder Debug-Header, die mit jedem Besuch oder jeder Abfrage wachsen.",
			},
			Tell: Text{
				"response-head-too-large (nginx: 'upstream sent too big header') for some visitors only, mostly signed-in ones, and the head measured with curl is over 32 KiB or keeps growing. If it is an ordinary 5 to 16 KiB and the gateway stops at 4 or 8, it is buffer-too-small. If it is the form and not the size, it is app-invalid-response. The same cookies, sent back by the browser, show up as client-request-too-large.",
				"response-head-too-large (nginx: „upstream sent too big header“) nur bei manchen Besuchern, meist angemeldeten, und der mit curl gemessene Kopf ist über 32 KiB groß oder wächst immer weiter. Sind es gewöhnliche 5 bis 16 KiB und das Gateway macht bei 4 oder 8 Schluss, ist es buffer-too-small. Liegt es an der Form und nicht an der Größe, ist es app-invalid-response. Schickt der Browser dieselben Cookies zurück, zeigt sich das als client-request-too-large.",
			},
			Remedy: []Step{
				{For: "linux", Line: `curl -s -o /dev/null -D - http://10.0.0.5:8080/ | awk '{ print length($0), substr($0, 1, 60) }' | sort -rn | head`, Do: Text{
					"Find the biggest header lines; as the affected visitor, with that visitor's cookies.",
					"Die größten Headerzeilen suchen; als betroffener Besucher, mit dessen Cookies.",
				}},
				{Do: Text{
					"Keep sessions on the server (database, Redis) and only their id in the cookie.",
					"Sitzungen auf dem Server halten (Datenbank, Redis) und im Cookie nur ihre Kennung.",
				}},
				{For: "oauth2-proxy", Line: "--session-store-type=redis --redis-connection-url=redis://127.0.0.1:6379", Do: Text{
					"With oauth2-proxy, move the tokens out of the cookies into Redis.",
					"Bei oauth2-proxy die Tokens aus den Cookies nach Redis verlagern.",
				}},
				{Do: Text{
					"Switch off debug toolbars and profilers in production; they write whole query logs into headers.",
					"Debug-Toolbars und Profiler im Betrieb abschalten; sie schreiben ganze Abfragelogs in die Header.",
				}},
				{For: "nginx", Line: "proxy_buffer_size 64k; proxy_buffers 8 64k;", Do: Text{
					"For the time being, make room for the current size.",
					"Für den Übergang Platz für die jetzige Größe schaffen.",
				}},
			},
		},
		{
			Code: CauseAppCutsBody, Kind: RootCause, Category: "software",
			Title: Text{"Application ends answers early", "Anwendung bricht Antworten vorzeitig ab"},
			Meaning: Text{
				"The application announces an answer and stops before its end. The visitor gets half a page or a broken download, although the status says 200.",
				"Die Anwendung kündigt eine Antwort an und hört vor deren Ende auf. Der Besucher bekommt eine halbe Seite oder einen kaputten Download, obwohl der Status 200 lautet.",
			},
			Tell: Text{
				"response-body-incomplete at the same place or for the same file each time (nginx: 'prematurely closed connection while reading upstream', HAProxy: SD), while the process lives on. If a process ended in that second, it is app-crashed, app-out-of-memory or app-worker-timeout. If the place changes and only big answers under load suffer, look at packet-loss and intrusion-prevention. A body that stops without being closed is response-body-stalled.",
				"response-body-incomplete jedes Mal an derselben Stelle oder bei derselben Datei (nginx: „prematurely closed connection while reading upstream“, HAProxy: SD), während der Prozess weiterlebt. Endete in dieser Sekunde ein Prozess, ist es app-crashed, app-out-of-memory oder app-worker-timeout. Wechselt die Stelle und trifft es nur große Antworten unter Last, packet-loss und intrusion-prevention prüfen. Ein Inhalt, der stockt, ohne dass die Verbindung endet, ist response-body-stalled.",
			},
			Remedy: []Step{
				{For: "linux", Line: `curl -sS -o /dev/null -D - -w 'received %{size_download}\n' http://10.0.0.5:8080/catalogue.pdf`, Do: Text{
					"Ask the application directly and compare Content-Length with what arrives.",
					"Die Anwendung direkt fragen und Content-Length mit dem vergleichen, was ankommt.",
				}},
				{For: "php-fpm", Line: "php_admin_flag[zlib.output_compression] = off", Do: Text{
					"If PHP compresses and the script sets Content-Length, the two disagree: compress in the web server only.",
					"Komprimiert PHP und setzt das Skript Content-Length, widersprechen sich beide: nur im Webserver komprimieren.",
				}},
				{For: "php-fpm", Line: "php_admin_value[max_execution_time] = 300", Do: Text{
					"If downloads end after a fixed time, it is the script's time limit.",
					"Enden Downloads nach fester Zeit, ist es das Zeitlimit des Skripts.",
				}},
				{For: "nginx", Line: "location /protected/ { internal; alias /srv/files/; }", Do: Text{
					"Let the web server send files (the script answers with X-Accel-Redirect) instead of the script itself.",
					"Dateien vom Webserver senden lassen (das Skript antwortet mit X-Accel-Redirect) statt vom Skript selbst.",
				}},
				{For: "torwart", Line: "hold_back: {bytes: 65536, time: 200ms}", Do: Text{
					"Hold small answers back until they are complete; a cut one is then asked for again unseen.",
					"Kleine Antworten zurückhalten, bis sie vollständig sind; eine abgebrochene wird dann unbemerkt erneut angefordert.",
				}},
			},
		},
		{
			Code: CauseAppRefusesUpload, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Application refuses the upload midway", "Anwendung weist den Upload mittendrin ab"},
			Meaning: Text{
				"The application answers and closes the connection before it has read the whole request body, because it is too big or the login is missing. A gateway that is still sending sees a reset, and many lose the real answer (413, 401) over it.",
				"Die Anwendung antwortet und schließt die Verbindung, bevor sie den Inhalt der Anfrage ganz gelesen hat, weil er zu groß ist oder die Anmeldung fehlt. Ein Gateway, das noch sendet, sieht einen Reset, und viele verlieren darüber die eigentliche Antwort (413, 401).",
			},
			Tell: Text{
				"request-write-failed for POST and PUT with large bodies only; small ones pass, and the answer, where it can still be read, is a 4xx. body-limit-inversion is the pair of limits behind it. idle-timeout-inversion also hits POST, but of any size and only on reused connections. With mtu-black-hole the upload stalls (request-write-stalled) instead of being refused.",
				"request-write-failed nur bei POST und PUT mit großem Inhalt; kleine gehen durch, und die Antwort ist, soweit noch lesbar, ein 4xx. body-limit-inversion ist das Paar von Limits dahinter. idle-timeout-inversion trifft auch POST, aber jeder Größe und nur auf wiederverwendeten Verbindungen. Bei mtu-black-hole bleibt der Upload stecken (request-write-stalled), statt abgewiesen zu werden.",
			},
			Remedy: []Step{
				{For: "linux", Line: `curl -sS -o /dev/null -w '%{http_code}\n' -H 'Expect: 100-continue' --data-binary @big.zip http://10.0.0.5:8080/upload`, Do: Text{
					"Send the same upload to the application directly: with Expect, its true answer is readable.",
					"Denselben Upload direkt an die Anwendung schicken: Mit Expect ist ihre wahre Antwort lesbar.",
				}},
				{For: "tomcat", Line: `<Connector port="8080" maxSwallowSize="-1" />`, Do: Text{
					"Have Tomcat read the rest of a refused upload instead of cutting the connection.",
					"Tomcat den Rest eines abgelehnten Uploads lesen lassen, statt die Verbindung zu kappen.",
				}},
				{For: "node", Line: "app.use(express.json({ limit: '50mb' }))", Do: Text{
					"Raise the body parser's limit if uploads of this size are wanted.",
					"Das Limit des Body-Parsers anheben, wenn Uploads dieser Größe gewollt sind.",
				}},
				{For: "nginx", Line: "client_max_body_size 20m;", Do: Text{
					"Refuse what the application will refuse at the gateway already; the visitor then gets a clear 413.",
					"Was die Anwendung ablehnt, schon am Gateway ablehnen; der Besucher bekommt dann ein klares 413.",
				}},
				{Do: Text{
					"In your own code, read the body to its end before closing, and check the login before the upload starts.",
					"Im eigenen Code den Inhalt vor dem Schließen zu Ende lesen und die Anmeldung prüfen, bevor der Upload beginnt.",
				}},
			},
		},
		{
			Code: CauseAppDependencyDown, Kind: RootCause, Category: "software",
			Title: Text{"Database or service behind it fails", "Datenbank oder Dienst dahinter fällt aus"},
			Meaning: Text{
				"The application runs, but something it needs does not: database, cache, search server, payment provider. Its requests fail or wait for it.",
				"Die Anwendung läuft, aber etwas, das sie braucht, nicht: Datenbank, Cache, Suchserver, Zahlungsanbieter. Ihre Anfragen scheitern daran oder warten darauf.",
			},
			Tell: Text{
				"upstream-error-status or response-timeout on every page that needs the service, while static files and a plain health check pass; the application's log says 'Too many connections', 'too many clients already', 'gone away', or refused or timed out at port 3306, 5432 or 6379. app-fatal-error names only the application's own code. app-slow: the service does answer, only late. app-workers-exhausted is often the consequence, because all workers wait for it.",
				"upstream-error-status oder response-timeout auf jeder Seite, die den Dienst braucht, während statische Dateien und ein einfacher Health-Check durchgehen; im Log der Anwendung steht „Too many connections“, „too many clients already“, „gone away“ oder eine Ablehnung oder Zeitüberschreitung an Port 3306, 5432 oder 6379. app-fatal-error nennt nur den eigenen Code. app-slow: Der Dienst antwortet, nur spät. app-workers-exhausted ist oft die Folge, weil alle Worker auf ihn warten.",
			},
			Remedy: []Step{
				{For: "linux", Line: "nc -vz -w 3 10.0.0.6 5432", Do: Text{
					"From the application's machine, check that the service is reachable at all.",
					"Vom Rechner der Anwendung aus prüfen, ob der Dienst überhaupt erreichbar ist.",
				}},
				{For: "mysql", Line: "mysqladmin processlist status", Do: Text{
					"See whether it runs, how many connections there are, and what they do.",
					"Nachsehen, ob er läuft, wie viele Verbindungen es gibt und was sie tun.",
				}},
				{For: "postgresql", Line: "SELECT state, count(*) FROM pg_stat_activity GROUP BY state;", Do: Text{
					"Many 'idle' or 'idle in transaction': the application holds connections; use a pool (PgBouncer) rather than a higher max_connections.",
					"Viele „idle“ oder „idle in transaction“: Die Anwendung hält Verbindungen fest; besser ein Pool (PgBouncer) als ein höheres max_connections.",
				}},
				{For: "redis", Line: "redis-cli info memory", Do: Text{
					"'OOM command not allowed': compare used_memory with maxmemory and set an eviction policy.",
					"„OOM command not allowed“: used_memory mit maxmemory vergleichen und eine Verdrängungsstrategie setzen.",
				}},
				{Do: Text{
					"Give every call to the service a short time limit, and show the page without it where that is possible.",
					"Jedem Aufruf des Dienstes ein kurzes Zeitlimit geben und die Seite, wo es geht, ohne ihn ausliefern.",
				}},
			},
		},
	}
}
