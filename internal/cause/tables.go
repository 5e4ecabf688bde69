package cause

// tables lists the catalogue's tables in their documented order. A new cause
// is one row in one of them; a new table is one line here.
func tables() [][]Entry {
	return [][]Entry{
		symptomsDNS(),
		symptomsConnect(),
		symptomsTLS(),
		symptomsUnanswered(),
		symptomsResponse(),
		symptomsUpstream(),
		symptomsGateway(),
		symptomsClient(),
		causesAppProcess(),
		causesAppAnswer(),
		causesSetting(),
		causesNetwork(),
		causesHost(),
		causesCertificate(),
		causesOutside(),
	}
}
