package gateway

// Drain takes an endpoint out of the choice for new exchanges, or with on
// false back into it; exchanges under way finish. It holds for every pool
// that has the endpoint, also through reloads, until it is undone or the
// process ends. It returns how many pools have it now.
func (g *Gateway) Drain(url string, on bool) int {
	g.applying.Lock()
	defer g.applying.Unlock()
	if on {
		g.drained[url] = true
	} else {
		delete(g.drained, url)
	}
	n := 0
	for _, p := range g.table.Load().pools {
		for _, e := range p.endpoints {
			if e.Address.URL != url {
				continue
			}
			n++
			e.drained.Store(on || e.weightless)
			if !on {
				p.room.letOut()
			}
		}
	}
	return n
}
