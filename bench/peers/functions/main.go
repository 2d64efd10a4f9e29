// Command functions puts baldwin's strategies beside those of two Go libraries on standard functions: gonum's CMA-ES
// (optimize.CmaEsChol) and eaopt's OES. It prints what each method found within so many evaluations, the median of five seeds,
// and the time of a generation, as a table. It is a module of its own, so that baldwin depends on neither for it.
package main

import (
	"fmt"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/MaxHalford/eaopt"
	"gonum.org/v1/gonum/optimize"

	"baldwin/internal/kernel"
	"baldwin/strategy"
)

const (
	seeds   = 5
	points  = 100 // population of the methods without a default of their own
	stepCMA = 0.5 // initial step size of the methods that adapt it
	each    = 300 // evaluations for each number searched
)

// A problem is a function to minimise from 0 on; its least value is 0, at optimum(i).
type problem struct {
	name string
	f    func(x []float64) float64
}

// optimum differs from coordinate to coordinate, so that none is reached by moving all alike.
func optimum(i int) float64 { return 2 * math.Sin(float64(3*i+1)) }

var problems = []problem{
	{"sphere", func(x []float64) (sum float64) {
		for i, v := range x {
			d := v - optimum(i)
			sum += d * d
		}
		return sum
	}},
	{"ellipsoid", func(x []float64) (sum float64) { // curvatures from 1 to 10^6
		for i, v := range x {
			d := v - optimum(i)
			sum += math.Pow(1e6, float64(i)/float64(len(x)-1)) * d * d
		}
		return sum
	}},
	{"Rosenbrock", func(x []float64) (sum float64) {
		z := func(i int) float64 { return x[i] - optimum(i) + 1 }
		for i := range len(x) - 1 {
			a, b := z(i+1)-z(i)*z(i), 1-z(i)
			sum += 100*a*a + b*b
		}
		return sum
	}},
	{"Rastrigin", func(x []float64) (sum float64) {
		for i, v := range x {
			d := v - optimum(i)
			sum += d*d - 10*math.Cos(2*math.Pi*d) + 10
		}
		return sum
	}},
}

// A method minimises f of d numbers by at most n evaluations and returns how many generations it turned.
type method struct {
	name string
	run  func(f func([]float64) float64, d, n int, seed uint64) (generations int)
}

// ours is a strategy of baldwin's with sigma as its first step size. Population 0 is Hansen's, learning rate 0 the strategy's.
func ours(m strategy.Method, settings strategy.Settings, sigma float64) method {
	name := "baldwin " + m.Name
	if settings.LearningRate != 0 {
		name += fmt.Sprintf(", rate %g", settings.LearningRate)
	}
	return method{name, func(f func([]float64) float64, d, n int, seed uint64) int {
		s := m.Default
		if s.Population = settings.Population; s.Population == 0 {
			s.Population = hansen(d)
		}
		if settings.LearningRate != 0 {
			s.LearningRate = settings.LearningRate
		}
		space := strategy.Space{Dim: (d + 31) / 32 * 32, Groups: 1, Blocks: []strategy.Block{{Name: "x", Len: d, Sigma: sigma}}}
		es, err := m.New(strategy.Config{Space: space, Settings: s, Theta: make([]float32, space.Dim), Seed: seed, Kernel: kernel.Best()})
		if err != nil {
			panic(err)
		}
		scratch, dst := strategy.NewScratch(space), kernel.Aligned(space.Dim)
		x, fitness := make([]float64, d), make([]float64, s.Population)
		alone := func(n int, do func(int)) {
			for i := range n {
				do(i)
			}
		}
		generations := n / s.Population
		for g := 1; g <= generations; g++ {
			es.Ask(g)
			for i := range fitness {
				penalty := es.Offspring(i, dst, scratch)
				for j := range x {
					x[j] = float64(dst[j])
				}
				fitness[i] = -f(x) - penalty
			}
			es.Tell(fitness, alone)
		}
		return generations
	}}
}

