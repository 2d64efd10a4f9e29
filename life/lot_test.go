package life

import (
	"math"
	"slices"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/task"
)

// TestBirths: the weights that epmlp-random is born with are N(0, 0.1^2), drawn by (seed, generation, purpose, task) and
// nothing else: all individuals get the same, wherever in a batch or a lot the task lies, and after lives that ended early.
func TestBirths(t *testing.T) {
	f := &task.Robot{Noise: 0.01, Protocol: task.PaperEpisode}
	l, err := Fit(learner.EPMLPRandom(), learner.Config{Zero: []string{"A", "B", "C", "D"}, Hidden: 16}, f)
	if err != nil {
		t.Fatal(err)
	}
	born := func(seed uint64, lot *Lot) [][]float32 {
		theta := draw(l, seed)
		var w [][]float32
		for _, life := range Record(l, f, kernel.Best(), theta, lot) {
			if !slices.Equal(life.W[0], life.W[len(life.W)-1]) {
				t.Fatal("W changed with a rule of zeros")
			}
			w = append(w, life.W[0])
		}
		return w
	}
	const n = 18 // more than a batch
	all := Draw(f, 7, rng.Train, 3, 10, n)
	for i := range 9 {
		all.Tasks[2*i].(*task.RobotTask).Goal = task.Point{} // ends in its first step, and the others move
	}
	want := born(1, all)
	for i, w := range want {
		drawn := make([]float32, l.Hidden*l.Hidden)
		rng.At(7, rng.Birth, 3, uint32(rng.Train), uint32(10+i)).AddNormals(kernel.Reference, drawn, 0.1)
		if !slices.Equal(learner.Columns(w, l.Hidden, l.Hidden), drawn) {
			t.Fatalf("task %d is not born with what its address gives", i)
		}
	}
	part := all.Part(4, 9)
	for name, c := range map[string]struct {
		got  [][]float32
		same bool
	}{
		"another individual": {born(2, all)[4:9], true},
		"a part of the lot":  {born(1, &part), true},
		"the same tasks":     {born(1, Draw(f, 7, rng.Train, 3, 14, 5)), true},
		"another generation": {born(1, Draw(f, 7, rng.Train, 4, 14, 5)), false},
		"another purpose":    {born(1, Draw(f, 7, rng.MetaTest, 3, 14, 5)), false},
		"another seed":       {born(1, Draw(f, 8, rng.Train, 3, 14, 5)), false},
	} {
		for i := range c.got {
			if slices.Equal(c.got[i], want[4+i]) != c.same {
				t.Errorf("%s: task %d is born with the same: %v, want %v", name, i, !c.same, c.same)
			}
		}
	}
	var sum, squares float64
	for _, w := range want {
		for _, x := range w {
			sum += float64(x) / 0.1
			squares += float64(x) / 0.1 * float64(x) / 0.1
		}
	}
	if m := float64(n * l.Hidden * l.Hidden); math.Abs(sum/m) > 4/math.Sqrt(m) || math.Abs(squares/m-1) > 4*math.Sqrt(2/m) {
		t.Errorf("mean %v and variance %v of the unit", sum/m, squares/m)
	}
	given := *all
	given.Birth = learner.Columns(want[3], l.Hidden, l.Hidden)
	for i, w := range born(1, &given) {
		if !slices.Equal(w, want[3]) {
			t.Errorf("task %d is not born with the weights that were given", i)
		}
	}
}

// TestBirthsKept: a batch keeps the weights that it drew for a lot only for that lot.
func TestBirthsKept(t *testing.T) {
	f := &task.Sequence{Dims: 1, Shots: 2, Length: 5, Protocol: task.ClosedLoop}
	l, err := Fit(learner.EPMLPRandom(), learner.Config{Hidden: 16}, f)
	if err != nil {
		t.Fatal(err)
	}
	v := variant{"", l, f}
	theta := draw(l, 1)
	kept := NewBatch(l, f, kernel.Best(), 4)
	copy(kept.Genome(), theta)
	lots := []*Lot{
		Draw(f, 1, rng.Train, 2, 3, 4), Draw(f, 1, rng.Train, 2, 3, 3), Draw(f, 1, rng.Train, 2, 4, 3), Draw(f, 1, rng.Train, 1, 4, 3),
		Draw(f, 1, rng.HeldOut, 1, 4, 3), Draw(f, 2, rng.HeldOut, 1, 4, 3), Draw(f, 2, rng.HeldOut, 1, 4, 4),
	}
	for i, lot := range lots {
		lot.Tasks = lots[0].Tasks[:len(lot.Tasks)] // lots differ in their births alone
		got := make([]float64, len(lot.Tasks))
		kept.Run(lot, got)
		if want := fast(v, kernel.Best(), theta, lot, 4); !sameBits(got, want) {
			t.Errorf("lot %d: %v, in a batch of its own %v", i, got, want)
		}
	}
}

// TestDraw: a lot is the tasks of its address.
func TestDraw(t *testing.T) {
	f := &task.Sequence{Dims: 1, Shots: 1, Length: 2, Protocol: task.ClosedLoop}
	amplitude := func(l *Lot, i int) float64 { return l.Tasks[i].(*task.SequenceTask).Amplitude[0] }
	l := Draw(f, 1, rng.Train, 2, 3, 6)
	part := l.Part(2, 4)
	if same := Draw(f, 1, rng.Train, 2, 5, 2); len(part.Tasks) != 2 || part.First != 5 || amplitude(&part, 0) != amplitude(same, 0) || amplitude(&part, 1) != amplitude(same, 1) {
		t.Errorf("a part is not what its address gives")
	}
	for name, other := range map[string]*Lot{
		"seed": Draw(f, 2, rng.Train, 2, 3, 1), "purpose": Draw(f, 1, rng.HeldOut, 2, 3, 1),
		"generation": Draw(f, 1, rng.Train, 3, 3, 1), "task": Draw(f, 1, rng.Train, 2, 4, 1),
	} {
		if amplitude(other, 0) == amplitude(l, 0) {
			t.Errorf("another %s gives the same task", name)
		}
	}
}
