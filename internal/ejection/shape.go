package ejection

// The parameters of FNV-1a.
const (
	fnvStart = 0xcbf29ce484222325
	fnvPrime = 0x100000001b3
)

const (
	// longSegment is the length from which a path segment is no name any more.
	longSegment = 32
	// deepest is how many path segments tell shapes apart.
	deepest = 8
)

// Shape returns the hash of what a request has in common with others that the
// same code answers: site, method and path, without the query, and with one
// stand-in for all path segments that hold a digit or are long. So
// /order/17/pay and /order/18/pay are alike. It is never 0.
func Shape(site, method string, path []byte) uint64 {
	h := add(add(uint64(fnvStart), site), method)
	start, varies, length, depth := h, false, 0, 0
	for _, c := range path {
		if c == '?' || depth > deepest {
			break
		}
		if c == '/' {
			h = step(end(h, start, varies || length > longSegment), c)
			start, varies, length = h, false, 0
			depth++
			continue
		}
		h = step(h, c)
		length++
		varies = varies || '0' <= c && c <= '9'
	}
	h = end(h, start, varies || length > longSegment)
	return max(mix(h), 1)
}

// end returns the hash at the end of a segment; start is the one at its begin.
func end(h, start uint64, varies bool) uint64 {
	if varies {
		return step(start, '*')
	}
	return h
}

// add hashes s and an end that no s contains.
func add(h uint64, s string) uint64 {
	for i := range len(s) {
		h = step(h, s[i])
	}
	return step(h, 0)
}

func step(h uint64, c byte) uint64 { return (h ^ uint64(c)) * fnvPrime }

// mix makes the low bits depend on all others (the finalizer of MurmurHash3):
// they choose the place in the table.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
