package probe

import (
	"context"
	"fmt"
	"strings"

	"baldwin/internal/embed"
	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/run"
	"baldwin/task"
)

// What Vary can vary.
const (
	VaryA     = "A"    // the amplitude of sequences: 1, 1.5, 2, 2.5, 3
	VaryN     = "n"    // their period: 10, 25, 50, 75, 100
	VaryPhi   = "phi"  // their phase: 0, 2/5 pi, 4/5 pi, ...
	VaryRobot = "A0,k" // the signal of robots, (A0, k): (0.5, 0.1), (0.5, 0.5), (2, 0.1), (2, 0.5)
)

// A Path is the way that one life went.
type Path struct {
	Group   int          // lives of one group have the same value of what is varied
	Label   string       // that value
	Task    string       // all hidden parameters, in words
	W, H    [][]float32  // [step][to*from], [step][neuron], from birth on; nil where the learner has none
	Place   [][2]float64 // of a robot, from the start on, in the task's unit of length
	Fitness float64
}

// Vary lives lives whose hidden parameters differ in one thing (figures 5 and 8 of the paper): each value of it with the
// same each others, that is values x others lives, in groups. others are drawn from a seed: for a robot they are goals and
// noise.
func Vary(ctx context.Context, s *Subject, what string, others int, seed uint64) ([]Path, error) {
	var paths []Path
	lot := &life.Lot{Seed: seed, Purpose: rng.Fresh}
	add := func(group int, label string, t task.Task) {
		paths = append(paths, Path{Group: group, Label: label, Task: describe(t)})
		lot.Tasks = append(lot.Tasks, t)
	}
	switch f := s.Family.(type) {
	case *task.Sequence:
		values := map[string][]float64{VaryA: {1, 1.5, 2, 2.5, 3}, VaryN: {10, 25, 50, 75, 100}, VaryPhi: {0, 0.4, 0.8, 1.2, 1.6}}[what]
		if values == nil {
			return nil, fmt.Errorf("probe: of a sequence A, n or phi can be varied, not %q", what)
		}
		for group, v := range values {
			for _, drawn := range run.Fresh(f, seed, others).Tasks {
				t := *drawn.(*task.SequenceTask)
				label := fmt.Sprintf("%s = %g", what, v)
				all := make([]float64, f.Dims)
				for i := range all {
					all[i] = v
				}
				switch what {
				case VaryA:
					t.Amplitude = all
				case VaryN:
					t.Period = all
				case VaryPhi:
					label += " pi"
					for i := range all {
						all[i] *= 3.141592653589793
					}
					t.Phase = all
				}
				given, err := f.Given(t.Amplitude, t.Period, t.Phase)
				if err != nil {
					return nil, err
				}
				add(group, label, given)
			}
		}
	case *task.Robot:
		if what != VaryRobot {
			return nil, fmt.Errorf("probe: of a robot %s can be varied, not %q", VaryRobot, what)
		}
		for group, v := range [][2]float64{{0.5, 0.1}, {0.5, 0.5}, {2, 0.1}, {2, 0.5}} {
			for i, drawn := range run.Fresh(f, seed, others).Tasks {
				source := rng.At(seed, rng.Fresh, 0, 0, uint32(i)).Source()
				add(group, fmt.Sprintf("A0 = %g, k = %g", v[0], v[1]), f.Given(drawn.(*task.RobotTask).Goal, v[0], v[1], source))
			}
		}
	default:
		return nil, fmt.Errorf("probe: nothing is known to vary in family %s", s.Family.Name())
	}
	return paths, s.follow(ctx, lot, paths)
}

// Drive lives one given robot task (figure 9 of the paper), its noise from a seed.
func Drive(ctx context.Context, s *Subject, goal task.Point, a0, k float64, seed uint64) (*Path, error) {
	f, ok := s.Family.(*task.Robot)
	if !ok {
		return nil, fmt.Errorf("probe: family %s has no robots", s.Family.Name())
	}
	t := f.Given(goal, a0, k, rng.At(seed, rng.Fresh, 0, 0, 0).Source())
	paths := []Path{{Label: s.Learner.Name, Task: describe(t)}}
	return &paths[0], s.follow(ctx, &life.Lot{Tasks: []task.Task{t}, Seed: seed, Purpose: rng.Fresh}, paths)
}

