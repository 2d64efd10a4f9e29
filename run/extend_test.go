package run

import (
	"slices"
	"strings"
	"testing"
)

// TestExtend: a run that begins where a shorter one stands ends as if it had been that long from its beginning.
func TestExtend(t *testing.T) {
	short := tiny(t) // 12 generations, tested after 5, 10 and 12
	_, m := whole(t, short)
	for name, c := range map[string]struct {
		change func(*Spec)
		tests  []int // that are taken over
	}{
		"longer":               {func(s *Spec) { s.Generations = 20 }, []int{5, 10}},
		"and kept more often":  {func(s *Spec) { s.Generations, s.CheckpointEvery = 20, 1 }, []int{5, 10}},
		"tested on other sets": {func(s *Spec) { s.Generations, s.MetaTest = 20, MetaTestSpec{Every: 5, Tasks: 30, Set: HeldOutSet} }, nil},
	} {
		long := tiny(t, c.change)
		begun, err := long.Extend(short, *m.newest, m.generations, m.tests)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var tests []int
		for _, row := range begun.MetaTests {
			tests = append(tests, row.Generation)
		}
		if !slices.Equal(tests, c.tests) {
			t.Errorf("%s: the meta-tests of %v are taken over, want %v", name, tests, c.tests)
		}
		got := &memory{}
		if err := got.Commit(t.Context(), begun); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		train(t, long, got.from(options()))
		want, w := whole(t, long)
		if got.newest.ThetaHash != want.ThetaHash {
			t.Errorf("%s: genome %.12s, want %.12s", name, got.newest.ThetaHash, want.ThetaHash)
		}
		w.tests = slices.DeleteFunc(w.tests, func(row MetaTestRow) bool { return c.tests == nil && row.Generation <= 12 })
		same(t, name, got, w)
	}
}

// TestExtendRefuses: what would come to another genome is refused with the reason.
func TestExtendRefuses(t *testing.T) {
	falling := func(from float64) func(*Spec) {
		return func(s *Spec) { s.Strategy.DecayFrom, s.Strategy.DecayTo = from, 0.1 }
	}
	longer := func(s *Spec) { s.Generations = 20 }
	for name, c := range map[string]struct {
		old, new []func(*Spec)
		says     string
	}{
		"another rate":        {nil, []func(*Spec){longer, func(s *Spec) { s.Strategy.LearningRate = 0.5 }}, "only generations, meta_test and checkpoint_every"},
		"another seed":        {nil, []func(*Spec){longer, func(s *Spec) { s.Seed = 8 }}, "only generations, meta_test and checkpoint_every"},
		"as long":             {nil, nil, "must be above 12"},
		"a schedule that ran": {[]func(*Spec){falling(0.5)}, []func(*Spec){falling(0.5), longer}, "falls over its 12 generations"},
	} {
		old := tiny(t, c.old...)
		_, m := whole(t, old)
		_, err := tiny(t, c.new...).Extend(old, *m.newest, m.generations, m.tests)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	// A schedule that has not begun to fall is no reason.
	old, o, m := tiny(t, falling(0.75)), options(), &memory{} // it falls after generation 9
	o.Recorder, o.Pause = m, 9
	train(t, old, o)
	if _, err := tiny(t, falling(0.75), longer).Extend(old, *m.newest, m.generations, m.tests); err != nil {
		t.Errorf("before the schedule: %v", err)
	}
}
