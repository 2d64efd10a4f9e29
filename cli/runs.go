package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"baldwin/run"
	"baldwin/store"
)

// runsCmd is `baldwin runs`.
type runsCmd struct {
	List    runsList    `cmd:"" default:"withargs" help:"List the runs of the store."`
	Reached runsReached `cmd:"" help:"Tell after how many lives and seconds runs came past a score."`
	RM      runsRemove  `cmd:"" name:"rm" help:"Remove runs with all their rows and checkpoints."`
	GC      runsGC      `cmd:"" name:"gc" help:"Give disk space back: spare checkpoints of finished runs, free pages."`
	Export  runsExport  `cmd:"" help:"Write one run as a file that another store can import."`
	Import  runsImport  `cmd:"" help:"Add a run from a file that export wrote."`
}

// Help is the long help.
func (runsCmd) Help() string {
	return `The states of a run: "running" is held by a process, "died" was, "stopped" waits for resume, "finished" is done.

    baldwin runs
    baldwin runs reached a-s1 a-s2 a-s3 --score -0.114
    baldwin runs rm demo demo-2
    baldwin runs export seq-l1-k10-n20-eprnn-s1 run.baldwin
    baldwin runs import run.baldwin --name copy`
}

type runsList struct {
	Names bool `help:"Names alone, one a line."`
	JSON  bool `name:"json" help:"One JSON object a line."`
}

// Help is the long help.
func (runsList) Help() string { return runsCmd{}.Help() }

// runLine is a run in `runs --json`.
type runLine struct {
	Run         string    `json:"run"`
	Status      string    `json:"status"`
	Preset      string    `json:"preset"`
	Family      string    `json:"family"`
	Learner     string    `json:"learner"`
	Strategy    string    `json:"strategy"`
	Seed        uint64    `json:"seed"`
	Generation  int       `json:"generation"`
	Generations int       `json:"generations"`
	Last        *number   `json:"last"`
	Best        *number   `json:"best"`
	ThetaHash   string    `json:"theta_hash"`
	SpecHash    string    `json:"spec_hash"`
	Version     string    `json:"version"`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
}

// status is a run's state as people are told it: one that says running and is held by nobody died.
func status(st *store.Store, r *store.Run) string {
	if r.Status == run.Running && !st.Held(r.Name) {
		return "died"
	}
	return string(r.Status)
}

func newRunLine(st *store.Store, r *store.Run) runLine {
	return runLine{
		r.Name, status(st, r), r.Preset, r.Family, r.Learner, r.Strategy, r.Seed, r.Generation, r.Generations,
		(*number)(r.Last), (*number)(r.Best), r.ThetaHash, r.SpecHash, r.Version, r.Created, r.Updated,
	}
}

const noRuns = "no runs yet; begin with: baldwin demo"

// Run lists.
func (c *runsList) Run(p *process) error {
	st, err := p.lookAtStore()
	if errors.Is(err, fs.ErrNotExist) { // no store yet is no runs
		if !c.Names && !c.JSON {
			fmt.Fprintln(p.stdout, noRuns)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer st.Close()
	rows, err := st.Runs(p.ctx)
	if err != nil {
		return err
	}
	if len(rows) == 0 && !c.Names && !c.JSON {
		fmt.Fprintln(p.stdout, noRuns)
		return nil
	}
	t := table{{"run", "status", ">generation", ">last", ">best", "learner", ">age"}}
	for i := range rows {
		r := &rows[i]
		switch {
		case c.Names:
			fmt.Fprintln(p.stdout, r.Name)
		case c.JSON:
			if err := printJSON(p.stdout, newRunLine(st, r)); err != nil {
				return err
			}
		default:
			t.row(r.Name, status(st, r), fmt.Sprintf("%d/%d", r.Generation, r.Generations), scoreOr(r.Last), scoreOr(r.Best), r.Learner, duration(time.Since(r.Created)))
		}
	}
	if !c.Names && !c.JSON {
		t.write(p.stdout)
	}
	return nil
}

type runsRemove struct {
	Names []string `arg:"" name:"run" help:"Names of the runs."`
}

// Help is the long help.
func (runsRemove) Help() string {
	return `A run that a process trains is not removed. There is no way back; "baldwin runs export" keeps a copy.

    baldwin runs rm demo demo-2`
}

// Run removes. All names are looked up first, so that a slip removes nothing.
func (c *runsRemove) Run(p *process) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	for _, name := range c.Names {
		if _, err := st.Run(p.ctx, name); err != nil {
			return err
		}
	}
	for _, name := range c.Names {
		if err := st.Remove(p.ctx, name); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "removed %s\n", name)
	}
	return nil
}

type runsGC struct{}

// Help is the long help.
func (runsGC) Help() string {
	return `Nothing that a run is, or that it goes on from, is lost.

    baldwin runs gc`
}

// Run gives space back.
func (c *runsGC) Run(p *process) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	freed, err := st.GC(p.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "freed %s\n", bytesOf(max(0, freed)))
	return nil
}

type runsExport struct {
	Name string `arg:"" name:"run" help:"Name of the run."`
	File string `arg:"" help:"File to write; it must not exist."`
}

// Help is the long help.
func (runsExport) Help() string {
	return `The file has the run's spec, all its rows and its newest checkpoint, sealed by a digest; another store takes it with
"baldwin runs import" and can go on with it. For the genome alone use "baldwin export".

    baldwin runs export seq-l1-k10-n20-eprnn-s1 run.baldwin`
}

// Run writes the file.
func (c *runsExport) Run(p *process) error {
	st, err := p.lookAtStore()
	if err != nil {
		return err
	}
	defer st.Close()
	file, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	if err := st.Export(p.ctx, c.Name, file); err != nil {
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
			err = bad(err)
		}
		return err
	}
	fmt.Fprintf(p.stdout, "%s: run %s; take it up elsewhere with: baldwin runs import %s\n", c.File, c.Name, c.File)
	return nil
}

type runsImport struct {
	File string `arg:"" help:"A file that baldwin runs export wrote."`
	Name string `placeholder:"RUN" help:"Name to give it; its own unless given."`
}

// Help is the long help.
func (runsImport) Help() string {
	return `The file is checked whole before anything goes into the store.

    baldwin runs import run.baldwin --name copy`
}

// Run adds the run.
func (c *runsImport) Run(p *process) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := st.Import(p.ctx, c.File, c.Name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = bad(err)
		}
		return err
	}
	fmt.Fprintf(p.stdout, "imported %s, generation %d/%d\n", r.Name, r.Generation, r.Generations)
	return nil
}
