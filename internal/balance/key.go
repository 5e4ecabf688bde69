package balance

// Key returns the hash of what requests are told apart by, such as a client's
// address, a path or a cookie, for [Hash.PickKey]. It is the same in every
// process, on every machine and in every release: a fleet of gateways agrees,
// and a restart moves nobody.
//
// It is FNV-1a, mixed: short keys, no memory, nothing to align. It is not made
// to withstand a client who looks for collisions; who can choose keys can
// choose one and the same key, too.
func Key(b []byte) uint64 { return mix(fnv(b)) }

func fnv[S []byte | string](s S) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}

// mix makes every bit depend on every other (the finalizer of MurmurHash3):
// FNV alone leaves keys that differ in their last bytes close together.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
