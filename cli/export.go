package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"baldwin/export"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// exportCmd is `baldwin export`.
type exportCmd struct {
	Name       string `arg:"" name:"run" help:"Name of the run (see baldwin runs)."`
	Format     string `enum:"safetensors,npz,csv,jsonl,parquet,tensorboard,onnx,onnx-life,auto" default:"auto" help:"${enum}; auto goes by the name of the file."`
	Out        string `short:"o" name:"output" xor:"to" placeholder:"FILE" help:"What to write: a file, of tensorboard a folder; RUN.FORMAT or, of onnx-life, RUN.life.onnx unless given."`
	Generation int    `placeholder:"N" help:"Of a genome: that of the checkpoint of generation N. The newest unless given."`
	Table      string `enum:"generations,meta-tests" default:"generations" help:"Of csv, jsonl, parquet: which rows, ${enum}."`
	MLflow     string `name:"mlflow" xor:"to" placeholder:"URL" help:"Log to an MLflow server in place of writing a file; MLFLOW_TRACKING_TOKEN is its token."`
	Experiment string `default:"baldwin" placeholder:"NAME" help:"Of MLflow: the experiment, made if there is none; baldwin unless given."`
	JSON       bool   `name:"json" help:"One JSON object."`
}

// Help is the long help.
func (exportCmd) Help() string {
	return `The genome of the newest checkpoint, or of the spare one before it with --generation: every tensor by name, row-major
float32. A safetensors file also carries learner, spec, seed, generation, theta hash and score as metadata, so that "baldwin test"
and "baldwin train --init" know it. The SHA-256 of its data section is the theta hash.

csv, jsonl and parquet are the run's rows, one a generation or one a meta-test. tensorboard is one event file of both and the
spec, in a folder that "tensorboard --logdir" takes, alone or with others beside it. A run that is going on can be exported again and again.

onnx is one step of the genome's learner as a network, opset 17, of any number of lives side by side: it takes obs, the state that it
returned before (h, c, W), which lives are newborn and whose W may learn. onnx-life is whole lives: of a sequence what is seen goes
in and predictions come out; of a robot goal, A0, k and noise go in and fitness, path and all come out. Steps agree with the kernels within 1e-5.

--mlflow logs spec, rows and genome to a tracking server; done again, it sends what came since.

    baldwin export seq-l1-k10-n20-eprnn-s1
    baldwin export seq-l1-k10-n20-eprnn-s1 -o genome.npz
    baldwin export seq-l1-k10-n20-eprnn-s1 -o curve.parquet --table meta-tests
    baldwin export seq-l1-k10-n20-eprnn-s1 --format onnx-life
    baldwin export seq-l1-k10-n20-eprnn-s1 --format tensorboard -o logs/eprnn-s1 && tensorboard --logdir logs
    baldwin export seq-l1-k10-n20-eprnn-s1 --mlflow http://127.0.0.1:5000 --experiment sinusoids`
}

// exportFormats are the formats: how each is written, and whether it holds the run's rows, not a genome.
var exportFormats = map[string]struct {
	write func(*exporting) error
	rows  bool
}{
	"safetensors": {write: (*exporting).genome},
	"npz":         {write: (*exporting).genome},
	"csv":         {write: (*exporting).table, rows: true},
	"jsonl":       {write: (*exporting).table, rows: true},
	"parquet":     {write: (*exporting).table, rows: true},
	"tensorboard": {write: (*exporting).tensorboard, rows: true},
	"onnx":        {write: (*exporting).onnxStep},
	"onnx-life":   {write: (*exporting).onnxLife},
}

// exporting is one export at work.
type exporting struct {
	*exportCmd
	p      *process
	st     *store.Store
	row    *store.Run
	format string
	path   string
}

// Run writes the file.
func (c *exportCmd) Run(p *process) error {
	st, err := p.lookAtStore()
	if err != nil {
		return err
	}
	defer st.Close()
	row, err := st.Run(p.ctx, c.Name)
	if err != nil {
		return err
	}
	if c.MLflow != "" {
		return p.logMLflow(c, st, row)
	}
	e := &exporting{exportCmd: c, p: p, st: st, row: row, format: c.Format, path: c.Out}
	if e.format == "auto" {
		e.format = "safetensors"
		if by := strings.TrimPrefix(strings.ToLower(filepath.Ext(e.path)), "."); exportFormats[by].write != nil {
			e.format = by
		}
	}
	if e.path == "" {
		e.path = row.Name + "." + strings.Replace(e.format, "onnx-life", "life.onnx", 1)
	}
	f := exportFormats[e.format]
	if f.rows && e.Generation != 0 {
		return badf("--generation: chooses a genome, and %s holds the rows of all generations", e.format)
	}
	return f.write(e)
}

