package export

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"baldwin/internal/mlflow"
	"baldwin/internal/tfevents"
)

// MLflow is where a run is logged to, and what besides its history.
type MLflow struct {
	Client     *mlflow.Client
	Experiment string
	Finished   bool
	Tags       map[string]string // such as version and spec hash
	Genome     []byte            // a safetensors file; empty: none yet
	ThetaHash  string            // of the genome
}

// Tags by which the run of an earlier export is found, and how far it came.
const (
	tagRun        = "baldwin.run"
	tagGeneration = "baldwin.generation"
	tagThetaHash  = "baldwin.theta_hash"
)

// A Logged is what LogMLflow did.
type Logged struct {
	RunID   string
	Metrics int  // numbers sent
	Stored  bool // the server keeps the genome as genome.safetensors
}

// LogMLflow logs a run to an MLflow server: the fields of its spec as parameters, the numbers of generations and meta-tests as
// metrics whose step is the generation, the genome as an artefact and, by its hash, as a tag. A run that was logged before is gone
// on with: it is found by name and spec hash, and only what came since is sent.
func LogMLflow(ctx context.Context, h *History, m *MLflow) (*Logged, error) {
	params, err := parameters(h.Spec)
	if err != nil {
		return nil, err
	}
	c := m.Client
	experiment, err := c.Experiment(ctx, m.Experiment)
	if err != nil {
		return nil, err
	}
	key := mlflow.Tag{Key: tagRun, Value: h.Run + " " + m.Tags["baldwin.spec_hash"]}
	to, err := c.Find(ctx, experiment, key)
	if err == nil && to == nil {
		to, err = c.Create(ctx, experiment, h.Run, h.Created, []mlflow.Tag{key, {Key: "mlflow.note.content", Value: note(h)}})
	}
	if err != nil {
		return nil, err
	}
	since := -1
	if done, err := strconv.Atoi(to.Tags[tagGeneration]); err == nil {
		since = done
	}
	metrics, end, last := h.metrics(since)
	if err := c.Log(ctx, to.ID, params, nil, metrics); err != nil {
		return nil, err
	}
	out := &Logged{RunID: to.ID, Metrics: len(metrics)}
	if len(m.Genome) > 0 {
		if out.Stored, err = c.Upload(ctx, to, "genome.safetensors", m.Genome); err != nil {
			return nil, err
		}
	}
	// How far the log came is said last: what breaks off before is sent again.
	tags := []mlflow.Tag{{Key: tagGeneration, Value: strconv.Itoa(last)}, {Key: tagThetaHash, Value: m.ThetaHash}}
	for k, v := range m.Tags {
		tags = append(tags, mlflow.Tag{Key: k, Value: v})
	}
	if err := c.Log(ctx, to.ID, nil, tags, nil); err != nil {
		return nil, err
	}
	if m.Finished {
		return out, c.Update(ctx, to.ID, mlflow.Finished, end)
	}
	return out, c.Update(ctx, to.ID, mlflow.Running, time.Time{})
}

func note(h *History) string { return "```yaml\n" + string(h.Spec) + "```\n" }

// metrics are the numbers of all generations after one, with the time at the end and the last generation.
func (h *History) metrics(since int) (out []mlflow.Metric, end time.Time, last int) {
	last = max(since, 0)
	end = h.walk(func(at time.Time, generation int, scalars []tfevents.Scalar) {
		if generation <= since {
			return
		}
		last = generation
		for _, s := range scalars {
			out = append(out, mlflow.Metric{Key: s.Tag, Value: s.Value, Step: generation, At: at})
		}
	})
	return out, end, last
}

// parameters are the fields of a spec by their path, such as strategy.sigma.
func parameters(spec []byte) ([]mlflow.Tag, error) {
	var fields yaml.MapSlice
	if err := yaml.Unmarshal(spec, &fields); err != nil {
		return nil, fmt.Errorf("export: the spec: %w", err)
	}
	var out []mlflow.Tag
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if m, ok := v.(yaml.MapSlice); ok {
			for _, item := range m {
				walk(strings.TrimPrefix(path+"."+fmt.Sprint(item.Key), "."), item.Value)
			}
			return
		}
		out = append(out, mlflow.Tag{Key: path, Value: fmt.Sprint(v)})
	}
	walk("", fields)
	if len(out) == 0 {
		return nil, errors.New("export: the spec has no fields")
	}
	return out, nil
}
