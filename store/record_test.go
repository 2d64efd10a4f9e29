package store

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"baldwin/run"

	"github.com/google/go-cmp/cmp"
)

// awkward are the floats that a store tends to lose.
var awkward = []float64{
	0, math.Copysign(0, -1), 1, -1, 1.0 / 3, 5e-324, -5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), 1 << 53, 1<<53 + 2,
	1e15, -3, 1 << 62, -1 << 63, math.Pi, math.NaN(), math.Float64frombits(0x7ff8000000000000),
}

func TestFloatsKeepTheirBits(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	c := commitOf(0, len(awkward), run.Running)
	c.MetaTests = nil
	for i, x := range awkward {
		g := &c.Generations[i]
		g.Best, g.Upper, g.Median, g.Lower, g.Worst, g.ThetaNorm, g.Seconds = x, x, x, x, x, x, x
		g.Sigma = awkward
		c.MetaTests = append(c.MetaTests, run.MetaTestRow{Generation: i + 1, Mean: x, SD: x, Low: x, High: x, Seconds: x})
	}
	check(t, s.Recorder(r).Commit(ctx, c))
	same := cmp.Comparer(func(a, b float64) bool { return bits(a) == bits(b) })
	rows, err := s.Generations(ctx, r.ID, 1)
	check(t, err)
	if d := cmp.Diff(c.Generations, rows, same); d != "" {
		t.Error(d)
	}
	tests, err := s.MetaTests(ctx, r.ID, 0)
	check(t, err)
	if d := cmp.Diff(c.MetaTests, tests, same); d != "" {
		t.Error(d)
	}
	for i := len(awkward) - 2; i < len(awkward); i++ {
		for _, x := range []float64{rows[i].Best, rows[0].Sigma[i], tests[i].Mean} {
			if math.Float64bits(x) != canonicalNaN {
				t.Errorf("NaN came back as %x", math.Float64bits(x))
			}
		}
	}
	last, err := s.Run(ctx, "r")
	check(t, err)
	if last.Last == nil || !math.IsNaN(*last.Last) || *last.Best != math.Inf(1) {
		t.Errorf("last %v, best %v", last.Last, *last.Best)
	}
}

// One NaN is as good as another, and the digest knows it.
func TestPayloadsOfNaNAreOne(t *testing.T) {
	s := newStore(t)
	var digests []string
	for i, nan := range []uint64{0x7ff8000000000001, 0xfff8000000000000, 0x7ff8000000000000} {
		r := newRun(t, s, []string{"a", "b", "c"}[i])
		c := commitOf(0, 1, run.Running)
		c.Generations[0].Best = math.Float64frombits(nan)
		c.Generations[0].Sigma = []float64{math.Float64frombits(nan)}
		check(t, s.Recorder(r).Commit(ctx, c))
		digests = append(digests, digestOf(t, s, r))
	}
	if digests[0] != digests[1] || digests[0] != digests[2] {
		t.Error(digests)
	}
}

func TestRowsFrom(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 40, run.Running)
	rows, err := s.Generations(ctx, r.ID, 38)
	check(t, err)
	tests, err := s.MetaTests(ctx, r.ID, 21)
	check(t, err)
	if len(rows) != 3 || rows[0].Generation != 38 || len(tests) != 1 || tests[0].Generation != 40 {
		t.Errorf("%d rows, %d tests", len(rows), len(tests))
	}
	if d := cmp.Diff(row(38), rows[0]); d != "" {
		t.Error(d)
	}
}

