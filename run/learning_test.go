package run

import (
	"context"
	"slices"
	"testing"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/learner"
)

// TestLearns guards the whole path: a small EPRNN must learn to learn sinusoids of (1,10,20) in seconds. The settings
// were found by trying: of six seeds the worst scored -1.00 and the best -0.84 after 1000 generations. Who always predicts
// 0 scores -E[A^2]/2 = -2.17.
func TestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const threshold, nothing = -1.1, -2.0
	s := resolve(t, Spec{
		Learner:  LearnerSpec{Hidden: 16},
		Strategy: StrategySpec{Population: 100, LearningRate: 0.02, Sigma: 0.02, RuleSigma: 0.002},
		Tasks:    8, Generations: 1000, MetaTest: MetaTestSpec{Every: 500, Tasks: 800},
	})
	o := options()
	o.Threads = 0
	res := train(t, s, o)
	if !(res.MetaTest.Mean > threshold) {
		t.Errorf("the meta-test is %.3f after %d generations, must be above %g", res.MetaTest.Mean, res.Generation, threshold)
	}

	l, err := s.Fit(o.Registry)
	if err != nil {
		t.Fatal(err)
	}
	pool := evolve.NewPool(l, s.Family.Family, kernel.Best(), s.Space(l.Layout), 1, 2)
	defer pool.Close()
	score := func(theta []float32) float64 {
		row, err := Score(context.Background(), pool, theta, HeldOut(s.Family.Family, 1600), 0)
		if err != nil {
			t.Fatal(err)
		}
		return row.Mean
	}
	if v := score(res.Theta); !(v > threshold) {
		t.Errorf("held-out tasks score %.3f, must be above %g", v, threshold)
	}
	start := make([]float32, l.Layout.Dim)
	l.Layout.Init(start, s.Seed)
	if v := score(start); !(v < nothing) {
		t.Errorf("the start scores %.3f, which should be below %g", v, nothing)
	}
	// What was evolved is learning: without its rules the same genome is far worse.
	still := slices.Clone(res.Theta)
	for i := range l.Layout.Tensors {
		if tensor := &l.Layout.Tensors[i]; tensor.Role == learner.RulePar {
			clear(still[tensor.Off : tensor.Off+tensor.Len()])
		}
	}
	if with, without := score(res.Theta), score(still); !(without < with-0.2) {
		t.Errorf("held-out tasks score %.3f with plasticity and %.3f without", with, without)
	}
}
