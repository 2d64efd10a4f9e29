package cli

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLiveOracle holds `baldwin live` to the lives that an independent float64 model recorded: outputs and fitness to
// 1e-5 relative (absolute below 1), a robot's path to 1e-4. The cases are drawn so that no life is chaotic.
func TestLiveOracle(t *testing.T) {
	files, err := filepath.Glob("../life/testdata/oracle/*.json")
	if err != nil || len(files) < 12 {
		t.Fatalf("found %d oracle cases: %v", len(files), err)
	}
	type result struct {
		Outputs [][]float64
		Path    [][2]float64
		Steps   int
		Fitness float64
	}
	type lived struct {
		Learner string
		Family  map[string]any
		Results []result
	}
	near := func(got, want float64) bool { return math.Abs(got-want) <= 1e-5*max(1, math.Abs(want)) }
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want, got lived
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			out, errs, code := command(t, "", "live", "--genome", strings.TrimSuffix(file, ".json")+".safetensors", "--tasks", file, "--json")
			if code != exitOK {
				t.Fatalf("exit code %d: %s", code, errs)
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			if got.Learner != want.Learner || got.Family["name"] != want.Family["name"] || len(got.Results) != len(want.Results) {
				t.Fatalf("%s on %v with %d results, want %s on %v with %d", got.Learner, got.Family, len(got.Results), want.Learner, want.Family, len(want.Results))
			}
			for i, w := range want.Results {
				g := got.Results[i]
				if !near(g.Fitness, w.Fitness) {
					t.Errorf("task %d: fitness %v, want %v", i, g.Fitness, w.Fitness)
				}
				if len(g.Outputs) != len(w.Outputs) || len(g.Path) != len(w.Path) || w.Path != nil && g.Steps != w.Steps {
					t.Fatalf("task %d: %d outputs, %d places, %d steps, want %d, %d, %d", i, len(g.Outputs), len(g.Path), g.Steps, len(w.Outputs), len(w.Path), w.Steps)
				}
				for s := range w.Outputs {
					for d := range w.Outputs[s] {
						if !near(g.Outputs[s][d], w.Outputs[s][d]) {
							t.Errorf("task %d step %d: output %v, want %v", i, s, g.Outputs[s][d], w.Outputs[s][d])
						}
					}
				}
				for s := range w.Path {
					if math.Hypot(g.Path[s][0]-w.Path[s][0], g.Path[s][1]-w.Path[s][1]) > 1e-4 {
						t.Errorf("task %d step %d: at %v, want %v", i, s, g.Path[s], w.Path[s])
					}
				}
			}
		})
	}
}
