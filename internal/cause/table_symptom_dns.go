package cause

// symptomsDNS are the symptoms of an attempt that never got an address to
// connect to. The examples in the remedies use the same small world as those
// of the root causes: see table_cause_app.go.
func symptomsDNS() []Entry {
	return []Entry{
		{
			Code: DNSNameNotFound, Kind: Symptom, ProxyStatus: "dns_error", Tier: P0, Status: 502,
			Title: Text{"Name does not exist", "Name existiert nicht"},
			Meaning: Text{
				"A DNS server answered that the upstream's name does not exist (NXDOMAIN). No connection was attempted, so nothing of the request was sent.",
				"Ein DNS-Server hat geantwortet, dass es den Namen des Upstreams nicht gibt (NXDOMAIN). Es wurde keine Verbindung versucht, von der Anfrage wurde also nichts übertragen.",
			},
			Tell: Text{
				"The answer comes within milliseconds and is a definite no. With dns-empty the name exists but has no address, with dns-server-failure the server could not say, with dns-timeout nobody said anything. If another resolver knows the name, the gateway asks the wrong one; if none does, it is dns-record-missing. The name of a container disappears with the container: then look for app-not-running.",
				"Die Antwort kommt nach Millisekunden und ist ein klares Nein. Bei dns-empty gibt es den Namen, aber ohne Adresse; bei dns-server-failure konnte der Server nichts sagen, bei dns-timeout kam gar nichts. Kennt ein anderer Resolver den Namen, fragt das Gateway den falschen; kennt ihn keiner, ist es dns-record-missing. Der Name eines Containers verschwindet mit dem Container: dann bei app-not-running suchen.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig app.internal", Do: Text{
					"Ask on the gateway's machine: 'status: NXDOMAIN' confirms it, and a typo in the name catches the eye.",
					"Auf dem Rechner des Gateways nachfragen: „status: NXDOMAIN“ bestätigt den Befund, und ein Tippfehler im Namen fällt hier auf.",
				}},
				{For: "linux", Line: "getent ahosts app.internal", Do: Text{
					"Compare with the system's own lookup: if that succeeds, the name comes from /etc/hosts or a search domain, which a DNS server does not know.",
					"Mit der Auflösung des Systems vergleichen: Klappt die, stammt der Name aus /etc/hosts oder einer Suchdomain, die ein DNS-Server nicht kennt.",
				}},
				{For: "torwart", Line: `resolvers: ["10.0.0.53:53"]`, Do: Text{
					"For an internal zone, name the DNS server that serves it.",
					"Bei einer internen Zone den DNS-Server angeben, der sie kennt.",
				}},
				{For: "nginx", Line: "resolver 10.0.0.53 valid=30s;", Do: Text{
					"The same in nginx; where proxy_pass contains a variable, it asks only the servers named here and ignores /etc/hosts.",
					"Dasselbe in nginx; steht in proxy_pass eine Variable, fragt es nur die hier genannten Server und übergeht /etc/hosts.",
				}},
				{For: "docker", Line: "docker network inspect web -f '{{range .Containers}}{{.Name}} {{end}}'", Do: Text{
					"Between containers: both must be on the same user-defined network, and the name exists only while the container runs.",
					"Zwischen Containern: Beide müssen im selben benutzerdefinierten Netz sein, und den Namen gibt es nur, solange der Container läuft.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080"]`, Do: Text{
					"As first aid, use the address in place of the name.",
					"Als Soforthilfe die Adresse statt des Namens eintragen.",
				}},
			},
		},
		{
			Code: DNSServerFailure, Kind: Symptom, ProxyStatus: "dns_error", Tier: P0, Status: 502,
			Title: Text{"DNS server reports a failure", "DNS-Server meldet einen Fehler"},
			Meaning: Text{
				"The resolver answered, but with SERVFAIL or REFUSED: it could not or would not look the name up. Whether the name exists remains open.",
				"Der Resolver hat geantwortet, aber mit SERVFAIL oder REFUSED: Er konnte oder wollte den Namen nicht auflösen. Ob es den Namen gibt, bleibt offen.",
			},
			Tell: Text{
				"dns-name-not-found is a definite answer about the name, dns-timeout is silence; this is an answer about the server. SERVFAIL for names of one zone only: that zone's servers or its DNSSEC signatures are broken. SERVFAIL for every name: the resolver cannot reach the outside itself, which is dns-server-down, or firewall-drop behind it. REFUSED: it does not serve the gateway's address, or not this zone.",
				"dns-name-not-found ist eine klare Auskunft über den Namen, dns-timeout ist Schweigen; dies hier ist eine Auskunft über den Server. SERVFAIL nur für Namen einer Zone: Deren Server oder DNSSEC-Signaturen sind kaputt. SERVFAIL für alle Namen: Der Resolver kommt selbst nicht nach draußen, also dns-server-down oder dahinter firewall-drop. REFUSED: Er bedient die Adresse des Gateways nicht oder diese Zone nicht.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig @10.0.0.53 app.example.com", Do: Text{
					"Ask the gateway's resolver directly and then an independent one (@9.9.9.9): does only one of them fail?",
					"Den Resolver des Gateways direkt fragen und danach einen unabhängigen (@9.9.9.9): Scheitert nur einer von beiden?",
				}},
				{For: "linux", Line: "dig +cd @10.0.0.53 app.example.com", Do: Text{
					"If it works only with +cd, DNSSEC is broken: have the zone signed again, or the DS record at the registrar corrected.",
					"Klappt es nur mit +cd, ist DNSSEC kaputt: die Zone neu signieren oder den DS-Eintrag beim Registrar berichtigen lassen.",
				}},
				{For: "torwart", Line: `resolvers: ["10.0.0.53:53", "10.0.1.53:53"]`, Do: Text{
					"Name a second resolver that does not share the first one's fate.",
					"Einen zweiten Resolver angeben, der nicht am selben Faden hängt.",
				}},
				{For: "bind", Line: "allow-recursion { 127.0.0.1; 10.0.0.0/24; };", Do: Text{
					"REFUSED from your own BIND: let it serve the gateway's network.",
					"REFUSED vom eigenen BIND: ihm erlauben, das Netz des Gateways zu bedienen.",
				}},
				{For: "unbound", Line: "access-control: 10.0.0.0/24 allow", Do: Text{
					"The same for Unbound (section server:).",
					"Dasselbe für Unbound (Abschnitt server:).",
				}},
				{For: "systemd", Line: "resolvectl status", Do: Text{
					"With systemd-resolved, see which servers it really asks on which interface, and whether it insists on DNSSEC.",
					"Bei systemd-resolved nachsehen, welche Server es an welcher Schnittstelle wirklich fragt und ob es auf DNSSEC besteht.",
				}},
			},
		},
		{
			Code: DNSTimeout, Kind: Symptom, ProxyStatus: "dns_timeout", Tier: P0, Status: 504,
			Title: Text{"No answer from any DNS server", "Kein DNS-Server antwortet"},
			Meaning: Text{
				"No resolver answered in time: the query or its answer got lost, or the resolver is down or overloaded. No connection was attempted.",
				"Kein Resolver hat rechtzeitig geantwortet: Die Frage oder ihre Antwort ging verloren, oder der Resolver ist ausgefallen oder überlastet. Es wurde keine Verbindung versucht.",
			},
			Tell: Text{
				"dns-server-failure is an answer, this is none; connect-timeout happens only after the name was found. Answers that come, but after seconds, are dns-server-slow; none at all is dns-server-down. If TCP port 53 answers and UDP port 53 does not, packets are dropped on the way: firewall-drop. If only some queries under load fail, see host-conntrack and packet-loss.",
				"dns-server-failure ist eine Antwort, hier kam keine; connect-timeout passiert erst, wenn der Name gefunden ist. Antworten, die kommen, aber nach Sekunden, sind dns-server-slow; gar keine ist dns-server-down. Antwortet TCP-Port 53, UDP-Port 53 aber nicht, werden unterwegs Pakete verworfen: firewall-drop. Scheitern nur einzelne Fragen unter Last, host-conntrack und packet-loss prüfen.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig +tries=1 +time=2 @10.0.0.53 app.internal", Do: Text{
					"Ask every resolver in /etc/resolv.conf one after the other; remove or repair the silent ones.",
					"Jeden Resolver aus /etc/resolv.conf einzeln fragen; die stummen entfernen oder reparieren.",
				}},
				{For: "linux", Line: "dig +tcp @10.0.0.53 app.internal", Do: Text{
					"If it answers over TCP only, open UDP port 53 in the firewall, in both directions.",
					"Antwortet er nur über TCP, in der Firewall UDP-Port 53 in beide Richtungen öffnen.",
				}},
				{For: "torwart", Line: `resolvers: ["10.0.0.53:53", "10.0.1.53:53"]`, Do: Text{
					"Give the gateway two resolvers of its own, so that one silent server is no outage.",
					"Dem Gateway zwei eigene Resolver geben, damit ein stummer Server kein Ausfall ist.",
				}},
				{For: "linux", Line: "options timeout:1 attempts:2 rotate", Do: Text{
					"Where the system's resolver is used, have it move on to the next server after one second instead of five (/etc/resolv.conf).",
					"Wo der System-Resolver benutzt wird, nach einer statt nach fünf Sekunden zum nächsten Server wechseln lassen (/etc/resolv.conf).",
				}},
				{For: "systemd", Line: "systemctl restart systemd-resolved", Do: Text{
					"If only the local stub 127.0.0.53 is silent and the servers behind it answer, restart it.",
					"Schweigt nur der lokale Stub 127.0.0.53, während die Server dahinter antworten, ihn neu starten.",
				}},
				{For: "nginx", Line: "resolver_timeout 5s;", Do: Text{
					"Let nginx give up sooner than its default of 30 seconds, and list two servers under resolver.",
					"nginx früher aufgeben lassen als nach den voreingestellten 30 Sekunden und unter resolver zwei Server angeben.",
				}},
			},
		},
		{
			Code: DNSEmpty, Kind: Symptom, ProxyStatus: "dns_error", Tier: P0, Status: 502,
			Title: Text{"Name without an address", "Name ohne Adresse"},
			Meaning: Text{
				"The name exists, but the answer contains no address (NOERROR, empty). Either it has no A or AAAA record at all, or only one of the family that was not asked for.",
				"Den Namen gibt es, aber die Antwort enthält keine Adresse (NOERROR, leer). Entweder hat er gar keinen A- oder AAAA-Eintrag, oder nur einen der Familie, nach der nicht gefragt wurde.",
			},
			Tell: Text{
				"With dns-name-not-found the name itself is missing. Here dig says NOERROR with ANSWER: 0. Ask for A and AAAA: if one of them exists, the gateway is set to the other family; if neither does, it is dns-record-missing. A headless Kubernetes service answers like this while no pod is ready: app-not-running or app-start-failed. If an IPv6 address is found but cannot be reached, the symptom is connect-unroutable.",
				"Bei dns-name-not-found fehlt der Name selbst. Hier sagt dig NOERROR mit ANSWER: 0. Nach A und AAAA fragen: Gibt es eines davon, ist das Gateway auf die andere Familie eingestellt; gibt es keines, ist es dns-record-missing. Ein Headless-Service in Kubernetes antwortet so, solange kein Pod bereit ist: app-not-running oder app-start-failed. Wird eine IPv6-Adresse gefunden, ist aber nicht erreichbar, heißt das Symptom connect-unroutable.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig +noall +answer app.internal A app.internal AAAA", Do: Text{
					"See which addresses the name has; no line at all means none.",
					"Nachsehen, welche Adressen der Name hat; gar keine Zeile heißt: keine.",
				}},
				{For: "bind", Line: "app IN A 10.0.0.5", Do: Text{
					"Add the missing record to the zone and raise its serial; resolvers remember the empty answer for a while.",
					"Den fehlenden Eintrag in die Zone aufnehmen und die Seriennummer erhöhen; Resolver merken sich die leere Antwort eine Weile.",
				}},
				{For: "nginx", Line: "resolver 10.0.0.53 ipv6=on;", Do: Text{
					"If the name has only an IPv6 address, ipv6=off must not stand here.",
					"Hat der Name nur eine IPv6-Adresse, darf hier nicht ipv6=off stehen.",
				}},
				{For: "haproxy", Line: "server app1 app.internal:8080 check resolvers dns resolve-prefer ipv4", Do: Text{
					"Prefer IPv4 but accept IPv6; HAProxy by itself prefers IPv6.",
					"IPv4 bevorzugen, IPv6 aber zulassen; von sich aus bevorzugt HAProxy IPv6.",
				}},
				{For: "kubernetes", Line: "kubectl get endpointslices -l kubernetes.io/service-name=app", Do: Text{
					"Without a ready pod there is no address: see why the pods are not ready.",
					"Ohne einen bereiten Pod gibt es keine Adresse: nachsehen, warum die Pods nicht bereit sind.",
				}},
			},
		},
	}
}
