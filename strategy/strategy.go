// Package strategy holds the outer loop's methods under one ask/tell contract. A strategy knows vectors and fitness and
// never learners. Offspring are addressed, not stored: any worker makes any of them from theta and the strategy's state.
package strategy

import (
	"fmt"

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

// Settings are what a method may be told. Zero means the method's default.
type Settings struct {
	Population   int     // individuals a generation
	LearningRate float64 // scale of the update
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
	// Theta is the present solution, which meta-tests score. It must not be changed.
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
func Builtin() []Method { return []Method{AsReleased(), Paper()} }

// even checks a population that comes in antithetic pairs.
func even(population int) error {
	const most = 1 << 20
	switch {
	case population < 2 || population > most:
		return fmt.Errorf("population: must be 2 to %d, got %d", most, population)
	case population%2 != 0:
		return fmt.Errorf("population: must be even (antithetic pairs), got %d", population)
	}
	return nil
}
