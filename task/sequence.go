package task

import (
	"errors"
	"fmt"
	"math"

	"baldwin/internal/detmath"
)

// Protocol says how a life is tested.
type Protocol string

const (
	// ClosedLoop is the paper's text: see y(1)..y(K); the output after y(K) predicts y(K+1) and is the next input, up to
	// y(N). N-K predictions.
	ClosedLoop Protocol = "closed-loop"
	// AsReleased is the released code: see y(0)..y(K); the first test input is zeros; N predictions, y(K+1)..y(K+N).
	// For the robot it is an episode of 101 steps.
	AsReleased Protocol = "as-released"
)

// Ranges of the hidden parameters of Sequence Predicting (EPRNN, section 4.1).
const (
	MinAmplitude, MaxAmplitude = 1.0, 3.0
	MinPeriod, MaxPeriod       = 10.0, 100.0
	tau                        = 2 * math.Pi
	// MaxSequence bounds dims, shots and length, so that a spec cannot ask for absurd memory.
	MaxSequence = 10000
)

// Sequence is Sequence Predicting (l, K, N), EPRNN section 4.1: y_i(t) = A_i sin(2 pi t / n_i + phi_i) in Dims
// dimensions, with amplitude, period and phase hidden. A life sees K shots of it and predicts the rest without the truth.
// Fitness is -MSE over dimensions and predicted steps.
type Sequence struct {
	Dims           int      `yaml:"dims"`            // l
	Shots          int      `yaml:"shots"`           // K
	Length         int      `yaml:"length"`          // N
	Protocol       Protocol `yaml:"protocol"`        // closed-loop or as-released
	PlasticTesting bool     `yaml:"plastic_testing"` // plasticity stays on while predicting
}

// SequenceTask is one multi-dimensional sinusoid.
type SequenceTask struct {
	Amplitude []float64 `json:"amplitude"` // [l]
	Period    []float64 `json:"period"`    // [l], in steps
	Phase     []float64 `json:"phase"`     // [l], in radians

	truth []float32 // [time][l], y(0)..y(last needed)
}

// Name is "sequence".
func (f *Sequence) Name() string { return "sequence" }

// ZeroScore is what predicting zero scores over the family: minus half the mean of A^2, A ~ U(a, b). A period longer than
// what is predicted makes a task's own mean stray from it, the family's hardly.
const ZeroScore = -(MinAmplitude*MinAmplitude + MinAmplitude*MaxAmplitude + MaxAmplitude*MaxAmplitude) / 6

// Explain says what the fitness means.
func (f *Sequence) Explain() string {
	return fmt.Sprintf("minus the mean squared error; 0 is perfect, predicting 0 always scores about %.1f", ZeroScore)
}

// predictions is the number of scored predictions.
func (f *Sequence) predictions() int {
	if f.Protocol == AsReleased {
		return f.Length
	}
	return f.Length - f.Shots
}

// seen is the first observed time and the number of observed steps.
func (f *Sequence) seen() (first, n int) {
	if f.Protocol == AsReleased {
		return 0, f.Shots + 1
	}
	return 1, f.Shots
}

// Shape is l observations, l linear actions, one layer before the core.
func (f *Sequence) Shape() Shape {
	_, seen := f.seen()
	steps := seen + f.predictions()
	if f.Protocol != AsReleased {
		steps-- // the output after y(K) is the first prediction
	}
	return Shape{Obs: f.Dims, Act: f.Dims, Tower: 1, Steps: steps, Pairs: f.Shots}
}

// Validate checks 1 <= l, 1 <= K < N and the protocol.
func (f *Sequence) Validate() error {
	if err := errors.Join(Between("dims", f.Dims, 1, 15), Between("shots", f.Shots, 1, MaxSequence), Between("length", f.Length, 2, MaxSequence)); err != nil {
		return err
	}
	switch {
	case f.Shots >= f.Length:
		return fmt.Errorf("shots: must be less than length (K < N), got K = %d and N = %d", f.Shots, f.Length)
	case f.Protocol != ClosedLoop && f.Protocol != AsReleased:
		return fmt.Errorf("protocol: must be %s or %s, got %q", ClosedLoop, AsReleased, f.Protocol)
	}
	return nil
}

