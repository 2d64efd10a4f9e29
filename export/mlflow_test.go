package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"baldwin/internal/mlflow"
	"baldwin/run"
)

// fakeMLflow answers as a server of MLflow 3.17 was seen to answer, and as strictly: null where a list belongs and batches
// beyond the limits fail. TestMLflowServer is the same with a real one.
type fakeMLflow struct {
	t           *testing.T
	experiments map[string]string
	runs        []*fakeRun
	genome      []byte
	busy        int // requests to be answered 503 first
	elsewhere   bool
	token       string
}

type fakeRun struct {
	name, status string
	params, tags map[string]string
	metrics      map[string][]float64
	batches      int
}

func (f *fakeMLflow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fail := func(status int, code, message string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error_code": %q, "message": %q}`, code, message)
	}
	if f.busy > 0 {
		f.busy--
		fail(503, "TEMPORARILY_UNAVAILABLE", "busy")
		return
	}
	if f.token != "" && r.Header.Get("Authorization") != "Bearer "+f.token {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "You are not authenticated.\nPlease see the docs.")
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/api/2.0/mlflow-artifacts/artifacts/"); ok {
		if r.Method != http.MethodPut || name != "1/run0/artifacts/genome.safetensors" {
			f.t.Errorf("%s %s", r.Method, name)
		}
		f.genome = body
		fmt.Fprint(w, "{}")
		return
	}
	var in struct {
		Name        string
		Experiments []string `json:"experiment_ids"`
		Experiment  string   `json:"experiment_id"`
		Filter      string
		RunName     string `json:"run_name"`
		RunID       string `json:"run_id"`
		Status      string
		Params      []mlflow.Tag
		Tags        []mlflow.Tag
		Metrics     []struct {
			Key       string
			Value     any
			Timestamp int64
			Step      int
		}
	}
	if r.Method == http.MethodPost {
		if err := json.Unmarshal(body, &in); err != nil {
			f.t.Errorf("%s: %v", r.URL.Path, err)
		}
	}
	if strings.Contains(string(body), "null") {
		fail(500, "", "null")
		return
	}
	switch strings.TrimPrefix(r.URL.Path, "/api/2.0/mlflow/") {
	case "experiments/get-by-name":
		id, ok := f.experiments[r.URL.Query().Get("experiment_name")]
		if !ok {
			fail(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name 'x'")
			return
		}
		fmt.Fprintf(w, `{"experiment": {"experiment_id": %q, "lifecycle_stage": "active"}}`, id)
	case "experiments/create":
		f.experiments[in.Name] = "1"
		fmt.Fprint(w, `{"experiment_id": "1"}`)
	case "runs/search":
		for i, run := range f.runs {
			if in.Filter == fmt.Sprintf("tags.`baldwin.run` = '%s'", run.tags["baldwin.run"]) {
				fmt.Fprintf(w, `{"runs": [%s]}`, f.show(i))
				return
			}
		}
		fmt.Fprint(w, `{}`)
	case "runs/create":
		f.runs = append(f.runs, &fakeRun{name: in.RunName, params: map[string]string{}, tags: map[string]string{}, metrics: map[string][]float64{}})
		f.set(f.runs[len(f.runs)-1].tags, in.Tags)
		fmt.Fprintf(w, `{"run": %s}`, f.show(len(f.runs)-1))
	case "runs/log-batch":
		if len(in.Metrics)+len(in.Params)+len(in.Tags) > 1000 || len(in.Params) > 100 || len(in.Tags) > 100 {
			fail(400, "INVALID_PARAMETER_VALUE", "A batch logging request can contain at most 1000 entities")
			return
		}
		run := f.runs[0]
		run.batches++
		f.set(run.params, in.Params)
		f.set(run.tags, in.Tags)
		for _, m := range in.Metrics {
			if v, ok := m.Value.(float64); ok {
				run.metrics[m.Key] = append(run.metrics[m.Key], v)
			} else if m.Value != "NaN" && m.Value != "Infinity" && m.Value != "-Infinity" {
				f.t.Errorf("%s is %v", m.Key, m.Value)
			}
		}
		fmt.Fprint(w, `{}`)
	case "runs/update":
		f.runs[0].status = in.Status
		fmt.Fprint(w, `{"run_info": {}}`)
	default:
		fail(404, "ENDPOINT_NOT_FOUND", r.URL.Path)
	}
}

