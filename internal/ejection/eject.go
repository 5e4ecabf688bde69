package ejection

import "time"

// eject takes endpoint i out, if the pool can spare it and others do better,
// and reports whether it did.
func (p *Pool) eject(m moment, i int, why string) bool {
	e := &p.endpoints[i]
	if p.out >= p.most || e.until.Load() != 0 || p.restFails(m, i) {
		return false
	}
	if e.times > 0 {
		e.times = max(e.times-int((m-e.returned.Load())/int64(forgetAfter)), 0)
	}
	e.times++
	e.total++
	e.ejected, e.why = m, why
	e.proofOf, e.proofNeeds = 0, 0
	e.until.Store(m + int64(p.opts.length(e.times)))
	p.out++
	p.tell(i, true, why)
	return true
}

// expire lets endpoint i return when its time is over. It returns on trial.
func (p *Pool) expire(m moment, i int) {
	e := &p.endpoints[i]
	until := e.until.Load()
	if until == 0 || m < until {
		return
	}
	e.back(m, max(p.opts.Failures-1, 0))
	p.out--
	p.tell(i, false, "out for "+time.Duration(until-e.ejected).String()+": "+e.why)
}

// revoke takes an ejection back that should not have been.
func (p *Pool) revoke(m moment, i int, why string) {
	e := &p.endpoints[i]
	e.times--
	e.back(m, 0)
	p.out--
	p.tell(i, false, why)
}

func (p *Pool) tell(i int, ejected bool, why string) {
	if p.OnChange != nil {
		p.OnChange(i, ejected, why)
	}
}

// restFails reports whether all endpoints that are not ejected are useless,
// leaving i aside.
func (p *Pool) restFails(m moment, i int) bool {
	for j := range p.endpoints {
		if e := &p.endpoints[j]; j != i && e.until.Load() == 0 && !p.useless(m, e) {
			return false
		}
	}
	return true
}

// relieve takes back ejections that do not make sense any more: because those
// that are left all fail as well, or because the requests that failed here
// turn out to fail elsewhere too.
func (p *Pool) relieve(m moment) {
	if p.out == 0 {
		return
	}
	rest := p.restFails(m, -1)
	for i := range p.endpoints {
		e := &p.endpoints[i]
		switch {
		case e.until.Load() == 0:
		case rest:
			p.revoke(m, i, "the other endpoints fail as well")
		case e.proofNeeds > 0 && m-e.ejected <= int64(revocable):
			if count, proof := p.against(i, e.proofOf); count < e.proofNeeds || !proof {
				p.revoke(m, i, "the same requests fail elsewhere")
			}
		}
	}
}
