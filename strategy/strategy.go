// Package strategy holds the outer loop's methods under one ask/tell contract. A strategy knows vectors and fitness and
// never learners. Offspring are addressed, not stored: any worker makes any of them from theta and the strategy's state.
package strategy

import (
	"fmt"
	"math"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
)

// A Block is one tensor's part of the search vector.
type Block struct {
	Name     string
	Off, Len int     // Off is a multiple of 32, the unit in which noise is made
	Group    int     // blocks of one group share a step size
	Sigma    float64 // initial step size
}

// A Space is what is searched: a vector of Dim numbers, of which the blocks are evolved and the places between them stay 0.
type Space struct {
	Dim    int
	Blocks []Block
	Groups int // number of groups
}

// Settings are what a method may be told; a method refuses what it does not take. The first two must be given, as
// Method.Default has them; of the others zero is the default.
type Settings struct {
	Population   int     // individuals a generation
	LearningRate float64 // scale of the update, above 0

	Shaping     string  // how fitness is weighed: Ranks (the default), Utilities, Values
	Optimizer   string  // how the gradient's estimate becomes a step: SGD (the default), Adam, ClipUp
	Momentum    float64 // of SGD (0) and ClipUp (0.9)
	WeightDecay float64 // part of theta that a generation takes off; 0

	Generations int     // of the whole run, which the schedule is part of; 0: no schedule
	DecayFrom   float64 // part of the generations after which the learning rate falls, in a straight line; 0
	DecayTo     float64 // its factor in the last generation; 0: it stays
	SigmaTo     float64 // sigma's factor in the last generation, falling beside the learning rate; 0: it stays
	Average     float64 // generations over which theta is averaged for tests, as a running mean; 0: it is not
}

// A Method is a strategy as a user names it.
type Method struct {
	Name    string
	Summary string
	Source  string
	Default Settings
	// New starts the method at theta, which it keeps. Errors name the setting.
	New func(c Config) (Strategy, error)
}

// Config is what a strategy starts from.
type Config struct {
	Space    Space
	Settings Settings
	Theta    []float32 // start, of length Space.Dim; the strategy takes a copy
	Seed     uint64
	Kernel   kernel.ISA
}

// Parallel runs f(0) .. f(n-1) on the workers at hand, in any order, and returns when all are done.
type Parallel func(n int, f func(i int))

// Scratch is one worker's room for making offspring. What it remembers never shows in them.
type Scratch struct {
	noise []float32
	of    rng.Stream // whose normals noise holds
}

// NewScratch makes room for the offspring of a space.
func NewScratch(s Space) *Scratch { return &Scratch{noise: kernel.Aligned(s.Dim)} }

// A Strategy is one outer loop at work.
//
// The call order of a generation is Ask, then Offspring for every individual (concurrently, each worker with its own
// Scratch; two individuals of a pair are cheapest from the same worker), then Tell.
type Strategy interface {
	// Population is the number of individuals of every generation.
	Population() int
	// Theta is the present solution, which meta-tests score: the search's centre or its running mean. It must not be changed.
	Theta() []float32
	// Ask begins a generation; the first is 1.
	Ask(generation int)
	// Offspring writes individual i into dst and returns what its fitness is to be reduced by.
	Offspring(i int, dst []float32, s *Scratch) (penalty float64)
	// Tell gives the fitness of all individuals, higher being better and NaN worst, and updates theta.
	Tell(fitness []float64, par Parallel)
	// Sigma is the step size of each block.
	Sigma() []float64
	// State is all that has changed since New; Restore takes it back. Errors say what does not fit.
	State() []byte
	Restore(state []byte) error
}

// Builtin lists the methods of this build; the first is the default.
func Builtin() []Method {
	return []Method{AsReleased(), Paper(), OpenES(), PGPE(), SNES(), ARS(), SepCMAES(), CMAES(), LMMAES()}
}

const mostPopulation = 1 << 20

// even checks a population that comes in antithetic pairs.
func even(population int) error {
	switch {
	case population < 2 || population > mostPopulation:
		return fmt.Errorf("population: must be 2 to %d, got %d", mostPopulation, population)
	case population%2 != 0:
		return fmt.Errorf("population: must be even (antithetic pairs), got %d", population)
	}
	return nil
}

// first is the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// ascent checks the settings of a method that estimates a gradient from antithetic pairs.
func ascent(s Settings) error {
	return first(even(s.Population), checkRate(s), checkShaping(s), checkOptimizer(s), checkSchedule(s))
}

// independent checks the settings of a method whose individuals are drawn each for itself.
func independent(s Settings) error {
	if s.Population < 2 || s.Population > mostPopulation {
		return fmt.Errorf("population: must be 2 to %d, got %d", mostPopulation, s.Population)
	}
	return first(checkRate(s), checkSchedule(s))
}

// checkRate refuses a learning rate with which nothing is learned, or theta is lost.
func checkRate(s Settings) error {
	if !(s.LearningRate > 0) || math.IsInf(s.LearningRate, 0) {
		return fmt.Errorf("learning_rate: must be above 0 and finite, got %g", s.LearningRate)
	}
	return nil
}

// own refuses what a method that makes its own weights and steps does not take.
func own(name string, s Settings) error {
	var setting string
	switch {
	case s.Shaping != "":
		setting = "shaping"
	case s.Optimizer != "":
		setting = "optimizer"
	case s.Momentum != 0:
		setting = "momentum"
	case s.WeightDecay != 0:
		setting = "weight_decay"
	default:
		return nil
	}
	return fmt.Errorf("%s: %s takes none, it is a part of the method", setting, name)
}
