package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"baldwin/evolve"
	"baldwin/run"
)

// testCmd is `baldwin test`.
type testCmd struct {
	What   string `arg:"" optional:"" name:"run|genome" help:"A run's name, or a genome.safetensors; with --zoo a folder."`
	Preset string `placeholder:"NAME" help:"For a genome file without a spec: what it was evolved for."`
	Tasks  int    `placeholder:"N" help:"How many tasks; 16000 unless given."`
	Zoo    bool   `help:"Score all genomes of a folder again, experiments/zoo unless given, and fail where a score is not the one in its zoo.csv."`
	Fresh  bool   `help:"Tasks that were never used, instead of the frozen held-out set."`
	Seed   uint64 `placeholder:"N" default:"1" help:"Seed of the fresh tasks."`
	JSON   bool   `name:"json" help:"One JSON object."`
	engine
	consent
}

// Help is the long help.
func (testCmd) Help() string {
	return `The frozen held-out set is the same for every run, build and year, so that scores on it compare; its hash proves it. With
--tasks it is the first N of them. --fresh draws others from --seed.

    baldwin test seq-l1-k10-n20-eprnn-s1
    baldwin test genome.safetensors --fresh --seed 7 --tasks 1000 --json
    baldwin test --zoo`
}

// maxTestTasks is the most tasks of one stream (its address has 24 bits for the task).
const maxTestTasks = 1 << 24

// tested is the result.
type tested struct {
	Genome    string `json:"genome"` // run or file
	Learner   string `json:"learner"`
	Family    string `json:"family"`
	Set       string `json:"set"` // held-out or fresh
	Seed      uint64 `json:"seed,omitempty"`
	Tasks     int    `json:"tasks"`
	TasksHash string `json:"tasks_hash"`
	Mean      number `json:"mean"`
	Low       number `json:"low"`
	High      number `json:"high"`
	SD        number `json:"sd"`
	ThetaHash string `json:"theta_hash"`
}

// Run tests.
func (c *testCmd) Run(p *process) error {
	switch {
	case c.Zoo:
		if c.What == "" {
			c.What = filepath.Join("experiments", zooFolder)
		}
		return c.testZoo(p, c.What)
	case c.What == "":
		return badf("a run or a genome is missing")
	case c.Tasks < 0 || c.Tasks > maxTestTasks:
		return badf("--tasks: must be 1 to %d, got %d", maxTestTasks, c.Tasks)
	case c.Tasks == 0:
		c.Tasks = run.HeldOutTasks
	}
	if c.Tasks > run.HeldOutTasks && !c.Fresh {
		return badf("--tasks: the held-out set has %d tasks, got %d; --fresh draws as many as wanted", run.HeldOutTasks, c.Tasks)
	}
	k, err := c.isa()
	if err != nil {
		return err
	}
	threads, err := c.workers()
	if err != nil {
		return err
	}
	g, err := c.genome(p)
	if err != nil {
		return err
	}
	f := g.Spec.Family.Family
	if err := c.permit(p, f, false); err != nil {
		return err
	}
	r := tested{Genome: c.What, Learner: g.Spec.Learner.Name, Family: g.Spec.Family.Name, Set: "held-out", ThetaHash: g.Hash}
	lot := run.HeldOut(f, c.Tasks)
	if c.Fresh {
		r.Set, r.Seed = "fresh", c.Seed
		lot = run.Fresh(f, c.Seed, c.Tasks)
	}
	if r.TasksHash, err = run.TasksHash(lot.Tasks); err != nil {
		return err
	}
	pool := evolve.NewPool(g.Learner, f, k, g.Spec.Space(g.Learner.Layout), g.Spec.Tasks, threads)
	defer pool.Close()
	row, err := run.Score(p.ctx, pool, g.Theta, lot, 0)
	if err != nil {
		return err
	}
	r.Tasks, r.Mean, r.Low, r.High, r.SD = row.Tasks, number(row.Mean), number(row.Low), number(row.High), number(row.SD)
	if c.JSON {
		return printJSON(p.stdout, r)
	}
	fmt.Fprintf(p.stdout, "%s: %s on %s\n", r.Genome, r.Learner, r.Family)
	fmt.Fprintf(p.stdout, "mean fitness %s, 95%% interval [%s, %s], sd %s\n", score(row.Mean), score(row.Low), score(row.High), score(row.SD))
	fmt.Fprintf(p.stdout, "over %d %s tasks, hash %s\n", r.Tasks, r.Set, short(r.TasksHash))
	if m := meaning(f); m != "" {
		fmt.Fprintf(p.stdout, "fitness is %s\n", m)
	}
	return nil
}

// genome finds the genome: of a run, unless there is a file of that name.
func (c *testCmd) genome(p *process) (*genome, error) {
	if isGenomeFile(c.What) {
		return p.genomeFile(c.What, c.Preset)
	}
	st, err := p.lookAtStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	row, err := st.Run(p.ctx, c.What)
	if err != nil {
		if _, found := os.Stat(c.What); found == nil {
			err = fmt.Errorf("%w; for the file of that name write ./%s", err, c.What)
		}
		return nil, err
	}
	g, _, err := p.storedGenome(st, row)
	return g, err
}
