package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baldwin/internal/kernel"
	"baldwin/paper"
	"baldwin/report"
	"baldwin/store"
)

// paperCmd is `baldwin paper`.
type paperCmd struct {
	Budget     string        `enum:"smoke,tenth,third,full" default:"smoke" help:"How long and how many the runs are: ${enum} (20, 1500, 3000 or 5000, 15000 generations)."`
	Only       []string      `placeholder:"CELLS" help:"Only these cells: table2, table2/eprnn, */*/robot-low; several with commas."`
	Seeds      seeds         `placeholder:"1-3" help:"One run of each cell for each of these seeds; the plan's own unless given."`
	Out        string        `placeholder:"DIR" help:"Folder of the report; paper-BUDGET unless given."`
	Kept       string        `placeholder:"DIR" help:"Also take finished runs that are kept as files below this folder, as experiments/ keeps them."`
	For        time.Duration `placeholder:"8h" help:"Stop after this long, with checkpoints, and write the report."`
	DryRun     bool          `xor:"what" help:"List the plan, how far it is and what is left, and do nothing."`
	ReportOnly bool          `xor:"what" help:"Train nothing; write the report of what is there."`
	JSON       bool          `name:"json" help:"One JSON object a line on stdout."`
	engine
	fleet
}

// Help is the long help.
func (paperCmd) Help() string {
	return `Every cell of tables 2 and 3 of "Do What Nature Did To Us: Evolving Plastic Recurrent Neural Networks For Task
Generalization", and a report that puts their numbers beside the paper's. A cell has three runs, as in the paper. At a tenth
four learners have ten on (1,10,20), for a rank test that can tell them apart. A third is fewer and longer runs: three of 5000
generations of each learner on (1,10,20), one of 3000 elsewhere. Without --budget it is a smoke test of 20 generations, which
shows that everything runs and says nothing of the learners.

Runs are ordinary runs named BUDGET-PRESET-LEARNER-sSEED, so show, test and resume know them. A run that exists is gone on
with, a finished one is kept; Ctrl-C commits every run at work, and the same command goes on.

As many runs go on at once as there are cores (--threads), each on one thread. The first seed of every cell comes first.
With --listen or --nats workers live the runs, one run after the other and each with the bits that it has here; workers
stay for the whole plan, and it may be gone on with in either way.

    baldwin paper
    baldwin paper --budget tenth --dry-run
    baldwin paper --budget tenth --only table2/eprnn,table2/es-rnn --for 8h
    baldwin paper --budget full --listen 127.0.0.1:4222      # it says how workers join
    baldwin paper --budget full --report-only --out report`
}

// Run trains what is missing of the plan and writes the report.
func (c *paperCmd) Run(p *process) error {
	budget, err := paper.FindBudget(c.Budget)
	if err != nil {
		return bad(err)
	}
	plan, err := paper.New(p.registry, budget, c.Seeds, c.Only)
	if err != nil {
		return bad(err)
	}
	if c.For < 0 {
		return badf("--for: must be above 0, got %s", c.For)
	}
	workers, err := c.workers()
	if err != nil {
		return err
	}
	k, err := c.isa()
	if err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = "paper-" + budget.Name
	}
	if c.DryRun || c.ReportOnly {
		if err := c.check(c.engine); err != nil {
			return err
		}
		if c.on() {
			return badf("--listen and --nats are for training: leave them out with --dry-run and --report-only")
		}
		st, err := p.lookAtStore()
		switch {
		case err == nil:
			defer st.Close()
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		standings, err := c.look(p, st, plan)
		if err != nil {
			return err
		}
		if c.DryRun {
			return c.list(p, standings, k, workers)
		}
		return c.report(p, st, plan, standings, k, workers)
	}
	harbour, err := p.harbour(c.fleet, c.engine)
	if err != nil {
		return err
	}
	defer harbour.leave()
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	if err := c.train(p, st, plan, k, workers, harbour); err != nil {
		return err
	}
	standings, err := c.look(p, st, plan)
	if err != nil {
		return err
	}
	return c.report(p, st, plan, standings, k, workers)
}

// look says how far the plan is, in the store and in the folder of kept runs.
func (c *paperCmd) look(p *process, st *store.Store, plan *paper.Plan) ([]paper.Standing, error) {
	standings, err := paper.Look(p.ctx, st, plan)
	if err == nil && c.Kept != "" {
		err = bad(paper.Kept(p.registry, c.Kept, standings))
	}
	return standings, err
}

// jobLine is a run of the plan in `paper --dry-run --json`.
type jobLine struct {
	Run         string `json:"run"`
	Cell        string `json:"cell"`
	Seed        uint64 `json:"seed"`
	Status      string `json:"status"`
	Generation  int    `json:"generation"`
	Generations int    `json:"generations"`
	Last        number `json:"last"`
	Seconds     number `json:"seconds"`           // on the clock, spent; null: unknown
	Left        number `json:"core_seconds_left"` // estimated
}

