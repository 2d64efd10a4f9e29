package probe

import (
	"context"
	"errors"
	"fmt"
	"math"

	"baldwin/life"
	"baldwin/run"
	"baldwin/stats"
	"baldwin/task"
)

// A Gate is what the modulator does in one step, over lives.
type Gate struct {
	Step      int
	Lives     int      // that have the step: a robot that has found its goal has no further one
	Activity  Estimate // in 0..1: mean over neurons, mean over lives
	Between   float64  // standard deviation over neurons of their means over lives (ddof 1)
	Within    float64  // standard deviation over lives, mean over neurons (ddof 1): 0 if m were a constant
	Surprise  float64  // mean over lives of what the activity is compared with: see Modulation
	Strongest float64  // of the correlations of single neurons with it, the one of largest magnitude (of 64 of chance over 400 lives about 0.13); NaN where nothing varies
}

// A Modulation is what the modulator does.
type Modulation struct {
	Surprise string // what it is
	Steps    []Gate // the plastic steps that enough lives have for a regression, from the second on
	// Correlation of the activity, the mean over neurons, with the surprise, over lives and plastic steps, each taken from its
	// step's mean, so that a common course over the life is no correlation. The interval is a bootstrap over lives.
	Correlation Estimate
	// R2 of the surprise by cross-validated ridge regression from all neurons, over lives, at the last of Steps.
	R2 Estimate
}

// modulatorLives is how many lives Modulator looks at unless told otherwise.
const modulatorLives = 400

// Modulator asks what the modulator does: its activity, and whether it follows the error of prediction. In a sequence the surprise
// of a step is the error, root mean square over dimensions, of the output of the step before as a prediction of what is seen
// now; nobody scored that output, so evolution did not have to make it a prediction. Of a robot, which predicts nothing, it
// is how far the signal moved. lives 0 is 400, of a seed.
func Modulator(ctx context.Context, s *Subject, lives int, seed uint64) (*Modulation, error) {
	if s.Learner.Modulator != "on" {
		return nil, fmt.Errorf("probe: learner %s has no modulator", s.Learner.Name)
	}
	if lives == 0 {
		lives = modulatorLives
	}
	if lives < 2*folds {
		return nil, errors.New(tooFew)
	}
	m := &Modulation{Surprise: "error of the last output as a prediction of what is seen"}
	surprise := predictionError
	switch s.Family.(type) {
	case *task.Sequence:
	case *task.Robot:
		m.Surprise, surprise = "change of the signal", signalChange
	default:
		return nil, errors.New("probe: nothing is known of prediction in family " + s.Family.Name())
	}
	steps := PlasticSteps(s.Family)
	gates, surprises := make([][][]float32, lives), make([][]float64, lives) // [life][step]
	err := s.record(ctx, run.Fresh(s.Family, seed, lives), func(i int, l *life.Life) {
		gates[i] = l.M[:min(steps, len(l.M))]
		for t := range gates[i] {
			surprises[i] = append(surprises[i], surprise(l, t))
		}
	})
	if err != nil {
		return nil, err
	}
	activity, surprised := make([][]float64, lives), make([][]float64, lives) // [life][step], centred by step
	var last []int                                                            // lives that have the last step that is looked at
	for t := range steps {
		var there []int
		for i := range gates {
			if len(gates[i]) > t && !math.IsNaN(surprises[i][t]) {
				there = append(there, i)
			}
		}
		if len(there) < 2*folds {
			continue // what so few survivors do says nothing
		}
		m.Steps = append(m.Steps, gate(gates, surprises, t, there))
		g := &m.Steps[len(m.Steps)-1]
		for _, i := range there {
			activity[i] = append(activity[i], average(gates[i][t])-g.Activity.Value)
			surprised[i] = append(surprised[i], surprises[i][t]-g.Surprise)
		}
		last = there
	}
	m.Correlation = correlate(activity, surprised, seed)
	if len(last) == 0 {
		m.R2 = Estimate{math.NaN(), stats.Interval{Low: math.NaN(), High: math.NaN()}}
		return m, nil
	}
	t := m.Steps[len(m.Steps)-1].Step - 1
	var points [][]float32
	var targets [][]float64
	for _, i := range last {
		points, targets = append(points, gates[i][t]), append(targets, []float64{surprises[i][t]})
	}
	predicted := stats.CrossPredict(stats.Products(points), targets, folds)
	m.R2 = Estimate{stats.R2(targets, predicted), stats.R2Interval(targets, predicted, resamples, index(seed))}
	return m, nil
}

// predictionError is that of step t, counted from 0; NaN in the first, of which nothing was predicted.
func predictionError(l *life.Life, t int) float64 {
	if t == 0 {
		return math.NaN()
	}
	var sum float64
	for d, y := range l.Obs[t] {
		e := float64(y) - float64(l.Act[t-1][d])
		sum += e * e
	}
	return math.Sqrt(sum / float64(len(l.Obs[t])))
}

// signalChange is that of a robot's signal, the last number that it observes.
func signalChange(l *life.Life, t int) float64 {
	if t == 0 {
		return math.NaN()
	}
	return math.Abs(float64(l.Obs[t][2]) - float64(l.Obs[t-1][2]))
}

// gate sums up step t of the lives that are there.
func gate(gates [][][]float32, surprises [][]float64, t int, there []int) Gate {
	g := Gate{Step: t + 1, Lives: len(there)}
	var activity, surprise []float64
	for _, i := range there {
		activity = append(activity, average(gates[i][t]))
		surprise = append(surprise, surprises[i][t])
	}
	g.Activity, g.Surprise = mean(activity), stats.Mean(surprise)
	var means []float64
	g.Strongest = math.NaN()
	neurons := len(gates[there[0]][t])
	for j := range neurons {
		var m []float64
		for _, i := range there {
			m = append(m, float64(gates[i][t][j]))
		}
		means = append(means, stats.Mean(m))
		g.Within += stats.SD(m) / float64(neurons)
		if r := correlation(m, surprise); math.IsNaN(g.Strongest) || math.Abs(r) > math.Abs(g.Strongest) {
			g.Strongest = r
		}
	}
	g.Between = stats.SD(means)
	return g
}

func average(v []float32) (sum float64) {
	for _, x := range v {
		sum += float64(x) / float64(len(v))
	}
	return sum
}

// correlation is Pearson's.
func correlation(x, y []float64) float64 {
	mx, my := stats.Mean(x), stats.Mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return math.NaN()
	}
	return xy / math.Sqrt(xx*yy)
}

// correlate is the correlation of two courses of lives, [life][step], with its bootstrap over lives.
func correlate(x, y [][]float64, seed uint64) Estimate {
	lives := make([]float64, len(x))
	for i := range lives {
		lives[i] = float64(i)
	}
	of := func(sample []float64) float64 {
		var a, b []float64
		for _, i := range sample {
			a, b = append(a, x[int(i)]...), append(b, y[int(i)]...)
		}
		return correlation(a, b)
	}
	return Estimate{of(lives), stats.Bootstrap(lives, resamples, of, index(seed))}
}
