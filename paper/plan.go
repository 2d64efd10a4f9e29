// Package paper is the paper's two tables as a plan of runs: [New] lists every cell of EPRNN's tables 2 and 3 at a
// [Budget], a [Runner] trains what is missing, [Look] says how far each run is, and [Scorer] scores their genomes on the
// held-out tasks. All of it works on ordinary runs in a store, found by their names.
package paper

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"baldwin/run"
	"baldwin/task"
)

// A Budget says how long each run of the plan is, and how many runs a cell has. All runs of a column are of one length.
type Budget struct {
	Name    string
	HeldOut int // held-out tasks that each genome is scored on

	size                           // of a cell that the exception is not about
	except               exception // nothing, where it has no preset
	testEvery, testTasks int       // meta-tests; 0: the spec's
	stratified           bool      // a robot's goals are spread evenly
}

// A size is how many generations a cell's runs have, and how many runs it has unless other seeds are asked for.
type size struct{ generations, runs int }

// An exception gives cells of a preset a size of their own: those of the learners, or all where none is named.
type exception struct {
	preset   string
	learners []string
	size
}

// sizeOf is the size of a cell's runs.
func (b Budget) sizeOf(c Cell) size {
	if e := b.except; c.Preset == e.preset && (len(e.learners) == 0 || slices.Contains(e.learners, c.Learner)) {
		return e.size
	}
	return b.size
}

// Generations is how long each run of a cell is.
func (b Budget) Generations(c Cell) int { return b.sizeOf(c).generations }

// PaperGenerations is how long each of the paper's runs is (EPRNN, section 4.2).
const PaperGenerations = run.DefaultGenerations

// Runs is how many runs each of the paper's numbers is of.
const Runs = 3

// Budgets are smoke, tenth, third and full.
func Budgets() []Budget {
	const first = "seq-l1-k10-n20"
	return []Budget{
		// shows that everything runs, and nothing else
		{Name: "smoke", HeldOut: 800, size: size{20, Runs}, testEvery: 2, testTasks: 160},
		// ten runs, so many that a rank test can tell two learners apart
		{Name: "tenth", HeldOut: run.HeldOutTasks, size: size{PaperGenerations / 10, Runs},
			except:     exception{first, []string{"eprnn", "eprnn-nom", "es-rnn", "es-lstm"}, size{PaperGenerations / 10, 10}},
			stratified: true}, // drawn one by one, 4 goals teach a robot nothing in so few generations (docs/strategies.md)
		// fewer runs, which go further
		{Name: "third", HeldOut: run.HeldOutTasks, size: size{PaperGenerations / 5, 1},
			except:     exception{first, nil, size{PaperGenerations / 3, Runs}},
			stratified: true},
		// as the paper
		{Name: "full", HeldOut: run.HeldOutTasks, size: size{PaperGenerations, Runs}},
	}
}

// FindBudget looks a budget up.
func FindBudget(name string) (Budget, error) {
	var names []string
	for _, b := range Budgets() {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	return Budget{}, fmt.Errorf("unknown budget %q; there are %s", name, strings.Join(names, ", "))
}

// Tables are the paper's tables: the family of tasks that each is about.
var Tables = []struct{ Name, Family, Title string }{
	{"table2", "sequence", "Table 2: Sequence Predicting"},
	{"table3", "robot", "Table 3: Wheeled Robot Navigating"},
}

// A Cell is one number of the paper's tables.
type Cell struct {
	Table, Preset string
	run.Cell      // learner, rollouts and the paper's number
}

// Row is the learner's name in a table; a learner with an exploring episode has a row of its own.
func (c Cell) Row() string {
	if c.Rollouts > 0 {
		return fmt.Sprintf("%s-%drollout", c.Learner, c.Rollouts)
	}
	return c.Learner
}

// ID is table/row/preset, such as table2/eprnn/seq-l1-k10-n20.
func (c Cell) ID() string { return c.Table + "/" + c.Row() + "/" + c.Preset }

// A Job is one run of the plan: a cell with a seed.
type Job struct {
	Cell
	Seed uint64
	Name string // of the run: BUDGET-PRESET-ROW-sSEED
	Spec run.Spec
}

// A Plan is all runs of a budget.
type Plan struct {
	Budget Budget
	Cells  []Cell
	Jobs   []Job // the first seed of every cell, then the second, so that a plan cut short is broad
}

// New plans every cell of the registry's presets that matches one of the patterns, for each seed; no seeds stand for the
// budget's own. A pattern is the beginning of a cell's ID, and each of its parts may have wildcards: table2, table2/eprnn,
// */*/robot-low. No pattern stands for all cells; a pattern that matches none is an error.
func New(r run.Registry, b Budget, seeds []uint64, only []string) (*Plan, error) {
	p := &Plan{Budget: b}
	used := make([]bool, len(only))
	specs := map[string]run.Spec{}
	for _, pre := range r.Presets {
		base, err := pre.Spec.Resolve(r)
		if err != nil {
			return nil, fmt.Errorf("paper: preset %s: %w", pre.Name, err)
		}
		for _, c := range pre.Cells {
			cell := Cell{tableOf(base.Family.Name), pre.Name, c}
			matched := len(only) == 0
			for i, pattern := range only {
				ok, err := matches(pattern, cell.ID())
				if err != nil {
					return nil, fmt.Errorf("paper: %q: %w", pattern, err)
				}
				used[i] = used[i] || ok
				matched = matched || ok
			}
			if cell.Table == "" || !matched {
				continue
			}
			if specs[cell.ID()], err = b.spec(r, pre.Spec, cell); err != nil {
				return nil, fmt.Errorf("paper: %s: %w", cell.ID(), err)
			}
			p.Cells = append(p.Cells, cell)
		}
	}
	for i, ok := range used {
		if !ok {
			return nil, fmt.Errorf("paper: no cell matches %q; a cell is TABLE/LEARNER/PRESET, such as table2/eprnn/seq-l1-k10-n20", only[i])
		}
	}
	p.Jobs = p.jobs(seeds, specs)
	return p, nil
}

func tableOf(family string) string {
	for _, t := range Tables {
		if t.Family == family {
			return t.Name
		}
	}
	return ""
}

// matches reports whether the parts of a pattern are the first parts of an ID.
func matches(pattern, id string) (bool, error) {
	want, have := strings.Split(strings.TrimSuffix(pattern, "/"), "/"), strings.Split(id, "/")
	if len(want) > len(have) {
		return false, nil
	}
	for i, w := range want {
		if ok, err := path.Match(w, have[i]); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// spec is the resolved spec of a cell: the preset's, with the cell's learner and the budget's length.
func (b Budget) spec(r run.Registry, s run.Spec, c Cell) (run.Spec, error) {
	s.Learner.Name = c.Learner
	s.Generations = b.Generations(c)
	s.MetaTest.Every, s.MetaTest.Tasks = b.testEvery, b.testTasks
	if b.stratified && s.Family.Name == "robot" {
		s.Draw = run.Stratified
	}
	if c.Rollouts > 0 {
		robot, ok := s.Family.Family.(*task.Robot)
		if !ok {
			return s, fmt.Errorf("family %s has no exploring rollouts", s.Family.Name)
		}
		f := *robot // the preset's own stays as it is
		f.Rollouts = c.Rollouts
		s.Family.Family = &f
	}
	return s.Resolve(r)
}
