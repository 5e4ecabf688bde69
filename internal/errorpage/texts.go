package errorpage

import "strings"

// texts are those of the page in one language. They speak to visitors, who
// know neither gateways nor codes: no blame, nothing promised that is not
// known.
type texts struct {
	lang      string
	thisSite  string // stands for the host where it is not known
	situation [situationCount]situationText

	nothingToDo  string // the site is away, after a safe method
	notYourFault string // the site is away, after any other

	onlyOpened    string // after a safe method
	notCarriedOut string // after an unsafe method that was not delivered
	unknownTitle  string // after an unsafe method that may have been
	unknown       string

	comesBack string // the page reloads itself
	checked   string // followed by a time of day
	tryNow    string // a link

	detailsTitle  string // names the list of details to screen readers
	reference     string
	referenceHint string
	code          string
	retryIn       string
}

type situationText struct {
	title   string // of the document, after the host
	heading string // a sentence without its full stop; {host} is replaced
	lead    string
}

func textsIn(lang string) *texts {
	if lang == "de" || strings.HasPrefix(lang, "de-") {
		return &german
	}
	return &english
}

var english = texts{
	lang:     "en",
	thisSite: "This site",
	situation: [situationCount]situationText{
		unavailable: {
			"briefly unavailable", "{host} is briefly unavailable",
			"The site is not answering at the moment.",
		},
		slow: {
			"takes too long", "{host} is taking too long to answer",
			"The site did not answer in time.",
		},
		busy: {
			"very busy", "{host} is very busy right now",
			"More visitors are here than the site can serve at once. You will get in as soon as there is room.",
		},
		faulty: {
			"has a fault", "{host} has a fault",
			"Something is set up wrongly between you and the site. Those who run it have to repair this; it is not your fault.",
		},
		malformed: {
			"request not understood", "This request could not be understood",
			"What your browser or program sent does not follow the rules of the web, so it was not passed on to the site.",
		},
		late: {
			"request incomplete", "The request did not arrive completely",
			"The connection was too slow or was interrupted before everything had arrived. Please try again.",
		},
		tooLarge: {
			"request too large", "The request is too large",
			"The site does not accept this much at once. A smaller file, a shorter address, or deleting this site's cookies may help.",
		},
		nothingHere: {
			"nothing here", "There is nothing at this address",
			"Please check the address for typing mistakes. If you followed a link, it may be out of date.",
		},
	},
	nothingToDo:   "This is not your fault, and there is nothing you need to do. It is usually over in a moment.",
	notYourFault:  "This is not your fault, and it is usually over in a moment.",
	onlyOpened:    "You only opened a page: nothing was changed, and nothing was lost.",
	notCarriedOut: "What you sent did not reach the site and was not carried out. You can safely send it again in a moment.",
	unknownTitle:  "Please check before you send it again",
	unknown:       "What you sent may have reached the site, but no answer came back. From here nobody can tell whether it was carried out. Please look first, for example in your account or for a confirmation by e-mail, so that nothing happens twice.",
	comesBack:     "This page comes back by itself as soon as the site does.",
	checked:       "Last checked at",
	tryNow:        "Try now",
	detailsTitle:  "Details",
	reference:     "Reference",
	referenceHint: "If you contact the site about this, please give the reference.",
	code:          "Code",
	retryIn:       "Try again in",
}

var german = texts{
	lang:     "de",
	thisSite: "Diese Website",
	situation: [situationCount]situationText{
		unavailable: {
			"kurz nicht erreichbar", "{host} ist gerade nicht erreichbar",
			"Die Website antwortet im Moment nicht.",
		},
		slow: {
			"antwortet zu langsam", "{host} braucht zu lange für eine Antwort",
			"Die Website hat nicht rechtzeitig geantwortet.",
		},
		busy: {
			"stark besucht", "{host} ist gerade sehr stark besucht",
			"Es sind mehr Besucher da, als die Website gleichzeitig bedienen kann. Sie kommen an die Reihe, sobald Platz ist.",
		},
		faulty: {
			"gestört", "{host} ist gestört",
			"Zwischen Ihnen und der Website ist etwas falsch eingerichtet. Beheben müssen das die Betreiber; es liegt nicht an Ihnen.",
		},
		malformed: {
			"Anfrage nicht verstanden", "Diese Anfrage war nicht zu verstehen",
			"Was Ihr Browser oder Programm gesendet hat, folgt nicht den Regeln des Webs. Es wurde deshalb nicht an die Website weitergegeben.",
		},
		late: {
			"Anfrage unvollständig", "Die Anfrage kam nicht vollständig an",
			"Die Verbindung war zu langsam oder brach ab, bevor alles angekommen war. Bitte versuchen Sie es noch einmal.",
		},
		tooLarge: {
			"Anfrage zu groß", "Die Anfrage ist zu groß",
			"So viel auf einmal nimmt die Website nicht an. Eine kleinere Datei, eine kürzere Adresse oder das Löschen der Cookies dieser Website kann helfen.",
		},
		nothingHere: {
			"nichts gefunden", "Unter dieser Adresse gibt es nichts",
			"Bitte prüfen Sie die Adresse auf Tippfehler. Falls Sie einem Link gefolgt sind, ist er vielleicht veraltet.",
		},
	},
	nothingToDo:   "Das liegt nicht an Ihnen, und Sie müssen nichts tun. Meist ist es nach einem Augenblick vorbei.",
	notYourFault:  "Das liegt nicht an Ihnen, und meist ist es nach einem Augenblick vorbei.",
	onlyOpened:    "Sie haben nur eine Seite aufgerufen: Es wurde nichts verändert, und nichts ging verloren.",
	notCarriedOut: "Was Sie gesendet haben, hat die Website nicht erreicht und wurde nicht ausgeführt. Sie können es in einem Augenblick gefahrlos noch einmal senden.",
	unknownTitle:  "Bitte prüfen Sie, bevor Sie es noch einmal senden",
	unknown:       "Was Sie gesendet haben, hat die Website möglicherweise erreicht, aber es kam keine Antwort zurück. Von hier aus kann niemand sagen, ob es ausgeführt wurde. Bitte sehen Sie zuerst nach, zum Beispiel in Ihrem Konto oder nach einer Bestätigung per E-Mail, damit nichts doppelt geschieht.",
	comesBack:     "Diese Seite kommt von selbst zurück, sobald die Website wieder da ist.",
	checked:       "Zuletzt geprüft um",
	tryNow:        "Jetzt versuchen",
	detailsTitle:  "Einzelheiten",
	reference:     "Kennung",
	referenceHint: "Wenn Sie sich deswegen an die Website wenden, nennen Sie bitte die Kennung.",
	code:          "Code",
	retryIn:       "Neuer Versuch in",
}
