package run

import (
	"fmt"

	"baldwin/task"
)

// A Preset is a named Spec: one column of the paper's tables, where with a learner it is a cell, or a task from elsewhere.
type Preset struct {
	Name    string
	Summary string
	Spec    Spec
	Cells   []Cell // the paper's numbers, a learner each; none where the paper has none

	// Fast are settings, as path=value, with which eprnn was measured to come as far in fewer lives (docs/strategies.md);
	// none: nothing was measured.
	Fast []string
}

// A Cell is one number of the paper's tables: mean and standard deviation, over 3 runs, of the mean of the top 3 of the
// last 10 meta-tests.
type Cell struct {
	Learner  string
	Rollouts int
	Mean, SD float64
}

// paperRow is one learner's row of a table.
type paperRow struct {
	learner  string
	rollouts int
	score    [][2]float64 // mean and sd, by column
}

// sequenceTable is EPRNN, table 2: (1,10,20), (1,25,50), (3,10,20), (3,25,50).
var sequenceTable = []paperRow{
	{"es-rnn", 0, [][2]float64{{-0.385, 0.060}, {-1.228, 0.191}, {-1.273, 0.009}, {-1.811, 0.015}}},
	{"es-lstm", 0, [][2]float64{{-0.165, 0.014}, {-0.283, 0.013}, {-1.229, 0.010}, {-1.475, 0.016}}},
	{"es-maml", 0, [][2]float64{{-1.452, 0.292}, {-1.747, 0.064}, {-1.218, 0.013}, {-1.796, 0.013}}},
	{"epmlp", 0, [][2]float64{{-0.732, 0.031}, {-1.185, 0.045}, {-1.339, 0.004}, {-1.735, 0.013}}},
	{"epmlp-random", 0, [][2]float64{{-1.233, 0.115}, {-1.319, 0.035}, {-1.489, 0.023}, {-1.788, 0.003}}},
	{"eprnn", 0, [][2]float64{{-0.114, 0.012}, {-0.208, 0.025}, {-1.107, 0.015}, {-1.430, 0.019}}},
	{"eprnn-nom", 0, [][2]float64{{-0.135, 0.026}, {-0.351, 0.058}, {-1.128, 0.014}, {-1.520, 0.041}}},
}

// robotTable is EPRNN, table 3: noise low, median, high.
var robotTable = []paperRow{
	{"es-rnn", 0, [][2]float64{{-16.90, 1.30}, {-18.99, 0.14}, {-31.23, 3.95}}},
	{"es-lstm", 0, [][2]float64{{-14.04, 0.08}, {-15.50, 0.58}, {-22.53, 0.45}}},
	{"es-maml", 0, [][2]float64{{-37.18, 0.45}, {-37.91, 0.80}, {-37.90, 0.05}}},
	{"es-maml", 1, [][2]float64{{-23.10, 0.46}, {-29.21, 0.46}, {-37.12, 0.12}}},
	{"epmlp", 0, [][2]float64{{-21.24, 6.08}, {-16.65, 0.39}, {-23.75, 2.02}}},
	{"epmlp-random", 0, [][2]float64{{-13.02, 0.19}, {-18.25, 0.23}, {-28.85, 1.10}}},
	{"eprnn", 0, [][2]float64{{-12.71, 0.75}, {-15.07, 0.03}, {-23.79, 0.55}}},
	{"eprnn-nom", 0, [][2]float64{{-14.93, 0.49}, {-16.72, 0.33}, {-24.11, 0.34}}},
}

// column is one column's cells.
func column(table []paperRow, i int) []Cell {
	var cells []Cell
	for _, r := range table {
		cells = append(cells, Cell{r.learner, r.rollouts, r.score[i][0], r.score[i][1]})
	}
	return cells
}

// presets are the columns of tables 2 and 3 with the paper's outer loop, and the tasks from Gymnasium.
func presets() []Preset {
	var out []Preset
	for i, s := range []task.Sequence{{Dims: 1, Shots: 10, Length: 20}, {Dims: 1, Shots: 25, Length: 50}, {Dims: 3, Shots: 10, Length: 20}, {Dims: 3, Shots: 25, Length: 50}} {
		s.Protocol = task.ClosedLoop
		out = append(out, Preset{
			Name:    fmt.Sprintf("seq-l%d-k%d-n%d", s.Dims, s.Shots, s.Length),
			Summary: fmt.Sprintf("Sequence Predicting (%d,%d,%d): %d-dimensional sinusoids, %d shots seen, predict to step %d", s.Dims, s.Shots, s.Length, s.Dims, s.Shots, s.Length),
			Spec:    Spec{Family: FamilySpec{Name: "sequence", Family: &s}},
			Cells:   column(sequenceTable, i),
		})
	}
	fast := []string{"strategy.population=200", "tasks=8", "strategy.decay_from=0.6", "strategy.decay_to=0.1", "generations=5970"}
	out[0].Fast, out[1].Fast = fast, fast
	for i, n := range []struct {
		name  string
		sigma float64
	}{{"low", 0.01}, {"median", 0.05}, {"high", 0.2}} {
		out = append(out, Preset{
			Name:    "robot-" + n.name,
			Summary: fmt.Sprintf("Wheeled Robot Navigating, %s noise: signal noise %g (for a short run, --set draw=stratified)", n.name, n.sigma),
			Spec:    Spec{Family: FamilySpec{Name: "robot", Family: &task.Robot{Noise: n.sigma, Protocol: task.PaperEpisode}}},
			Cells:   column(robotTable, i),
		})
	}
	out[4].Fast = []string{"draw=stratified", "strategy.decay_from=0.6", "strategy.decay_to=0.1", "generations=3000"} // robot-low
	return append(out,
		Preset{
			Name:    "cartpole",
			Summary: "CartPole whose masses, length, force and direction are hidden (500 steps as CartPole-v1: --set family.steps=500)",
			Spec:    Spec{Family: FamilySpec{Name: "cartpole", Family: task.NewCartPole()}},
		},
		Preset{
			Name:    "pendulum",
			Summary: "Pendulum whose gravity, mass, length and direction are hidden",
			Spec:    Spec{Family: FamilySpec{Name: "pendulum", Family: task.NewPendulum()}},
		},
	)
}
