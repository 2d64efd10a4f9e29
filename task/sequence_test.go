package task

import (
	"fmt"
	"math"
	"testing"

	"baldwin/internal/rng"
	"pgregory.net/rapid"
)

// drawn are the first n tasks of a family for seed 1.
func drawn(f Family, n int) []Task { return DrawAll(f, 1, rng.Train, 0, 0, n) }

func TestSequenceTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(MinAmplitude, MaxAmplitude).Draw(t, "amplitude")
		n := rapid.Float64Range(MinPeriod, MaxPeriod).Draw(t, "period")
		phi := rapid.Float64Range(0, tau).Draw(t, "phase")
		time := rapid.IntRange(0, MaxSequence).Draw(t, "time")
		one := &SequenceTask{Amplitude: []float64{a}, Period: []float64{n}, Phase: []float64{phi}}
		want := a * math.Sin(2*math.Pi*float64(time)/n+phi)
		// An angle of up to 6300 has an ulp of 9e-13.
		if got := one.At(time, 0); math.Abs(got-want) > 6e-12 {
			t.Fatalf("y(%d) = %v, want %v", time, got, want)
		}
	})
}

// TestSequenceRanges: amplitudes, periods and phases fill their ranges evenly.
func TestSequenceRanges(t *testing.T) {
	f := &Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: ClosedLoop}
	var values [3][]float64
	for _, one := range drawn(f, 1000) {
		s := one.(*SequenceTask)
		for i, v := range [][]float64{s.Amplitude, s.Period, s.Phase} {
			values[i] = append(values[i], v...)
		}
	}
	for i, r := range [][2]float64{{1, 3}, {10, 100}, {0, 2 * math.Pi}} {
		uniform(t, []string{"amplitude", "period", "phase"}[i], values[i], r[0], r[1])
	}
}

// uniform checks range, mean, standard deviation (each to 4 standard errors or so) and both ends of many draws.
func uniform(t *testing.T, name string, v []float64, lo, hi float64) {
	t.Helper()
	least, most, sum, squares := v[0], v[0], 0.0, 0.0
	for _, x := range v {
		least, most = min(least, x), max(most, x)
		u := (x - lo) / (hi - lo)
		sum += u
		squares += u * u
	}
	n := float64(len(v))
	mean := sum / n
	sd := math.Sqrt(squares/n - mean*mean)
	edge := (hi - lo) * 10 / n
	if least < lo || least > lo+edge || most > hi || most < hi-edge {
		t.Errorf("%s lies in %v..%v, want nearly %v..%v", name, least, most, lo, hi)
	}
	if math.Abs(mean-0.5) > 1.2/math.Sqrt(n) || math.Abs(sd-math.Sqrt(1./12)) > 0.8/math.Sqrt(n) {
		t.Errorf("%s: mean %v and sd %v of the unit range", name, mean, sd)
	}
}

// wanted is one step of a life as the protocol's text has it. time is what is seen, y(time); -1: the last output;
// -2: zeros.
type wanted struct {
	time    int
	plastic bool
	output  bool
}

// schedule is the protocol, written out.
func schedule(f *Sequence) (steps []wanted) {
	if f.Protocol == AsReleased {
		for time := 0; time <= f.Shots; time++ {
			steps = append(steps, wanted{time, true, false})
		}
		steps = append(steps, wanted{-2, f.PlasticTesting, true})
		for i := 1; i < f.Length; i++ {
			steps = append(steps, wanted{-1, f.PlasticTesting, true})
		}
		return steps
	}
	for time := 1; time <= f.Shots; time++ {
		steps = append(steps, wanted{time, true, time == f.Shots})
	}
	for time := f.Shots + 1; time < f.Length; time++ {
		steps = append(steps, wanted{-1, f.PlasticTesting, true})
	}
	return steps
}

