package cause

// causesHost are the root causes in a machine that has run out of something,
// or whose clock is wrong.
func causesHost() []Entry {
	return []Entry{
		{
			Code: CauseHostMemory, Kind: RootCause, Category: "overload",
			Title: Text{"Machine out of memory", "Arbeitsspeicher des Rechners erschöpft"},
			Meaning: Text{
				"The whole machine is short of memory and moves pages to and fro instead of working. First everything on it becomes slow, then the kernel kills processes.",
				"Dem ganzen Rechner fehlt Arbeitsspeicher, und er schiebt Speicherseiten hin und her, statt zu arbeiten. Erst wird alles darauf langsam, dann beendet der Kernel Prozesse.",
			},
			Tell: Text{
				"In the minute of failure, full avg10 in /proc/pressure/memory is above 10, MemAvailable is close to zero, vmstat shows si and so; every service suffers, with response-timeout and slow connects. If one process was killed and the rest is well, it is app-out-of-memory, which may also follow from this. If the pressure is in cpu it is host-cpu. If the disk is busy without swapping, look at the database: app-dependency-down.",
				"In der Minute des Fehlers liegt full avg10 in /proc/pressure/memory über 10, MemAvailable nahe null, vmstat zeigt si und so; alle Dienste leiden, mit response-timeout und zähem Verbindungsaufbau. Wurde nur ein Prozess beendet und geht es dem Rest gut, ist es app-out-of-memory, das auch die Folge hiervon sein kann. Liegt der Druck bei cpu, ist es host-cpu. Arbeitet die Platte, ohne dass ausgelagert wird, die Datenbank prüfen: app-dependency-down.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ps -eo rss,pid,user,comm --sort=-rss | head -n 15", Do: Text{
					"See who holds the memory, and restart what has no business being that big.",
					"Nachsehen, wer den Speicher hält, und neu starten, was nicht so groß sein dürfte.",
				}},
				{For: "php-fpm", Line: "pm = ondemand", Do: Text{
					"With many pools, let idle children end; the sum of max_children over all pools has to fit.",
					"Bei vielen Pools untätige Kindprozesse enden lassen; die Summe aller max_children muss hineinpassen.",
				}},
				{For: "mysql", Line: "innodb_buffer_pool_size = 1G", Do: Text{
					"A database beside the web server must not take more than its share (my.cnf, section [mysqld]).",
					"Eine Datenbank neben dem Webserver darf nicht mehr als ihren Teil nehmen (my.cnf, Abschnitt [mysqld]).",
				}},
				{For: "systemd", Line: "MemoryHigh=1G", Do: Text{
					"Slow down backup, indexing and other side jobs before they take the memory from the site (section [Service]).",
					"Backup, Indizierung und andere Nebenjobs bremsen, bevor sie der Site den Speicher nehmen (Abschnitt [Service]).",
				}},
				{For: "linux", Line: "swapon --show && free -h", Do: Text{
					"A machine without any swap tips over without warning: keep one or two gigabytes as a cushion, or give it more memory.",
					"Ein Rechner ganz ohne Swap kippt ohne Vorwarnung: ein, zwei Gigabyte als Polster einrichten oder mehr Speicher geben.",
				}},
			},
		},
		{
			Code: CauseHostCPU, Kind: RootCause, Category: "overload",
			Title: Text{"Machine short of CPU", "Rechner ohne freie CPU"},
			Meaning: Text{
				"The machine, virtual machine or container gets too little CPU time: it is fully used, taken by neighbours on the same host, or capped by a limit. Work piles up and answers come late.",
				"Rechner, virtuelle Maschine oder Container bekommen zu wenig CPU-Zeit: Sie ist ausgelastet, von Nachbarn auf demselben Host beansprucht oder durch ein Limit gedeckelt. Arbeit staut sich, Antworten kommen spät.",
			},
			Tell: Text{
				"some avg10 in /proc/pressure/cpu is high and vmstat's column r exceeds the number of cores; with column st high the neighbours take it, with nr_throttled rising in cpu.stat the container's limit does. Everything is late, static files and TLS handshakes included. With app-slow there is CPU left, with host-memory the pressure is elsewhere. If the requests have multiplied, the reason is traffic-surge or request-flood.",
				"some avg10 in /proc/pressure/cpu ist hoch, und die Spalte r von vmstat übersteigt die Zahl der Kerne; ist die Spalte st hoch, nehmen die Nachbarn die Zeit, steigt nr_throttled in cpu.stat, das Limit des Containers. Alles kommt spät, auch statische Dateien und TLS-Handshakes. Bei app-slow ist CPU übrig, bei host-memory liegt der Druck woanders. Haben sich die Anfragen vervielfacht, ist traffic-surge oder request-flood der Grund.",
			},
			Remedy: []Step{
				{For: "linux", Line: "top -b -n 1 -o %CPU | head -n 20", Do: Text{
					"Find the process that uses it: often a backup, a scanner, a stuck cron job.",
					"Den Verbraucher suchen: oft ein Backup, ein Scanner, ein hängender Cronjob.",
				}},
				{For: "linux", Line: "vmstat 1 5", Do: Text{
					"If st stays above 5, the host is overbooked: ask the hoster for another one.",
					"Bleibt st über 5, ist der Host überbucht: beim Hoster einen anderen verlangen.",
				}},
				{For: "systemd", Line: "CPUWeight=20", Do: Text{
					"Give side jobs less weight than the site (section [Service]; the default is 100).",
					"Nebenjobs weniger Gewicht geben als der Site (Abschnitt [Service]; Vorgabe ist 100).",
				}},
				{For: "systemd", Line: "CPUQuota=400%", Do: Text{
					"If the service itself is capped, raise its quota: 100% is one core.",
					"Ist der Dienst selbst gedeckelt, sein Kontingent anheben: 100% ist ein Kern.",
				}},
				{For: "docker", Line: "docker update --cpus 4 app", Do: Text{
					"The same for a container, without restarting it.",
					"Dasselbe bei einem Container, ohne ihn neu zu starten.",
				}},
			},
		},
		{
			Code: CauseHostDiskFull, Kind: RootCause, Category: "overload",
			Title: Text{"Disk full or read-only", "Platte voll oder nur lesbar"},
			Meaning: Text{
				"A file system has no space or no inodes left, or the kernel has made it read-only after an error. Temporary files, sessions, uploads and logs cannot be written.",
				"Einem Dateisystem fehlt Platz oder fehlen Inodes, oder der Kernel hat es nach einem Fehler auf nur lesbar gestellt. Temporäre Dateien, Sitzungen, Uploads und Logs lassen sich nicht mehr schreiben.",
			},
			Tell: Text{
				"'No space left on device' (28) or 'Read-only file system' (30) in the logs, df or df -i at 100 %. Pages that only read go on working; logins and uploads end in upstream-error-status, and large answers that the gateway buffers on disk break off. 'Permission denied' (13) on the same files is wrong-permission. If only large uploads are refused, it is body-limit-inversion. Later the database stops too: app-dependency-down.",
				"„No space left on device“ (28) oder „Read-only file system“ (30) in den Logs, df oder df -i bei 100 %. Seiten, die nur lesen, gehen weiter; Anmeldungen und Uploads enden mit upstream-error-status, und große Antworten, die das Gateway auf der Platte puffert, brechen ab. „Permission denied“ (13) an denselben Dateien ist wrong-permission. Werden nur große Uploads abgelehnt, ist es body-limit-inversion. Später steht auch die Datenbank: app-dependency-down.",
			},
			Remedy: []Step{
				{For: "linux", Line: "df -h; df -i", Do: Text{
					"Find the full file system; 100 % of the inodes counts as full too.",
					"Das volle Dateisystem suchen; 100 % der Inodes zählen auch als voll.",
				}},
				{For: "linux", Line: "du -xh --max-depth=3 /var 2>/dev/null | sort -h | tail -n 20", Do: Text{
					"Find the biggest directories: logs, old releases, backups, sessions, caches.",
					"Die größten Verzeichnisse suchen: Logs, alte Releases, Backups, Sitzungen, Caches.",
				}},
				{For: "systemd", Line: "journalctl --vacuum-size=500M", Do: Text{
					"Quick space: shrink the journal; on Debian, apt clean as well.",
					"Schnell Platz schaffen: das Journal verkleinern; unter Debian auch apt clean.",
				}},
				{For: "linux", Line: "lsof -nP +L1", Do: Text{
					"Deleted files that are still open hold their space: restart the process that has them.",
					"Gelöschte, aber noch offene Dateien belegen weiter Platz: den Prozess neu starten, der sie hält.",
				}},
				{For: "linux", Line: "journalctl -k --grep 'Remounting filesystem read-only|I/O error'", Do: Text{
					"Read-only without being full: the disk is failing. Secure the data first, then fsck, or replace the volume.",
					"Nur lesbar, ohne voll zu sein: Die Platte ist defekt. Zuerst Daten sichern, dann fsck oder Datenträger tauschen.",
				}},
				{For: "nginx", Line: "proxy_max_temp_file_size 256m;", Do: Text{
					"Limit what nginx buffers on disk per answer (1 GB by default).",
					"Begrenzen, was nginx je Antwort auf die Platte puffert (Vorgabe 1 GB).",
				}},
			},
		},
		{
			Code: CauseHostDescriptors, Kind: RootCause, Category: "overload",
			Title: Text{"Too many open files", "Zu viele offene Dateien"},
			Meaning: Text{
				"The process or the machine has reached its limit of open files. A gateway needs two of these for every visitor, one on each side, so new connections fail.",
				"Der Prozess oder der Rechner hat sein Limit an offenen Dateien erreicht. Ein Gateway braucht je Besucher zwei davon, auf jeder Seite eine, deshalb scheitern neue Verbindungen.",
			},
			Tell: Text{
				"connect-no-descriptors, or 'Too many open files' in the log: errno 24 is the process's limit, 23 the machine's; /proc/PID/fd holds as many entries as 'Max open files' in /proc/PID/limits allows. If the application has this trouble, it stops accepting and looks like app-workers-exhausted. host-ports is errno 99. nginx's 'worker_connections are not enough' is a limit of its own, see the third step. A count that grows while traffic does not is a leak.",
				"connect-no-descriptors oder „Too many open files“ im Log: errno 24 ist das Limit des Prozesses, 23 das des Rechners; /proc/PID/fd enthält so viele Einträge, wie „Max open files“ in /proc/PID/limits erlaubt. Hat die Anwendung das Problem, nimmt sie nichts mehr an und sieht aus wie app-workers-exhausted. host-ports ist errno 99. „worker_connections are not enough“ ist ein eigenes Limit von nginx, siehe Schritt drei. Eine Zahl, die ohne mehr Verkehr wächst, ist ein Leck.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "LimitNOFILE=65536", Do: Text{
					"Raise the limit of the service (section [Service], then daemon-reload and restart).",
					"Das Limit des Dienstes anheben (Abschnitt [Service], danach daemon-reload und Neustart).",
				}},
				{For: "nginx", Line: "worker_rlimit_nofile 65536;", Do: Text{
					"nginx can raise it for its workers itself (top level of nginx.conf).",
					"nginx kann es für seine Worker selbst anheben (oberste Ebene der nginx.conf).",
				}},
				{For: "nginx", Line: "worker_connections 16384;", Do: Text{
					"Raise this with it (events block), at most half of the limit above.",
					"Diesen Wert mit anheben (Block events), höchstens auf die Hälfte des Limits darüber.",
				}},
				{For: "haproxy", Line: "maxconn 20000", Do: Text{
					"HAProxy derives its descriptors from this value (global section) and queues instead of failing.",
					"HAProxy leitet seine Deskriptoren aus diesem Wert ab (Abschnitt global) und lässt warten statt scheitern.",
				}},
				{For: "php-fpm", Line: "rlimit_files = 65536", Do: Text{
					"PHP-FPM has a setting of its own, in the pool or the global section.",
					"PHP-FPM hat dafür eine eigene Einstellung, im Pool oder im globalen Abschnitt.",
				}},
				{For: "linux", Line: "ls -l /proc/$(pgrep -o nginx)/fd | awk '{ print $NF }' | sed 's/[0-9].*//' | sort | uniq -c", Do: Text{
					"If the limit is high already, see what is open: sockets, files or pipes that nobody closes.",
					"Ist das Limit schon hoch, nachsehen, was offen ist: Sockets, Dateien oder Pipes, die niemand schließt.",
				}},
			},
		},
		{
			Code: CauseHostPorts, Kind: RootCause, Category: "overload",
			Title: Text{"No local ports left", "Keine lokalen Ports mehr frei"},
			Meaning: Text{
				"The gateway has no local port left for another connection to this upstream. Each connection takes one, and keeps it for a minute after closing; about 28,000 are available.",
				"Das Gateway hat keinen lokalen Port mehr für eine weitere Verbindung zu diesem Upstream. Jede Verbindung belegt einen und hält ihn nach dem Schließen noch eine Minute; verfügbar sind rund 28.000.",
			},
			Tell: Text{
				"connect-no-ports ('Cannot assign requested address', 99) to one destination while others still work, and ss counts tens of thousands of TIME-WAIT towards it. host-descriptors is errno 24 and hits every destination. host-conntrack gives silence instead of an error. The reason is nearly always that the gateway opens a new connection for every request; traffic-surge and request-flood only bring it to light.",
				"connect-no-ports („Cannot assign requested address“, 99) zu einem Ziel, während andere noch gehen, und ss zählt Zehntausende TIME-WAIT dorthin. host-descriptors ist errno 24 und trifft jedes Ziel. host-conntrack ergibt Schweigen statt eines Fehlers. Der Grund ist fast immer, dass das Gateway für jede Anfrage eine neue Verbindung öffnet; traffic-surge und request-flood bringen es nur an den Tag.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ss -Htan state time-wait dst 10.0.0.5 | wc -l", Do: Text{
					"Count: more than 25,000 to one address and port confirms it.",
					"Zählen: mehr als 25.000 zu einer Adresse und einem Port bestätigen es.",
				}},
				{For: "nginx", Line: "keepalive 64;", Do: Text{
					"Keep connections open (upstream block; before 1.29.7 also proxy_http_version 1.1 and proxy_set_header Connection \"\").",
					"Verbindungen offen halten (upstream-Block; vor 1.29.7 außerdem proxy_http_version 1.1 und proxy_set_header Connection \"\").",
				}},
				{For: "haproxy", Line: "http-reuse always", Do: Text{
					"Share idle server connections between all visitors.",
					"Ruhende Serververbindungen für alle Besucher gemeinsam nutzen.",
				}},
				{For: "linux", Line: `sysctl -w net.ipv4.ip_local_port_range="15000 64999"`, Do: Text{
					"Nearly double the number of ports; no service may listen in that range.",
					"Die Zahl der Ports fast verdoppeln; in diesem Bereich darf kein Dienst lauschen.",
				}},
				{For: "linux", Line: "sysctl -w net.ipv4.tcp_tw_reuse=1", Do: Text{
					"Let outgoing connections take over ports that are in TIME-WAIT.",
					"Ausgehende Verbindungen Ports übernehmen lassen, die in TIME-WAIT stehen.",
				}},
				{For: "torwart", Line: `to: ["unix:/run/app/app.sock"]`, Do: Text{
					"On the same machine, a unix socket needs no ports at all.",
					"Auf demselben Rechner braucht ein Unix-Socket gar keine Ports.",
				}},
			},
		},
		{
			Code: CauseHostConntrack, Kind: RootCause, Category: "overload",
			Title: Text{"Connection tracking table full", "Conntrack-Tabelle voll"},
			Meaning: Text{
				"The table in which the kernel's firewall remembers connections is full. New connections are dropped at random; established ones live on.",
				"Die Tabelle, in der sich die Firewall des Kernels Verbindungen merkt, ist voll. Neue Verbindungen werden zufällig verworfen, bestehende leben weiter.",
			},
			Tell: Text{
				"The kernel log says 'nf_conntrack: table full, dropping packet', and nf_conntrack_count is at nf_conntrack_max; connect-timeout and dns-timeout hit every destination now and then. firewall-drop always hits the same destination and port. packet-loss harms established connections too. host-ports reports an error. Who fills the table? Often request-flood, or missing keep-alive.",
				"Im Kernel-Log steht „nf_conntrack: table full, dropping packet“, und nf_conntrack_count steht bei nf_conntrack_max; connect-timeout und dns-timeout treffen ab und zu jedes Ziel. firewall-drop trifft immer dasselbe Ziel und denselben Port. packet-loss schadet auch bestehenden Verbindungen. host-ports meldet einen Fehler. Wer füllt die Tabelle? Oft request-flood oder fehlendes Keep-Alive.",
			},
			Remedy: []Step{
				{For: "linux", Line: "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max", Do: Text{
					"Compare the two; above 80 % is too close.",
					"Beide vergleichen; über 80 % ist zu knapp.",
				}},
				{For: "linux", Line: "sysctl -w net.netfilter.nf_conntrack_max=524288", Do: Text{
					"Enlarge the table (some 300 bytes an entry), and keep the value in /etc/sysctl.d.",
					"Die Tabelle vergrößern (rund 300 Byte je Eintrag) und den Wert in /etc/sysctl.d festhalten.",
				}},
				{For: "linux", Line: "sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=7200", Do: Text{
					"Forget silent connections after two hours instead of five days.",
					"Stumme Verbindungen nach zwei Stunden vergessen statt nach fünf Tagen.",
				}},
				{For: "linux", Line: "conntrack -L 2>/dev/null | grep -oE 'src=[0-9a-f.:]+' | sort | uniq -c | sort -rn | head", Do: Text{
					"See which addresses hold the most entries.",
					"Nachsehen, welche Adressen die meisten Einträge halten.",
				}},
				{For: "linux", Line: "iptables -t raw -A PREROUTING -p tcp --dport 443 -j CT --notrack", Do: Text{
					"For very busy ports, do without tracking; only with the matching OUTPUT rule, stateless accept rules, and no NAT.",
					"Sehr stark genutzte Ports nicht verfolgen; nur mit passender OUTPUT-Regel, zustandslosen Accept-Regeln und ohne NAT.",
				}},
			},
		},
		{
			Code: CauseHostClock, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Clock is wrong", "Uhr geht falsch"},
			Meaning: Text{
				"The clock of one of the machines is wrong. Good certificates then seem expired or not yet valid, and login tokens are refused.",
				"Die Uhr eines der Rechner geht falsch. Gute Zertifikate scheinen dann abgelaufen oder noch nicht gültig, und Anmelde-Tokens werden abgelehnt.",
			},
			Tell: Text{
				"tls-certificate-not-yet-valid or tls-certificate-expired although the dates in the certificate include today; timedatectl says 'System clock synchronized: no', or the Date header of an answer is more than a minute off. It often follows a restored snapshot, a suspended virtual machine or a dead battery. If the end date has truly passed, it is certificate-expired. A certificate issued a minute ago needs only the minute. Tokens that are refused while all clocks agree are the application's affair: app-fatal-error.",
				"tls-certificate-not-yet-valid oder tls-certificate-expired, obwohl das heutige Datum im Gültigkeitszeitraum liegt; timedatectl meldet „System clock synchronized: no“, oder der Date-Header einer Antwort weicht um mehr als eine Minute ab. Oft nach einem zurückgespielten Snapshot, einer angehaltenen virtuellen Maschine oder bei leerer Batterie. Ist das Enddatum wirklich vorbei, ist es certificate-expired. Ein eben erst ausgestelltes Zertifikat braucht nur die eine Minute. Werden Tokens abgelehnt, obwohl alle Uhren übereinstimmen, ist das Sache der Anwendung: app-fatal-error.",
			},
			Remedy: []Step{
				{For: "linux", Line: "date -u; curl -sI https://shop.example/ | grep -i '^date:'", Do: Text{
					"Compare this machine's clock with the other side's.",
					"Die Uhr dieses Rechners mit der der Gegenseite vergleichen.",
				}},
				{For: "systemd", Line: "timedatectl set-ntp true", Do: Text{
					"Switch on time synchronisation.",
					"Zeitsynchronisation einschalten.",
				}},
				{For: "chrony", Line: "chronyc makestep", Do: Text{
					"Set the clock right at once instead of letting it drift slowly.",
					"Die Uhr sofort stellen, statt sie langsam nachziehen zu lassen.",
				}},
				{For: "chrony", Line: "chronyc sources -v", Do: Text{
					"If no source is reachable, a firewall blocks UDP port 123 outwards.",
					"Ist keine Quelle erreichbar, sperrt eine Firewall UDP-Port 123 nach außen.",
				}},
			},
		},
	}
}
