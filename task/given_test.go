package task

import (
	"reflect"
	"strings"
	"testing"

	"baldwin/internal/rng"
)

// TestGivenSequence: the parameters that a drawn sequence has give the same one, and others are taken outside the ranges.
func TestGivenSequence(t *testing.T) {
	f := &Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: ClosedLoop}
	want := drawn(f, 1)[0].(*SequenceTask)
	got, err := f.Given(want.Amplitude, want.Period, want.Phase)
	if err != nil || !reflect.DeepEqual(got, Task(want)) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if _, err := f.Given([]float64{9, 9, 9}, []float64{1, 500, 5}, []float64{-7, 7, 70}); err != nil {
		t.Errorf("outside the ranges: %v", err)
	}
	for want, parameters := range map[string][3][]float64{
		"amplitude: want 3 numbers, got 1": {{1}, {10, 10, 10}, {0, 0, 0}},
		"phase: want 3 numbers, got 0":     {{1, 1, 1}, {10, 10, 10}, nil},
		"period: must be above 0, got 0":   {{1, 1, 1}, {10, 0, 10}, {0, 0, 0}},
	} {
		if _, err := f.Given(parameters[0], parameters[1], parameters[2]); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v: %v, want %q", parameters, err, want)
		}
	}
}

// TestGivenRobot: the noise is what Draw draws, for the exploring episode too; the hidden parameters are those given.
func TestGivenRobot(t *testing.T) {
	for _, rollouts := range []int{0, 1} {
		f := &Robot{Noise: 0.2, Protocol: PaperEpisode, Rollouts: rollouts}
		source := func() *Source { return rng.At(3, rng.Fresh, 0, 0, 0).Source() }
		want := f.Draw(source()).(*RobotTask)
		for _, one := range []*RobotTask{want, want.Explore} {
			if one != nil {
				one.Goal, one.A0, one.K = Point{-0.3, 0.7}, 0.5, 0.2
			}
		}
		if got := f.Given(Point{-0.3, 0.7}, 0.5, 0.2, source()); !reflect.DeepEqual(got, Task(want)) {
			t.Errorf("%d rollouts: %+v, want %+v", rollouts, got, want)
		}
	}
}
