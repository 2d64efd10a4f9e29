package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"baldwin/internal/tensorfile"
	"baldwin/paper"
	"baldwin/run"
	"baldwin/store"
)

// zooFolder is where a report's genomes are, and where `baldwin test --zoo` looks for those of the repository.
const zooFolder = "zoo"

// genomeExt is how the files of a zoo end.
const genomeExt = ".safetensors"

// zoo writes the best genome of each cell, with an index of what each scores. A genome that is kept in a file already is
// named in the index where it is. What an earlier report wrote and this one does not list is removed.
func (c *paperCmd) zoo(p *process, st *store.Store, plan *paper.Plan, standings []paper.Standing, scorer *paper.Scorer) error {
	dir := filepath.Join(c.Out, zooFolder)
	var zoo []paper.Animal
	for _, cell := range plan.Cells {
		g, err := paper.Best(p.ctx, p.registry, st, standings, cell.Row(), cell.Preset)
		if err != nil {
			return err
		}
		if g == nil {
			continue
		}
		a := paper.Animal{Cell: cell.ID(), File: g.Name + genomeExt}
		if a.Score, err = scorer.Of(p.ctx, g); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		if g.File == "" {
			err = cage(g, filepath.Join(dir, a.File))
		} else if a.File, err = relative(dir, g.File); err == nil {
			a.File = filepath.ToSlash(a.File)
		}
		if err != nil {
			return err
		}
		zoo = append(zoo, a)
	}
	if zoo == nil {
		return nil
	}
	old, _ := readZoo(dir) // there is none, or it is no longer ours: nothing is released
	var b strings.Builder
	if err := paper.WriteZoo(&b, zoo); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, paper.ZooFile), []byte(b.String()), 0o666); err != nil {
		return err
	}
	return p.release(st, dir, old, zoo)
}

// release removes from the folder what an old index lists and a new one does not, where it is spare.
func (p *process) release(st *store.Store, dir string, old, zoo []paper.Animal) error {
	listed := map[string]bool{}
	for _, a := range zoo {
		listed[a.File] = true
	}
	for _, a := range old {
		if listed[a.File] || !p.spare(st, dir, a) {
			continue
		}
		base := filepath.Join(dir, a.Score.Run)
		for _, ext := range []string{".csv", ".yaml", genomeExt} { // as cage wrote them
			if err := os.Remove(base + ext); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// spare reports whether a file that an index names was caged here and can be made again: it lies in the folder under its run's name, it
// holds the genome that the index says, and the store's run has that genome or, by the same contract, has gone on from it. Where the store
// has not, the file may be all that is left of the run.
func (p *process) spare(st *store.Store, dir string, a paper.Animal) bool {
	if st == nil || a.File != a.Score.Run+genomeExt {
		return false
	}
	row, err := st.Run(p.ctx, a.Score.Run)
	if err != nil || row.SpecHash != a.Score.SpecHash {
		return false
	}
	c, err := st.Checkpoint(p.ctx, row.ID)
	if err != nil || c == nil || c.Contract != a.Score.Contract || c.Generation < a.Score.Generation ||
		c.Generation == a.Score.Generation && c.ThetaHash != a.Score.ThetaHash {
		return false
	}
	g, err := p.genomeFile(filepath.Join(dir, a.File), "")
	return err == nil && g.Hash == a.Score.ThetaHash
}

// readZoo reads the index of a folder.
func readZoo(dir string) ([]paper.Animal, error) {
	f, err := os.Open(filepath.Join(dir, paper.ZooFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return paper.ReadZoo(f)
}

// cage writes one genome with all that is known of it, and beside it spec and curve, so that --kept takes the run from there.
func cage(g *paper.Genome, path string) error {
	base := strings.TrimSuffix(path, genomeExt)
	var curve bytes.Buffer
	writeCurve(&curve, g.Tests)
	if err := errors.Join(os.WriteFile(base+".yaml", g.Run.Spec, 0o666), os.WriteFile(base+".csv", curve.Bytes(), 0o666)); err != nil {
		return err
	}
	known := genome(g.Genome)
	return tensorfile.WriteSafetensors(path, known.file(g.Run, &run.Checkpoint{Generation: g.Generation, Contract: g.Contract}))
}

// relative is the path of a file as seen from a folder.
func relative(dir, file string) (string, error) {
	a, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	b, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	return filepath.Rel(a, b)
}

// zooLine is a genome in `test --zoo --json`.
type zooLine struct {
	Cell      string `json:"cell"`
	File      string `json:"file"`
	Tasks     int    `json:"tasks"`
	Expected  number `json:"expected"`
	Mean      number `json:"mean"`
	Low       number `json:"low"`
	High      number `json:"high"`
	ThetaHash string `json:"theta_hash"`
	Same      bool   `json:"same"` // the bits of mean, interval and hashes
}

// testZoo scores every genome of a folder's index again. One that scores anything but what the index says, to the bit,
// makes it fail.
func (c *testCmd) testZoo(p *process, dir string) error {
	zoo, err := readZoo(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return badf("no zoo: %w; give its folder: baldwin test --zoo DIR", err)
	}
	if err != nil {
		return bad(err)
	}
	k, err1 := c.isa()
	threads, err2 := c.workers()
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	t := table{{"cell", ">generation", ">expected", ">scored", "95% interval", "bits"}}
	scorer := paper.Scorer{Registry: p.registry, Kernel: k, Threads: threads}
	differ := 0
	for _, a := range zoo {
		g, err := p.genomeFile(filepath.Join(dir, filepath.FromSlash(a.File)), "")
		if err != nil {
			return err
		}
		scorer.Tasks = a.Score.Tasks
		score, err := scorer.Genome(p.ctx, (*run.Genome)(g), a.Score.Generation)
		if err != nil {
			return err
		}
		want := a.Score
		same := score.TasksHash == want.TasksHash && score.ThetaHash == want.ThetaHash &&
			score.Mean == want.Mean && score.Low == want.Low && score.High == want.High
		bits := "the same"
		if !same {
			bits = "DIFFER"
			differ++
		}
		if c.JSON {
			err := printJSON(p.stdout, zooLine{a.Cell, a.File, score.Tasks, number(want.Mean), number(score.Mean), number(score.Low), number(score.High), score.ThetaHash, same})
			if err != nil {
				return err
			}
			continue
		}
		t.row(a.Cell, want.Generation, fmt.Sprintf("%.4f", want.Mean), fmt.Sprintf("%.4f", score.Mean), fmt.Sprintf("[%.4f, %.4f]", score.Low, score.High), bits)
	}
	if !c.JSON {
		t.write(p.stdout)
	}
	if differ > 0 {
		return fmt.Errorf("%d of %d genomes do not score what %s says", differ, len(zoo), filepath.Join(dir, paper.ZooFile))
	}
	return nil
}
