package life

import (
	"math"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
	"pgregory.net/rapid"
)

// TestHostileGenomes: whatever a genome holds (huge, denormal, infinite, NaN), lives come to an end with some fitness and
// never panic, and all kernels and recorders agree on it.
func TestHostileGenomes(t *testing.T) {
	all := variants(t, 16)
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 1e-45, 1e-38, 1e10, -1e30, math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(all).Draw(t, "variant")
		theta := draw(v.l, rapid.Uint64Range(0, 1<<40).Draw(t, "seed"))
		scale := rapid.SampledFrom([]float32{1e-42, 1, 30, 1e12, 1e38}).Draw(t, "scale")
		for i := range v.l.Layout.Tensors {
			tensor := &v.l.Layout.Tensors[i]
			part := theta[tensor.Off : tensor.Off+tensor.Len()]
			for j := range part {
				part[j] *= scale
			}
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				part[rapid.IntRange(0, len(part)-1).Draw(t, "at")] = rapid.SampledFrom(values).Draw(t, "value")
			}
		}
		l := Draw(v.f, 1, 1, 0, 0, 3)
		var recorded []float64
		for _, life := range Record(v.l, v.f, kernel.Best(), theta, l) {
			recorded = append(recorded, life.Fitness)
		}
		for _, k := range kernels() {
			if got := fast(v, k, theta, l, 2); !sameBits(got, recorded) {
				t.Fatalf("%s: %v gives %v, recorded %v", v.name, k, got, recorded)
			}
		}
		for _, x := range recorded {
			if most := float64(v.f.Shape().Steps); x > 0 && (v.f.Name() != "cartpole" || x > most) {
				t.Fatalf("%s: fitness %v", v.name, x)
			}
		}
	})
}

// silent is a family that teaches nothing.
type silent struct{ task.Sequence }

func (s *silent) Episode(batch int) task.Episode {
	return struct{ task.Episode }{s.Sequence.Episode(batch)}
}

// TestFitErrors: a learner that cannot live in a family is refused.
func TestFitErrors(t *testing.T) {
	sequence := &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}
	exploring := &task.Robot{Protocol: task.PaperEpisode, Rollouts: 1}
	for _, c := range []struct {
		kind learner.Kind
		c    learner.Config
		f    task.Family
		want string // part of the error; empty: none
	}{
		{learner.ESMAML(), learner.Config{}, sequence, ""},
		{learner.ESMAML(), learner.Config{}, exploring, ""},
		{learner.ESMAML(), learner.Config{}, &silent{*sequence}, "name: learner es-maml descends a gradient, and family sequence teaches none"},
		{learner.EPRNN(), learner.Config{}, &silent{*sequence}, ""},
		{learner.EPRNN(), learner.Config{}, exploring, "name: learner eprnn descends no gradient"},
		{learner.ESRNN(), learner.Config{Modulator: learner.On}, sequence, "modulator: "},
	} {
		l, err := Fit(c.kind, c.c, c.f)
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s in %s: %v, want %q", c.kind.Name, c.f.Name(), err, c.want)
		}
		if s := c.f.Shape(); err == nil && (l.Obs != s.Obs || l.Act != s.Act || l.Tower != s.Tower || l.Tanh != s.Tanh || l.Lesson != s.Pairs) {
			t.Errorf("%s in %s: %+v does not fit %+v", c.kind.Name, c.f.Name(), l.Config, s)
		}
	}
}
