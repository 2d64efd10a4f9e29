package gym

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"baldwin/internal/needtool"
	"baldwin/internal/rng"
	"baldwin/task"
)

// BenchmarkSteps measures environment steps per second of CartPole-v1 through a bridge, for 1, 16 and 64 environments side by
// side. With -v it also runs Gymnasium's own vector loop (testdata/vector.py), which prints the same measure.
func BenchmarkSteps(b *testing.B) {
	python := needtool.Python(b, "gymnasium", "numpy")
	for _, n := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := New()
			f.Allow(Host{Python: python})
			e := f.Episode(n)
			defer e.(task.Failer).Close()
			tasks := task.DrawAll(f, 1, rng.Train, 1, 0, n)
			s := f.Shape()
			obs, act := make([]float32, n*s.Obs), make([]float32, n*s.Act)
			live := func() (steps int) {
				e.Begin(tasks)
				for {
					if _, ok := e.Observe(obs); !ok {
						return steps
					}
					for i := range e.Live() { // all of them balance to the end
						act[2*i], act[2*i+1] = 0, obs[s.Obs*i+2]+0.3*obs[s.Obs*i+3]+0.02*obs[s.Obs*i]+0.04*obs[s.Obs*i+1]
					}
					steps += e.Live()
					e.Act(act, make(mover, n))
				}
			}
			live()
			b.ResetTimer()
			steps := 0
			for b.Loop() {
				steps += live()
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
		})
	}
	if testing.Verbose() {
		out, err := exec.Command(python, filepath.Join("testdata", "vector.py")).CombinedOutput()
		b.Logf("Gymnasium's own loops:\n%s", out)
		if err != nil {
			b.Fatal(err)
		}
	}
}