// checkpoint is that of --generation, or the newest.
func (e *exporting) checkpoint() (*genome, *run.Checkpoint, error) {
	if e.Generation == 0 {
		return e.p.storedGenome(e.st, e.row)
	}
	c, err := e.st.CheckpointAt(e.p.ctx, e.row.ID, e.Generation)
	if err != nil {
		return nil, nil, err
	}
	g, err := e.p.genomeOf(e.row, c)
	return g, c, err
}

// genome writes a genome as named tensors.
func (e *exporting) genome() error {
	g, ck, err := e.checkpoint()
	if err != nil {
		return err
	}
	f := g.file(e.row, ck)
	if e.format == "npz" {
		err = tensorfile.WriteNPZ(e.path, f.Arrays())
	} else {
		err = tensorfile.WriteSafetensors(e.path, f)
	}
	if err != nil {
		return bad(err)
	}
	return e.saidGenome("genome", g, ck)
}

// saidGenome tells what was made of a genome.
func (e *exporting) saidGenome(what string, g *genome, ck *run.Checkpoint) error {
	if e.JSON {
		return printJSON(e.p.stdout, struct {
			Run        string `json:"run"`
			File       string `json:"file"`
			Format     string `json:"format"`
			Generation int    `json:"generation"`
			ThetaHash  string `json:"theta_hash"`
			Parameters int    `json:"parameters"`
		}{e.row.Name, e.path, e.format, ck.Generation, g.Hash, g.Learner.Layout.Parameters()})
	}
	fmt.Fprintf(e.p.stdout, "%s: %s of %s at generation %d, %d parameters, theta hash %s\n",
		e.path, what, e.row.Name, ck.Generation, g.Learner.Layout.Parameters(), g.Hash)
	return nil
}

// table writes rows of the run.
func (e *exporting) table() error {
	t, err := e.rows()
	if err != nil {
		return err
	}
	write := map[string]func(string, *export.Table) error{
		"csv": export.WriteCSV, "jsonl": export.WriteJSONL, "parquet": export.WriteParquet,
	}[e.format]
	if err := write(e.path, t); err != nil {
		return bad(err)
	}
	return e.saidRows(t.Name, t.Rows())
}

func (e *exporting) rows() (*export.Table, error) {
	if e.Table == "meta-tests" {
		tests, err := e.st.MetaTests(e.p.ctx, e.row.ID, 0)
		return export.MetaTests(tests), err
	}
	generations, err := e.st.Generations(e.p.ctx, e.row.ID, 0)
	return export.Generations(generations, e.tensors(generations)), err
}

// tensorboard writes an event file.
func (e *exporting) tensorboard() error {
	h, err := e.history()
	if err != nil {
		return err
	}
	if e.path, err = export.WriteTensorBoard(e.path, h); err != nil {
		return bad(err)
	}
	return e.saidRows("generations", len(h.Generations))
}

// history is all that the store knows of the run's course.
func (e *exporting) history() (*export.History, error) {
	generations, err := e.st.Generations(e.p.ctx, e.row.ID, 0)
	if err != nil {
		return nil, err
	}
	tests, err := e.st.MetaTests(e.p.ctx, e.row.ID, 0)
	return &export.History{
		Run: e.row.Name, Created: e.row.Created, Spec: e.row.Spec, Tensors: e.tensors(generations),
		Generations: generations, MetaTests: tests,
	}, err
}

// tensors are the names of the genome's tensors, or numbers where this build does not know the spec.
func (e *exporting) tensors(rows []run.GenerationRow) []string {
	var l *learner.Learner
	if spec, err := e.p.storedSpec(e.row); err == nil {
		l, _ = spec.Fit(e.p.registry)
	}
	if len(rows) == 0 {
		return nil
	}
	names := make([]string, len(rows[0].Sigma))
	for i := range names {
		names[i] = tensorName(i, l)
	}
	return names
}

// saidRows tells what was made of rows.
func (e *exporting) saidRows(what string, n int) error {
	if e.JSON {
		return printJSON(e.p.stdout, struct {
			Run    string `json:"run"`
			File   string `json:"file"`
			Format string `json:"format"`
			Rows   int    `json:"rows"`
		}{e.row.Name, e.path, e.format, n})
	}
	fmt.Fprintf(e.p.stdout, "%s: %d %s of %s\n", e.path, n, what, e.row.Name)
	return nil
}
