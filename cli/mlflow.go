package cli

import (
	"fmt"
	"net/url"

	"baldwin/export"
	"baldwin/internal/mlflow"
	"baldwin/internal/tensorfile"
	"baldwin/run"
	"baldwin/store"
)

// logMLflow is `baldwin export --mlflow`.
func (p *process) logMLflow(c *exportCmd, st *store.Store, row *store.Run) error {
	u, err := url.Parse(c.MLflow)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return badf("--mlflow: want the address of a tracking server, such as http://127.0.0.1:5000, got %q", c.MLflow)
	}
	if c.Format != "auto" || c.Generation != 0 {
		return badf("--mlflow: logs rows and the newest genome, so it takes neither --format nor --generation")
	}
	e := &exporting{exportCmd: c, p: p, st: st, row: row}
	h, err := e.history()
	if err != nil {
		return err
	}
	m := &export.MLflow{
		Client: &mlflow.Client{URL: c.MLflow, Token: p.getenv("MLFLOW_TRACKING_TOKEN")}, Experiment: c.Experiment,
		Finished: row.Status == run.Finished,
		Tags: map[string]string{
			"baldwin.version": row.Version, "baldwin.kernel": row.Kernel, "baldwin.spec_hash": row.SpecHash,
			"baldwin.learner": row.Learner, "baldwin.family": row.Family, "baldwin.contract": run.Contract,
		},
	}
	if row.ThetaHash != "" {
		g, ck, err := e.checkpoint()
		if err != nil {
			return err
		}
		if m.Genome, err = tensorfile.EncodeSafetensors(g.file(row, ck)); err != nil {
			return err
		}
		m.ThetaHash = g.Hash
	}
	done, err := export.LogMLflow(p.ctx, h, m)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.stdout, struct {
			Run       string `json:"run"`
			MLflowRun string `json:"mlflow_run"`
			Metrics   int    `json:"metrics"`
			Stored    bool   `json:"genome_stored"`
		}{row.Name, done.RunID, done.Metrics, done.Stored})
	}
	fmt.Fprintf(p.stdout, "%s: logged to experiment %s of %s as run %s, %d metrics", row.Name, c.Experiment, u.Redacted(), done.RunID, done.Metrics)
	if done.Stored {
		fmt.Fprintf(p.stdout, ", with its genome\n")
	} else {
		fmt.Fprintf(p.stdout, "; the server takes no files, so the genome is there by its hash alone\n")
	}
	return nil
}
