package task

import (
	"testing"

	"baldwin/internal/rng"
)

// TestStratified: of eight stratified tasks each eighth of every hidden parameter's range has one.
func TestStratified(t *testing.T) {
	const n = 8
	eighth := func(v, lo, hi float64) int { return int((v - lo) / (hi - lo) * n) }
	hit := map[string][n]int{}
	add := func(name string, i int) {
		h := hit[name]
		h[i]++
		hit[name] = h
	}
	f := &Sequence{Dims: 2, Shots: 10, Length: 20, Protocol: ClosedLoop}
	for _, one := range DrawAll(f, 5, rng.Stratified, 7, 0, n) {
		s := one.(*SequenceTask)
		for i, dim := range []string{"first ", "second "} {
			add(dim+"amplitude", eighth(s.Amplitude[i], MinAmplitude, MaxAmplitude))
			add(dim+"period", eighth(s.Period[i], MinPeriod, MaxPeriod))
			add(dim+"phase", eighth(s.Phase[i], 0, tau))
		}
	}
	for _, one := range DrawAll(&Robot{Noise: 0.05, Protocol: PaperEpisode}, 5, rng.Stratified, 7, 0, n) {
		r := one.(*RobotTask)
		add("x", eighth(r.Goal[0], -goalRange, goalRange))
		add("y", eighth(r.Goal[1], -goalRange, goalRange))
		add("A0", eighth(r.A0, minA0, maxA0))
		add("k", eighth(r.K, minK, maxK))
	}
	if len(hit) != 10 {
		t.Errorf("%d parameters were looked at", len(hit))
	}
	for name, h := range hit {
		if h != [n]int{1, 1, 1, 1, 1, 1, 1, 1} {
			t.Errorf("%s: tasks in each eighth are %v", name, h)
		}
	}
}
