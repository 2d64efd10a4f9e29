package strategy

import (
	"math"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
)

// TestRefusals: settings that cannot be, or that a method does not take, are errors that begin with their name.
func TestRefusals(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		method Method
		change func(s *Settings)
		says   string
	}{
		{OpenES(), func(s *Settings) { s.LearningRate = 0 }, "learning_rate: must be above 0 and finite, got 0"},
		{AsReleased(), func(s *Settings) { s.LearningRate = -0.02 }, "learning_rate: must be above 0 and finite, got -0.02"},
		{SNES(), func(s *Settings) { s.LearningRate = nan }, "learning_rate: must be above 0 and finite, got NaN"},
		{CMAES(), func(s *Settings) { s.LearningRate = math.Inf(1) }, "learning_rate: must be above 0 and finite, got +Inf"},
		{OpenES(), func(s *Settings) { s.Shaping = "rank" }, `shaping: unknown shaping "rank"; there are ranks, utilities, values`},
		{OpenES(), func(s *Settings) { s.Optimizer = "Adam" }, `optimizer: unknown optimizer "Adam"; there are sgd, adam, clipup`},
		{OpenES(), func(s *Settings) { s.Momentum = 0.9 }, "momentum: adam has its own"},
		{PGPE(), func(s *Settings) { s.Momentum = 1 }, "momentum: must be at least 0 and below 1, got 1"},
		{ARS(), func(s *Settings) { s.WeightDecay = nan }, "weight_decay: must be at least 0 and below 1, got NaN"},
		{AsReleased(), func(s *Settings) { s.DecayTo = 2 }, "decay_to: must be above 0 and at most 1, got 2"},
		{AsReleased(), func(s *Settings) { s.DecayFrom = 0.5 }, "decay_from: means nothing without"},
		{AsReleased(), func(s *Settings) { s.DecayFrom, s.DecayTo = 1, 0.1 }, "decay_from: must be at least 0 and below 1, got 1"},
		{AsReleased(), func(s *Settings) { s.SigmaTo = 0.1 }, "sigma_to: as-released takes no schedule of sigma; openes and ars do"},
		{ARS(), func(s *Settings) { s.SigmaTo = -1 }, "sigma_to: must be above 0 and at most 1, got -1"},
		{Paper(), func(s *Settings) { s.Average = 0.5 }, "average: must be at least 1 generation, got 0.5"},
		{Paper(), func(s *Settings) { s.Optimizer = Adam }, "name: paper is eq. 10 to the letter"},
		{SNES(), func(s *Settings) { s.Shaping = Ranks }, "shaping: snes takes none"},
		{SNES(), func(s *Settings) { s.Optimizer = Adam }, "optimizer: snes takes none"},
		{SepCMAES(), func(s *Settings) { s.Momentum = 0.1 }, "momentum: sep-cma-es takes none"},
		{CMAES(), func(s *Settings) { s.WeightDecay = 0.1 }, "weight_decay: cma-es takes none"},
		{LMMAES(), func(s *Settings) { s.SigmaTo = 0.1 }, "sigma_to: lm-ma-es takes no schedule"},
	} {
		config := config(c.method, space(c.method), 10)
		c.change(&config.Settings)
		if _, err := c.method.New(config); err == nil || !strings.HasPrefix(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %s", c.method.Name, err, c.says)
		}
	}
}

// TestSchedule: the factor is 1, then a line, and ends where it should.
func TestSchedule(t *testing.T) {
	s := Settings{Generations: 100, DecayFrom: 0.5, DecayTo: 0.2}
	for g, want := range map[int]float64{1: 1, 50: 1, 75: 0.6, 100: 0.2, 150: 0.2} {
		if got := s.decay(g); math.Abs(got-want) > 1e-15 {
			t.Errorf("generation %d: factor %g, want %g", g, got, want)
		}
	}
	if (Settings{Generations: 100}).decay(100) != 1 || (Settings{DecayTo: 0.1}).decay(5) != 1 {
		t.Error("a rate falls without a schedule")
	}
}

// TestSigmaFades: the step sizes of a fixed sigma follow the schedule, also after Restore.
func TestSigmaFades(t *testing.T) {
	for _, m := range []Method{OpenES(), ARS()} {
		c := config(m, space(m), 10)
		c.Settings.Generations, c.Settings.SigmaTo = 4, 0.5
		s := begin(t, m, c)
		for g := 1; g <= 3; g++ {
			generation(s, g, synthetic(g), c.Space.Dim, serial)
		}
		twin := begin(t, m, c)
		if err := twin.Restore(s.State()); err != nil {
			t.Fatal(err)
		}
		for _, s := range []Strategy{s, twin} {
			if got := s.Sigma()[0]; math.Abs(got-0.005) > 1e-15 {
				t.Errorf("%s: sigma of the last generation is %g, want 0.005", m.Name, got)
			}
		}
	}
}