// list prints the plan.
func (c *paperCmd) list(p *process, standings []paper.Standing, k kernel.ISA, workers int) error {
	clock, err := paper.NewClock(p.ctx, p.registry, k, standings)
	if err != nil {
		return err
	}
	t := table{{"run", "status", ">generation", ">last meta-test", ">spent", ">left"}}
	var left time.Duration
	for i := range standings {
		s := &standings[i]
		status, last, spent := "not begun", "-", "-"
		line := jobLine{
			Run: s.Name, Cell: s.ID(), Seed: s.Seed, Generation: s.Generation(), Generations: s.Spec.Generations,
			Last: number(nan()), Seconds: number(nan()), Left: number(clock.Job(s.Name).Seconds()),
		}
		if s.Run == nil || s.Seconds > 0 { // of runs that are kept as files it is not known
			line.Seconds, spent = number(s.Seconds), duration(time.Duration(s.Seconds*float64(time.Second)))
		}
		if s.Run != nil {
			status, last = string(s.Run.Status), scoreOr(s.Run.Last)
			if s.Run.Last != nil {
				line.Last = number(*s.Run.Last)
			}
		}
		left += clock.Job(s.Name)
		line.Status = status
		if c.JSON {
			if err := printJSON(p.stdout, line); err != nil {
				return err
			}
			continue
		}
		t.row(s.Name, status, fmt.Sprintf("%d/%d", s.Generation(), s.Spec.Generations), last, spent,
			duration(clock.Job(s.Name)))
	}
	if !c.JSON {
		t.write(p.stdout)
		fmt.Fprintf(p.stdout, "\n%d runs, %.0f%% of the work done; left are %s of one core, %s with %d runs at once\n",
			len(standings), 100*clock.Share(), duration(left), duration(clock.Left(workers)), workers)
	}
	return nil
}

// report writes the report of what is there.
func (c *paperCmd) report(p *process, st *store.Store, plan *paper.Plan, standings []paper.Standing, k kernel.ISA, workers int) error {
	known, err := c.known()
	if err == nil {
		err = bad(report.TakeSeconds(c.Out, standings))
	}
	if err != nil {
		return err
	}
	scorer := &paper.Scorer{
		Registry: p.registry, Kernel: k, Threads: workers, Tasks: plan.Budget.HeldOut, Known: known,
		Watch: func(s paper.Score) {
			fmt.Fprintf(p.stderr, "%s: %s on %d held-out tasks\n", s.Run, score(s.Mean), s.Tasks)
		},
	}
	scores, err := scorer.Score(p.ctx, st, standings)
	if err != nil {
		if len(scorer.Known) > len(known) { // what was scored before it failed or was interrupted is not lost
			err = errors.Join(err, report.WriteScores(c.Out, scorer.Known))
		}
		return err
	}
	cache, err := p.answers()
	if err != nil {
		return err
	}
	lives := report.Lives{Registry: p.registry, Kernel: k, Threads: workers, Cache: cache, Best: func(row, preset string) (*paper.Genome, error) {
		return paper.Best(p.ctx, p.registry, st, standings, row, preset)
	}}
	exhibits, claims, err := lives.All(p.ctx)
	if err != nil {
		return err
	}
	r := report.New(report.Input{
		Registry: p.registry, Plan: plan, Standings: standings, Scores: scores, Command: c.command(), Version: buildVersion(),
		MoreExhibits: exhibits, MoreClaims: claims,
	})
	if err := r.Write(c.Out); err != nil {
		return err
	}
	if err := c.zoo(p, st, plan, standings, scorer); err != nil {
		return err
	}
	file := filepath.Join(c.Out, "report.html")
	if c.JSON {
		return printJSON(p.stdout, struct {
			Event  string `json:"event"`
			Report string `json:"report"`
		}{"report", file})
	}
	fmt.Fprintf(p.stdout, "%s: %s\n", file, r.Summary())
	return nil
}

// answers is where the answers of genomes are kept from one report to the next, by the hash of this program.
func (p *process) answers() (report.Cache, error) {
	home, err := p.home()
	if err != nil {
		return report.Cache{}, err
	}
	c := report.Cache{Dir: filepath.Join(home, "answers")}
	path, err := os.Executable()
	if err != nil {
		return c, err
	}
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	c.Build = hex.EncodeToString(h.Sum(nil))
	return c, err
}

// known are the held-out scores of an earlier report in the same folder.
func (c *paperCmd) known() ([]paper.Score, error) {
	f, err := os.Open(filepath.Join(c.Out, report.ScoresFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	scores, err := paper.ReadScores(f)
	if err != nil {
		return nil, badf("%s: %w; remove the file to compute it again", f.Name(), err)
	}
	return scores, nil
}

// command is the command line that makes this report again.
func (c *paperCmd) command() string {
	line := "baldwin paper --budget " + c.Budget
	if len(c.Only) > 0 {
		line += " --only " + strings.Join(c.Only, ",")
	}
	if len(c.Seeds) > 0 {
		line += " --seeds " + join(c.Seeds)
	}
	if c.Kept != "" {
		line += " --kept " + c.Kept
	}
	if c.Out != "paper-"+c.Budget {
		line += " --out " + c.Out
	}
	return line
}
