package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baldwin/internal/mlflow"
	"baldwin/internal/needtool"
)

// readBack prints what MLflow's own client finds: the runs of the experiment with parameters, tags, histories and the genome.
const readBack = `
import sys, json, mlflow
c = mlflow.MlflowClient(sys.argv[1])
e = c.get_experiment_by_name("tests")
runs = c.search_runs([e.experiment_id])
r = runs[0]
path = c.download_artifacts(r.info.run_id, "genome.safetensors", sys.argv[2])
print(json.dumps({"runs": len(runs), "status": r.info.status, "start": r.info.start_time, "end": r.info.end_time,
  "name": r.info.run_name, "params": r.data.params, "tags": r.data.tags, "genome": open(path).read(),
  "metrics": {k: [[m.step, m.timestamp, str(m.value)] for m in c.get_metric_history(r.info.run_id, k)] for k in r.data.metrics}}))
`

// TestMLflowServer logs to a real server, again after more generations, and reads it back with MLflow's own client. MLflow
// takes minutes to install: make verify brings it (scripts/need.sh mlflow).
func TestMLflowServer(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") != "1" {
		t.Skip("BALDWIN_LONG=1 logs to a real MLflow server")
	}
	py := needtool.Python(t, "mlflow.server")
	dir := t.TempDir()
	address := serveMLflow(t, py, dir)
	h := history()
	m := &MLflow{
		Client: &mlflow.Client{URL: address}, Experiment: "tests",
		Tags: map[string]string{"baldwin.spec_hash": "abc"}, Genome: []byte("genome"), ThetaHash: "hash",
	}
	first := *h
	first.Generations = h.Generations[:1]
	first.MetaTests = h.MetaTests[:1]
	if _, err := LogMLflow(t.Context(), &first, m); err != nil {
		t.Fatal(err)
	}
	m.Finished = true
	done, err := LogMLflow(t.Context(), h, m)
	if err != nil {
		t.Fatal(err)
	}
	if !done.Stored || done.Metrics != 10+4 {
		t.Errorf("the second export sent %d metrics, stored: %v", done.Metrics, done.Stored)
	}

	var got struct {
		Runs                 int
		Status, Name, Genome string
		Start, End           int64
		Params, Tags         map[string]string
		Metrics              map[string][][]any
	}
	cmd := exec.CommandContext(t.Context(), py, "-c", readBack, address, dir)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.Bytes())
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	begun := h.Created.UnixMilli()
	if got.Runs != 1 || got.Status != "FINISHED" || got.Name != "r" || got.Start != begun || got.End != begun+1125 || got.Genome != "genome" {
		t.Errorf("got %+v", got)
	}
	if got.Params["seed"] != "1" || got.Tags["baldwin.theta_hash"] != "hash" || got.Tags["baldwin.generation"] != "2" {
		t.Errorf("params %v, tags %v", got.Params, got.Tags)
	}
	for key, want := range map[string]string{
		"meta_test/mean": fmt.Sprintf("[[0 %d -2.125] [2 %d -1.0625]]", begun+125, begun+1125),
		"fitness/upper":  fmt.Sprintf("[[1 %d 1.0000000000000002] [2 %d nan]]", begun+375, begun+875),
		"sigma/core.wh":  fmt.Sprintf("[[1 %d 0.01] [2 %d 0.011]]", begun+375, begun+875),
	} {
		for _, m := range got.Metrics[key] {
			m[0], m[1] = int64(m[0].(float64)), int64(m[1].(float64))
		}
		if s := fmt.Sprint(got.Metrics[key]); s != want {
			t.Errorf("%s: %s, want %s", key, s, want)
		}
	}
}

// serveMLflow starts a server on loopback, waits until it answers and ends it with the test.
func serveMLflow(t *testing.T, py, dir string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(py, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1",
		"--backend-store-uri", "sqlite:///"+filepath.ToSlash(filepath.Join(dir, "m.db")), "--artifacts-destination", filepath.Join(dir, "artifacts"))
	cmd.Env = append(os.Environ(), "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", "HOME="+dir)
	cmd.Dir = dir
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = cmd.Process.Kill()
		}
	})
	for deadline := time.Now().Add(3 * time.Minute); ; {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return "http://" + address
		}
		select {
		case err := <-ended:
			t.Fatalf("the server ended: %v\n%s", err, log.String())
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not answer: %s", strings.TrimSpace(log.String()))
		}
	}
}
