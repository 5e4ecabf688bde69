package cause

// symptomsConnect are the symptoms of an attempt that found an address, or
// the path of a unix socket, and got no connection there.
func symptomsConnect() []Entry {
	return []Entry{
		{
			Code: ConnectRefused, Kind: Symptom, ProxyStatus: "connection_refused", Tier: P0, Status: 502,
			Title: Text{"Connection refused", "Verbindung abgewiesen"},
			Meaning: Text{
				"An RST came back at once: the machine is up, nobody listens on that port. On a unix socket: the file is there, but no process has it open any more.",
				"Es kam sofort ein RST zurück: Der Rechner läuft, aber auf diesem Port lauscht niemand. Beim Unix-Socket: Die Datei ist da, aber kein Prozess hat sie mehr geöffnet.",
			},
			Tell: Text{
				"It takes one round trip and says errno 111 (ECONNREFUSED). connect-timeout is silence; connect-unroutable is word from the network that there is no way; socket-missing has no file at all. If ss shows nobody on the port, it is app-not-running, or app-restarting when it ends after seconds. If the program listens on another port, or only on 127.0.0.1 or ::1, it is wrong-port. If it does listen there, a firewall answers in its place: firewall-reject.",
				"Es dauert nur eine Paketlaufzeit und meldet errno 111 (ECONNREFUSED). connect-timeout ist Schweigen; connect-unroutable ist die Auskunft des Netzes, dass es keinen Weg gibt; bei socket-missing fehlt die Datei. Zeigt ss niemanden auf dem Port, ist es app-not-running, oder app-restarting, wenn es nach Sekunden vorbei ist. Lauscht das Programm auf einem anderen Port oder nur auf 127.0.0.1 oder ::1, ist es wrong-port. Lauscht es genau dort, antwortet eine Firewall an seiner Stelle: firewall-reject.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -ltnp", Do: Text{
					"Look on the upstream's machine: is anybody listening on the port, and on which address?",
					"Auf dem Rechner des Upstreams nachsehen: Lauscht jemand auf dem Port, und auf welcher Adresse?",
				}},
				{For: "systemd", Line: "systemctl status app", Do: Text{
					"If nobody listens, see whether the service stopped, and what it logged last; then start it.",
					"Lauscht niemand, nachsehen, ob der Dienst beendet ist und was er zuletzt gemeldet hat; dann starten.",
				}},
				{For: "nginx", Line: "proxy_pass http://127.0.0.1:8080;", Do: Text{
					"Write the address, not localhost: that may lead to ::1, where the application does not listen.",
					"Die Adresse angeben, nicht localhost: Das kann zu ::1 führen, wo die Anwendung nicht lauscht.",
				}},
				{For: "php-fpm", Line: "systemctl restart php8.2-fpm", Do: Text{
					"A socket file left behind by a dead PHP-FPM is replaced when it starts.",
					"Eine Socket-Datei, die ein toter PHP-FPM hinterlassen hat, wird beim Start ersetzt.",
				}},
				{For: "linux", Line: "nft list ruleset | grep -n reject", Do: Text{
					"If the program listens and is refused all the same, look for a reject rule (older systems: iptables -S).",
					"Lauscht das Programm und wird trotzdem abgewiesen, nach einer Reject-Regel suchen (ältere Systeme: iptables -S).",
				}},
				{For: "torwart", Line: "hold: 10s", Do: Text{
					"Bridge restarts: requests wait until the port is open again.",
					"Neustarts überbrücken: Anfragen warten, bis der Port wieder offen ist.",
				}},
			},
		},
		{
			Code: ConnectTimeout, Kind: Symptom, ProxyStatus: "connection_timeout", Tier: P0, Status: 504,
			Title: Text{"Connection attempt unanswered", "Verbindungsversuch ohne Antwort"},
			Meaning: Text{
				"The SYN was never answered. The packet or its answer vanished on the way, the machine is gone, or its accept queue was full and the kernel dropped the SYN in silence.",
				"Das SYN blieb unbeantwortet. Das Paket oder die Antwort ging unterwegs verloren, der Rechner ist weg, oder seine Accept-Queue war voll und der Kernel verwarf das SYN stillschweigend.",
			},
			Tell: Text{
				"It lasts exactly as long as the connect timeout; connect-refused and connect-unroutable are answers and come sooner. Capture on the upstream: no SYN arrives means firewall-drop or route-broken; a SYN without SYN-ACK means a local rule or a full queue (ss -ltn: Recv-Q above Send-Q), which is app-workers-exhausted. If the whole machine is silent, it is host-down. If single attempts fail and the next succeeds, see packet-loss and host-conntrack. A full unix socket is connect-queue-full.",
				"Es dauert genau so lange wie das Connect-Timeout; connect-refused und connect-unroutable sind Antworten und kommen früher. Beim Upstream mitschneiden: Kommt kein SYN an, ist es firewall-drop oder route-broken; kommt eines ohne SYN-ACK, ist es eine lokale Regel oder eine volle Queue (ss -ltn: Recv-Q über Send-Q), also app-workers-exhausted. Schweigt der ganze Rechner, ist es host-down. Scheitern einzelne Versuche und der nächste gelingt, packet-loss und host-conntrack prüfen. Ein voller Unix-Socket ist connect-queue-full.",
			},
			Remedy: []Step{
				{For: "linux", Line: "tcpdump -ni any 'tcp port 8080 and tcp[tcpflags] & tcp-syn != 0'", Do: Text{
					"Run it on the upstream during an attempt: it shows whether the SYN arrives and whether it is answered.",
					"Während eines Versuchs beim Upstream mitlaufen lassen: Es zeigt, ob das SYN ankommt und ob es beantwortet wird.",
				}},
				{For: "linux", Line: "nft insert rule inet filter input ip saddr 10.0.0.2 tcp dport 8080 accept", Do: Text{
					"If it arrives and is dropped, let the gateway in (and enter the rule in /etc/nftables.conf too); mind the cloud provider's security group.",
					"Kommt es an und wird verworfen, das Gateway hereinlassen (und die Regel auch in /etc/nftables.conf eintragen); an die Security-Group beim Cloud-Anbieter denken.",
				}},
				{For: "linux", Line: "nstat -az TcpExtListenOverflows TcpExtListenDrops", Do: Text{
					"If these counters rise on the upstream, its accept queue is full: it needs more workers or fewer slow requests.",
					"Steigen diese Zähler beim Upstream, ist seine Accept-Queue voll: Er braucht mehr Worker oder weniger langsame Anfragen.",
				}},
				{For: "linux", Line: "mtr --tcp --port 8080 10.0.0.5", Do: Text{
					"If nothing arrives, find the hop after which the packets vanish.",
					"Kommt nichts an, den Hop suchen, hinter dem die Pakete verschwinden.",
				}},
				{For: "torwart", Line: "timeouts: {connect: 2s}", Do: Text{
					"Keep the connect timeout short, so that another endpoint gets its turn in time.",
					"Das Connect-Timeout kurz halten, damit ein anderer Endpunkt rechtzeitig an die Reihe kommt.",
				}},
				{For: "nginx", Line: "proxy_connect_timeout 2s;", Do: Text{
					"The same in nginx, whose default of 60 seconds keeps visitors waiting (HAProxy: timeout connect 2s).",
					"Dasselbe in nginx, dessen voreingestellte 60 Sekunden Besucher warten lassen (HAProxy: timeout connect 2s).",
				}},
			},
		},
		{
			Code: ConnectUnroutable, Kind: Symptom, ProxyStatus: "destination_ip_unroutable", Tier: P0, Status: 502,
			Title: Text{"No way to the upstream", "Kein Weg zum Upstream"},
			Meaning: Text{
				"The network said that the address cannot be reached: there is no route to it, nobody on the local network has it, or a router on the way reported it unreachable.",
				"Das Netz meldet, dass die Adresse nicht erreichbar ist: Es gibt keine Route dorthin, im lokalen Netz hat sie niemand, oder ein Router unterwegs hat sie als unerreichbar gemeldet.",
			},
			Tell: Text{
				"errno 101 (ENETUNREACH) at once: the gateway itself has no route, often an IPv6 address on a machine without IPv6; see route-broken. errno 113 (EHOSTUNREACH) after about three seconds: nobody answers ARP (a shorter connect timeout makes connect-timeout of it), so host-down, or the container and its address are gone: stale-address. errno 113 at once: an ICMP message, either from a router or from a firewall that rejects with 'host prohibited', which is firewall-reject. connect-refused is an answer by the machine itself, connect-prohibited a ban that names itself.",
				"errno 101 (ENETUNREACH) sofort: Das Gateway selbst hat keine Route, oft eine IPv6-Adresse auf einem Rechner ohne IPv6; siehe route-broken. errno 113 (EHOSTUNREACH) nach etwa drei Sekunden: Auf ARP antwortet niemand (ein kürzeres Connect-Timeout macht daraus connect-timeout), also host-down, oder der Container ist mitsamt seiner Adresse weg: stale-address. errno 113 sofort: eine ICMP-Meldung, von einem Router oder von einer Firewall, die mit „host prohibited“ ablehnt, also firewall-reject. connect-refused ist eine Antwort des Rechners selbst, connect-prohibited ein Verbot, das sich zu erkennen gibt.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ip route get 10.0.0.5", Do: Text{
					"See which way the gateway takes: wrong interface, wrong source address, or no route at all?",
					"Nachsehen, welchen Weg das Gateway nimmt: falsche Schnittstelle, falsche Absenderadresse oder gar keine Route?",
				}},
				{For: "linux", Line: "ip neigh show to 10.0.0.5", Do: Text{
					"FAILED or INCOMPLETE: nobody in the local network has the address. Check that the machine is on and in the right VLAN.",
					"FAILED oder INCOMPLETE: Im lokalen Netz hat niemand diese Adresse. Prüfen, ob der Rechner läuft und im richtigen VLAN hängt.",
				}},
				{For: "linux", Line: "tcpdump -ni any 'icmp or icmp6'", Do: Text{
					"Capture during an attempt: the sender of the ICMP message is the one who refuses.",
					"Während eines Versuchs mitschneiden: Wer die ICMP-Meldung schickt, der lehnt ab.",
				}},
				{For: "linux", Line: "firewall-cmd --permanent --add-port=8080/tcp && firewall-cmd --reload", Do: Text{
					"If it is firewalld on the upstream, open the port there.",
					"Ist es firewalld auf dem Upstream, dort den Port öffnen.",
				}},
				{For: "nginx", Line: "resolver 10.0.0.53 ipv6=off;", Do: Text{
					"If only IPv6 is broken, do without it until it is repaired.",
					"Ist nur IPv6 gestört, bis zur Reparatur darauf verzichten.",
				}},
				{For: "docker", Line: "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' app", Do: Text{
					"A recreated container has a new address: use its name instead of a number.",
					"Ein neu erzeugter Container hat eine neue Adresse: seinen Namen statt einer Nummer verwenden.",
				}},
			},
		},
		{
			Code: ConnectProhibited, Kind: Symptom, ProxyStatus: "destination_ip_prohibited", Tier: P0, Status: 502,
			Title: Text{"Connecting is forbidden", "Verbindungsaufbau verboten"},
			Meaning: Text{
				"The connection was not refused but forbidden: by a rule on the gateway's own machine (outgoing firewall, SELinux, AppArmor, a systemd sandbox), or by a firewall that says so in ICMP.",
				"Die Verbindung wurde nicht abgewiesen, sondern verboten: durch eine Regel auf dem Rechner des Gateways selbst (ausgehende Firewall, SELinux, AppArmor, systemd-Sandbox) oder durch eine Firewall, die das per ICMP sagt.",
			},
			Tell: Text{
				"If it fails within microseconds, the ban is local. errno 1 (EPERM): a rule in the output chain drops the packet, or IPAddressDeny of the unit; that is firewall-drop on your own machine. errno 13 (EACCES): SELinux or a prohibit route, which is wrong-permission; over IPv6 also a router's 'administratively prohibited', which is firewall-reject. The same errno on a unix socket is socket-forbidden. Over IPv4 a distant firewall's ban looks like connect-unroutable.",
				"Scheitert es nach Mikrosekunden, ist das Verbot lokal. errno 1 (EPERM): Eine Regel der Output-Chain verwirft das Paket, oder IPAddressDeny der Unit tut es; das ist firewall-drop auf dem eigenen Rechner. errno 13 (EACCES): SELinux oder eine Prohibit-Route, also wrong-permission; bei IPv6 auch „administratively prohibited“ von einem Router, also firewall-reject. Derselbe errno bei einem Unix-Socket ist socket-forbidden. Bei IPv4 sieht das Verbot einer fernen Firewall aus wie connect-unroutable.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ausearch -m avc -ts recent", Do: Text{
					"See whether SELinux denied it: name_connect, with the port and the domain of the process.",
					"Nachsehen, ob SELinux es verboten hat: name_connect, mit Port und Domain des Prozesses.",
				}},
				{For: "linux", Line: "setsebool -P httpd_can_network_connect 1", Do: Text{
					"If it was SELinux and the gateway is nginx or Apache (domain httpd_t), allow outgoing connections (for haproxy_t: haproxy_connect_any).",
					"War es SELinux und das Gateway ist nginx oder Apache (Domain httpd_t), ausgehende Verbindungen erlauben (bei haproxy_t: haproxy_connect_any).",
				}},
				{For: "linux", Line: "nft list ruleset", Do: Text{
					"Look at the output chain (type filter hook output): the gateway's user needs an accept rule for the upstream's port.",
					"Die Output-Chain ansehen (type filter hook output): Für den Port des Upstreams braucht das Gateway eine Accept-Regel.",
				}},
				{For: "systemd", Line: "IPAddressAllow=10.0.0.0/24", Do: Text{
					"If the gateway's unit has IPAddressDeny=any, add the upstream's network (section [Service], then daemon-reload and restart).",
					"Hat die Unit des Gateways IPAddressDeny=any, das Netz des Upstreams ergänzen (Abschnitt [Service], danach daemon-reload und Neustart).",
				}},
				{For: "linux", Line: `journalctl -k --grep 'apparmor="DENIED"'`, Do: Text{
					"On Debian and Ubuntu, see whether an AppArmor profile forbids it.",
					"Auf Debian und Ubuntu nachsehen, ob ein AppArmor-Profil es verbietet.",
				}},
			},
		},
		{
			Code: ConnectQueueFull, Kind: Symptom, ProxyStatus: "connection_limit_reached", Tier: P0, Status: 503,
			Title: Text{"Accept queue full", "Accept-Queue voll"},
			Meaning: Text{
				"The application listens, but the queue of connections it has yet to accept is full. On a unix socket the kernel says so at once; on TCP it is known only where the queue itself was looked at.",
				"Die Anwendung lauscht, aber die Warteschlange der Verbindungen, die sie noch annehmen muss, ist voll. Beim Unix-Socket sagt der Kernel das sofort; bei TCP weiß man es nur, wenn man die Queue selbst angesehen hat.",
			},
			Tell: Text{
				"errno 11 (EAGAIN) within a millisecond. Some gateways misread it as a timeout and answer 504: a 'timeout' after a millisecond is this. With connect-refused nobody listens; the same fullness on TCP, unobserved, is connect-timeout; queue-timeout is the gateway's own queue. Busy workers mean app-workers-exhausted, workers that do nothing app-hung.",
				"errno 11 (EAGAIN) nach einer Millisekunde. Manche Gateways halten das für ein Timeout und antworten 504: Ein „Timeout“ nach einer Millisekunde ist genau dies. Bei connect-refused lauscht niemand; dieselbe Fülle bei TCP, unbeobachtet, ist connect-timeout; queue-timeout ist die Warteschlange des Gateways selbst. Sind die Worker beschäftigt, ist es app-workers-exhausted, tun sie nichts, app-hung.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -lx", Do: Text{
					"Look at the socket: Recv-Q is the number waiting, Send-Q the size of the queue (TCP: ss -ltn).",
					"Den Socket ansehen: Recv-Q ist die Zahl der Wartenden, Send-Q die Größe der Queue (TCP: ss -ltn).",
				}},
				{For: "php-fpm", Line: "request_slowlog_timeout = 3s", Do: Text{
					"Find out what keeps the workers busy (set slowlog too): one slow query often fills them all.",
					"Herausfinden, was die Worker beschäftigt (slowlog ebenfalls setzen): Oft füllt eine langsame Abfrage sie alle.",
				}},
				{For: "php-fpm", Line: "pm.max_children = 40", Do: Text{
					"Allow more workers, as far as memory goes.",
					"Mehr Worker zulassen, soweit der Speicher reicht.",
				}},
				{For: "torwart", Line: "limits: {concurrent: 40}", Do: Text{
					"Send no more requests at once than there are workers plus a short queue.",
					"Nicht mehr Anfragen gleichzeitig schicken, als es Worker samt einer kurzen Queue gibt.",
				}},
				{For: "php-fpm", Line: "listen.backlog = 4096", Do: Text{
					"For short peaks, make the queue longer; the kernel caps it at net.core.somaxconn.",
					"Für kurze Spitzen die Queue verlängern; der Kernel begrenzt sie auf net.core.somaxconn.",
				}},
				{For: "uwsgi", Line: "listen = 1024", Do: Text{
					"uWSGI's queue has only 100 places unless told otherwise.",
					"Die Queue von uWSGI hat ohne Angabe nur 100 Plätze.",
				}},
			},
		},
		{
			Code: ConnectNoPorts, Kind: Symptom, ProxyStatus: "proxy_internal_error", Tier: P0, Status: 503,
			Title: Text{"No local ports left", "Keine lokalen Ports mehr frei"},
			Meaning: Text{
				"The gateway's machine has used up its local ports towards this upstream address (about 28,000 unless configured otherwise), most of them by closed connections in TIME_WAIT. The upstream has no part in it.",
				"Dem Rechner des Gateways sind die lokalen Ports zu dieser Upstream-Adresse ausgegangen (ohne eigene Einstellung rund 28.000), die meisten belegt von geschlossenen Verbindungen in TIME_WAIT. Der Upstream ist daran unbeteiligt.",
			},
			Tell: Text{
				"errno 99 (EADDRNOTAVAIL), at once, towards one upstream address, while others and all kept connections still work. connect-no-descriptors hits files and visitors' connections as well. Behind it is host-ports, nearly always because connections are not kept: the upstream answers Connection: close, or the gateway speaks HTTP/1.0 to it. A fixed source address that the machine does not have is gateway-misconfigured.",
				"errno 99 (EADDRNOTAVAIL), sofort, zu einer einzigen Upstream-Adresse, während andere und alle gehaltenen Verbindungen weiter gehen. connect-no-descriptors trifft auch Dateien und die Verbindungen der Besucher. Dahinter steckt host-ports, fast immer, weil Verbindungen nicht gehalten werden: Der Upstream antwortet mit Connection: close, oder das Gateway spricht HTTP/1.0 mit ihm. Eine feste Absenderadresse, die der Rechner nicht hat, ist gateway-misconfigured.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -Htan state time-wait dst 10.0.0.5 | wc -l", Do: Text{
					"Count the ports in TIME_WAIT towards the upstream.",
					"Die Ports in TIME_WAIT zu diesem Upstream zählen.",
				}},
				{For: "nginx", Line: "keepalive 32;", Do: Text{
					"Keep connections (upstream block; with proxy_http_version 1.1 and proxy_set_header Connection \"\" in the location).",
					"Verbindungen halten (upstream-Block; dazu in der Location proxy_http_version 1.1 und proxy_set_header Connection \"\").",
				}},
				{For: "linux", Line: "curl -sI http://10.0.0.5:8080/ | grep -i '^connection'", Do: Text{
					"If the upstream answers Connection: close, switch its keep-alive on; otherwise no gateway can keep anything.",
					"Antwortet der Upstream mit Connection: close, dort Keep-Alive einschalten; sonst kann kein Gateway etwas halten.",
				}},
				{For: "linux", Line: `sysctl -w net.ipv4.ip_local_port_range="15000 65000"`, Do: Text{
					"Widen the range of local ports (for good: in /etc/sysctl.d/).",
					"Den Bereich der lokalen Ports vergrößern (dauerhaft: in /etc/sysctl.d/).",
				}},
				{For: "linux", Line: "sysctl -w net.ipv4.tcp_tw_reuse=1", Do: Text{
					"Let new outgoing connections use ports in TIME_WAIT after one second.",
					"Ausgehenden Verbindungen erlauben, Ports in TIME_WAIT nach einer Sekunde wiederzuverwenden.",
				}},
				{For: "torwart", Line: `to: ["http://10.0.0.5:8080", "http://10.0.0.5:8081"]`, Do: Text{
					"Let the application listen on a second port or address: each has its own supply of local ports.",
					"Die Anwendung auf einem zweiten Port oder einer zweiten Adresse lauschen lassen: Jede Kombination hat ihren eigenen Vorrat an lokalen Ports.",
				}},
			},
		},
		{
			Code: ConnectNoDescriptors, Kind: Symptom, ProxyStatus: "proxy_internal_error", Tier: P0, Status: 503,
			Title: Text{"No file descriptors left", "Keine Dateideskriptoren mehr frei"},
			Meaning: Text{
				"The gateway could not open another socket: the process or the whole machine has reached its limit of open files. Every connection, from visitors and to upstreams, counts as one.",
				"Das Gateway konnte keinen weiteren Socket öffnen: Der Prozess oder der ganze Rechner hat die Höchstzahl offener Dateien erreicht. Jede Verbindung zählt als eine, die der Besucher ebenso wie die zu Upstreams.",
			},
			Tell: Text{
				"errno 24 (EMFILE) is the process's own limit, errno 23 (ENFILE) the machine's. New visitors fail as well, and so do all upstreams at once; connect-no-ports concerns one upstream address only. The root cause is host-descriptors; if the number of connections rose suddenly, look at request-flood and traffic-surge. nginx's 'worker_connections are not enough' is a limit of nginx, reached in the same way.",
				"errno 24 (EMFILE) ist das Limit des Prozesses, errno 23 (ENFILE) das des Rechners. Auch neue Besucher scheitern, und alle Upstreams zugleich; connect-no-ports betrifft nur eine einzige Upstream-Adresse. Die Ursache ist host-descriptors; stieg die Zahl der Verbindungen plötzlich, request-flood und traffic-surge prüfen. „worker_connections are not enough“ ist ein Limit von nginx selbst, das man auf demselben Weg erreicht.",
			},
			Remedy: []Step{
				{For: "linux", Line: "grep 'Max open files' /proc/$(pidof -s torwart)/limits", Do: Text{
					"Read the limit in force, and compare it with the number of entries in /proc/PID/fd.",
					"Das geltende Limit ablesen und mit der Zahl der Einträge in /proc/PID/fd vergleichen.",
				}},
				{For: "systemd", Line: "LimitNOFILE=65536", Do: Text{
					"Raise it in the gateway's unit (section [Service], then daemon-reload and restart).",
					"In der Unit des Gateways anheben (Abschnitt [Service], danach daemon-reload und Neustart).",
				}},
				{For: "nginx", Line: "worker_rlimit_nofile 65536;", Do: Text{
					"The same per nginx worker; worker_connections must stay below it, and every proxied request takes two of those.",
					"Dasselbe je nginx-Worker; worker_connections muss darunter bleiben, und jede weitergeleitete Anfrage belegt zwei davon.",
				}},
				{For: "linux", Line: "cat /proc/sys/fs/file-nr", Do: Text{
					"With ENFILE the machine is full: the first number is in use, the last the limit (fs.file-max).",
					"Bei ENFILE ist der Rechner voll: Die erste Zahl ist der Verbrauch, die letzte das Limit (fs.file-max).",
				}},
				{For: "linux", Line: "ss -Htan state close-wait | wc -l", Do: Text{
					"Thousands in CLOSE-WAIT mean that a program forgets to close; update or restart it.",
					"Tausende in CLOSE-WAIT bedeuten: Ein Programm vergisst das Schließen; aktualisieren oder neu starten.",
				}},
			},
		},
		{
			Code: SocketMissing, Kind: Symptom, ProxyStatus: "connection_refused", Tier: P0, Status: 502,
			Title: Text{"Unix socket missing", "Unix-Socket fehlt"},
			Meaning: Text{
				"There is no socket file at the path the gateway was given. The application creates it when it starts and usually removes it when it stops.",
				"Unter dem Pfad, den das Gateway kennt, gibt es keine Socket-Datei. Die Anwendung legt sie beim Start an und entfernt sie meist beim Beenden.",
			},
			Tell: Text{
				"errno 2 (ENOENT). With connect-refused the file is there without a process, with socket-forbidden it is there and closed to you. If ss -lx shows the application on another path, it is wrong-socket-path: typical after a PHP upgrade, and for sockets under /tmp, where PrivateTmp gives every service a directory of its own. If no process runs, it is app-not-running; if the file is back after seconds, it was app-restarting.",
				"errno 2 (ENOENT). Bei connect-refused ist die Datei da, aber kein Prozess; bei socket-forbidden ist sie da, aber verschlossen. Zeigt ss -lx die Anwendung unter einem anderen Pfad, ist es wrong-socket-path: typisch nach einem PHP-Upgrade und bei Sockets unter /tmp, wo PrivateTmp jedem Dienst ein eigenes Verzeichnis gibt. Läuft kein Prozess, ist es app-not-running; ist die Datei nach Sekunden wieder da, war es app-restarting.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -lxp", Do: Text{
					"List all listening unix sockets with their processes: is the application there, under which path?",
					"Alle lauschenden Unix-Sockets mit ihren Prozessen auflisten: Ist die Anwendung dabei, und unter welchem Pfad?",
				}},
				{For: "systemd", Line: "systemctl status php8.2-fpm", Do: Text{
					"If it is not there, see why the service does not run, and start it.",
					"Ist sie nicht dabei, nachsehen, warum der Dienst nicht läuft, und ihn starten.",
				}},
				{For: "php-fpm", Line: "listen = /run/php/php8.2-fpm.sock", Do: Text{
					"Compare this line of the pool with the path in the gateway, letter by letter; the version is part of it.",
					"Diese Zeile des Pools Zeichen für Zeichen mit dem Pfad im Gateway vergleichen; die Version gehört dazu.",
				}},
				{For: "nginx", Line: "fastcgi_pass unix:/run/php/php8.2-fpm.sock;", Do: Text{
					"The matching line in nginx.",
					"Die passende Zeile in nginx.",
				}},
				{For: "apache", Line: `SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"`, Do: Text{
					"The matching line in Apache.",
					"Die passende Zeile in Apache.",
				}},
				{For: "systemd", Line: "RuntimeDirectory=app", Do: Text{
					"Move the socket out of /tmp: this creates /run/app when the service starts.",
					"Den Socket aus /tmp herausholen: Damit wird /run/app beim Start des Dienstes angelegt.",
				}},
			},
		},
		{
			Code: SocketForbidden, Kind: Symptom, ProxyStatus: "proxy_configuration_error", Tier: P0, Status: 502,
			Title: Text{"No permission for the unix socket", "Keine Berechtigung für den Unix-Socket"},
			Meaning: Text{
				"The socket exists, but the gateway's user may not use it. It needs the right to write to the file and to pass through every directory above it.",
				"Den Socket gibt es, aber der Benutzer des Gateways darf ihn nicht benutzen. Nötig sind das Schreibrecht auf die Datei und das Durchgangsrecht (x) für alle Verzeichnisse darüber.",
			},
			Tell: Text{
				"errno 13 (EACCES) on a unix path; on a TCP address the same errno is connect-prohibited. With socket-missing there is no file, with connect-refused nobody behind it. The root cause is wrong-permission: mode, owner, a closed directory, or, where all of these are right, SELinux. It often begins with an update that put the pool's configuration back, which recent-change shows.",
				"errno 13 (EACCES) bei einem Unix-Pfad; bei einer TCP-Adresse heißt derselbe errno connect-prohibited. Bei socket-missing fehlt die Datei, bei connect-refused der Prozess dahinter. Die Ursache ist wrong-permission: Modus, Eigentümer, ein verschlossenes Verzeichnis oder, wenn das alles stimmt, SELinux. Oft beginnt es mit einem Update, das die Pool-Konfiguration zurückgesetzt hat; das zeigt recent-change.",
			},
			Remedy: []Step{
				{For: "linux", Line: "namei -l /run/php/php8.2-fpm.sock", Do: Text{
					"Shows owner and mode of every step of the path: find the one the gateway's user cannot pass.",
					"Zeigt Eigentümer und Modus jedes Abschnitts im Pfad: den suchen, an dem der Benutzer des Gateways nicht vorbeikommt.",
				}},
				{For: "php-fpm", Line: "listen.group = www-data", Do: Text{
					"Give the socket the gateway's group, with listen.mode = 0660; then restart PHP-FPM.",
					"Dem Socket die Gruppe des Gateways geben, dazu listen.mode = 0660; danach PHP-FPM neu starten.",
				}},
				{For: "systemd", Line: "SupplementaryGroups=www-data", Do: Text{
					"Or take the gateway into the socket's group (in its unit, section [Service]).",
					"Oder das Gateway in die Gruppe des Sockets aufnehmen (in seiner Unit, Abschnitt [Service]).",
				}},
				{For: "systemd", Line: "SocketMode=0660", Do: Text{
					"With socket activation, mode and group stand in the .socket unit (SocketGroup=www-data).",
					"Bei Socket-Aktivierung stehen Modus und Gruppe in der .socket-Unit (SocketGroup=www-data).",
				}},
				{For: "gunicorn", Line: "--umask 007", Do: Text{
					"For gunicorn, the umask decides on the mode of the socket.",
					"Bei gunicorn entscheidet die umask über den Modus des Sockets.",
				}},
				{For: "linux", Line: "ausearch -m avc -ts recent", Do: Text{
					"If owner and mode are right, ask SELinux: connectto or write denied for the gateway's domain.",
					"Stimmen Eigentümer und Modus, SELinux fragen: connectto oder write wurde der Domain des Gateways verweigert.",
				}},
			},
		},
	}
}
