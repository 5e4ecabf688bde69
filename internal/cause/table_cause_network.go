package cause

// causesNetwork are the root causes on the way to the upstream: names,
// firewalls, and the network itself.
func causesNetwork() []Entry {
	return []Entry{
		{
			Code: CauseDNSRecordMissing, Kind: RootCause, Category: "dns",
			Title: Text{"DNS record missing", "DNS-Eintrag fehlt"},
			Meaning: Text{
				"The upstream's name does not exist in DNS, or has no address of the kind the gateway can use (IPv4 or IPv6). The resolver works and says so.",
				"Der Name des Upstreams existiert im DNS nicht oder hat keine Adresse der Art, die das Gateway nutzen kann (IPv4 oder IPv6). Der Resolver funktioniert und sagt genau das.",
			},
			Tell: Text{
				"dns-name-not-found or dns-empty within milliseconds, and the same from every resolver your network uses. If resolvers fail or stay silent, it is dns-server-down. If one resolver knows the name and another does not, the record exists only inside (or outside): ask the right one. A container name that vanished means the container is gone: app-not-running.",
				"dns-name-not-found oder dns-empty nach Millisekunden, und dasselbe von jedem Resolver, den das eigene Netz benutzt. Scheitern oder schweigen Resolver, ist es dns-server-down. Kennt ein Resolver den Namen und ein anderer nicht, gibt es den Eintrag nur intern (oder nur extern): den richtigen fragen. Ein verschwundener Containername heißt, dass der Container weg ist: app-not-running.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig app.internal A app.internal AAAA", Do: Text{
					"Check spelling and both address kinds: NXDOMAIN means no such name, an empty ANSWER no such address.",
					"Schreibweise und beide Adressarten prüfen: NXDOMAIN heißt kein solcher Name, eine leere ANSWER keine solche Adresse.",
				}},
				{For: "bind", Line: "app.internal. 300 IN A 10.0.0.5", Do: Text{
					"Create the record in the zone; mind that resolvers remember the 'does not exist' for a while.",
					"Den Eintrag in der Zone anlegen; Resolver merken sich das „gibt es nicht“ noch eine Weile.",
				}},
				{For: "docker", Line: "docker network connect web app", Do: Text{
					"Container names resolve only within a shared, user-defined network: join both to it.",
					"Containernamen werden nur in einem gemeinsamen, selbst angelegten Netz aufgelöst: beide dort anschließen.",
				}},
				{For: "linux", Line: "whois shop.example | grep -iE 'expir|status'", Do: Text{
					"If all names of a public domain vanished at once, check whether its registration has expired.",
					"Sind alle Namen einer öffentlichen Domain auf einmal weg, prüfen, ob ihre Registrierung abgelaufen ist.",
				}},
				{For: "linux", Line: "echo '10.0.0.5 app.internal' >> /etc/hosts", Do: Text{
					"As a stopgap, enter the address on the gateway itself; remove it again afterwards. nginx with a resolver ignores this file.",
					"Als Notbehelf die Adresse auf dem Gateway selbst eintragen und später wieder entfernen. nginx mit resolver beachtet diese Datei nicht.",
				}},
			},
		},
		{
			Code: CauseDNSServerDown, Kind: RootCause, Category: "dns",
			Title: Text{"DNS server down or failing", "DNS-Server ausgefallen oder fehlerhaft"},
			Meaning: Text{
				"The DNS server the gateway asks does not answer, or answers with an error of its own (SERVFAIL, REFUSED). Whether the name exists cannot be found out that way.",
				"Der DNS-Server, den das Gateway fragt, antwortet nicht oder mit einem eigenen Fehler (SERVFAIL, REFUSED). Ob es den Namen gibt, ist so nicht zu erfahren.",
			},
			Tell: Text{
				"dns-timeout or dns-server-failure for all names at this server, while another server answers. If only one zone gives SERVFAIL everywhere and dig +cd succeeds, its DNSSEC signatures are broken. An answer that comes, but after seconds, is dns-server-slow; a clear NXDOMAIN is dns-record-missing. If the server answers locally but not from the gateway, it is firewall-drop on port 53, or host-conntrack.",
				"dns-timeout oder dns-server-failure für alle Namen bei diesem Server, während ein anderer antwortet. Liefert nur eine Zone überall SERVFAIL und gelingt dig +cd, sind deren DNSSEC-Signaturen kaputt. Eine Antwort, die kommt, aber erst nach Sekunden, ist dns-server-slow; ein klares NXDOMAIN ist dns-record-missing. Antwortet der Server lokal, aber nicht vom Gateway aus, ist es firewall-drop an Port 53 oder host-conntrack.",
			},
			Remedy: []Step{
				{For: "linux", Line: "dig @10.0.0.53 app.internal +time=2 +tries=1", Do: Text{
					"Ask each configured server by itself and see which one fails.",
					"Jeden eingetragenen Server einzeln fragen und sehen, welcher versagt.",
				}},
				{For: "systemd", Line: "systemctl restart systemd-resolved", Do: Text{
					"If the failing server is 127.0.0.53, restart the local resolver and read resolvectl status.",
					"Ist 127.0.0.53 der fehlerhafte, den lokalen Resolver neu starten und resolvectl status lesen.",
				}},
				{For: "torwart", Line: `resolvers: ["10.0.0.53:53", "10.0.1.53:53"]`, Do: Text{
					"Give the gateway two servers on two machines.",
					"Dem Gateway zwei Server auf zwei Rechnern geben.",
				}},
				{For: "nginx", Line: "resolver 10.0.0.53 10.0.1.53 valid=30s;", Do: Text{
					"The same in nginx; it asks them in turn.",
					"Dasselbe in nginx; es fragt sie abwechselnd.",
				}},
				{For: "haproxy", Line: "hold timeout 10m", Do: Text{
					"Keep the last known address while the servers are silent (resolvers section; likewise hold other, hold refused).",
					"Die letzte bekannte Adresse behalten, solange die Server schweigen (Abschnitt resolvers; ebenso hold other, hold refused).",
				}},
				{For: "linux", Line: "dig +cd +dnssec shop.example", Do: Text{
					"If it succeeds only with +cd, the zone's owner has to repair its DNSSEC.",
					"Gelingt es nur mit +cd, muss der Betreiber der Zone deren DNSSEC reparieren.",
				}},
			},
		},
		{
			Code: CauseDNSServerSlow, Kind: RootCause, Category: "dns",
			Title: Text{"DNS server slow", "DNS-Server antwortet spät"},
			Meaning: Text{
				"The resolver answers rightly, but takes seconds instead of milliseconds. The time is gone before the gateway has even begun to connect.",
				"Der Resolver antwortet richtig, braucht aber Sekunden statt Millisekunden. Die Zeit ist verbraucht, bevor das Gateway überhaupt eine Verbindung aufbaut.",
			},
			Tell: Text{
				"The resolve phase takes long and connecting does not; typically exactly 5 s or 10 s, because the first server in resolv.conf is dead and only the second one answers, or because one of the two questions (A, AAAA) gets lost. Some dns-timeout in between is usual. dns-server-down never answers at all. If names resolve quickly and it is slow afterwards, look at packet-loss and app-slow.",
				"Die Namensauflösung dauert lange, der Verbindungsaufbau nicht; typisch genau 5 s oder 10 s, weil der erste Server in der resolv.conf tot ist und erst der zweite antwortet oder weil eine der beiden Fragen (A, AAAA) verloren geht. Einzelne dns-timeout dazwischen sind üblich. dns-server-down antwortet nie. Geht die Auflösung schnell und ist es erst danach langsam, packet-loss und app-slow prüfen.",
			},
			Remedy: []Step{
				{For: "linux", Line: "for s in $(awk '/^nameserver/ { print $2 }' /etc/resolv.conf); do dig @$s app.internal | grep -E 'Query time|SERVER|timed out'; done", Do: Text{
					"Measure every server in resolv.conf and take the dead ones out.",
					"Jeden Server der resolv.conf messen und die toten entfernen.",
				}},
				{For: "linux", Line: "options timeout:1 attempts:2 single-request-reopen", Do: Text{
					"Wait one second instead of five, and send A and AAAA separately (in /etc/resolv.conf).",
					"Eine statt fünf Sekunden warten und A und AAAA getrennt senden (in /etc/resolv.conf).",
				}},
				{For: "unbound", Line: "serve-expired: yes", Do: Text{
					"Run a small resolver on the gateway that answers from memory, if need be with an expired entry (server section).",
					"Auf dem Gateway einen kleinen Resolver betreiben, der aus dem Speicher antwortet, notfalls mit einem abgelaufenen Eintrag (Abschnitt server).",
				}},
				{For: "torwart", Line: `resolvers: ["127.0.0.1:53"]`, Do: Text{
					"Let torwart ask that local resolver.",
					"torwart diesen lokalen Resolver fragen lassen.",
				}},
				{For: "nginx", Line: "resolver 127.0.0.1 valid=300s;", Do: Text{
					"Have nginx keep answers for five minutes, whatever their TTL says (with resolver_timeout 2s).",
					"nginx Antworten fünf Minuten behalten lassen, egal was ihre TTL sagt (dazu resolver_timeout 2s).",
				}},
			},
		},
		{
			Code: CauseStaleAddress, Kind: RootCause, Category: "dns",
			Title: Text{"Gateway uses an old address", "Gateway benutzt eine veraltete Adresse"},
			Meaning: Text{
				"The upstream's name now points to another address, and the gateway still uses the old one. nginx, for one, resolves a name in proxy_pass only when it starts or reloads.",
				"Der Name des Upstreams zeigt inzwischen auf eine andere Adresse, und das Gateway benutzt noch die alte. nginx zum Beispiel löst einen Namen in proxy_pass nur beim Start und beim Neuladen auf.",
			},
			Tell: Text{
				"connect-refused, connect-timeout or connect-unroutable at an address that dig does not return any more, since a failover, a move or a container being recreated; reloading the gateway cures it. If the address in use is the one in DNS, look at app-not-running, host-down and firewall-drop. If somebody else now lives at the old address, it shows as tls-certificate-name or as a strange page, like wrong-host-name.",
				"connect-refused, connect-timeout oder connect-unroutable an einer Adresse, die dig nicht mehr liefert, seit einem Failover, einem Umzug oder einem neu erzeugten Container; Neuladen des Gateways heilt es. Ist die benutzte Adresse die aus dem DNS, app-not-running, host-down und firewall-drop prüfen. Wohnt an der alten Adresse inzwischen jemand anderes, zeigt es sich als tls-certificate-name oder als fremde Seite wie bei wrong-host-name.",
			},
			Remedy: []Step{
				{For: "nginx", Line: "nginx -t && systemctl reload nginx", Do: Text{
					"At once: reload, which resolves all names anew.",
					"Sofort: neu laden, dabei werden alle Namen neu aufgelöst.",
				}},
				{For: "nginx", Line: "set $app app.internal; proxy_pass http://$app:8080;", Do: Text{
					"For good: a variable makes nginx resolve at run time (needs resolver; in Docker: resolver 127.0.0.11 valid=10s).",
					"Dauerhaft: Mit einer Variablen löst nginx im Betrieb auf (braucht resolver; in Docker: resolver 127.0.0.11 valid=10s).",
				}},
				{For: "nginx", Line: "server app.internal:8080 resolve;", Do: Text{
					"From nginx 1.27.3 on this works in an upstream block too (with zone and resolver).",
					"Ab nginx 1.27.3 geht es auch im upstream-Block (mit zone und resolver).",
				}},
				{For: "haproxy", Line: "server app1 app.internal:8080 check resolvers dns init-addr last,libc,none", Do: Text{
					"HAProxy follows the name if the server refers to a resolvers section.",
					"HAProxy folgt dem Namen, wenn der Server auf einen resolvers-Abschnitt verweist.",
				}},
				{For: "apache", Line: `ProxyPass "/" "http://app.internal:8080/" disablereuse=On`, Do: Text{
					"Apache keeps the address as long as it reuses connections; without reuse it asks every time.",
					"Apache behält die Adresse, solange es Verbindungen wiederverwendet; ohne das fragt es jedes Mal.",
				}},
				{Do: Text{
					"Before the next move, lower the record's TTL in time, and leave the old address serving for a while.",
					"Vor dem nächsten Umzug die TTL des Eintrags rechtzeitig senken und die alte Adresse noch eine Weile bedienen.",
				}},
			},
		},
		{
			Code: CauseFirewallDrop, Kind: RootCause, Category: "firewall",
			Title: Text{"Firewall drops the packets", "Firewall verwirft die Pakete"},
			Meaning: Text{
				"A firewall rule discards the packets without saying so. The gateway waits for an answer that never comes, until its time limit.",
				"Eine Firewall-Regel verwirft die Pakete stillschweigend. Das Gateway wartet auf eine Antwort, die nie kommt, bis zu seinem Zeitlimit.",
			},
			Tell: Text{
				"connect-timeout at this port while another port of the same host, or ping, answers; a drop rule counts with every attempt. app-workers-exhausted looks the same from outside, but there Recv-Q is at Send-Q on the upstream. If nothing of the host answers, it is host-down or route-broken. An immediate answer is firewall-reject. A drop rule in the gateway's own output chain shows as connect-prohibited (EPERM). Connections that go silent after a fixed idle time (350 s, 1 h) were forgotten by a stateful firewall.",
				"connect-timeout an diesem Port, während ein anderer Port desselben Rechners oder ping antwortet; eine Drop-Regel zählt bei jedem Versuch hoch. app-workers-exhausted sieht von außen gleich aus, doch dort ist Recv-Q auf dem Upstream bei Send-Q. Antwortet der Rechner überhaupt nicht, ist es host-down oder route-broken. Eine sofortige Antwort ist firewall-reject. Eine Drop-Regel in der eigenen output-Kette des Gateways zeigt sich als connect-prohibited (EPERM). Verbindungen, die nach fester Ruhezeit (350 s, 1 h) verstummen, hat eine zustandsbehaftete Firewall vergessen.",
			},
			Remedy: []Step{
				{For: "linux", Line: "tcpdump -ni any 'tcp port 8080 and tcp[tcpflags] & tcp-syn != 0'", Do: Text{
					"On the upstream: if the gateway's SYN arrives, the rule is here; if not, it is on the way.",
					"Auf dem Upstream: Kommt das SYN des Gateways an, steht die Regel hier, sonst auf dem Weg.",
				}},
				{For: "linux", Line: "nft list ruleset", Do: Text{
					"Look for the chain with policy drop or the drop rule whose counter rises (older systems: iptables -vnL).",
					"Die Kette mit policy drop oder die Drop-Regel suchen, deren Zähler steigt (ältere Systeme: iptables -vnL).",
				}},
				{For: "linux", Line: "nft insert rule inet filter input ip saddr 10.0.0.2 tcp dport 8080 accept", Do: Text{
					"Let the gateway through, then write the rule into /etc/nftables.conf as well.",
					"Das Gateway durchlassen, danach die Regel auch in /etc/nftables.conf eintragen.",
				}},
				{For: "ufw", Line: "ufw allow from 10.0.0.2 to any port 8080 proto tcp", Do: Text{
					"The same with ufw, which keeps it across restarts.",
					"Dasselbe mit ufw, das die Regel über Neustarts behält.",
				}},
				{Do: Text{
					"In a cloud, open the port in the security group or network firewall; on the machine itself nothing can be seen of those.",
					"In der Cloud den Port in der Security-Group oder Netzwerk-Firewall öffnen; auf dem Rechner selbst sieht man davon nichts.",
				}},
			},
		},
		{
			Code: CauseFirewallReject, Kind: RootCause, Category: "firewall",
			Title: Text{"Firewall refuses the connection", "Firewall weist die Verbindung ab"},
			Meaning: Text{
				"A firewall rule refuses the packets and says so, by an ICMP message or a TCP reset. The attempt fails at once.",
				"Eine Firewall-Regel weist die Pakete ab und meldet das, per ICMP oder mit einem TCP-Reset. Der Versuch scheitert sofort.",
			},
			Tell: Text{
				"connect-prohibited or connect-unroutable ('No route to host', firewalld's way) within milliseconds although the host answers ping; or connect-refused although ss shows the application listening there. If nothing listens, it is app-not-running. host-down gives 'No route to host' too, but after about three seconds of waiting. firewall-drop says nothing. Resets in the middle of a working connection are intrusion-prevention.",
				"connect-prohibited oder connect-unroutable („No route to host“, so macht es firewalld) nach Millisekunden, obwohl der Rechner auf ping antwortet; oder connect-refused, obwohl laut ss die Anwendung dort lauscht. Lauscht niemand, ist es app-not-running. Auch host-down ergibt „No route to host“, aber erst nach etwa drei Sekunden. firewall-drop sagt gar nichts. Resets mitten in einer laufenden Verbindung sind intrusion-prevention.",
			},
			Remedy: []Step{
				{For: "linux", Line: "tcpdump -ni any 'icmp[icmptype] == icmp-unreach or tcp[tcpflags] & tcp-rst != 0'", Do: Text{
					"See which machine sends the refusal: its source address is the firewall.",
					"Nachsehen, welcher Rechner die Ablehnung schickt: Die Absenderadresse ist die Firewall.",
				}},
				{For: "firewalld", Line: "firewall-cmd --permanent --add-port=8080/tcp && firewall-cmd --reload", Do: Text{
					"Open the port in the zone of the interface (firewall-cmd --get-active-zones).",
					"Den Port in der Zone der Schnittstelle öffnen (firewall-cmd --get-active-zones).",
				}},
				{For: "fail2ban", Line: "fail2ban-client unban 10.0.0.2", Do: Text{
					"If fail2ban has banned the gateway, lift the ban and add its address to ignoreip.",
					"Hat fail2ban das Gateway gesperrt, die Sperre aufheben und die Adresse in ignoreip aufnehmen.",
				}},
				{For: "linux", Line: "iptables -vnL INPUT --line-numbers", Do: Text{
					"Find the REJECT rule that counts; the ACCEPT rule for the gateway must stand before it.",
					"Die REJECT-Regel suchen, die hochzählt; die ACCEPT-Regel für das Gateway muss davor stehen.",
				}},
			},
		},
		{
			Code: CauseIntrusionPrevention, Kind: RootCause, Category: "firewall",
			Title: Text{"Security device cuts connections", "Sicherheitsgerät kappt Verbindungen"},
			Meaning: Text{
				"A box or service between gateway and application (intrusion prevention, web application firewall, DDoS filter) resets connections whose content it takes for an attack.",
				"Ein Gerät oder Dienst zwischen Gateway und Anwendung (Intrusion-Prevention, Web-Application-Firewall, DDoS-Filter) setzt Verbindungen zurück, deren Inhalt es für einen Angriff hält.",
			},
			Tell: Text{
				"reset-before-response, tls-handshake-closed or response-body-incomplete for certain content only (a parameter, an upload, a path), and the application's log knows nothing of it; in a capture the RST has another TTL or IP ID than the application's other packets. app-crashed leaves a trace at the application, app-refuses-upload an answer. firewall-reject goes by address and port, never by content. idle-timeout-inversion needs a reused connection.",
				"reset-before-response, tls-handshake-closed oder response-body-incomplete nur bei bestimmtem Inhalt (ein Parameter, ein Upload, ein Pfad), und das Log der Anwendung weiß nichts davon; im Mitschnitt hat das RST eine andere TTL oder IP-ID als die übrigen Pakete der Anwendung. app-crashed hinterlässt bei der Anwendung eine Spur, app-refuses-upload eine Antwort. firewall-reject geht nach Adresse und Port, nie nach Inhalt. idle-timeout-inversion braucht eine wiederverwendete Verbindung.",
			},
			Remedy: []Step{
				{For: "linux", Line: "tcpdump -ni any -v 'tcp port 8080 and host 10.0.0.5'", Do: Text{
					"Record one failure on the gateway and compare ttl and id of the reset with the packets before it.",
					"Auf dem Gateway einen Fehler mitschneiden und ttl und id des Resets mit den Paketen davor vergleichen.",
				}},
				{Do: Text{
					"Send the same request on the application's machine to 127.0.0.1: if it succeeds there, the device in between is proven.",
					"Dieselbe Anfrage auf dem Rechner der Anwendung an 127.0.0.1 schicken: Gelingt sie dort, ist das Gerät dazwischen bewiesen.",
				}},
				{For: "suricata", Line: `jq -c 'select(.event_type == "drop" or .event_type == "alert") | [.timestamp, .src_ip, .alert.signature]' /var/log/suricata/eve.json`, Do: Text{
					"Look up the signature at that second and exempt the gateway from it.",
					"Die Signatur zu dieser Sekunde heraussuchen und das Gateway davon ausnehmen.",
				}},
				{For: "apache", Line: "SecRuleRemoveById 942100", Do: Text{
					"With ModSecurity, switch off the one rule named in its audit log, for this path only.",
					"Bei ModSecurity nur die eine Regel abschalten, die das Audit-Log nennt, und nur für diesen Pfad.",
				}},
				{Do: Text{
					"Give whoever runs the device the exact time, both addresses and the URL, and ask for the log line.",
					"Dem Betreiber des Geräts die genaue Uhrzeit, beide Adressen und die URL geben und nach der Logzeile fragen.",
				}},
			},
		},
		{
			Code: CauseHostDown, Kind: RootCause, Category: "network",
			Title: Text{"Upstream's machine is down", "Rechner des Upstreams ist ausgefallen"},
			Meaning: Text{
				"The machine the application runs on does not answer at all: switched off, frozen, rebooting, or no longer on the network.",
				"Der Rechner, auf dem die Anwendung läuft, antwortet überhaupt nicht: ausgeschaltet, eingefroren, beim Neustart oder nicht mehr am Netz.",
			},
			Tell: Text{
				"connect-timeout on every port and no answer to ping, or connect-unroutable after about three seconds with the neighbour entry FAILED (same network), while other machines behind the same router answer. If those fail too, it is route-broken. If only one port is silent, it is firewall-drop. Connections that were open hang instead of being reset. A refusal means the machine lives: app-not-running. Compare with DNS once: stale-address.",
				"connect-timeout auf jedem Port und keine Antwort auf ping, oder nach etwa drei Sekunden connect-unroutable mit dem Nachbareintrag FAILED (gleiches Netz), während andere Rechner hinter demselben Router antworten. Antworten auch die nicht, ist es route-broken. Schweigt nur ein Port, ist es firewall-drop. Offene Verbindungen hängen, statt zurückgesetzt zu werden. Eine Ablehnung heißt, dass der Rechner lebt: app-not-running. Einmal mit dem DNS vergleichen: stale-address.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ping -c 3 10.0.0.5; ip neigh show 10.0.0.5", Do: Text{
					"In the same network, FAILED or INCOMPLETE proves that the machine is not there.",
					"Im selben Netz beweist FAILED oder INCOMPLETE, dass der Rechner nicht da ist.",
				}},
				{Do: Text{
					"Open the hoster's console or the management board (IPMI, iLO): read the screen, then reset; check the provider's status page.",
					"Die Konsole des Hosters oder das Management-Board (IPMI, iLO) öffnen: Bildschirm lesen, dann zurücksetzen; Statusseite des Anbieters prüfen.",
				}},
				{For: "systemd", Line: "journalctl -b -1 -e --no-pager", Do: Text{
					"Once it is back, read the last lines before the outage.",
					"Wenn er wieder da ist, die letzten Zeilen vor dem Ausfall lesen.",
				}},
				{For: "linux", Line: "sysctl -w kernel.panic=10", Do: Text{
					"Let the machine reboot by itself ten seconds after a kernel panic (keep it in /etc/sysctl.d).",
					"Den Rechner zehn Sekunden nach einer Kernel-Panic selbst neu starten lassen (dauerhaft in /etc/sysctl.d).",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080", "http://10.0.1.5:8080"]`, Do: Text{
					"Put a second endpoint on another machine; timeouts: {connect: 2s} makes the change quick.",
					"Einen zweiten Endpunkt auf einem anderen Rechner betreiben; timeouts: {connect: 2s} macht den Wechsel schnell.",
				}},
			},
		},
		{
			Code: CauseRouteBroken, Kind: RootCause, Category: "network",
			Title: Text{"No working network path", "Kein funktionierender Netzwerkweg"},
			Meaning: Text{
				"There is no working way through the network to the upstream: no route, a wrong router, a tunnel that is down, or a way that ends at some hop.",
				"Es gibt keinen funktionierenden Weg durchs Netz zum Upstream: keine Route, ein falscher Router, ein Tunnel, der nicht steht, oder ein Weg, der an einem Hop endet.",
			},
			Tell: Text{
				"connect-unroutable with 'Network is unreachable' at once means this machine has no route, often for IPv6. Otherwise connect-timeout, and traceroute ends at the same hop for every address behind it. host-down: the neighbours of the machine answer. firewall-drop depends on the port: compare two ports. If some packets do get through, it is packet-loss.",
				"connect-unroutable mit „Network is unreachable“ sofort heißt, dass dieser Rechner keine Route hat, oft bei IPv6. Sonst connect-timeout, und traceroute endet für alle Adressen dahinter am selben Hop. host-down: Die Nachbarn des Rechners antworten. firewall-drop hängt vom Port ab: zwei Ports vergleichen. Kommen einzelne Pakete doch durch, ist es packet-loss.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ip route get 10.0.0.5", Do: Text{
					"See which router and interface this machine would take.",
					"Nachsehen, welchen Router und welche Schnittstelle dieser Rechner nähme.",
				}},
				{For: "linux", Line: "traceroute -n -T -p 8080 10.0.0.5", Do: Text{
					"Follow the way with TCP to the very port; run it from the other side as well.",
					"Den Weg per TCP bis zu genau diesem Port verfolgen; auch von der Gegenseite aus.",
				}},
				{For: "linux", Line: "ip route replace 10.0.0.0/24 via 10.1.0.1 dev eth0", Do: Text{
					"Set the missing route, then make it permanent in the network configuration.",
					"Die fehlende Route setzen, danach in der Netzwerkkonfiguration dauerhaft eintragen.",
				}},
				{For: "wireguard", Line: "wg show", Do: Text{
					"For a tunnel: the latest handshake must be under three minutes old, and AllowedIPs contain the upstream.",
					"Bei einem Tunnel: Der letzte Handshake muss jünger als drei Minuten sein und AllowedIPs den Upstream enthalten.",
				}},
				{For: "nginx", Line: "resolver 127.0.0.53 ipv6=off;", Do: Text{
					"If only IPv6 is broken, leave it out until it is repaired.",
					"Ist nur IPv6 gestört, es bis zur Reparatur weglassen.",
				}},
			},
		},
		{
			Code: CausePacketLoss, Kind: RootCause, Category: "network",
			Title: Text{"Packets get lost on the way", "Pakete gehen unterwegs verloren"},
			Meaning: Text{
				"A part of the packets between gateway and application is lost. TCP sends them again, so everything becomes slow and jerky, and some connections fail.",
				"Ein Teil der Pakete zwischen Gateway und Anwendung geht verloren. TCP sendet sie noch einmal, dadurch wird alles langsam und ruckelig, und manche Verbindungen scheitern.",
			},
			Tell: Text{
				"Connect times of about 1 s, 3 s or 7 s (repeated SYN) among ordinary ones, retransmissions rising in TCP_INFO and nstat, and connect-timeout, response-timeout and response-body-stalled in a mixture, for everything behind that path. If only big transfers hang, it is mtu-black-hole. If only new connections fail, it is host-conntrack or app-workers-exhausted. Loss at a middle hop of mtr that later hops do not show is no loss.",
				"Verbindungszeiten um 1 s, 3 s oder 7 s (wiederholtes SYN) zwischen normalen, steigende Wiederholungen in TCP_INFO und nstat, dazu connect-timeout, response-timeout und response-body-stalled gemischt, für alles hinter diesem Weg. Hängen nur große Übertragungen, ist es mtu-black-hole. Scheitern nur neue Verbindungen, ist es host-conntrack oder app-workers-exhausted. Verlust an einem mittleren Hop von mtr, den spätere Hops nicht zeigen, ist keiner.",
			},
			Remedy: []Step{
				{For: "linux", Line: "mtr -n -r -w -c 100 -T -P 8080 10.0.0.5", Do: Text{
					"Find the hop from which loss stays until the end; measure in both directions.",
					"Den Hop suchen, ab dem der Verlust bis zum Ende bleibt; in beiden Richtungen messen.",
				}},
				{For: "linux", Line: "ip -s -s link show dev eth0", Do: Text{
					"Rising errors or dropped counters mean the fault is at this machine: cable, card, or too few receive buffers.",
					"Steigende Zähler bei errors oder dropped heißen, dass der Fehler an diesem Rechner liegt: Kabel, Karte oder zu wenige Empfangspuffer.",
				}},
				{For: "linux", Line: "ethtool eth0 | grep -E 'Speed|Duplex'", Do: Text{
					"Half duplex or 100 Mb/s where it should be more: set both ends to autonegotiation.",
					"Half-Duplex oder 100 Mb/s, wo es mehr sein müsste: beide Enden auf Autonegotiation stellen.",
				}},
				{For: "linux", Line: "nstat -az TcpOutSegs TcpRetransSegs", Do: Text{
					"Call it twice a minute apart: retransmissions over one per cent of what was sent are too many.",
					"Zweimal im Abstand einer Minute aufrufen: Wiederholungen über einem Prozent des Gesendeten sind zu viel.",
				}},
				{Do: Text{
					"In a cloud, check the instance's bandwidth and packet limits; otherwise send both mtr reports to the provider.",
					"In der Cloud Bandbreiten- und Paketlimit der Instanz prüfen; sonst beide mtr-Berichte an den Anbieter schicken.",
				}},
			},
		},
		{
			Code: CauseMTUBlackHole, Kind: RootCause, Category: "network",
			Title: Text{"Large packets vanish (MTU)", "Große Pakete verschwinden (MTU)"},
			Meaning: Text{
				"A link on the way carries smaller packets than the ends believe, and the ICMP message that would tell them is blocked. Small things pass, large ones hang.",
				"Ein Abschnitt des Weges trägt nur kleinere Pakete, als die Enden glauben, und die ICMP-Meldung, die es ihnen sagen würde, wird blockiert. Kleines geht durch, Großes bleibt hängen.",
			},
			Tell: Text{
				"tls-handshake-timeout, request-write-stalled or response-body-stalled as soon as something large is sent, while tiny answers come promptly; ping with the don't-fragment bit passes at 1300 bytes and fails at 1472. VPN, PPPoE, tunnels and overlay networks are typical. packet-loss hits small packets too. app-refuses-upload ends with an answer or reset, this with silence. app-hung does not depend on size.",
				"tls-handshake-timeout, request-write-stalled oder response-body-stalled, sobald etwas Großes gesendet wird, während winzige Antworten prompt kommen; ping mit Don't-Fragment-Bit geht bei 1300 Byte durch und scheitert bei 1472. Typisch bei VPN, PPPoE, Tunneln und Overlay-Netzen. packet-loss trifft auch kleine Pakete. app-refuses-upload endet mit Antwort oder Reset, dies mit Schweigen. app-hung hängt nicht von der Größe ab.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ping -M do -c 3 -s 1472 10.0.0.5", Do: Text{
					"Lower the size until it passes; that plus 28 is the MTU of the way.",
					"Die Größe senken, bis es durchgeht; dieser Wert plus 28 ist die MTU des Weges.",
				}},
				{For: "linux", Line: "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu", Do: Text{
					"On the router or VPN gateway, have TCP agree on smaller segments.",
					"Auf dem Router oder VPN-Gateway TCP auf kleinere Segmente festlegen.",
				}},
				{For: "linux", Line: "nft insert rule inet filter input icmp type destination-unreachable accept", Do: Text{
					"Let the ICMP message through that reports the right size, in every firewall on the way.",
					"Die ICMP-Meldung durchlassen, die die richtige Größe mitteilt, in jeder Firewall auf dem Weg.",
				}},
				{For: "linux", Line: "sysctl -w net.ipv4.tcp_mtu_probing=1", Do: Text{
					"Have the kernel find out by itself when large packets vanish (keep it in /etc/sysctl.d).",
					"Den Kernel selbst herausfinden lassen, wenn große Pakete verschwinden (dauerhaft in /etc/sysctl.d).",
				}},
				{For: "linux", Line: "ip link set dev wg0 mtu 1380", Do: Text{
					"Or set the tunnel's interface to the size that passes; Docker networks have their own mtu option.",
					"Oder die Tunnel-Schnittstelle auf die passende Größe setzen; Docker-Netze haben eine eigene Option mtu.",
				}},
			},
		},
	}
}
