package rng

// Purpose says what a stream is for. Two purposes never share a word.
type Purpose uint8

// The purposes. Their numbers are part of every stored result: append, never reorder.
const (
	Init        Purpose = iota + 1 // genomes at the start of a run
	Perturb                        // directions of mutation
	Coin                           // step sizes drawn by coin
	Train                          // tasks of meta-training
	MetaTest                       // tasks of meta-testing
	HeldOut                        // tasks of the frozen held-out set
	Fresh                          // tasks drawn for a test of a stored genome
	Observation                    // noise of what a life observes
	Exploration                    // noise of what a life does
	Birth                          // weights drawn at birth
	Bootstrap                      // resampling in statistics
	Stratified                     // tasks of meta-training drawn together, see Strata
)

const (
	maxTask = 1 << 24
	// blocks of one stream, each of 4 words.
	blocks = 1 << 32
	// The kernels make normals in groups of 32 from 8 blocks.
	group       = 32
	groupBlocks = 8
)

// A Stream is an address: a sequence of 2^34 random words, read as normals or through a Source.
// It is a value; reading leaves it where it is.
type Stream struct {
	key [2]uint32
	ctr [4]uint32
}

// At returns the stream at an address; see the package comment for what goes into which field.
// It panics if task is not below 2^24.
func At(seed uint64, p Purpose, generation, individual, task uint32) Stream {
	if task >= maxTask {
		panic("rng: task must be below 2^24")
	}
	return Stream{
		key: [2]uint32{uint32(seed), uint32(seed >> 32)},
		ctr: [4]uint32{0, generation, individual, uint32(p)<<24 | task},
	}
}

// Address returns the Philox key and the counter of the stream's next block, as the kernels take them.
func (s Stream) Address() (key [2]uint32, ctr [4]uint32) { return s.key, s.ctr }

// Skip returns the stream that begins n normals later: Normals of it is the tail of Normals of s. It panics
// unless n is a multiple of 32, not negative, and leaves at least one block.
func (s Stream) Skip(n int) Stream {
	if n < 0 || n%group != 0 {
		panic("rng: skip must be a multiple of 32 and not negative")
	}
	b := uint64(n/group)*groupBlocks + uint64(s.ctr[0])
	if b >= blocks {
		panic("rng: past the end of a stream")
	}
	s.ctr[0] = uint32(b)
	return s
}

// fits panics if n normals would need blocks past the stream's last, where the counter would begin again.
func (s Stream) fits(n int) {
	if groups := (uint64(n) + group - 1) / group; groups*groupBlocks > blocks-uint64(s.ctr[0]) {
		panic("rng: past the end of a stream")
	}
}
