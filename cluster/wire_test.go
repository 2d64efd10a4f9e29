package cluster

import (
	"bytes"
	"math"
	"reflect"
	"testing"
	"time"

	"baldwin/run"
	"baldwin/strategy"
)

func header1() header {
	return header{Epoch: 1<<32 | 5, Round: 7, Blob: state, Theta: digest{1, 2, 3}, Size: 99, Seed: math.MaxUint64, Purpose: 4, Generation: 8, First: 9, Tasks: 16}
}

// TestFrames: what is written is what is read, and every shorter or longer frame is refused.
func TestFrames(t *testing.T) {
	h := header1()
	k := chunk{h, 3, 4, 6}
	res := result{h.Epoch, h.Round, 3, time.Second, []float64{1, math.Inf(-1), 0, math.Copysign(0, -1)}}
	tell := broadcast{Frame: frameTell, Round: 9, Theta: digest{4}, Generation: 3, Values: []float64{1, 2}}
	part := broadcast{Frame: framePart, Round: 9, Blob: genome, Theta: digest{4}, Size: 10, Offset: 4, Bytes: []byte("abcdef")}
	pulse := broadcast{Frame: framePulse, Round: 9}
	check := func(name string, b []byte, want any, read func(b []byte) (any, error)) {
		t.Helper()
		got, err := read(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n%+v\nwant\n%+v", name, err, got, want)
		}
		for n := range b {
			if got, err := read(b[:n:n]); err == nil && name != "part" {
				t.Errorf("%s: %d of %d bytes read as %+v", name, n, len(b), got)
			}
		}
		if _, err := read(append(bytes.Clone(b), 0)); err == nil {
			t.Errorf("%s: a byte too many was read over", name)
		}
	}
	check("chunk", k.encode(), k, func(b []byte) (any, error) { return decodeChunk(b) })
	check("result", res.encode(), res, func(b []byte) (any, error) { return decodeResult(b) })
	for name, m := range map[string]broadcast{"tell": tell, "part": part, "pulse": pulse} {
		check(name, m.encode(), m, func(b []byte) (any, error) { return decodeBroadcast(b) })
	}
}

// TestFrameBounds: a frame cannot make its reader hold more than it brings.
func TestFrameBounds(t *testing.T) {
	for name, change := range map[string]func(*chunk){
		"no blob":         func(k *chunk) { k.Blob = 7 },
		"no tasks":        func(k *chunk) { k.Tasks = 0 },
		"many tasks":      func(k *chunk) { k.Tasks = maxValues + 1 },
		"a large theta":   func(k *chunk) { k.Size = maxBlob + 1 },
		"nothing to live": func(k *chunk) { k.Lo = k.Hi },
		"backwards":       func(k *chunk) { k.Lo, k.Hi = 6, 4 },
		"past the tasks":  func(k *chunk) { k.Blob, k.Hi = genome, 17 },
		"a far task":      func(k *chunk) { k.First = maxValues + 1 },
	} {
		k := chunk{header1(), 3, 4, 6}
		change(&k)
		if _, err := decodeChunk(k.encode()); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	r := result{1, 1, 1, -1, nil}
	if _, err := decodeResult(r.encode()); err == nil {
		t.Error("a chunk that took less than nothing was taken")
	}
	m := broadcast{Frame: framePart, Blob: state, Size: 3, Offset: math.MaxUint32, Bytes: []byte("abcd")}
	if _, err := decodeBroadcast(m.encode()); err == nil {
		t.Error("a part past the end was taken")
	}
}

// TestNaN: every NaN travels as one, so that duplicates of different machines agree.
func TestNaN(t *testing.T) {
	other := math.Float64frombits(math.Float64bits(math.NaN()) ^ 1<<63)
	a := result{Values: []float64{math.NaN()}}
	b := result{Values: []float64{other}}
	if !bytes.Equal(a.encode(), b.encode()) || !same(a.Values, b.Values) {
		t.Error("two NaN differ")
	}
	if same([]float64{0}, []float64{math.Copysign(0, -1)}) {
		t.Error("0 and -0 are different bits")
	}
}

func FuzzFrames(f *testing.F) {
	k := chunk{header1(), 3, 4, 6}
	f.Add(k.encode())
	f.Add((&result{1, 2, 3, 4, []float64{1, 2}}).encode())
	f.Add((&broadcast{Frame: frameTell, Values: []float64{1}}).encode())
	f.Add((&broadcast{Frame: framePart, Blob: state, Size: 3, Bytes: []byte("abc")}).encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := decodeChunk(b); err == nil && !bytes.Equal(k.encode(), b) {
			t.Errorf("chunk %x is read as %+v", b, k)
		}
		if r, err := decodeResult(b); err == nil && len(r.encode()) != len(b) {
			t.Errorf("result %x is read as %+v", b, r)
		}
		if m, err := decodeBroadcast(b); err == nil && len(m.encode()) != len(b) {
			t.Errorf("broadcast %x is read as %+v", b, m)
		}
	})
}

