package cause

// symptomsUpstream are the symptoms of an upstream that answered: no to an
// upgrade, with a word of HTTP/2, or with an error of its own.
func symptomsUpstream() []Entry {
	return []Entry{
		{
			Code: UpgradeRefused, Kind: Symptom, ProxyStatus: "http_upgrade_failed", Tier: P5, Status: 0,
			Title: Text{"Upgrade refused", "Upgrade abgelehnt"},
			Meaning: Text{
				"The visitor asked to change to another protocol, nearly always WebSocket, and the upstream did not answer 101 but something else. The client gets that answer as it is.",
				"Der Besucher wollte auf ein anderes Protokoll wechseln, fast immer WebSocket, und der Upstream hat nicht mit 101, sondern anders geantwortet. Der Client bekommt diese Antwort unverändert.",
			},
			Tell: Text{
				"The status says why. 400 or 426: the headers Upgrade and Connection were lost at another proxy on the way (wrong-protocol). 403: the application does not like the Origin or misses the login. 404 or a page of HTML: the path leads to a part that knows no WebSocket, or to another site (wrong-host-name). A 5xx is counted as upstream-error-status. A tunnel that stands and breaks off later is no refusal: at regular times it is timeout-inversion, at deployments app-restarting.",
				"Der Status sagt, warum. 400 oder 426: Die Header Upgrade und Connection gingen an einem anderen Proxy unterwegs verloren (wrong-protocol). 403: Der Anwendung passt der Origin nicht, oder die Anmeldung fehlt. 404 oder eine HTML-Seite: Der Pfad führt zu einem Teil, der kein WebSocket kennt, oder zu einer anderen Site (wrong-host-name). Ein 5xx zählt als upstream-error-status. Ein Tunnel, der steht und später abreißt, ist keine Ablehnung: zu regelmäßigen Zeiten ist es timeout-inversion, bei Deployments app-restarting.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -si --http1.1 --max-time 5 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' http://10.0.0.5:8080/ws", Do: Text{
					"Ask the application itself: if it says 101 here, the fault is on the way.",
					"Die Anwendung selbst fragen: Sagt sie hier 101, liegt der Fehler auf dem Weg.",
				}},
				{For: "nginx", Line: "proxy_set_header Upgrade $http_upgrade;", Do: Text{
					"An nginx in the chain needs this, proxy_set_header Connection \"upgrade\" and proxy_http_version 1.1.",
					"Ein nginx in der Kette braucht diese Zeile, dazu proxy_set_header Connection \"upgrade\" und proxy_http_version 1.1.",
				}},
				{For: "apache", Line: `ProxyPass "/ws" "http://10.0.0.5:8080/ws" upgrade=websocket`, Do: Text{
					"An Apache in the chain (2.4.47 or later; before that mod_proxy_wstunnel with ws://), placed above the general ProxyPass.",
					"Ein Apache in der Kette (ab 2.4.47; davor mod_proxy_wstunnel mit ws://), oberhalb des allgemeinen ProxyPass.",
				}},
				{For: "torwart", Line: "rules: [{path: /ws, to: \"http://10.0.0.5:8081\"}, {to: \"http://10.0.0.5:8080\"}]", Do: Text{
					"torwart passes upgrades on by itself; if another process serves the sockets, give its path a rule.",
					"torwart reicht Upgrades von selbst durch; bedient ein anderer Prozess die Sockets, seinem Pfad eine Regel geben.",
				}},
				{Do: Text{
					"With status 403, add the site's public address to the origins the application allows.",
					"Bei Status 403 die öffentliche Adresse der Site zu den Origins hinzufügen, die die Anwendung erlaubt.",
				}},
			},
		},
		{
			Code: StreamRefused, Kind: Symptom, ProxyStatus: "connection_limit_reached", Tier: P0, Status: 503,
			Title: Text{"HTTP/2 stream refused", "HTTP/2-Stream abgewiesen"},
			Meaning: Text{
				"The upstream did not take the request on, and says that it has not begun with it (REFUSED_STREAM), or that it is being asked for too much (ENHANCE_YOUR_CALM). Repeating it is safe.",
				"Der Upstream hat die Anfrage nicht angenommen und sagt dazu, dass er nicht damit begonnen hat (REFUSED_STREAM) oder dass ihm zu viel abverlangt wird (ENHANCE_YOUR_CALM). Sie zu wiederholen ist ungefährlich.",
			},
			Tell: Text{
				"connection-draining says farewell to a whole connection; stream-reset ends a request that may have been carried out. REFUSED_STREAM at peaks: more requests at once than SETTINGS_MAX_CONCURRENT_STREAMS allows, so app-workers-exhausted or traffic-surge. REFUSED_STREAM at a deployment: app-restarting. ENHANCE_YOUR_CALM with 'too_many_pings' means keep-alive pings too close together; otherwise too many cancelled requests, which also protects against request-flood.",
				"connection-draining verabschiedet eine ganze Verbindung; stream-reset beendet eine Anfrage, die vielleicht ausgeführt wurde. REFUSED_STREAM zu Spitzenzeiten: mehr Anfragen gleichzeitig, als SETTINGS_MAX_CONCURRENT_STREAMS erlaubt, also app-workers-exhausted oder traffic-surge. REFUSED_STREAM beim Deployment: app-restarting. ENHANCE_YOUR_CALM mit „too_many_pings“ heißt zu dichte Keep-Alive-Pings; sonst sind es zu viele abgebrochene Anfragen, ein Schutz auch gegen request-flood.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "http2_max_concurrent_streams 512;", Do: Text{
					"On an nginx upstream, allow more streams per connection (128 by default).",
					"Auf einem nginx-Upstream mehr Streams je Verbindung erlauben (voreingestellt 128).",
				}},
				{For: "apache", Line: "H2MaxSessionStreams 250", Do: Text{
					"The same on an Apache upstream (100 by default).",
					"Dasselbe auf einem Apache-Upstream (voreingestellt 100).",
				}},
				{For: "haproxy", Line: "tune.h2.max-concurrent-streams 250", Do: Text{
					"The same on an HAProxy upstream (global section; from 2.8 on also tune.h2.fe.max-concurrent-streams).",
					"Dasselbe auf einem HAProxy-Upstream (Abschnitt global; ab 2.8 auch tune.h2.fe.max-concurrent-streams).",
				}},
				{For: "torwart", Line: "limits: {concurrent: 200}", Do: Text{
					"Send no more at once than the upstream can work on.",
					"Nicht mehr gleichzeitig schicken, als der Upstream bearbeiten kann.",
				}},
				{For: "grpc", Line: "keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}", Do: Text{
					"'too_many_pings' from a Go gRPC server: permit pings as often as the gateway sends them.",
					"„too_many_pings“ von einem gRPC-Server in Go: Pings so oft erlauben, wie das Gateway sie sendet.",
				}},
			},
		},
		{
			Code: ConnectionDraining, Kind: Symptom, ProxyStatus: "connection_terminated", Tier: P0, Status: 502,
			Title: Text{"HTTP/2 connection being wound down", "HTTP/2-Verbindung wird abgebaut"},
			Meaning: Text{
				"The upstream announced the end of the connection (GOAWAY) and will not work on our request any more, as its number is above the last one it accepts. That is the orderly way to restart; a new connection serves the request.",
				"Der Upstream hat das Ende der Verbindung angekündigt (GOAWAY) und bearbeitet unsere Anfrage nicht mehr, weil ihre Nummer über der letzten liegt, die er annimmt. So verläuft ein ordentlicher Neustart; eine neue Verbindung bedient die Anfrage.",
			},
			Tell: Text{
				"With stream-refused only one request is turned away and the connection stays. GOAWAY with NO_ERROR at a deployment or reload is app-restarting; after a fixed number of requests or minutes it is the upstream's own limit on the life of a connection, and harmless. Another error code in GOAWAY speaks of a broken rule of the protocol: app-invalid-response or wrong-protocol. Visitors notice only where the gateway does not repeat; then HTTP/1 would have shown reused-connection-closed.",
				"Bei stream-refused wird nur eine Anfrage abgewiesen, und die Verbindung bleibt. GOAWAY mit NO_ERROR beim Deployment oder Reload ist app-restarting; nach einer festen Zahl von Anfragen oder Minuten ist es die Grenze, die der Upstream der Lebensdauer einer Verbindung setzt, und harmlos. Ein anderer Fehlercode im GOAWAY spricht für einen Protokollverstoß: app-invalid-response oder wrong-protocol. Besucher merken es nur, wenn das Gateway nicht wiederholt; bei HTTP/1 hätte es reused-connection-closed geheißen.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "keepalive_requests 10000;", Do: Text{
					"On an nginx upstream, end connections less often (1000 requests by default; keepalive_time limits the hours).",
					"Auf einem nginx-Upstream Verbindungen seltener beenden (voreingestellt 1000 Anfragen; keepalive_time begrenzt die Dauer).",
				}},
				{For: "grpc", Line: "keepalive.ServerParameters{MaxConnectionAge: 30 * time.Minute, MaxConnectionAgeGrace: time.Minute}", Do: Text{
					"On a Go gRPC server, let connections live longer, and finish running calls before it hangs up.",
					"Auf einem gRPC-Server in Go Verbindungen länger leben lassen und laufende Aufrufe vor dem Auflegen beenden.",
				}},
				{For: "kubernetes", Line: `lifecycle: {preStop: {exec: {command: ["sleep", "10"]}}}`, Do: Text{
					"With pods, wait with the shutdown until no new connections come to them.",
					"Bei Pods mit dem Beenden warten, bis keine neuen Verbindungen mehr zu ihnen kommen.",
				}},
				{Do: Text{
					"Restart instances one after the other, so that there is always one that takes the repeated requests.",
					"Instanzen nacheinander neu starten, damit immer eine da ist, die die wiederholten Anfragen annimmt.",
				}},
				{For: "nginx", Line: "grpc_next_upstream error timeout non_idempotent;", Do: Text{
					"If nginx is the gateway and answers 502 at every GOAWAY, let it try another server; with non_idempotent only if calls may run twice.",
					"Ist nginx das Gateway und antwortet bei jedem GOAWAY mit 502, es einen anderen Server versuchen lassen; non_idempotent nur, wenn Aufrufe doppelt laufen dürfen.",
				}},
			},
		},
		{
			Code: StreamReset, Kind: Symptom, ProxyStatus: "http_protocol_error", Tier: P3, Status: 502,
			Title: Text{"HTTP/2 stream reset", "HTTP/2-Stream abgebrochen"},
			Meaning: Text{
				"The upstream broke this one request off (RST_STREAM), while the connection and its other requests go on. It does not say that it left the request undone.",
				"Der Upstream hat diese eine Anfrage abgebrochen (RST_STREAM), während die Verbindung und ihre übrigen Anfragen weiterlaufen. Dass er sie nicht ausgeführt hätte, sagt er damit nicht.",
			},
			Tell: Text{
				"The error code in the record leads on. INTERNAL_ERROR (2): the handler failed, so app-fatal-error or app-crashed. PROTOCOL_ERROR (1): a header that HTTP/2 does not allow, so app-invalid-response. CANCEL (8): the application's own time limit, so timeout-inversion. HTTP_1_1_REQUIRED (13): it wants HTTP/1.1 for this, so wrong-protocol. REFUSED_STREAM and ENHANCE_YOUR_CALM are stream-refused; the end of the whole connection is connection-draining.",
				"Der Fehlercode im Eintrag führt weiter. INTERNAL_ERROR (2): Der Handler ist gescheitert, also app-fatal-error oder app-crashed. PROTOCOL_ERROR (1): ein Header, den HTTP/2 nicht erlaubt, also app-invalid-response. CANCEL (8): das eigene Zeitlimit der Anwendung, also timeout-inversion. HTTP_1_1_REQUIRED (13): Sie will hierfür HTTP/1.1, also wrong-protocol. REFUSED_STREAM und ENHANCE_YOUR_CALM sind stream-refused; das Ende der ganzen Verbindung ist connection-draining.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "journalctl -u app -p warning -n 50 --no-pager", Do: Text{
					"With INTERNAL_ERROR, the application's log has the stack trace of the same second.",
					"Bei INTERNAL_ERROR steht im Log der Anwendung der Stacktrace derselben Sekunde.",
				}},
				{For: "linux", Line: "nghttp -v http://10.0.0.5:8080/", Do: Text{
					"Repeat the request frame by frame: which header or frame comes right before RST_STREAM?",
					"Die Anfrage Frame für Frame wiederholen: Welcher Header oder Frame kommt direkt vor RST_STREAM?",
				}},
				{Do: Text{
					"With PROTOCOL_ERROR, remove Connection, Keep-Alive, Transfer-Encoding and Upgrade from the application's headers, and write names in lower case.",
					"Bei PROTOCOL_ERROR Connection, Keep-Alive, Transfer-Encoding und Upgrade aus den Headern der Anwendung entfernen und Namen klein schreiben.",
				}},
				{For: "nginx", Line: "grpc_read_timeout 300s;", Do: Text{
					"With CANCEL on long calls, make the limits agree: application shorter than gateway, gateway shorter than caller.",
					"Bei CANCEL in langen Aufrufen die Limits abstimmen: Anwendung kürzer als Gateway, Gateway kürzer als Aufrufer.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check proto h1", Do: Text{
					"To narrow it down, speak HTTP/1.1 to the upstream for a while: if the error goes, it lies in the HTTP/2 part.",
					"Zum Eingrenzen eine Weile HTTP/1.1 mit dem Upstream sprechen: Verschwindet der Fehler, liegt er im HTTP/2-Teil.",
				}},
			},
		},
		{
			Code: UpstreamErrorStatus, Kind: Symptom, ProxyStatus: "", Tier: P5, Status: 0,
			Title: Text{"Upstream itself answered with an error", "Upstream antwortet selbst mit einem Fehler"},
			Meaning: Text{
				"A complete and valid answer came from the upstream, and its status was 500, 502, 503 or 504. The gateway passes it on; it did not make it.",
				"Vom Upstream kam eine vollständige, gültige Antwort, und ihr Status war 500, 502, 503 oder 504. Das Gateway reicht sie weiter; erzeugt hat es sie nicht.",
			},
			Tell: Text{
				"First question with every 502: who said it? Here it was the upstream; if nobody at all could be asked, it would be no-upstream-available. 500: app-fatal-error, see its log. 503: app-workers-exhausted or a maintenance page; with Retry-After mostly on purpose. 502 and 504 come from a further gateway behind the upstream: look there for the real symptom, often app-dependency-down. An Age header with the error means cdn-stored-error. nginx writes no line into its error log for this.",
				"Die erste Frage bei jedem 502: Wer hat ihn gesagt? Hier war es der Upstream; hätte gar niemand gefragt werden können, wäre es no-upstream-available. 500: app-fatal-error, siehe sein Log. 503: app-workers-exhausted oder eine Wartungsseite, mit Retry-After meist Absicht. 502 und 504 stammen von einem weiteren Gateway hinter dem Upstream: dort nach dem eigentlichen Symptom suchen, oft app-dependency-down. Ein Age-Header am Fehler heißt cdn-stored-error. nginx schreibt dazu nichts ins Error-Log.",
			},
			Remedy: []Step{
				{For: "linux", Line: "curl -si -H 'Host: shop.example' http://10.0.0.5:8080/ | head -n 30", Do: Text{
					"Fetch the page from the upstream directly: Server, Via and the text of the page tell who made the error.",
					"Die Seite direkt beim Upstream abrufen: Server, Via und der Text der Seite verraten, wer den Fehler erzeugt hat.",
				}},
				{For: "systemd", Line: "journalctl -u app -p err --since today --no-pager", Do: Text{
					"Read the application's own errors.",
					"Die eigenen Fehlermeldungen der Anwendung lesen.",
				}},
				{For: "php-fpm", Line: "php_admin_flag[log_errors] = on", Do: Text{
					"If PHP says nothing, have it log errors (with php_admin_value[error_log]).",
					"Schweigt PHP, Fehler protokollieren lassen (dazu php_admin_value[error_log]).",
				}},
				{For: "nginx", Line: "proxy_next_upstream error timeout http_502 http_503 http_504;", Do: Text{
					"With several servers, let nginx ask the next one; torwart does so for GET by itself.",
					"Bei mehreren Servern nginx den nächsten fragen lassen; torwart tut das bei GET von selbst.",
				}},
				{For: "torwart", Line: "health: {path: /healthz}", Do: Text{
					"Check each endpoint by a real page of its own: one that answers 5xx there is left out before visitors meet it.",
					"Jeden Endpunkt mit einer echten Seite prüfen: Wer dort 5xx antwortet, wird ausgelassen, bevor Besucher auf ihn treffen.",
				}},
			},
		},
	}
}