func TestSequenceSchedule(t *testing.T) {
	for _, p := range []Protocol{ClosedLoop, AsReleased} {
		for _, plastic := range []bool{false, true} {
			for _, f := range []*Sequence{{Dims: 1, Shots: 10, Length: 20}, {Dims: 3, Shots: 25, Length: 50}, {Dims: 2, Shots: 1, Length: 2}} {
				f.Protocol, f.PlasticTesting = p, plastic
				t.Run(fmt.Sprintf("%s-%d-%d-%d-%v", p, f.Dims, f.Shots, f.Length, plastic), func(t *testing.T) { checkSchedule(t, f) })
			}
		}
	}
}

// checkSchedule follows two lives whose outputs are made up, twice, so that nothing of the first time is left.
func checkSchedule(t *testing.T, f *Sequence) {
	tasks := drawn(f, 2)
	e := f.Episode(4)
	obs, act := make([]float32, 4*f.Dims), make([]float32, 4*f.Dims)
	steps := schedule(f)
	predictions := f.Length
	if f.Protocol == ClosedLoop {
		predictions = f.Length - f.Shots
	}
	for round := range 2 {
		e.Begin(tasks)
		clear(act)
		sse, predicted := make([]float64, len(tasks)), 0
		for s, w := range steps {
			step, ok := e.Observe(obs)
			if !ok || step != (Step{w.plastic, w.output}) || e.Live() != len(tasks) {
				t.Fatalf("step %d: %+v %v, want %+v", s, step, ok, w)
			}
			for i := range tasks {
				for d := range f.Dims {
					want := act[i*f.Dims+d] // the last output
					switch w.time {
					case -2:
						want = 0
					case -1:
					default:
						want = float32(tasks[i].(*SequenceTask).At(w.time, d))
					}
					if got := obs[i*f.Dims+d]; got != want {
						t.Fatalf("step %d, task %d: sees %v, want %v", s, i, got, want)
					}
				}
			}
			if !w.output {
				continue
			}
			for j := range act[:len(tasks)*f.Dims] {
				act[j] = float32(math.Sin(float64(100*round + 10*s + j)))
				i, d := j/f.Dims, j%f.Dims
				err := float64(act[j]) - tasks[i].(*SequenceTask).At(f.Shots+1+predicted, d)
				sse[i] += err * err
			}
			predicted++
			e.Act(act, nil)
		}
		if _, ok := e.Observe(obs); ok || predicted != predictions {
			t.Fatalf("%d predictions, then going on: %v; want %d and an end", predicted, ok, predictions)
		}
		for i := range tasks {
			want := -sse[i] / float64(predictions*f.Dims)
			// The truth that is compared with is rounded to float32.
			if got := e.Fitness(i); math.Abs(got-want) > 1e-6*math.Abs(want) {
				t.Errorf("fitness of task %d: %v, want %v", i, got, want)
			}
		}
	}
	if s := f.Shape(); s != (Shape{Obs: f.Dims, Act: f.Dims, Tower: 1, Steps: len(steps), Pairs: s.Pairs}) {
		t.Errorf("shape %+v", s)
	}
}

// TestSequenceLesson: the pairs are those of neighbours among what is seen.
func TestSequenceLesson(t *testing.T) {
	for _, p := range []Protocol{ClosedLoop, AsReleased} {
		f := &Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: p}
		tasks := drawn(f, 2)
		e := f.Episode(2).(Tutor)
		if e.Explore(tasks) {
			t.Error("a sequence explores")
		}
		e.Begin(tasks)
		first := map[Protocol]int{ClosedLoop: 1, AsReleased: 0}[p]
		for i, one := range tasks {
			obs, target, weight := e.Lesson(i)
			pairs := f.Shots - first
			if len(obs) != 3*pairs || len(target) != 3*pairs || weight != nil || pairs > f.Shape().Pairs {
				t.Fatalf("%s: %d and %d numbers, %d weights", p, len(obs), len(target), len(weight))
			}
			for j := range obs {
				time, d := first+j/3, j%3
				if obs[j] != float32(one.(*SequenceTask).At(time, d)) || target[j] != float32(one.(*SequenceTask).At(time+1, d)) {
					t.Fatalf("%s: pair %d is %v -> %v", p, j, obs[j], target[j])
				}
			}
		}
	}
}