// TestSplit: every unit is in one chunk, and chunks are as long as they should be.
func TestSplit(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		n, cores     int
		unit, target time.Duration
		chunks       int
		first        span
	}{
		{199, 16, ms, 0, 62, span{0, 4}},         // three quarters in chunks of 4 pairs, the rest in twos
		{199, 1, ms, 0, 5, span{0, 50}},          // 4 a core
		{199, 400, ms, 0, 100, span{0, 2}},       // more cores than there is work in 2 ms
		{199, 400, ms / 10, 0, 10, span{0, 20}},  // not under 2 ms
		{199, 16, 0, 0, 62, span{0, 4}},          // unknown: as if it were enough
		{199, 16, ms, 50 * ms, 4, span{0, 50}},   // as asked for
		{2, 16, 5 * ms, 0, 2, span{0, 1}},        //
		{2000, 16, ms / 2, 0, 78, span{0, 32}},   //
		{100, 0, 200 * ms, 0, 6, span{0, 25}},    // nobody there yet
		{1, 1, time.Second, ms, 1, span{0, 1}},   //
		{7, 2, ms, ms / 100, 7, span{0, 1}},      // at least one
		{199, 2, ms, 5 * ms, 40, span{0, 5}},     //
		{199, 2, ms, time.Hour, 1, span{0, 199}}, //
	} {
		got := split(c.n, c.cores, c.unit, c.target)
		at := 0
		for _, s := range got {
			if s.lo != at || s.hi <= s.lo {
				t.Fatalf("%+v: %v", c, got)
			}
			at = s.hi
		}
		if at != c.n || len(got) != c.chunks || got[0] != c.first {
			t.Errorf("%+v: %d chunks, %v", c, len(got), got)
		}
	}
}

// TestChooser: both transports are measured, the cheaper is taken, the other measured again from time to time.
func TestChooser(t *testing.T) {
	c := newChooser(Auto)
	count := map[Transport]int{}
	for range 2 * again {
		n := c.next()
		count[n]++
		c.measured(n, map[Transport]time.Duration{Replay: 5 * time.Millisecond, Ship: time.Millisecond}[n])
	}
	if count[Replay] < 4 || count[Replay] > 6 {
		t.Errorf("the dearer one was taken %d times of %d", count[Replay], 2*again)
	}
	// What was cheap becomes dear.
	for range 30 {
		c.measured(Ship, time.Second)
	}
	if c.next() != Replay {
		t.Error("the transport that became dear is still taken")
	}
	if newChooser(Ship).next() != Ship || newChooser(Replay).next() != Replay {
		t.Error("a forced transport is not taken")
	}
}

// TestReplayStrategies: between Ask and Tell a strategy's state is that before Ask, which is what Evaluate sends; and a worker that takes it
// up and replays the generation has the coordinator's next one.
func TestReplayStrategies(t *testing.T) {
	space := strategy.Space{Dim: 64, Groups: 2, Blocks: []strategy.Block{{Name: "a", Off: 0, Len: 10, Sigma: 0.1}, {Name: "b", Off: 32, Len: 30, Group: 1, Sigma: 0.1}}}
	for _, m := range run.Builtin().Strategies {
		settings := m.Default
		settings.Population = 16
		start := func() strategy.Strategy {
			s, err := m.New(strategy.Config{Space: space, Settings: settings, Theta: make([]float32, space.Dim), Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		truth := start()
		k := newKeeper(start(), 2, len(truth.State()), space.Dim)
		fitness := make([]float64, truth.Population())
		for g := 1; g <= 3; g++ {
			before := pack(state, truth.State())
			truth.Ask(g)
			if !bytes.Equal(before.data, truth.State()) {
				t.Errorf("%s: Ask changes the state", m.Name)
			}
			if g == 1 {
				if err := k.install(state, before.hash, before.data); err != nil {
					t.Fatal(err)
				}
			}
			for i := range fitness {
				fitness[i] = float64((i*7 + g) % 11)
			}
			truth.Tell(fitness, func(n int, f func(int)) { parallel(1, n, f) })
			k.hear(broadcast{Frame: frameTell, Theta: before.hash, Generation: uint32(g), Values: fitness})
			if !k.has(state, pack(state, truth.State()).hash) {
				t.Fatalf("%s: the replay of generation %d gives another state", m.Name, g)
			}
		}
	}
}
