package life

import (
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// lesions that are tried on every variant; those without a meaning for one are refused by Check.
var lesions = []string{
	"freeze=1", "freeze=3", "reset-w=1", "reset-w=3", "reset-w=6", "reset-h=1", "reset-h=2", "reset-h=6", "transplant=1", "transplant=4",
	"zero=A", "zero=B", "zero=D", "zero=m", "zero=A zero=C freeze=5 reset-h=4", "transplant=3 reset-h=3 zero=A", "reset-w=2 reset-h=2 freeze=2",
}

// slowly lives one task of a lot alone, step by step, doing what a lesion says: the model that lesions of batches are held to.
func slowly(v variant, theta []float32, lot *Lot, i int, x Lesion) float64 {
	b := v.l.NewBrain(kernel.Best(), 1)
	copy(b.Genome, theta)
	for _, part := range x.Zero {
		if err := v.l.Silence(b.Genome, part); err != nil {
			panic(err)
		}
	}
	b.Load()
	births := learner.Births{}
	if v.l.Random {
		r := newBirths(v.l.Hidden, 1)
		births = r.of(b.ISA, lot, i, 1)
	}
	tasks := lot.Tasks[i : i+1]
	var grown []float32
	if x.Transplant > 0 {
		donor := lot.Part(i, i+1)
		donor.Tasks = []task.Task{lot.Tasks[(i+1)%len(lot.Tasks)]}
		donor.Lesion, donor.Donors = nil, nil
		life := Record(v.l, v.f, b.ISA, b.Genome, &donor)[0]
		grown = life.W[len(life.W)-1]
	}
	e := v.f.Episode(1)
	obs, act := make([]float32, v.l.Obs), make([]float32, v.l.Act)
	through := func(x Lesion) {
		for t := 1; ; t++ {
			step, ok := e.Observe(obs)
			if !ok {
				return
			}
			if t == x.ResetW {
				b.ResetW(1, func(int) int { return 0 })
			}
			if t == x.Transplant {
				b.SetW(1, func(int) []float32 { return grown })
			}
			if t == x.ResetH {
				b.ResetH(1)
			}
			b.Step(obs, act, 1, step.Plastic && (x.Freeze == 0 || t < x.Freeze), true)
			if step.Output {
				e.Act(act, b)
			}
		}
	}
	if tutor, ok := e.(task.Tutor); ok && v.l.Gradient && x.Freeze != 1 {
		if tutor.Explore(tasks) {
			b.Birth(1, births)
			through(Lesion{})
		}
		e.Begin(tasks)
		b.Birth(1, births)
		obs, target, weight := tutor.Lesson(0)
		b.Descend(0, obs, target, weight)
	} else {
		e.Begin(tasks)
		b.Birth(1, births)
	}
	through(x)
	return e.Fitness(0)
}

// TestLesionedIsSlow: fast and recorded lives with lesions have the bits of lives that are lived one by one; a lesion
// leaves the batch's genome and later lives as they were; and most lesions change something.
func TestLesionedIsSlow(t *testing.T) {
	const n = 18 // more than a batch
	changed := map[string]int{}
	for _, v := range variants(t, 16) {
		t.Run(v.name, func(t *testing.T) {
			theta := draw(v.l, 1)
			whole := lot(v, theta, n)
			healthy := fast(v, kernel.Best(), theta, whole, n)
			for _, words := range lesions {
				x, err := ParseLesion(strings.Fields(words)...)
				if err != nil {
					t.Fatal(err)
				}
				if x.Check(v.l, v.f) != nil {
					continue
				}
				lesioned, err := whole.Lesioned(x)
				if err != nil {
					t.Fatal(err)
				}
				b := NewBatch(v.l, v.f, kernel.Best(), 7)
				copy(b.Genome(), theta)
				got := make([]float64, n)
				for _, cut := range [][2]int{{11, n}, {0, 11}} {
					part := lesioned.Part(cut[0], cut[1])
					b.Run(&part, got[cut[0]:])
				}
				if !slices.Equal(b.Genome(), theta) {
					t.Fatalf("%s: the genome is changed", words)
				}
				var recorded []float64
				for _, life := range Record(v.l, v.f, kernel.Best(), theta, lesioned) {
					recorded = append(recorded, life.Fitness)
				}
				if !sameBits(got, recorded) {
					t.Fatalf("%s: fitness %v, recorded %v", words, got, recorded)
				}
				for i := range n {
					if want := slowly(v, theta, lesioned, i, x); !sameBits(got[i:i+1], []float64{want}) {
						t.Fatalf("%s: task %d: fitness %v, slowly %v", words, i, got[i], want)
					}
				}
				if !sameBits(got, healthy) && !v.l.Gradient {
					changed[words]++
				}
				after := make([]float64, n)
				b.Run(whole, after)
				if !sameBits(after, healthy) {
					t.Fatalf("%s: the lives after it are %v, want %v", words, after, healthy)
				}
			}
		})
	}
	for _, words := range lesions { // of learners that have learned nothing before their first step
		if birth := words == "reset-w=1" || words == "reset-h=1"; (changed[words] == 0) != birth {
			t.Errorf("%s changes %d variants", words, changed[words])
		}
	}
}

// TestLesionErrors: what has no meaning is refused, with the reason.
func TestLesionErrors(t *testing.T) {
	for _, c := range []struct{ name, words, want string }{
		{"eprnn 1-10-20", "freeze=20", "freeze: a life has steps 1 to 19, got 20"},
		{"eprnn 1-10-20", "zero=E", `zero: learner eprnn has no part "E"; its parts: A, B, C, D, m`},
		{"eprnn 1-10-20 hebb", "zero=B", `zero: learner eprnn has no part "B"; its parts: A, m`},
		{"eprnn 1-10-20 zero-BD", "zero=B", `zero: learner eprnn has no part "B"; its parts: A, C, m`},
		{"eprnn 1-10-20 decomposed", "zero=B", ""},
		{"eprnn-nom 1-10-20", "zero=m", `zero: learner eprnn-nom has no part "m"; its parts: A, B, C, D`},
		{"es-rnn 1-10-20", "zero=A", `zero: learner es-rnn has no part "A"; its parts: none`},
		{"es-rnn 1-10-20", "reset-w=3", "reset-w: learner es-rnn has no weights that learn"},
		{"es-rnn 1-10-20", "freeze=3", "freeze: learner es-rnn has no weights that learn"},
		{"es-lstm 1-10-20", "transplant=3", "transplant: learner es-lstm has no plastic weights"},
		{"es-lstm 1-10-20", "reset-h=3", ""},
		{"epmlp robot", "reset-h=3", "reset-h: learner epmlp has no hidden state"},
		{"epmlp robot", "transplant=100", ""},
		{"es-maml 1-10-20", "freeze=1", ""},
		{"es-maml 1-10-20", "reset-w=7", ""},
		{"es-maml 1-10-20", "freeze=2", "freeze: learner es-maml has learned before its first step, so it takes 1 alone"},
		{"es-maml 1-10-20", "transplant=1", "transplant: learner es-maml has no plastic weights"},
	} {
		found := false
		for _, v := range variants(t, 16) {
			if v.name != c.name {
				continue
			}
			found = true
			x, err := ParseLesion(strings.Fields(c.words)...)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := x.Check(v.l, v.f); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%s, %s: %q, want %q", c.name, c.words, got, c.want)
			}
		}
		if !found {
			t.Errorf("no variant %s", c.name)
		}
	}
	one := &Lot{Tasks: make([]task.Task, 1)}
	if _, err := one.Lesioned(Lesion{Transplant: 1}); err == nil {
		t.Error("a transplant within one task is taken")
	}
}

// TestParseLesion: words and back, and what is wrong with others.
func TestParseLesion(t *testing.T) {
	for _, words := range lesions {
		x, err := ParseLesion(strings.Fields(words)...)
		y, again := ParseLesion(strings.Fields(x.String())...)
		if err != nil || again != nil || x.String() != y.String() || len(x.String()) != len(words) {
			t.Errorf("%q is %+v, written %q", words, x, x)
		}
	}
	if got := (Lesion{}).String(); got != "none" {
		t.Errorf("no lesion is %q", got)
	}
	for word, want := range map[string]string{
		"freeze": "unknown lesion", "freeze=": "unknown lesion", "cut=1": "unknown lesion", "zero=": "unknown lesion", "zero": "unknown lesion",
		"freeze=0": "freeze: want a step", "reset-w=-1": "reset-w: want a step", "reset-h=x": "reset-h: want a step",
	} {
		if _, err := ParseLesion(word); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", word, err, want)
		}
	}
}