// hansen is CMA-ES's usual population, which gonum takes too, made even.
func hansen(d int) int { return (4 + int(3*math.Log(float64(d))) + 1) / 2 * 2 }

// gonumCMA is CmaEsChol with a population, Hansen's where it is 0, and without its own end.
func gonumCMA(name string, pop int) method {
	return method{name, func(f func([]float64) float64, d, n int, seed uint64) int {
		pop := pop
		if pop == 0 {
			pop = hansen(d)
		}
		m := &optimize.CmaEsChol{InitStepSize: stepCMA, Population: pop, StopLogDet: math.NaN(), Src: randv2.NewPCG(seed, 0)}
		settings := &optimize.Settings{FuncEvaluations: n / pop * pop, Converger: optimize.NeverTerminate{}}
		if _, err := optimize.Minimize(optimize.Problem{Func: f}, make([]float64, d), settings, m); err != nil {
			panic(err)
		}
		return n / pop
	}}
}

func eaoptOES(sigma, rate float64) method {
	return method{fmt.Sprintf("eaopt OES, sigma %g, rate %g", sigma, rate), func(f func([]float64) float64, d, n int, seed uint64) int {
		generations := n/points - 1 // its first population is evaluated before the first step
		es, err := eaopt.NewOES(points, uint(generations), sigma, rate, false, rand.New(rand.NewSource(int64(seed))))
		if err != nil {
			panic(err)
		}
		if _, _, err := es.Minimize(f, make([]float64, d)); err != nil {
			panic(err)
		}
		return generations
	}}
}

// measure runs a method on a problem of d numbers with all seeds: the median of what was found within n evaluations, and the
// microseconds of a generation and of an evaluation in the fastest run.
func measure(m method, p problem, d, n int) (median, generation, one float64) {
	var found []float64
	generation = math.Inf(1)
	for seed := range uint64(seeds) {
		best, count := math.Inf(1), 0
		f := func(x []float64) float64 {
			v := p.f(x)
			if count++; count <= n {
				best = min(best, v)
			}
			return v
		}
		begun := time.Now()
		generations := m.run(f, d, n, seed+1)
		took := float64(time.Since(begun).Microseconds())
		found = append(found, best)
		if g := took / float64(generations); g < generation {
			generation, one = g, took/float64(count)
		}
	}
	slices.Sort(found)
	return found[seeds/2], generation, one
}

func main() {
	rated := func(rate float64) strategy.Settings { return strategy.Settings{Population: points, LearningRate: rate} }
	methods := []method{
		ours(strategy.CMAES(), strategy.Settings{}, stepCMA),
		gonumCMA("gonum CmaEsChol", 0), gonumCMA("gonum CmaEsChol, population 40", 40),
		ours(strategy.SepCMAES(), strategy.Settings{}, stepCMA), ours(strategy.LMMAES(), strategy.Settings{}, stepCMA),
		ours(strategy.OpenES(), rated(0.5), 0.1), ours(strategy.OpenES(), rated(2), 0.1),
		eaoptOES(0.1, 0.1), eaoptOES(0.1, 0.01), eaoptOES(1, 0.1),
	}
	for _, d := range []int{10, 40} {
		n := each * d
		fmt.Printf("\n%d numbers, %d evaluations\n\n| |", d, n)
		for _, p := range problems {
			fmt.Printf(" %s |", p.name)
		}
		fmt.Printf(" microseconds a generation | an evaluation |\n|%s\n", strings.Repeat(" --- |", 3+len(problems)))
		for _, m := range methods {
			fmt.Printf("| %s |", m.name)
			var generation, one float64
			for i, p := range problems {
				median, g, o := measure(m, p, d, n)
				if i == 0 { // times are those on the sphere
					generation, one = g, o
				}
				fmt.Printf(" %.1e |", median)
			}
			fmt.Printf(" %.0f | %.2f |\n", generation, one)
		}
	}
}