// DriveAtRandom is Drive of a controller that sets each wheel anew in each step, uniformly.
func DriveAtRandom(f *task.Robot, goal task.Point, a0, k float64, seed uint64) *Path {
	t := f.Given(goal, a0, k, rng.At(seed, rng.Fresh, 0, 0, 0).Source())
	source := rng.At(seed, rng.Exploration, 0, 0, 0).Source()
	e := f.Episode(1)
	e.(task.Tracer).Trace()
	e.Begin([]task.Task{t})
	obs, act := make([]float32, 3), make([]float32, 2)
	for {
		if _, more := e.Observe(obs); !more {
			return &Path{Label: "random", Task: describe(t), Place: e.(task.Tracer).Path(0), Fitness: e.Fitness(0)}
		}
		act[0], act[1] = float32(source.Uniform(-1, 1)), float32(source.Uniform(-1, 1))
		e.Act(act, nil)
	}
}

// follow fills paths with what the lives of a lot do.
func (s *Subject) follow(ctx context.Context, lot *life.Lot, paths []Path) error {
	var h0 []float32
	if t, ok := s.Learner.Layout.File(s.Theta).Get("core.h0"); ok {
		h0 = t.Data
	}
	if s.Learner.Plastic { // W of birth is what a life that learns nothing has
		frozen, err := lot.Lesioned(life.Lesion{Freeze: 1})
		if err != nil {
			return err
		}
		if err := s.record(ctx, frozen, func(i int, l *life.Life) { paths[i].W = append(paths[i].W, l.W[0]) }); err != nil {
			return err
		}
	}
	return s.record(ctx, lot, func(i int, l *life.Life) {
		p := &paths[i]
		p.W = append(p.W, l.W...)
		if h0 != nil && l.H != nil {
			p.H = append(p.H, h0)
		}
		p.H = append(p.H, l.H...)
		p.Place, p.Fitness = l.Path, l.Fitness
	})
}

// A Map is the steps of paths in the plane, by t-SNE and by principal components.
type Map struct {
	TSNE, PCA       [][][2]float64 // [path][step]
	Steps           [][]int        // [path], which steps; 0 is birth
	Perplexity      float64
	KL              float64 // of t-SNE; see embed.Layout
	Trustworthiness float64
	Explained       [2]float64 // share of the variance that each principal component explains
}

// Lay lays paths out by their W, or by their h, all together; of the steps every so many, and the last, are shown.
func Lay(paths []Path, of string, every int, settings embed.Settings) (*Map, error) {
	m := &Map{TSNE: make([][][2]float64, len(paths)), PCA: make([][][2]float64, len(paths)), Steps: make([][]int, len(paths))}
	var points [][]float32
	var owner []int
	for i := range paths {
		way := paths[i].W
		if strings.EqualFold(of, "h") {
			way = paths[i].H
		}
		for t, v := range way {
			if t%every == 0 || t == len(way)-1 {
				points, owner, m.Steps[i] = append(points, v), append(owner, i), append(m.Steps[i], t)
			}
		}
	}
	if len(points) < 4 {
		return nil, fmt.Errorf("probe: the lives have too little %s to lay out", of)
	}
	l, a := embed.Neighbours(points, settings), embed.Principal(points, 2)
	m.Perplexity, m.KL, m.Trustworthiness = l.Perplexity, l.KL, l.Trustworthiness
	copy(m.Explained[:], a.Explained)
	for j, i := range owner {
		m.TSNE[i] = append(m.TSNE[i], l.Points[j])
		var at [2]float64
		copy(at[:], a.Scores[j])
		m.PCA[i] = append(m.PCA[i], at)
	}
	return m, nil
}
