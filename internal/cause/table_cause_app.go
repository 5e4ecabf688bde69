package cause

// The examples in every remedy use one small world, so that a reader learns
// it once: the unit "app" listens on port 8080 of 10.0.0.5 (or 127.0.0.1),
// the gateway is 10.0.0.2, PHP is 8.2, the site is shop.example, and
// app.internal or app.example.com is the upstream's name.

// causesAppProcess are the root causes in which the application's process is
// gone, killed, full, slow or stuck.
func causesAppProcess() []Entry {
	return []Entry{
		{
			Code: CauseAppNotRunning, Kind: RootCause, Category: "crash",
			Title: Text{"Application not running", "Anwendung läuft nicht"},
			Meaning: Text{
				"Nothing listens at the address the gateway connects to, and no process or service is about to. The machine itself is up: its kernel refuses the connection at once.",
				"An der Adresse, zu der sich das Gateway verbindet, lauscht niemand, und kein Prozess oder Dienst ist dabei, das zu ändern. Der Rechner selbst läuft: Sein Kernel weist die Verbindung sofort ab.",
			},
			Tell: Text{
				"connect-refused or socket-missing within milliseconds on every attempt, and the unit is inactive or failed with no restart scheduled. With a restart scheduled it is app-restarting, with NRestarts growing app-restart-loop, with a start-up error as the last log line app-start-failed. If ss shows the application on another port, or only on 127.0.0.1 or ::1, it is wrong-port. If it does listen where it should and a reject rule counts, it is firewall-reject.",
				"connect-refused oder socket-missing nach Millisekunden bei jedem Versuch, und die Unit ist inactive oder failed, ohne dass ein Neustart ansteht. Steht einer an, ist es app-restarting; wächst NRestarts, app-restart-loop; endet das Log mit einem Startfehler, app-start-failed. Zeigt ss die Anwendung auf einem anderen Port oder nur auf 127.0.0.1 oder ::1, ist es wrong-port. Lauscht sie am richtigen Ort und zählt eine Reject-Regel hoch, ist es firewall-reject.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "systemctl enable --now app", Do: Text{
					"Start the service and let it start with the machine from now on.",
					"Dienst starten und dafür sorgen, dass er künftig mit dem Rechner startet.",
				}},
				{For: "systemd", Line: "journalctl -u app -n 100 --no-pager", Do: Text{
					"Read its last words: who stopped it, and with which exit code?",
					"Die letzten Logzeilen lesen: Wer hat ihn beendet, und mit welchem Exit-Code?",
				}},
				{For: "linux", Line: "ss -ltnp 'sport = :8080'", Do: Text{
					"Check that it now listens on exactly the address and port the gateway uses.",
					"Prüfen, ob er jetzt genau auf der Adresse und dem Port lauscht, die das Gateway benutzt.",
				}},
				{For: "systemd", Line: "Restart=always", Do: Text{
					"Have it restarted whenever it ends (section [Service], then systemctl daemon-reload).",
					"Nach jedem Ende automatisch neu starten lassen (Abschnitt [Service], danach systemctl daemon-reload).",
				}},
				{For: "torwart", Line: `to: ["http://127.0.0.1:9101", "http://127.0.0.1:9102"]`, Do: Text{
					"Run a second instance, so that one stopped process is not an outage.",
					"Eine zweite Instanz betreiben, damit ein einzelner beendeter Prozess kein Ausfall ist.",
				}},
			},
		},
		{
			Code: CauseAppRestarting, Kind: RootCause, Category: "crash",
			Title: Text{"Application restarting", "Anwendung startet gerade neu"},
			Meaning: Text{
				"The application is down for some seconds and is coming back: a deployment, a restart, or a container being replaced. Requests that wait for it can still be served.",
				"Die Anwendung ist für einige Sekunden weg und kommt wieder: ein Deployment, ein Neustart oder ein Container, der ersetzt wird. Anfragen, die so lange warten, lassen sich noch bedienen.",
			},
			Tell: Text{
				"connect-refused or socket-missing that starts and ends within seconds; the unit is activating or deactivating, or its StateChangeTimestamp (the container's StartedAt) falls into the gap. app-not-running has no start ahead of it, app-restart-loop comes back only to die again, app-crashed has a signal or exit code at the start of the gap. If the port stays open all the time and only reused connections fail, it is idle-timeout-inversion.",
				"connect-refused oder socket-missing, das binnen Sekunden beginnt und endet; die Unit ist activating oder deactivating, oder ihr StateChangeTimestamp (beim Container StartedAt) liegt in der Lücke. Bei app-not-running steht kein Start bevor, bei app-restart-loop stirbt sie gleich wieder, bei app-crashed steht am Anfang der Lücke ein Signal oder Exit-Code. Bleibt der Port die ganze Zeit offen und scheitern nur wiederverwendete Verbindungen, ist es idle-timeout-inversion.",
			},
			Remedy: []Step{
				{For: "torwart", Line: "hold: 10s", Do: Text{
					"Let requests wait for the application; set this longer than a restart takes.",
					"Anfragen auf die Anwendung warten lassen; der Wert muss länger sein, als ein Neustart dauert.",
				}},
				{For: "php-fpm", Line: "process_control_timeout = 10s", Do: Text{
					"Use systemctl reload instead of restart, and give running scripts time to finish (global section).",
					"Mit systemctl reload statt restart arbeiten und laufenden Skripten Zeit zum Beenden geben (globaler Abschnitt).",
				}},
				{For: "gunicorn", Line: "ExecReload=/bin/kill -s HUP $MAINPID", Do: Text{
					"Reload by signal: the master keeps the port open while it exchanges the workers (in the unit; without --preload).",
					"Per Signal neu laden: Der Master hält den Port offen, während er die Worker austauscht (in der Unit; ohne --preload).",
				}},
				{For: "systemd", Line: "ListenStream=127.0.0.1:8080", Do: Text{
					"Use socket activation (app.socket): systemd holds the port, and connections queue while the service restarts.",
					"Socket-Aktivierung verwenden (app.socket): systemd hält den Port, Verbindungen warten, während der Dienst neu startet.",
				}},
				{For: "node", Line: "process.on('SIGTERM', () => server.close())", Do: Text{
					"Finish the running requests before exiting, instead of cutting them.",
					"Vor dem Beenden die laufenden Anfragen abschließen, statt sie abzubrechen.",
				}},
				{Do: Text{
					"With two or more instances, restart one after the other and wait until each answers its health check.",
					"Bei zwei oder mehr Instanzen eine nach der anderen neu starten und jeweils warten, bis der Health-Check antwortet.",
				}},
			},
		},
		{
			Code: CauseAppRestartLoop, Kind: RootCause, Category: "crash",
			Title: Text{"Application in a restart loop", "Anwendung startet immer wieder neu"},
			Meaning: Text{
				"The application starts, dies and is started again, over and over. In the moments it lives some requests succeed, so the failure looks intermittent.",
				"Die Anwendung startet, stirbt und wird wieder gestartet, immer von vorn. In den kurzen Momenten dazwischen gelingen einzelne Anfragen, deshalb sieht der Fehler sporadisch aus.",
			},
			Tell: Text{
				"NRestarts (systemd) or RestartCount (docker) grows while you watch, and connect-refused takes turns with closed-before-response. app-restarting comes back once and stays. If it never opens its port before it dies, app-start-failed gives the reason; if oom_kill rises with every round, app-out-of-memory does. The result start-limit-hit means systemd has given up: from then on it looks like app-not-running.",
				"NRestarts (systemd) oder RestartCount (docker) wächst beim Zusehen, und connect-refused wechselt sich mit closed-before-response ab. app-restarting kommt einmal wieder und bleibt. Öffnet sie ihren Port gar nicht erst, nennt app-start-failed den Grund; steigt oom_kill mit jeder Runde, ist es app-out-of-memory. Das Ergebnis start-limit-hit heißt: systemd hat aufgegeben, ab da sieht es aus wie app-not-running.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "systemctl show app -p NRestarts,Result,ExecMainCode,ExecMainStatus", Do: Text{
					"Find out how it ends: exit code, signal or memory limit.",
					"Herausfinden, wie sie endet: Exit-Code, Signal oder Speicherlimit.",
				}},
				{For: "systemd", Line: `journalctl -u app --since "15 min ago" --no-pager`, Do: Text{
					"Read the last lines before each end; the same line every time is the reason.",
					"Die letzten Zeilen vor jedem Ende lesen; steht dort jedes Mal dasselbe, ist das der Grund.",
				}},
				{For: "docker", Line: "docker inspect -f '{{.RestartCount}} {{.State.ExitCode}} {{.State.OOMKilled}}' app", Do: Text{
					"For a container: number of restarts, last exit code, and whether memory was the reason.",
					"Beim Container: Zahl der Neustarts, letzter Exit-Code und ob der Speicher der Grund war.",
				}},
				{Do: Text{
					"If the loop began with a release, go back to the previous one first and search afterwards.",
					"Begann die Schleife mit einem Release, zuerst auf das vorige zurückgehen und erst danach suchen.",
				}},
				{For: "systemd", Line: "systemctl reset-failed app && systemctl start app", Do: Text{
					"After the repair, clear the start limit, or systemd will not try again.",
					"Nach der Reparatur die Startsperre aufheben, sonst versucht systemd es nicht mehr.",
				}},
			},
		},
		{
			Code: CauseAppStartFailed, Kind: RootCause, Category: "software",
			Title: Text{"Application fails to start", "Anwendung kommt nicht hoch"},
			Meaning: Text{
				"The application gives up while starting: an error in its configuration, a missing module or file, or a port that another process already holds.",
				"Die Anwendung bricht schon beim Start ab: ein Fehler in ihrer Konfiguration, ein fehlendes Modul, eine fehlende Datei oder ein Port, den ein anderer Prozess belegt.",
			},
			Tell: Text{
				"The log ends in a start-up error such as 'Address already in use', 'Worker failed to boot', an import error or an unknown configuration entry, and since that start not one request was served; app-crashed did serve some. While a supervisor keeps trying it shows as app-restart-loop, afterwards as app-not-running: this code names the reason behind both. If the start fails because the database does not answer, it is app-dependency-down. Very often recent-change stands beside it.",
				"Das Log endet mit einem Startfehler wie „Address already in use“, „Worker failed to boot“, einem Importfehler oder einem unbekannten Konfigurationseintrag, und seit diesem Start wurde keine einzige Anfrage bedient; bei app-crashed schon. Solange ein Supervisor es weiter versucht, zeigt es sich als app-restart-loop, danach als app-not-running: Dieser Code nennt den Grund dahinter. Scheitert der Start an der Datenbank, ist es app-dependency-down. Sehr oft steht recent-change daneben.",
			},
			Remedy: []Step{
				{For: "systemd", Line: "journalctl -u app -b -e --no-pager", Do: Text{
					"Read the start-up error itself; the first error counts, not the last.",
					"Die eigentliche Fehlermeldung des Starts lesen; der erste Fehler zählt, nicht der letzte.",
				}},
				{For: "php-fpm", Line: "php-fpm8.2 -t", Do: Text{
					"Check the configuration of all pools without starting anything.",
					"Konfiguration aller Pools prüfen, ohne etwas zu starten.",
				}},
				{For: "gunicorn", Line: "gunicorn --check-config app:app", Do: Text{
					"Load the settings and the application once; an import error shows up here with its traceback.",
					"Einstellungen und Anwendung einmal laden; ein Importfehler erscheint hier mitsamt Traceback.",
				}},
				{For: "linux", Line: "ss -ltnp 'sport = :8080'", Do: Text{
					"'Address already in use': find the process on that port and stop it, often an old instance.",
					"„Address already in use“: den Prozess auf diesem Port suchen und beenden, oft ist es eine alte Instanz.",
				}},
				{For: "systemd", Line: "systemd-analyze verify /etc/systemd/system/app.service", Do: Text{
					"If systemd never got as far as the program, check the unit: paths, user, working directory.",
					"Kam systemd gar nicht bis zum Programm, die Unit prüfen: Pfade, Benutzer, Arbeitsverzeichnis.",
				}},
			},
		},
		{
			Code: CauseAppCrashed, Kind: RootCause, Category: "crash",
			Title: Text{"Application crashed", "Anwendung abgestürzt"},
			Meaning: Text{
				"A process of the application ended in the middle of its work, by a signal or by an error nobody caught. The requests it was serving got no answer, or only the beginning of one.",
				"Ein Prozess der Anwendung endete mitten in der Arbeit, durch ein Signal oder einen Fehler, den niemand abfing. Die Anfragen, die er gerade bearbeitete, bekamen keine Antwort oder nur deren Anfang.",
			},
			Tell: Text{
				"closed-before-response, reset-before-response or response-body-incomplete in the same second as 'exited on signal 11', 'segfault at' in the kernel log, or a non-zero exit status of the unit. Signal 9 with a rising oom_kill counter is app-out-of-memory; an end after a round number of seconds is app-worker-timeout. app-fatal-error ends one request and leaves the process alive. No trace of an ended process and a reused connection: idle-timeout-inversion.",
				"closed-before-response, reset-before-response oder response-body-incomplete in derselben Sekunde wie „exited on signal 11“, „segfault at“ im Kernel-Log oder ein Exit-Status ungleich null. Signal 9 mit steigendem Zähler oom_kill ist app-out-of-memory; ein Ende nach einer runden Zahl von Sekunden ist app-worker-timeout. app-fatal-error beendet eine Anfrage und lässt den Prozess am Leben. Keine Spur eines beendeten Prozesses und eine wiederverwendete Verbindung: idle-timeout-inversion.",
			},
			Remedy: []Step{
				{For: "linux", Line: "journalctl -k --grep 'segfault|traps:|Killed process' --since today", Do: Text{
					"See what the kernel noted, including the library in which it happened.",
					"Nachsehen, was der Kernel notiert hat, auch in welcher Bibliothek es geschah.",
				}},
				{For: "systemd", Line: "coredumpctl info", Do: Text{
					"Read the stack of the latest core dump; its top frames name the faulty module.",
					"Den Stack des letzten Core-Dumps lesen; die obersten Zeilen nennen das fehlerhafte Modul.",
				}},
				{For: "php-fpm", Line: "phpdismod -v 8.2 -s fpm xdebug", Do: Text{
					"Signal 11 in PHP is nearly always an extension: switch the suspects off one at a time, the most recently updated first.",
					"Signal 11 bei PHP kommt fast immer von einer Erweiterung: die verdächtigen einzeln abschalten, die zuletzt aktualisierte zuerst.",
				}},
				{For: "node", Line: "process.on('uncaughtException', (err) => { console.error(err); process.exit(1) })", Do: Text{
					"Log the error that nobody caught before the process ends, then fix it at its source.",
					"Den nicht abgefangenen Fehler noch protokollieren, bevor der Prozess endet, und ihn dann an der Quelle beheben.",
				}},
				{For: "systemd", Line: "Restart=on-failure", Do: Text{
					"Have the service restarted after a crash, so that an outage lasts seconds (section [Service]).",
					"Den Dienst nach einem Absturz neu starten lassen, damit der Ausfall nur Sekunden dauert (Abschnitt [Service]).",
				}},
			},
		},
		{
			Code: CauseAppOutOfMemory, Kind: RootCause, Category: "overload",
			Title: Text{"Application killed for memory", "Anwendung wegen Speichermangels beendet"},
			Meaning: Text{
				"The application was killed because it ran into a memory limit: its own, its container's or the machine's. A process killed by the kernel cannot log anything itself.",
				"Die Anwendung wurde beendet, weil sie an eine Speichergrenze stieß: ihre eigene, die des Containers oder die des Rechners. Ein vom Kernel beendeter Prozess kann selbst nichts mehr ins Log schreiben.",
			},
			Tell: Text{
				"oom_kill has risen (memory.events of its control group, or /proc/vmstat), the kernel log says 'Killed process', systemd reports Result=oom-kill, docker exit code 137. A signal 9 without any of these was sent by a person or a script (app-crashed) or by its supervisor (app-worker-timeout). With host-memory the whole machine was slow before. Node's 'JavaScript heap out of memory' belongs here; PHP's 'Allowed memory size exhausted' ends only one request and is app-fatal-error.",
				"oom_kill ist gestiegen (memory.events der Control-Group oder /proc/vmstat), im Kernel-Log steht „Killed process“, systemd meldet Result=oom-kill, docker den Exit-Code 137. Ein Signal 9 ohne all das schickte ein Mensch oder ein Skript (app-crashed) oder der Supervisor (app-worker-timeout). Bei host-memory war vorher der ganze Rechner langsam. „JavaScript heap out of memory“ von Node gehört hierher; „Allowed memory size exhausted“ von PHP beendet nur eine Anfrage und ist app-fatal-error.",
			},
			Remedy: []Step{
				{For: "linux", Line: "journalctl -k --grep 'oom-kill|Killed process'", Do: Text{
					"Find out which process was killed, how big it was, and whether a container's limit (CONSTRAINT_MEMCG) or the machine was full.",
					"Herausfinden, welcher Prozess beendet wurde, wie groß er war und ob ein Container-Limit (CONSTRAINT_MEMCG) oder der Rechner voll war.",
				}},
				{For: "php-fpm", Line: "pm.max_children = 20", Do: Text{
					"Allow only as many children as fit: free memory divided by the size of one child.",
					"Nur so viele Kindprozesse zulassen, wie hineinpassen: freier Speicher geteilt durch die Größe eines Kindprozesses.",
				}},
				{For: "systemd", Line: "MemoryMax=2G", Do: Text{
					"Raise the service's limit if the machine has memory to spare (section [Service]).",
					"Das Limit des Dienstes anheben, wenn der Rechner noch Speicher übrig hat (Abschnitt [Service]).",
				}},
				{For: "gunicorn", Line: "--max-requests 1000 --max-requests-jitter 100", Do: Text{
					"Replace workers regularly while a memory leak has not been found.",
					"Worker regelmäßig austauschen, solange ein Speicherleck nicht gefunden ist.",
				}},
				{For: "node", Line: "--max-old-space-size=1536", Do: Text{
					"Set the heap (in MiB) to about three quarters of the container's limit, so that Node collects garbage in time.",
					"Den Heap (in MiB) auf etwa drei Viertel des Container-Limits setzen, damit Node rechtzeitig aufräumt.",
				}},
			},
		},
		{
			Code: CauseAppWorkerTimeout, Kind: RootCause, Category: "overload",
			Title: Text{"Worker killed at its time limit", "Worker am Zeitlimit beendet"},
			Meaning: Text{
				"The application's own supervisor ended a worker because one request ran longer than it allows. The connection is cut and the visitor gets no answer from the application.",
				"Der Supervisor der Anwendung hat einen Worker beendet, weil eine Anfrage länger lief als erlaubt. Die Verbindung wird gekappt, der Besucher bekommt von der Anwendung keine Antwort.",
			},
			Tell: Text{
				"closed-before-response after the same round number of seconds each time (gunicorn 30 s, Puma 60 s, or what request_terminate_timeout says), and at that second 'WORKER TIMEOUT' or 'execution timed out' in the supervisor's log. In timeout-inversion it is the gateway that stops waiting (response-timeout), and the worker lives. app-crashed happens after any number of seconds, and app-slow does not lose a worker.",
				"closed-before-response jedes Mal nach derselben runden Zahl von Sekunden (gunicorn 30 s, Puma 60 s oder der Wert von request_terminate_timeout), und in dieser Sekunde „WORKER TIMEOUT“ oder „execution timed out“ im Log des Supervisors. Bei timeout-inversion hört das Gateway auf zu warten (response-timeout), und der Worker lebt weiter. app-crashed geschieht nach beliebiger Zeit, und bei app-slow geht kein Worker verloren.",
			},
			Remedy: []Step{
				{For: "php-fpm", Line: "request_slowlog_timeout = 5s", Do: Text{
					"Find the slow place first: have the stack of every script over five seconds written to the slow log (set slowlog as well).",
					"Zuerst die langsame Stelle finden: den Stack jedes Skripts über fünf Sekunden ins Slowlog schreiben lassen (slowlog ebenfalls setzen).",
				}},
				{For: "gunicorn", Line: "--timeout 60", Do: Text{
					"If such requests are legitimate, allow them more time, but less than the gateway waits.",
					"Sind solche Anfragen berechtigt, mehr Zeit geben, aber weniger, als das Gateway wartet.",
				}},
				{For: "php-fpm", Line: "request_terminate_timeout = 60s", Do: Text{
					"The same for PHP: above the longest legitimate script, below the gateway's time limit.",
					"Dasselbe für PHP: über dem längsten berechtigten Skript, unter dem Zeitlimit des Gateways.",
				}},
				{For: "gunicorn", Line: "--worker-class gthread --threads 4", Do: Text{
					"Use threads, so that one slow request does not stop the worker's sign of life to its master.",
					"Threads verwenden, damit eine einzelne langsame Anfrage nicht das Lebenszeichen des Workers an den Master verhindert.",
				}},
				{For: "uwsgi", Line: "harakiri = 60", Do: Text{
					"uWSGI calls the limit harakiri; with harakiri-verbose = true it logs what the worker was doing.",
					"Bei uWSGI heißt das Limit harakiri; mit harakiri-verbose = true schreibt es ins Log, woran der Worker gerade saß.",
				}},
				{Do: Text{
					"Move exports, imports and mailings out of the request into a background job.",
					"Exporte, Importe und Mailversand aus der Anfrage in einen Hintergrundjob verlagern.",
				}},
			},
		},
		{
			Code: CauseAppWorkersExhausted, Kind: RootCause, Category: "overload",
			Title: Text{"All workers busy", "Alle Worker belegt"},
			Meaning: Text{
				"Every worker of the application is busy, and new connections wait in the kernel's accept queue. Once that is full too, connections fail although the application is running.",
				"Alle Worker der Anwendung sind beschäftigt, neue Verbindungen warten in der Accept-Queue des Kernels. Ist auch die voll, scheitern Verbindungen, obwohl die Anwendung läuft.",
			},
			Tell: Text{
				"For the listening socket, ss -ltn (ss -lx for unix sockets) shows Recv-Q at or above Send-Q, ListenOverflows rises, and the FPM status has no idle process. A unix socket gives connect-queue-full, TCP gives connect-timeout, which looks like firewall-drop, but there the queue is empty. PHP-FPM warns about max_children only once per episode, and never with pm = static. app-hung has a full queue too, but its workers use no CPU and no load explains it. Look behind it for traffic-surge, request-flood or app-dependency-down.",
				"Für den lauschenden Socket zeigt ss -ltn (bei Unix-Sockets ss -lx) Recv-Q größer oder gleich Send-Q, ListenOverflows steigt, und der FPM-Status kennt keinen freien Prozess. Beim Unix-Socket sieht man connect-queue-full, bei TCP connect-timeout; das gleicht firewall-drop, doch dort ist die Queue leer. PHP-FPM warnt nur einmal je Engpass vor max_children, bei pm = static nie. Auch bei app-hung läuft die Queue voll, aber die Worker verbrauchen keine CPU, und keine Last erklärt es. Dahinter stecken oft traffic-surge, request-flood oder app-dependency-down.",
			},
			Remedy: []Step{
				{For: "php-fpm", Line: "pm.status_path = /fpm-status", Do: Text{
					"See what the workers are doing (append ?full): the URL that appears most often is the one to speed up.",
					"Nachsehen, woran die Worker sitzen (?full anhängen): Die häufigste URL ist die, die schneller werden muss.",
				}},
				{For: "php-fpm", Line: "pm.max_children = 40", Do: Text{
					"Allow more children, if memory suffices for all of them at once.",
					"Mehr Kindprozesse erlauben, sofern der Speicher für alle gleichzeitig reicht.",
				}},
				{For: "gunicorn", Line: "--workers 5 --threads 4", Do: Text{
					"More workers (twice the cores plus one) and threads for requests that mostly wait.",
					"Mehr Worker (doppelte Kernzahl plus eins) und Threads für Anfragen, die vor allem warten.",
				}},
				{For: "apache", Line: "MaxRequestWorkers 400", Do: Text{
					"If Apache itself is full (AH00161, AH00484), raise this, and ServerLimit with it.",
					"Ist Apache selbst voll (AH00161, AH00484), diesen Wert anheben, ServerLimit gleich mit.",
				}},
				{For: "torwart", Line: "limits: {concurrent: 40}", Do: Text{
					"Send no more requests at once than there are workers; the rest waits in the gateway, where it can be ordered.",
					"Nicht mehr Anfragen gleichzeitig schicken, als es Worker gibt; der Rest wartet geordnet im Gateway.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:8080 check maxconn 40", Do: Text{
					"The same in HAProxy: maxconn per server turns the overflow into a queue.",
					"Dasselbe in HAProxy: maxconn je Server macht aus dem Überlauf eine Warteschlange.",
				}},
			},
		},
		{
			Code: CauseAppSlow, Kind: RootCause, Category: "overload",
			Title: Text{"Application too slow", "Anwendung zu langsam"},
			Meaning: Text{
				"The application works, but needs longer than the gateway waits. The answer would have come, only too late.",
				"Die Anwendung arbeitet, braucht aber länger, als das Gateway wartet. Die Antwort wäre gekommen, nur zu spät.",
			},
			Tell: Text{
				"response-timeout while connecting takes milliseconds, workers are free and lighter pages still answer; response times climbed before the first failure. If no worker is free it is app-workers-exhausted. If nothing answers and the CPU is idle it is app-hung. If the waiting is for a database or an outside service that fails, it is app-dependency-down. If these pages always took this long and only the limit is shorter, it is timeout-inversion. Check host-cpu and host-memory before blaming the code.",
				"response-timeout, während der Verbindungsaufbau Millisekunden dauert, Worker frei sind und leichtere Seiten noch antworten; schon vor dem ersten Fehler stiegen die Antwortzeiten. Ist kein Worker frei, ist es app-workers-exhausted. Antwortet gar nichts und die CPU ist untätig, ist es app-hung. Wartet sie auf eine Datenbank oder einen fremden Dienst, der ausfällt, ist es app-dependency-down. Brauchten diese Seiten schon immer so lange und ist nur das Limit kürzer, ist es timeout-inversion. Vor dem Code erst host-cpu und host-memory prüfen.",
			},
			Remedy: []Step{
				{For: "php-fpm", Line: "slowlog = /var/log/php8.2-fpm.slow.log", Do: Text{
					"Log slow scripts with their stack (with request_slowlog_timeout = 3s) and repair the function that comes up most.",
					"Langsame Skripte samt Stack protokollieren (mit request_slowlog_timeout = 3s) und die häufigste Funktion reparieren.",
				}},
				{For: "mysql", Line: "SET GLOBAL slow_query_log = 'ON', GLOBAL long_query_time = 1;", Do: Text{
					"Log queries over one second; a missing index is the usual find.",
					"Abfragen über einer Sekunde protokollieren; meist findet sich ein fehlender Index.",
				}},
				{For: "postgresql", Line: "SELECT pid, now() - query_start AS runtime, wait_event_type, query FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC;", Do: Text{
					"See what runs right now, and whether it works or waits for a lock.",
					"Nachsehen, was gerade läuft und ob es arbeitet oder auf eine Sperre wartet.",
				}},
				{For: "nginx", Line: "proxy_cache_use_stale updating error timeout;", Do: Text{
					"Serve a stored copy while a slow page is being made again (needs a proxy_cache; with proxy_cache_background_update on).",
					"Eine gespeicherte Kopie ausliefern, während die langsame Seite neu erzeugt wird (braucht proxy_cache; dazu proxy_cache_background_update on).",
				}},
				{For: "torwart", Line: "timeouts: {response: 90s}", Do: Text{
					"Wait longer on the one rule that needs it (a report, an export), not on the whole site.",
					"Nur bei der einen Regel länger warten, die es braucht (Auswertung, Export), nicht bei der ganzen Site.",
				}},
			},
		},
		{
			Code: CauseAppHung, Kind: RootCause, Category: "crash",
			Title: Text{"Application hangs", "Anwendung hängt"},
			Meaning: Text{
				"The application accepts connections and never answers, without being busy: it is stuck in a deadlock or waits for something that will not come. It does not recover by itself.",
				"Die Anwendung nimmt Verbindungen an und antwortet nie, ohne beschäftigt zu sein: Sie steckt in einem Deadlock oder wartet auf etwas, das nicht kommt. Von selbst erholt sie sich nicht.",
			},
			Tell: Text{
				"response-timeout for every URL, the health check included, while the process lives, its CPU time stands still and the load is ordinary. app-slow still answers light pages. app-workers-exhausted burns CPU or recovers when traffic falls. If its threads all wait on a socket to the database, it is app-dependency-down. Processes in state D and 'blocked for more than 120 seconds' in the kernel log point to the disk: see host-disk-full and the disk's health.",
				"response-timeout bei jeder URL, auch beim Health-Check, während der Prozess lebt, seine CPU-Zeit stillsteht und die Last normal ist. app-slow beantwortet leichte Seiten noch. app-workers-exhausted verbraucht CPU oder erholt sich, wenn der Verkehr nachlässt. Warten alle Threads auf einem Socket zur Datenbank, ist es app-dependency-down. Prozesse im Zustand D und „blocked for more than 120 seconds“ im Kernel-Log weisen auf die Platte: siehe host-disk-full und den Zustand der Platte.",
			},
			Remedy: []Step{
				{For: "linux", Line: "ps -L -o tid,stat,wchan:32,comm -p $(systemctl show -P MainPID app)", Do: Text{
					"Before restarting, note what its threads wait for; afterwards the evidence is gone.",
					"Vor dem Neustart notieren, worauf die Threads warten; danach ist die Spur weg.",
				}},
				{For: "systemd", Line: "systemctl restart app", Do: Text{
					"Restart it; a hung process will not come back otherwise.",
					"Neu starten; anders kommt ein hängender Prozess nicht zurück.",
				}},
				{For: "torwart", Line: "health: {path: /healthz, interval: 5s, timeout: 2s, fails: 2}", Do: Text{
					"Check with a real request instead of a bare connection, so that a hung endpoint is taken out.",
					"Mit einer echten Anfrage prüfen statt nur mit einer Verbindung, damit ein hängender Endpunkt aus dem Pool genommen wird.",
				}},
				{For: "systemd", Line: "WatchdogSec=30", Do: Text{
					"If the program can send watchdog signals (sd_notify), let systemd restart it when they stop (with Restart=on-failure).",
					"Kann das Programm Watchdog-Signale senden (sd_notify), es von systemd neu starten lassen, sobald sie ausbleiben (mit Restart=on-failure).",
				}},
				{For: "node", Line: "fetch(url, { signal: AbortSignal.timeout(5000) })", Do: Text{
					"Give every outgoing call a time limit; calls without one are the usual reason for hanging.",
					"Jedem ausgehenden Aufruf ein Zeitlimit geben; Aufrufe ohne Limit sind der häufigste Grund für Hänger.",
				}},
			},
		},
	}
}