// A refused commit changes nothing.
func TestCommitMustGoOnWhereTheStoreEnds(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 20, run.Running)
	before := digestOf(t, s, r)
	for name, change := range map[string]func(*run.Commit){
		"a gap":                      func(c *run.Commit) { c.Generations = c.Generations[1:] },
		"rows twice":                 func(c *run.Commit) { *c = commitOf(10, 30, run.Running) },
		"a gap inside":               func(c *run.Commit) { c.Generations = slices.Delete(c.Generations, 3, 4) },
		"a later checkpoint":         func(c *run.Commit) { c.Checkpoint.Generation++ },
		"an earlier checkpoint":      func(c *run.Commit) { c.Checkpoint.Generation-- },
		"no state":                   func(c *run.Commit) { c.Checkpoint.State = nil },
		"another spec":               func(c *run.Commit) { c.Checkpoint.SpecHash = "other" },
		"no status":                  func(c *run.Commit) { c.Status = "" },
		"a meta-test of the future":  func(c *run.Commit) { c.MetaTests[0].Generation = 31 },
		"other bits in the same end": func(c *run.Commit) { *c = commitOf(20, 20, run.Finished); c.Checkpoint.ThetaHash = "other" },
	} {
		c := commitOf(20, 30, run.Running)
		c.MetaTests = []run.MetaTestRow{metaTest(30)}
		change(&c)
		if err := s.Recorder(r).Commit(ctx, c); err == nil {
			t.Errorf("%s: taken", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
		if digestOf(t, s, r) != before {
			t.Fatalf("%s: the store changed", name)
		}
	}
	commit(t, s, r, 20, 20, run.Stopped) // the same end again is no fault
	commit(t, s, r, 20, 30, run.Finished)
}

func TestCommitOutlivesItsContext(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	done, cancel := context.WithCancel(ctx)
	cancel()
	check(t, s.Recorder(r).Commit(done, commitOf(0, 7, run.Stopped)))
	if got, _ := s.Run(ctx, "r"); got.Generation != 7 || got.Status != run.Stopped {
		t.Errorf("generation %d, status %s", got.Generation, got.Status)
	}
}

// What is kept depends on the generation, not on where the run was interrupted.
func TestKeptCheckpoints(t *testing.T) {
	s := newStore(t)
	for i, c := range []struct {
		ends []int // where commits ended; the last two of the checkpoints kept
		want []int
	}{
		{[]int{0}, []int{0}},
		{[]int{0, 10}, []int{10, 0}},
		{[]int{0, 10, 20, 30}, []int{30, 20}},
		{[]int{0, 10, 13, 20, 25, 30}, []int{30, 20}},
		{[]int{0, 10, 20, 22, 25}, []int{25, 20}},
		{[]int{5}, []int{5}},
		{[]int{5, 10}, []int{10}},
		{[]int{0, 10, 20, 20, 25}, []int{25, 20}}, // stopped on a multiple
	} {
		r := newRun(t, s, string(rune('a'+i)))
		from := 0
		for _, to := range c.ends {
			commit(t, s, r, from, to, run.Running)
			from = to
		}
		got, err := s.checkpoints(ctx, r.ID)
		check(t, err)
		if !slices.Equal(got, c.want) {
			t.Errorf("commits ending at %v leave checkpoints %v, want %v", c.ends, got, c.want)
		}
	}
}

func TestCheckpointComesBack(t *testing.T) {
	s := newStore(t)
	r := newRun(t, s, "r")
	if c, err := s.Checkpoint(ctx, r.ID); c != nil || err != nil {
		t.Fatal(c, err)
	}
	commit(t, s, r, 0, 10, run.Running)
	commit(t, s, r, 10, 20, run.Running)
	got, err := s.Checkpoint(ctx, r.ID)
	check(t, err)
	if d := cmp.Diff(checkpoint(20), *got); d != "" {
		t.Error(d)
	}
}

func TestDamagedCheckpointGivesWayToItsSpare(t *testing.T) {
	s := newStore(t)
	log, said := capture()
	s.Log = log
	r := newRun(t, s, "r")
	commit(t, s, r, 0, 10, run.Running)
	whole := digestOf(t, s, r)
	commit(t, s, r, 10, 20, run.Running)
	spoil := func(g int) {
		_, err := s.db.Exec("UPDATE checkpoints SET state = CAST(substr(state, 1, 500) || x'ff' || substr(state, 502) AS BLOB) WHERE run = ? AND generation = ?", r.ID, g)
		check(t, err)
	}
	spoil(20)
	if err := s.Check(ctx); !is(err, ErrDamaged) {
		t.Error("Check:", err)
	}
	got, err := s.Checkpoint(ctx, r.ID)
	check(t, err)
	if d := cmp.Diff(checkpoint(10), *got); d != "" {
		t.Error(d)
	}
	if said.Len() == 0 {
		t.Error("it did not say so")
	}
	if _, err := s.Digest(ctx, r.ID); !is(err, ErrDamaged) {
		t.Error("digest of a damaged run:", err)
	}
	check(t, s.Discard(ctx, r.ID, got.Generation))
	if digestOf(t, s, r) != whole {
		t.Error("Discard did not lead back to generation 10")
	}
	commit(t, s, r, 10, 20, run.Running)
	spoil(10)
	spoil(20)
	_, err = s.Checkpoint(ctx, r.ID)
	oneLine(t, err, ErrDamaged, "generation 20", "none of the run is whole")
}

// Each number that a run computes is in the digest, and what is not computed is not.
func TestDigestCoversWhatIsComputed(t *testing.T) {
	s := newStore(t)
	names := 0
	made := func(change func(*Run, *run.Commit)) string {
		names++
		want := sampleRun("r")
		want.Name, _ = s.FreeName(ctx, "r")
		c := commitOf(0, 20, run.Finished)
		change(&want, &c)
		r, err := s.Create(ctx, want)
		check(t, err)
		check(t, s.Recorder(r).Commit(ctx, c))
		return digestOf(t, s, r)
	}
	base := made(func(*Run, *run.Commit) {})
	fields := func(name string, of func(*Run, *run.Commit) reflect.Value, free ...string) {
		shape := of(&Run{}, new(commitOf(0, 20, run.Finished))).Type()
		for i := range shape.NumField() {
			field := shape.Field(i).Name
			if field == "Generation" {
				continue // bound: rows follow one another
			}
			got := made(func(r *Run, c *run.Commit) {
				disturb(of(r, c).Field(i))
				if field == "SpecHash" { // the run's and the checkpoint's agree
					r.SpecHash, c.Checkpoint.SpecHash = "other", "other"
				}
			})
			if slices.Contains(free, field) != (got == base) {
				t.Errorf("%s.%s: digest equal %v", name, field, got == base)
			}
		}
	}
	fields("Run", func(r *Run, _ *run.Commit) reflect.Value { return reflect.ValueOf(r).Elem() },
		"ID", "Name", "Preset", "Family", "Learner", "Strategy", "CheckpointEvery", "Version", "Kernel", "Created", "Updated",
		"Status", "ThetaHash", "Best", "Last") // the commit's are what counts
	fields("GenerationRow", func(_ *Run, c *run.Commit) reflect.Value { return reflect.ValueOf(&c.Generations[4]).Elem() }, "Seconds")
	fields("MetaTestRow", func(_ *Run, c *run.Commit) reflect.Value { return reflect.ValueOf(&c.MetaTests[0]).Elem() }, "Seconds")
	fields("Checkpoint", func(_ *Run, c *run.Commit) reflect.Value { return reflect.ValueOf(&c.Checkpoint).Elem() })
	for name, change := range map[string]func(*Run, *run.Commit){
		"status":                    func(_ *Run, c *run.Commit) { c.Status = run.Stopped },
		"generation of a meta-test": func(_ *Run, c *run.Commit) { c.MetaTests[0].Generation-- },
		"number of meta-tests":      func(_ *Run, c *run.Commit) { c.MetaTests = nil },
		"number of generations":     func(_ *Run, c *run.Commit) { *c = commitOf(0, 21, run.Finished) },
	} {
		if made(change) == base {
			t.Errorf("the %s is not in it", name)
		}
	}
}

// disturb changes a field a little.
func disturb(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *string:
		*x += "x"
	case *int:
		*x++
	case *int64:
		*x++
	case *uint64:
		*x++
	case *float64:
		*x = math.Nextafter(*x, 1)
	case *[]float64:
		(*x)[1] = math.Nextafter((*x)[1], 1)
	case *[]byte:
		(*x)[len(*x)-1] ^= 1
	case *time.Time:
		*x = time.UnixMilli(1)
	}
}