func (f *fakeMLflow) set(to map[string]string, tags []mlflow.Tag) {
	for _, t := range tags {
		to[t.Key] = t.Value
	}
}

func (f *fakeMLflow) show(i int) string {
	uri := fmt.Sprintf("mlflow-artifacts:/1/run%d/artifacts", i)
	if f.elsewhere {
		uri = "s3://bucket/1"
	}
	var tags []mlflow.Tag
	for k, v := range f.runs[i].tags {
		tags = append(tags, mlflow.Tag{Key: k, Value: v})
	}
	data, err := json.Marshal(map[string]any{
		"info": map[string]string{"run_id": fmt.Sprint("run", i), "artifact_uri": uri}, "data": map[string]any{"tags": tags},
	})
	if err != nil {
		f.t.Error(err)
	}
	return string(data)
}

func fakeServer(t *testing.T) (*fakeMLflow, *MLflow) {
	f := &fakeMLflow{t: t, experiments: map[string]string{}}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return f, &MLflow{
		Client:     &mlflow.Client{URL: s.URL + "/", Pause: time.Millisecond},
		Experiment: "e", Tags: map[string]string{"baldwin.spec_hash": "abc"}, Genome: []byte("genome"), ThetaHash: "hash", Finished: true,
	}
}

// TestMLflow logs a long run in batches, through a server that is busy at first, and again when it has grown.
func TestMLflow(t *testing.T) {
	f, m := fakeServer(t)
	f.busy = 3
	h := history()
	for g := 3; g <= 400; g++ {
		h.Generations = append(h.Generations, run.GenerationRow{Generation: g, Best: float64(g), Sigma: []float64{1, 2}})
	}
	if _, err := LogMLflow(t.Context(), h, m); err != nil {
		t.Fatal(err)
	}
	r := f.runs[0]
	if r.params["seed"] != "1" || r.status != "FINISHED" || string(f.genome) != "genome" || r.name != "r" {
		t.Errorf("params %v, status %s, genome %q", r.params, r.status, f.genome)
	}
	if got := r.metrics["fitness/best"]; len(got) != 399 || got[0] != -0.1 || got[398] != 400 { // one is infinite
		t.Errorf("fitness/best has %d numbers", len(got))
	}
	if got := r.metrics["meta_test/mean"]; len(got) != 2 || got[1] != -1.0625 {
		t.Errorf("meta_test/mean: %v", got)
	}
	before := r.batches
	h.Generations = append(h.Generations, run.GenerationRow{Generation: 401, Best: 7, Sigma: []float64{1, 2}})
	done, err := LogMLflow(t.Context(), h, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.runs) != 1 || done.Metrics != 9 || r.batches != before+2 || len(r.metrics["fitness/best"]) != 400 || r.tags["baldwin.generation"] != "401" {
		t.Errorf("going on sent %d metrics in %d batches, to %d runs", done.Metrics, r.batches-before, len(f.runs))
	}
}

// TestMLflowFaults: what a server says against a request, and what is no server of MLflow.
func TestMLflowFaults(t *testing.T) {
	f, m := fakeServer(t)
	f.token = "secret"
	_, err := LogMLflow(t.Context(), history(), m)
	var fault *mlflow.Error
	if !errors.As(err, &fault) || fault.Status != 401 || !strings.Contains(err.Error(), "You are not authenticated.") || strings.Contains(err.Error(), "docs") {
		t.Errorf("without a token: %v", err)
	}
	m.Client.Token = "secret"
	f.elsewhere = true
	if done, err := LogMLflow(t.Context(), history(), m); err != nil || done.Stored {
		t.Errorf("with a token, artefacts elsewhere: %+v, %v", done, err)
	}
	f.busy = 100
	if _, err := LogMLflow(t.Context(), history(), m); !errors.As(err, &fault) || fault.Status != 503 {
		t.Errorf("a server that stays busy: %v", err)
	}
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello</html>") }))
	defer other.Close()
	m.Client.URL = other.URL
	if _, err := LogMLflow(t.Context(), history(), m); err == nil || !strings.Contains(err.Error(), "no answer of MLflow") {
		t.Errorf("another server: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := LogMLflow(ctx, history(), m); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