// TestDecayScalesTheStep: a rate that has fallen to a tenth makes a tenth of the step.
func TestDecayScalesTheStep(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		step := func(to float64) float64 {
			c := config(m, space(m), 10)
			c.Settings.Generations, c.Settings.DecayTo = 1, to
			clear(c.Theta)
			for i := range c.Space.Blocks {
				c.Space.Blocks[i].Sigma = 1
			}
			s := begin(t, m, c)
			generation(s, 1, synthetic(1), c.Space.Dim, serial)
			var sum float64
			for _, v := range s.Theta() {
				sum += float64(v) * float64(v)
			}
			return math.Sqrt(sum)
		}
		if r := step(0) / step(0.1); math.Abs(r-10) > 1e-3 {
			t.Errorf("the whole step is %g of the tenth", r)
		}
	})
}

// TestAverage: Theta is the running mean of the centre, while offspring surround the centre itself; both survive Restore.
func TestAverage(t *testing.T) {
	each(t, func(t *testing.T, m Method) {
		c := config(m, space(m), 10)
		plain := begin(t, m, c)
		c.Settings.Average = 4
		s := begin(t, m, c)
		mean := slices.Clone(c.Theta)
		x, y, scratch := make([]float32, c.Space.Dim), make([]float32, c.Space.Dim), NewScratch(c.Space)
		for g := 1; g <= 5; g++ {
			generation(plain, g, synthetic(g), c.Space.Dim, serial)
			generation(s, g, synthetic(g), c.Space.Dim, serial)
			for i, v := range plain.Theta() {
				mean[i] += (v - mean[i]) / 4
				if math.Abs(float64(s.Theta()[i]-mean[i])) > 1e-6 {
					t.Fatalf("generation %d: the mean's number %d is %g, want %g", g, i, s.Theta()[i], mean[i])
				}
			}
		}
		twin := begin(t, m, c)
		if err := twin.Restore(s.State()); err != nil {
			t.Fatal(err)
		}
		for _, s := range []Strategy{plain, twin} {
			s.Ask(6)
		}
		plain.Offspring(3, x, scratch)
		twin.Offspring(3, y, scratch)
		if !slices.Equal(x, y) || bits(twin) != bits(s) {
			t.Error("the search with an averaged theta goes another way")
		}
	})
}

// TestOptimizers: every optimizer climbs a sphere from every pair method, survives Restore, and does not mind who computes.
func TestOptimizers(t *testing.T) {
	for _, m := range []Method{AsReleased(), OpenES(), PGPE(), ARS()} {
		rate := 1.0
		if m.Name == "as-released" {
			rate = 0.02 // of a sum, not a mean
		}
		for name, change := range map[string]func(s *Settings){
			"sgd":        func(s *Settings) { s.Optimizer, s.LearningRate = SGD, rate },
			"momentum":   func(s *Settings) { s.Optimizer, s.Momentum = SGD, 0.5 },
			"adam":       func(s *Settings) { s.Optimizer, s.LearningRate = Adam, 0.2 },
			"clipup":     func(s *Settings) { s.Optimizer, s.LearningRate = ClipUp, 0.2 },
			"decay":      func(s *Settings) { s.WeightDecay = 1e-3 },
			"utilities":  func(s *Settings) { s.Shaping = Utilities },
			"values":     func(s *Settings) { s.Shaping = Values },
			"by default": func(*Settings) {},
		} {
			sp := Space{Dim: 64, Groups: 2, Blocks: []Block{{"a", 0, 20, 0, 0.02}, {"b", 32, 20, 1, 0.05}}}
			c := Config{Space: sp, Settings: m.Default, Theta: make([]float32, 64), Seed: 2, Kernel: kernel.Best()}
			c.Settings.Population = 40
			change(&c.Settings)
			sphere := func(_ int, x []float32) float64 {
				var sum float64
				for _, b := range sp.Blocks {
					for _, v := range x[b.Off : b.Off+b.Len] {
						sum -= float64(v-1) * float64(v-1)
					}
				}
				return sum
			}
			s, twin := begin(t, m, c), begin(t, m, c)
			for g := 1; g <= 60; g++ {
				if err := twin.Restore(s.State()); err != nil {
					t.Fatal(err)
				}
				generation(s, g, sphere, 64, serial)
				generation(twin, g, sphere, 64, func(n int, f func(int)) {
					for i := range n {
						f(n - 1 - i)
					}
				})
				if string(s.State()) != string(twin.State()) {
					t.Fatalf("%s, %s: generation %d differs after Restore", m.Name, name, g)
				}
			}
			if got := sphere(0, s.Theta()); !(got > -36) {
				t.Errorf("%s, %s: from -40 to %g only", m.Name, name, got)
			}
		}
	}
}