// Draw draws A ~ U(1,3), n ~ U(10,100), phi ~ U(0, 2 pi) for each dimension.
func (f *Sequence) Draw(s *Source) Task {
	t := &SequenceTask{make([]float64, f.Dims), make([]float64, f.Dims), make([]float64, f.Dims), nil}
	for i := range f.Dims {
		t.Amplitude[i] = s.Uniform(MinAmplitude, MaxAmplitude)
		t.Period[i] = s.Uniform(MinPeriod, MaxPeriod)
		t.Phase[i] = s.Uniform(0, tau)
	}
	f.prepare(t)
	return t
}

// Decode reads {"amplitude": [..], "period": [..], "phase": [..]}, each of length l.
func (f *Sequence) Decode(data []byte) (Task, error) {
	t := new(SequenceTask)
	if err := decodeStrict(data, t, "amplitude", "period", "phase"); err != nil {
		return nil, fmt.Errorf("task: decoding a sequence: %w", err)
	}
	return f.Given(t.Amplitude, t.Period, t.Phase)
}

// Given is the sequence of given parameters, in the family's ranges or not: each of length l, periods above 0.
func (f *Sequence) Given(amplitude, period, phase []float64) (Task, error) {
	t := &SequenceTask{amplitude, period, phase, nil}
	names := []string{"amplitude", "period", "phase"}
	for i, v := range [][]float64{amplitude, period, phase} {
		if len(v) != f.Dims {
			return nil, fmt.Errorf("task: sequence: %s: want %d numbers, got %d", names[i], f.Dims, len(v))
		}
	}
	for _, n := range period {
		if !(n > 0) {
			return nil, fmt.Errorf("task: sequence: period: must be above 0, got %g", n)
		}
	}
	f.prepare(t)
	return t, nil
}

// At is y_i(t) = A_i sin(2 pi t / n_i + phi_i).
func (t *SequenceTask) At(time, i int) float64 {
	angle := float64(tau*float64(time))/t.Period[i] + t.Phase[i]
	return float64(t.Amplitude[i] * detmath.Sin(angle))
}

func (f *Sequence) prepare(t *SequenceTask) {
	last := f.Shots + f.predictions()
	t.truth = make([]float32, 0, (last+1)*f.Dims)
	for time := range last + 1 {
		for i := range f.Dims {
			t.truth = append(t.truth, float32(t.At(time, i)))
		}
	}
}

// Episode makes room for batch sequences.
func (f *Sequence) Episode(batch int) Episode {
	e := &sequenceEpisode{f: f, tasks: make([]*SequenceTask, batch), sse: make([]float64, batch), last: make([]float32, batch*f.Dims)}
	e.first, e.seen = f.seen()
	e.predictions = f.predictions()
	return e
}

type sequenceEpisode struct {
	Slots
	f                        *Sequence
	first, seen, predictions int
	tasks                    []*SequenceTask
	step                     int       // steps observed so far
	predicted                int       // predictions scored so far
	last                     []float32 // [slot][l], the newest output
	sse                      []float64 // sum of squared errors of each task
}

func (e *sequenceEpisode) Begin(tasks []Task) {
	e.Start(len(tasks))
	for i, t := range tasks {
		e.tasks[i] = t.(*SequenceTask)
		e.sse[i] = 0
	}
	e.step, e.predicted = 0, 0
	clear(e.last) // as-released: the first test input is zeros
}

func (e *sequenceEpisode) Observe(obs []float32) (Step, bool) {
	l := e.f.Dims
	if e.predicted == e.predictions {
		e.live = 0
		return Step{}, false
	}
	s := e.step
	e.step++
	if s >= e.seen {
		copy(obs, e.last[:e.live*l])
		return Step{Plastic: e.f.PlasticTesting, Output: true}, true
	}
	for i := range e.live {
		copy(obs[i*l:i*l+l], e.tasks[i].truth[(e.first+s)*l:])
	}
	return Step{Plastic: true, Output: s == e.seen-1 && e.f.Protocol != AsReleased}, true
}

// Act scores a prediction of y(K+1+predicted): MSE in float64, in the order of steps, then dimensions.
func (e *sequenceEpisode) Act(act []float32, _ Mover) {
	l := e.f.Dims
	at := (e.f.Shots + 1 + e.predicted) * l
	for i := range e.live {
		sse := e.sse[i]
		for d := range l {
			err := float64(act[i*l+d]) - float64(e.tasks[i].truth[at+d])
			sse += float64(err * err)
		}
		e.sse[i] = sse
	}
	copy(e.last, act[:e.live*l])
	e.predicted++
}

func (e *sequenceEpisode) Fitness(i int) float64 {
	return -(e.sse[i] / float64(e.predictions*e.f.Dims))
}
