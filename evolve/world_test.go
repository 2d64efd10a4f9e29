package evolve

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/strategy"
	"baldwin/task"
)

// world is a learner in a family and what evolves it.
type world struct {
	learner *learner.Learner
	family  task.Family
	space   strategy.Space
	method  strategy.Method
}

// worlds are a learner with plastic weights and one with random ones, in a family whose lives end together and in one
// where they end each at its time; both strategies.
func worlds(t testing.TB) map[string]world {
	sequence := &task.Sequence{Dims: 2, Shots: 4, Length: 8, Protocol: task.ClosedLoop}
	robot := &task.Robot{Noise: 0.05, Protocol: task.PaperEpisode}
	out := map[string]world{}
	for name, w := range map[string]world{
		"eprnn sequence":       {family: sequence, method: strategy.AsReleased(), learner: fit(t, learner.EPRNN(), sequence)},
		"epmlp-random robot":   {family: robot, method: strategy.AsReleased(), learner: fit(t, learner.EPMLPRandom(), robot)},
		"es-maml by paper":     {family: sequence, method: strategy.Paper(), learner: fit(t, learner.ESMAML(), sequence)},
		"eprnn robot by paper": {family: robot, method: strategy.Paper(), learner: fit(t, learner.EPRNN(), robot)},
	} {
		w.space = strategy.Space{Dim: w.learner.Layout.Dim}
		for i := range w.learner.Layout.Tensors {
			tensor := &w.learner.Layout.Tensors[i]
			w.space.Blocks = append(w.space.Blocks, strategy.Block{Name: tensor.Name, Off: tensor.Off, Len: tensor.Len(), Group: i, Sigma: 0.05})
		}
		w.space.Groups = len(w.space.Blocks)
		out[name] = w
	}
	return out
}

func fit(t testing.TB, kind learner.Kind, f task.Family) *learner.Learner {
	t.Helper()
	l, err := life.Fit(kind, learner.Config{Hidden: 16}, f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const (
	population = 14
	tasks      = 5
)

func (w world) begin(t testing.TB, k kernel.ISA) strategy.Strategy {
	t.Helper()
	theta := make([]float32, w.learner.Layout.Dim)
	w.learner.Layout.Init(theta, 5)
	settings := w.method.Default
	settings.Population = population
	s, err := w.method.New(strategy.Config{Space: w.space, Settings: settings, Theta: theta, Seed: 5, Kernel: k})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w world) pool(k kernel.ISA, workers int) *Pool {
	return NewPool(w.learner, w.family, k, w.space, tasks, workers)
}

func (w world) lot(g int) *life.Lot { return life.Draw(w.family, 5, rng.Train, g, 0, tasks) }

// evolve turns generations on a pool and returns the hash of theta, sigma and all fitness.
func (w world) evolve(t testing.TB, p Evaluator, s strategy.Strategy, generations int) string {
	t.Helper()
	h := sha256.New()
	fitness := make([]float64, population)
	for g := 1; g <= generations; g++ {
		if err := Generation(context.Background(), p, s, g, w.lot(g), fitness); err != nil {
			t.Fatal(err)
		}
		for _, f := range append(slices.Clone(fitness), s.Sigma()...) {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)))
		}
	}
	h.Write([]byte(w.learner.Layout.Hash(s.Theta())))
	return hex.EncodeToString(h.Sum(nil))
}

// kernels are all forms that this machine has; with -short, as under the race detector, the fastest alone.
func kernels() []kernel.ISA {
	if testing.Short() {
		return []kernel.ISA{kernel.Best()}
	}
	return kernel.Available()
}
