package mlflow

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Tag is a name with a text.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A Metric is one number of a step.
type Metric struct {
	Key   string
	Value float64
	Step  int
	At    time.Time
}

// metricJSON is a Metric as the server takes it.
type metricJSON struct {
	Key       string `json:"key"`
	Value     any    `json:"value"`
	Timestamp int64  `json:"timestamp"` // milliseconds since 1970
	Step      int    `json:"step"`
}

// A Run is a run of the server.
type Run struct {
	ID          string
	ArtifactURI string
	Tags        map[string]string
}

// runJSON is a run in the server's answers.
type runJSON struct {
	Info struct {
		RunID       string `json:"run_id"`
		ArtifactURI string `json:"artifact_uri"`
	} `json:"info"`
	Data struct {
		Tags []Tag `json:"tags"`
	} `json:"data"`
}

func (r *runJSON) run() *Run {
	out := &Run{ID: r.Info.RunID, ArtifactURI: r.Info.ArtifactURI, Tags: map[string]string{}}
	for _, t := range r.Data.Tags {
		out.Tags[t.Key] = t.Value
	}
	return out
}

// States of a run.
const (
	Running  = "RUNNING"
	Finished = "FINISHED"
)

// Experiment returns the id of the experiment of a name, which it makes if there is none.
func (c *Client) Experiment(ctx context.Context, name string) (id string, err error) {
	var found struct {
		Experiment struct {
			ID    string `json:"experiment_id"`
			Stage string `json:"lifecycle_stage"`
		} `json:"experiment"`
	}
	err = c.call(ctx, "experiments/get-by-name", url.Values{"experiment_name": {name}}, &found)
	if err == nil && found.Experiment.Stage == "deleted" {
		return "", fmt.Errorf("mlflow: experiment %q was deleted: restore it there, or choose another name", name)
	}
	if !missing(err) {
		return found.Experiment.ID, err
	}
	var made struct {
		ID string `json:"experiment_id"`
	}
	err = c.call(ctx, "experiments/create", map[string]string{"name": name}, &made)
	return made.ID, err
}

// Find returns the newest run of an experiment that has the tag, or nil.
func (c *Client) Find(ctx context.Context, experiment string, tag Tag) (*Run, error) {
	var found struct {
		Runs []runJSON `json:"runs"`
	}
	err := c.call(ctx, "runs/search", map[string]any{
		"experiment_ids": []string{experiment}, "max_results": 1, "order_by": []string{"attributes.start_time DESC"},
		"filter": fmt.Sprintf("tags.`%s` = '%s'", tag.Key, strings.ReplaceAll(tag.Value, "'", "")),
	}, &found)
	if err != nil || len(found.Runs) == 0 {
		return nil, err
	}
	return found.Runs[0].run(), nil
}

// Create begins a run.
func (c *Client) Create(ctx context.Context, experiment, name string, begun time.Time, tags []Tag) (*Run, error) {
	var made struct {
		Run runJSON `json:"run"`
	}
	err := c.call(ctx, "runs/create", map[string]any{
		"experiment_id": experiment, "run_name": name, "start_time": begun.UnixMilli(), "tags": list(tags),
	}, &made)
	return made.Run.run(), err
}

// Limits of one batch (REST API, "Log Batch"): entities in all, and parameters and tags of them.
const (
	maxBatch = 1000
	maxParam = 100
)

// Log sends parameters, tags and metrics. Parameters of the same value may be sent again, and so may metrics that arrived
// already: the server keeps one of each key, step, time and value.
func (c *Client) Log(ctx context.Context, run string, params, tags []Tag, metrics []Metric) error {
	for len(params)+len(tags)+len(metrics) > 0 {
		p, t := min(len(params), maxParam), min(len(tags), maxParam)
		m := min(len(metrics), maxBatch-p-t)
		batch := make([]metricJSON, m)
		for i, v := range metrics[:m] {
			batch[i] = metricJSON{v.Key, jsonNumber(v.Value), v.At.UnixMilli(), v.Step}
		}
		err := c.call(ctx, "runs/log-batch", map[string]any{
			"run_id": run, "params": list(params[:p]), "tags": list(tags[:t]), "metrics": batch,
		}, nil)
		if err != nil {
			return err
		}
		params, tags, metrics = params[p:], tags[t:], metrics[m:]
	}
	return nil
}

// list is tags as JSON has them where there are none: [], for null makes the server fail.
func list(tags []Tag) []Tag { return append([]Tag{}, tags...) }

// jsonNumber is a number in the JSON form of protocol buffers, which has a text for what JSON lacks.
func jsonNumber(v float64) any {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return v
}

// Update sets the state of a run, and its end unless it is zero.
func (c *Client) Update(ctx context.Context, run, status string, end time.Time) error {
	in := map[string]any{"run_id": run, "status": status}
	if !end.IsZero() {
		in["end_time"] = end.UnixMilli()
	}
	return c.call(ctx, "runs/update", in, nil)
}

// proxied is how the artefact address of a run begins whose server stores artefacts itself.
const proxied = "mlflow-artifacts:"

// Upload stores a file with a run, if the server takes files; it reports false where it does not and clients write to a
// place of their own.
func (c *Client) Upload(ctx context.Context, r *Run, name string, data []byte) (bool, error) {
	at, ok := strings.CutPrefix(r.ArtifactURI, proxied)
	if !ok {
		return false, nil
	}
	if u, err := url.Parse(at); err == nil {
		at = u.Path // the form mlflow-artifacts://host/path names the server again
	}
	path := "/api/2.0/mlflow-artifacts/artifacts/" + strings.TrimLeft(at, "/") + "/" + url.PathEscape(name)
	if _, err := c.send(ctx, http.MethodPut, path, "application/octet-stream", data); err != nil {
		return false, fmt.Errorf("mlflow: storing %s: %w", name, err)
	}
	return true, nil
}
