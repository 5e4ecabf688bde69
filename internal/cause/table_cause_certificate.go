package cause

// causesCertificate are the root causes in TLS between gateway and upstream.
func causesCertificate() []Entry {
	return []Entry{
		{
			Code: CauseCertificateExpired, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upstream's certificate expired", "Zertifikat des Upstreams abgelaufen"},
			Meaning: Text{
				"The certificate the upstream presents is past its end date. Either it was not renewed, or the new one lies on disk and the running server has not loaded it.",
				"Das Zertifikat, das der Upstream vorzeigt, ist über sein Enddatum hinaus. Entweder wurde es nicht erneuert, oder das neue liegt auf der Platte und der laufende Server hat es nicht geladen.",
			},
			Tell: Text{
				"tls-certificate-expired for everyone from one second to the next, and openssl shows a notAfter in the past. If the file on disk carries another serial number than the server presents, it is renewed but not loaded. If the dates are fine and our own clock is not, it is host-clock. Look at the whole chain: it may be the intermediate that expired. Another issuer or another name: certificate-untrusted, certificate-wrong-name.",
				"tls-certificate-expired bei allen von einer Sekunde auf die andere, und openssl zeigt ein notAfter in der Vergangenheit. Trägt die Datei auf der Platte eine andere Seriennummer, als der Server vorzeigt, ist es erneuert, aber nicht geladen. Stimmen die Daten und die eigene Uhr nicht, ist es host-clock. Die ganze Kette ansehen: Abgelaufen sein kann auch das Zwischenzertifikat. Anderer Aussteller oder anderer Name: certificate-untrusted, certificate-wrong-name.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:443 -servername app.example.com </dev/null 2>/dev/null | openssl x509 -noout -dates -serial", Do: Text{
					"See what the server really presents, and compare the serial number with the file (openssl x509 -noout -serial -in FILE).",
					"Nachsehen, was der Server wirklich vorzeigt, und die Seriennummer mit der Datei vergleichen (openssl x509 -noout -serial -in DATEI).",
				}},
				{For: "nginx", Line: "nginx -s reload", Do: Text{
					"Renewed but not loaded: reload the server (Apache: apachectl graceful; HAProxy: systemctl reload haproxy).",
					"Erneuert, aber nicht geladen: den Server neu laden (Apache: apachectl graceful; HAProxy: systemctl reload haproxy).",
				}},
				{For: "certbot", Line: "certbot renew", Do: Text{
					"Not renewed: renew now and read why the automatic renewal failed (port 80 closed, DNS changed).",
					"Nicht erneuert: jetzt erneuern und lesen, warum die automatische Erneuerung scheiterte (Port 80 zu, DNS geändert).",
				}},
				{For: "certbot", Line: "certbot reconfigure --cert-name app.example.com --deploy-hook 'systemctl reload nginx'", Do: Text{
					"Have the server reloaded after every renewal (certbot 2.3 or later).",
					"Den Server nach jeder Erneuerung neu laden lassen (ab certbot 2.3).",
				}},
				{For: "systemd", Line: "systemctl list-timers certbot.timer", Do: Text{
					"Make sure that the renewal runs at all, and have expiry watched three weeks ahead.",
					"Sicherstellen, dass die Erneuerung überhaupt läuft, und den Ablauf drei Wochen vorher überwachen lassen.",
				}},
			},
		},
		{
			Code: CauseCertificateUntrusted, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upstream's certificate not trusted", "Zertifikat des Upstreams nicht vertrauenswürdig"},
			Meaning: Text{
				"The gateway cannot trace the upstream's certificate to an authority it trusts: it is self-signed, comes from a private CA, or the server leaves out the intermediate certificate.",
				"Das Gateway kann das Zertifikat des Upstreams zu keiner Stelle zurückverfolgen, der es vertraut: Es ist selbst signiert, stammt von einer privaten CA, oder der Server lässt das Zwischenzertifikat weg.",
			},
			Tell: Text{
				"tls-certificate-untrusted; openssl's verify code is 18 or 19 (self-signed), or 20 or 21 (issuer unknown, chain incomplete). If browsers accept it and the gateway does not, the intermediate is missing: browsers find it by themselves. A wrong name is certificate-wrong-name, a past date certificate-expired. If it is our certificate that is refused, it is client-certificate-missing. A strange issuer all of a sudden means a box is inspecting TLS: intrusion-prevention.",
				"tls-certificate-untrusted; der Prüfcode von openssl ist 18 oder 19 (selbst signiert) oder 20 oder 21 (Aussteller unbekannt, Kette unvollständig). Nehmen Browser es an und das Gateway nicht, fehlt das Zwischenzertifikat: Browser besorgen es sich selbst. Ein falscher Name ist certificate-wrong-name, ein vergangenes Datum certificate-expired. Wird unser eigenes abgelehnt, ist es client-certificate-missing. Ein plötzlich fremder Aussteller heißt, dass ein Gerät TLS aufbricht: intrusion-prevention.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:443 -servername app.example.com -showcerts </dev/null", Do: Text{
					"Read the chain: only one certificate in it means the intermediate is missing.",
					"Die Kette lesen: Steht nur ein Zertifikat darin, fehlt das Zwischenzertifikat.",
				}},
				{For: "nginx", Line: "ssl_certificate /etc/letsencrypt/live/app.example.com/fullchain.pem;", Do: Text{
					"On the upstream, send the full chain, not cert.pem.",
					"Auf dem Upstream die ganze Kette senden, nicht cert.pem.",
				}},
				{For: "nginx", Line: "proxy_ssl_trusted_certificate /etc/ssl/certs/internal-ca.pem;", Do: Text{
					"On the gateway, trust the private CA for this upstream (with proxy_ssl_verify on).",
					"Auf dem Gateway der privaten CA für diesen Upstream vertrauen (mit proxy_ssl_verify on).",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:443 check ssl verify required ca-file /etc/ssl/certs/internal-ca.pem", Do: Text{
					"The same in HAProxy; leave verify none alone, it checks nothing.",
					"Dasselbe in HAProxy; verify none meiden, es prüft gar nichts.",
				}},
				{For: "apache", Line: "SSLProxyCACertificateFile /etc/ssl/certs/internal-ca.pem", Do: Text{
					"The same in Apache as the gateway (with SSLProxyVerify require).",
					"Dasselbe in Apache als Gateway (mit SSLProxyVerify require).",
				}},
				{For: "linux", Line: "cp internal-ca.crt /usr/local/share/ca-certificates/ && update-ca-certificates", Do: Text{
					"Or make the CA known to the whole machine; torwart reads this store at its start.",
					"Oder die CA dem ganzen Rechner bekannt machen; torwart liest diesen Speicher beim Start.",
				}},
			},
		},
		{
			Code: CauseCertificateWrongName, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Certificate for another name", "Zertifikat für einen anderen Namen"},
			Meaning: Text{
				"The upstream's certificate is genuine and current, but issued for other names than the one the gateway connects to.",
				"Das Zertifikat des Upstreams ist echt und gültig, aber auf andere Namen ausgestellt als den, zu dem sich das Gateway verbindet.",
			},
			Tell: Text{
				"tls-certificate-name; the names in the certificate (subjectAltName) do not contain the one that was asked for, often because the gateway connects by IP address or by an internal name. If the server presents a fitting certificate once SNI is right, it is wrong-host-name. If the names belong to strangers, the address may have changed hands: stale-address. An unknown issuer is certificate-untrusted.",
				"tls-certificate-name; unter den Namen im Zertifikat (subjectAltName) fehlt der verlangte, oft weil sich das Gateway über die IP-Adresse oder einen internen Namen verbindet. Zeigt der Server bei richtigem SNI ein passendes Zertifikat, ist es wrong-host-name. Gehören die Namen Fremden, hat die Adresse vielleicht den Besitzer gewechselt: stale-address. Ein unbekannter Aussteller ist certificate-untrusted.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:443 -servername app.example.com </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName", Do: Text{
					"List the names the certificate is good for.",
					"Die Namen auflisten, für die das Zertifikat gilt.",
				}},
				{For: "torwart", Line: `to: ["https://app.example.com"]`, Do: Text{
					"Connect by a name that stands in the certificate; /etc/hosts can point it to the internal address.",
					"Über einen Namen verbinden, der im Zertifikat steht; /etc/hosts kann ihn auf die interne Adresse zeigen lassen.",
				}},
				{For: "nginx", Line: "proxy_ssl_name app.example.com;", Do: Text{
					"Or tell the gateway which name to check, whatever the address (with proxy_ssl_server_name on).",
					"Oder dem Gateway sagen, welchen Namen es unabhängig von der Adresse prüfen soll (mit proxy_ssl_server_name on).",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:443 check ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt sni str(app.example.com) verifyhost app.example.com", Do: Text{
					"In HAProxy, sni says what is asked for and verifyhost what is checked.",
					"In HAProxy sagt sni, was verlangt, und verifyhost, was geprüft wird.",
				}},
				{For: "certbot", Line: "certbot certonly --nginx --expand -d shop.example -d www.shop.example", Do: Text{
					"Or have the certificate reissued with the missing name in it.",
					"Oder das Zertifikat mit dem fehlenden Namen neu ausstellen lassen.",
				}},
			},
		},
		{
			Code: CauseClientCertificateMissing, Kind: RootCause, Category: "misconfiguration",
			Title: Text{"Upstream demands a client certificate", "Upstream verlangt ein Client-Zertifikat"},
			Meaning: Text{
				"The upstream wants mutual TLS: the gateway has to identify itself with a certificate, and presents none, or one that is not accepted.",
				"Der Upstream will gegenseitiges TLS: Das Gateway muss sich mit einem Zertifikat ausweisen und zeigt keines vor oder eines, das nicht angenommen wird.",
			},
			Tell: Text{
				"tls-client-certificate-required, and openssl s_client lists 'Acceptable client certificate CA names'. Under TLS 1.3 the refusal comes after the handshake and can look like reset-before-response on the first request; an nginx upstream answers 400 'No required SSL certificate was sent'. tls-version-mismatch fails before any certificate is asked for. If it is the upstream's certificate that displeases us, it is certificate-untrusted.",
				"tls-client-certificate-required, und openssl s_client listet „Acceptable client certificate CA names“ auf. Bei TLS 1.3 kommt die Ablehnung erst nach dem Handshake und kann bei der ersten Anfrage wie reset-before-response aussehen; ein nginx als Upstream antwortet 400 „No required SSL certificate was sent“. tls-version-mismatch scheitert, bevor nach einem Zertifikat gefragt wird. Missfällt uns das Zertifikat des Upstreams, ist es certificate-untrusted.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:443 -servername app.example.com -cert gateway.crt -key gateway.key </dev/null", Do: Text{
					"Try it with the certificate that should be accepted.",
					"Mit dem Zertifikat ausprobieren, das angenommen werden müsste.",
				}},
				{For: "nginx", Line: "proxy_ssl_certificate /etc/nginx/gateway.crt; proxy_ssl_certificate_key /etc/nginx/gateway.key;", Do: Text{
					"Have nginx present it.",
					"nginx das Zertifikat vorzeigen lassen.",
				}},
				{For: "apache", Line: "SSLProxyMachineCertificateFile /etc/apache2/gateway.pem", Do: Text{
					"In Apache, certificate and key stand in one file.",
					"Bei Apache stehen Zertifikat und Schlüssel in einer Datei.",
				}},
				{For: "haproxy", Line: "server app1 10.0.0.5:443 check ssl crt /etc/haproxy/gateway.pem verify required ca-file /etc/ssl/certs/internal-ca.pem", Do: Text{
					"In HAProxy, with crt on the server line.",
					"In HAProxy mit crt in der server-Zeile.",
				}},
				{For: "linux", Line: "openssl x509 -noout -enddate -issuer -in gateway.crt", Do: Text{
					"If one is presented already: it may have expired, or be from a CA the upstream does not know.",
					"Wird schon eines vorgezeigt: Es kann abgelaufen sein oder von einer CA stammen, die der Upstream nicht kennt.",
				}},
				{For: "nginx", Line: "ssl_verify_client optional;", Do: Text{
					"If the demand was not intended, relax it on the upstream.",
					"War die Forderung nicht beabsichtigt, sie auf dem Upstream lockern.",
				}},
			},
		},
		{
			Code: CauseTLSVersionMismatch, Kind: RootCause, Category: "software",
			Title: Text{"No common TLS version", "Keine gemeinsame TLS-Version"},
			Meaning: Text{
				"Gateway and upstream have no TLS version or cipher in common, mostly because one of them is very old or has just been updated.",
				"Gateway und Upstream haben keine TLS-Version oder kein Verschlüsselungsverfahren gemeinsam, meist weil einer von beiden sehr alt ist oder gerade aktualisiert wurde.",
			},
			Tell: Text{
				"tls-version, or tls-alert 40 or 70, before any certificate has been seen; openssl connects with one of -tls1_2 and -tls1_3 and not with the other. After an upgrade of OpenSSL or the distribution recent-change stands beside it. If a certificate is complained about, it is one of certificate-expired, certificate-untrusted and certificate-wrong-name. If the port speaks no TLS at all, it is wrong-protocol. Alert 112 is about the name: wrong-host-name.",
				"tls-version oder tls-alert 40 oder 70, bevor überhaupt ein Zertifikat zu sehen war; openssl verbindet sich mit einem von -tls1_2 und -tls1_3 und mit dem anderen nicht. Nach einem Upgrade von OpenSSL oder der Distribution steht recent-change daneben. Wird ein Zertifikat bemängelt, ist es certificate-expired, certificate-untrusted oder certificate-wrong-name. Spricht der Port gar kein TLS, ist es wrong-protocol. Alert 112 betrifft den Namen: wrong-host-name.",
			},
			Remedy: []Step{
				{For: "linux", Line: "openssl s_client -connect 10.0.0.5:443 -servername app.example.com -tls1_2 </dev/null", Do: Text{
					"Try the versions one by one (-tls1_2, -tls1_3) and note what the upstream offers.",
					"Die Versionen einzeln ausprobieren (-tls1_2, -tls1_3) und notieren, was der Upstream anbietet.",
				}},
				{For: "nginx", Line: "ssl_protocols TLSv1.2 TLSv1.3;", Do: Text{
					"Modernise the upstream; this is the real cure.",
					"Den Upstream modernisieren; das ist die eigentliche Lösung.",
				}},
				{For: "apache", Line: "SSLProtocol -all +TLSv1.2 +TLSv1.3", Do: Text{
					"The same if the upstream is an Apache.",
					"Dasselbe, wenn der Upstream ein Apache ist.",
				}},
				{For: "nginx", Line: "proxy_ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; proxy_ssl_ciphers DEFAULT@SECLEVEL=0;", Do: Text{
					"If the device cannot be updated: allow old versions for this one upstream only, in a network you trust.",
					"Lässt sich das Gerät nicht aktualisieren: alte Versionen nur für diesen einen Upstream zulassen, in einem vertrauenswürdigen Netz.",
				}},
				{For: "haproxy", Line: "server old 10.0.0.5:443 ssl verify none ssl-min-ver TLSv1.0 ciphers DEFAULT@SECLEVEL=0", Do: Text{
					"The same stopgap in HAProxy.",
					"Derselbe Notbehelf in HAProxy.",
				}},
			},
		},
	}
}
