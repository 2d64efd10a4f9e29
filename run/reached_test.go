package run

import (
	"context"
	"math"
	"testing"

	"baldwin/evolve"
	"baldwin/internal/kernel"
)

func TestReached(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		means []float64
		row   int
		index int
		ok    bool
	}{
		{nil, 1, 0, false},
		{[]float64{-0.3, -0.2, -0.05, -0.04}, 3, 0, false},
		{[]float64{-0.3, -0.05, -0.04, -0.03, -0.5}, 3, 3, true},
		{[]float64{-0.05, -0.04, -0.2, -0.03, -0.02, -0.01}, 3, 5, true},
		{[]float64{-0.05, -0.04, nan, -0.03, -0.02, -0.01}, 3, 5, true},
		{[]float64{-0.1, -0.1, -0.1}, 3, 0, false}, // as good is not better
		{[]float64{-0.2, -0.09}, 1, 1, true},
	} {
		var tests []MetaTestRow
		for _, m := range c.means {
			tests = append(tests, MetaTestRow{Mean: m})
		}
		if index, ok := Reached(tests, -0.1, c.row); index != c.index || ok != c.ok {
			t.Errorf("%v, %d in a row: %d, %v, want %d, %v", c.means, c.row, index, ok, c.index, c.ok)
		}
	}
}

// TestHeldOutMetaTests: meta-tests on the held-out set are what Score says there, along the way and at the end, and
// change nothing but themselves: the genome is the one of a run with fresh tests, and so is every generation's row.
func TestHeldOutMetaTests(t *testing.T) {
	short := func(s *Spec) { s.Generations, s.MetaTest = 4, MetaTestSpec{Every: 2, Tasks: 20} }
	freshSpec := tiny(t, short)
	heldSpec := tiny(t, short, func(s *Spec) { s.MetaTest.Set = HeldOutSet })
	fresh, freshRows := whole(t, freshSpec)
	held, heldRows := whole(t, heldSpec)
	if held.ThetaHash != fresh.ThetaHash {
		t.Errorf("theta %.12s with held-out tests, %.12s with fresh ones", held.ThetaHash, fresh.ThetaHash)
	}
	for i, g := range heldRows.generations {
		if want := freshRows.generations[i]; timeless(g) != timeless(want) {
			t.Errorf("a generation is recorded as\n%s\nwith fresh tests\n%s", timeless(g), timeless(want))
		}
	}

	l, err := heldSpec.Fit(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	pool := evolve.NewPool(l, heldSpec.Family.Family, kernel.Best(), heldSpec.Space(l.Layout), 1, 1)
	defer pool.Close()
	o := options()
	o.Pause = 2
	for i, r := range []*Result{train(t, heldSpec, o), held} {
		want, err := Score(context.Background(), pool, r.Theta, HeldOut(heldSpec.Family.Family, 20), r.Generation)
		if err != nil {
			t.Fatal(err)
		}
		got := held.Tests[i]
		got.Seconds, want.Seconds = 0, 0
		if got != want {
			t.Errorf("meta-test of generation %d: %+v, Score says %+v", want.Generation, got, want)
		}
		if got.Mean == fresh.Tests[i].Mean {
			t.Error("held-out tests are on the tasks of fresh ones")
		}
	}
}

// TestTestSets: fresh is what a spec without a set has, to the hash; the held-out set is tested whole, and has an end.
func TestTestSets(t *testing.T) {
	plain, named := resolve(t, Spec{}), resolve(t, Spec{MetaTest: MetaTestSpec{Set: FreshSet}})
	if plain.Hash() != named.Hash() {
		t.Error("set: fresh has another hash than none")
	}
	held := resolve(t, Spec{MetaTest: MetaTestSpec{Set: HeldOutSet}})
	if held.MetaTest.Tasks != HeldOutTasks || held.Hash() == plain.Hash() {
		t.Errorf("set: held-out has %d tasks and hash %.12s", held.MetaTest.Tasks, held.Hash())
	}
	for _, bad := range []MetaTestSpec{{Set: "heldout"}, {Set: HeldOutSet, Tasks: HeldOutTasks + 1}} {
		if _, err := (Spec{MetaTest: bad}).Resolve(Builtin()); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
