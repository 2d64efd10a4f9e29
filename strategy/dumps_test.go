package strategy

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
)

var writeNoise = flag.Bool("write-noise", false, "write testdata/noise.json, from which testdata/make_dumps.py makes the dumps")

// The dumps are of 8 individuals in 8 numbers over 6 generations.
const (
	dumpGenerations, dumpPopulation = 6, 8
	dumpSeed                        = 3
)

func dumpSpace() Space {
	return Space{Dim: 64, Groups: 2, Blocks: []Block{{"a", 0, 5, 0, 0.1}, {"b", 32, 3, 1, 0.1}}}
}

// inBlocks are the numbers of a vector that lie in blocks.
func inBlocks(x []float32) (out []float64) {
	for _, b := range dumpSpace().Blocks {
		for _, v := range x[b.Off : b.Off+b.Len] {
			out = append(out, float64(v))
		}
	}
	return out
}

// TestNoise: the noise that the dumps were made with is the one that the strategies have.
func TestNoise(t *testing.T) {
	var noise [dumpGenerations][dumpPopulation][]float64
	x := make([]float32, 64)
	for g := range noise {
		for i := range noise[g] {
			rng.At(dumpSeed, rng.Perturb, uint32(g+1), uint32(i), 0).Normals(kernel.Reference, x)
			noise[g][i] = inBlocks(x)
		}
	}
	want, err := json.Marshal(noise)
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/noise.json"
	if *writeNoise {
		if err := os.WriteFile(file, append(want, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want)+"\n" {
		t.Error(file + " is not the strategies' noise")
	}
}

// TestDumps holds each strategy to another implementation of it that was given the same noise and fitness: evosax 0.3.2,
// pycma 4.5.0, and for lm-ma-es its paper's lines in numpy. The tolerance of 2e-6 on steps of about 0.05 is float32's
// rounding of theta over six generations; the others work in float64.
func TestDumps(t *testing.T) {
	data, err := os.ReadFile("testdata/dumps.json")
	if err != nil {
		t.Fatal(err)
	}
	var dumps struct {
		Fitness [][]float64
		Theta   map[string][][]float64
	}
	if err := json.Unmarshal(data, &dumps); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		method   Method
		settings Settings
	}{
		"openes by sgd":               {OpenES(), Settings{LearningRate: 0.5, Optimizer: SGD}},
		"openes by sgd with momentum": {OpenES(), Settings{LearningRate: 0.5, Optimizer: SGD, Momentum: 0.9}},
		"openes by adam":              {OpenES(), Settings{LearningRate: 0.2}},
		"pgpe":                        {PGPE(), Settings{LearningRate: 0.2}},
		"snes":                        {SNES(), Settings{LearningRate: 1}},
		"ars":                         {ARS(), Settings{LearningRate: 0.5}},
		"sep-cma-es":                  {SepCMAES(), Settings{LearningRate: 1}},
		"cma-es":                      {CMAES(), Settings{LearningRate: 1}},
		"lm-ma-es":                    {LMMAES(), Settings{LearningRate: 1}},
	}
	if len(cases) != len(dumps.Theta) {
		t.Errorf("there are %d dumps for %d cases", len(dumps.Theta), len(cases))
	}
	for name, c := range cases {
		sp := dumpSpace()
		start := make([]float32, sp.Dim)
		n := 0
		for _, b := range sp.Blocks {
			for j := range b.Len {
				start[b.Off+j] = float32(n%5-2) / 8
				n++
			}
		}
		c.settings.Population = dumpPopulation
		s := begin(t, c.method, Config{Space: sp, Settings: c.settings, Theta: start, Seed: dumpSeed, Kernel: kernel.Reference})
		moved := 0.0
		for g, want := range dumps.Theta[name] {
			s.Ask(g + 1)
			s.Tell(dumps.Fitness[g], serial)
			for j, got := range inBlocks(s.Theta()) {
				moved = max(moved, math.Abs(got-inBlocks(start)[j]))
				if math.Abs(got-want[j]) > 2e-6 {
					t.Errorf("%s, generation %d: number %d is %g, in the dump %g", name, g+1, j, got, want[j])
				}
			}
		}
		if moved < 0.005 {
			t.Errorf("%s: theta moved by at most %g: the comparison would not see it", name, moved)
		}
	}
}
