package life

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/task"
)

// oracleCase is one recorded case of the independent float64 model.
type oracleCase struct {
	Learner string
	Family  struct {
		Name           string
		Dims, K, N     int
		Protocol       task.Protocol
		PlasticTesting bool `json:"plastic_testing"`
		GatedState     bool `json:"gated_state"`
		Rule           learner.Rule
		Rollouts       int
	}
	Tasks   []json.RawMessage
	Results []struct {
		Outputs [][]float64
		Path    [][2]float64
		Steps   int
		Fitness float64
		H       []float64
		W       *float64
	}
}

func (c *oracleCase) family() task.Family {
	f := c.Family
	if f.Name == "robot" {
		r := &task.Robot{Protocol: task.PaperEpisode, Rollouts: f.Rollouts}
		if f.Protocol != "" {
			r.Protocol = f.Protocol
		}
		return r
	}
	s := &task.Sequence{Dims: f.Dims, Shots: f.K, Length: f.N, Protocol: task.ClosedLoop, PlasticTesting: f.PlasticTesting}
	if f.Protocol != "" {
		s.Protocol = f.Protocol
	}
	return s
}

func kind(t *testing.T, name string) learner.Kind {
	t.Helper()
	for _, k := range learner.Builtin() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("no learner %s", name)
	return learner.Kind{}
}

// near holds float32 to float64: 1e-5 relative, absolute below 1.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-5*max(1, math.Abs(want)) }

// TestOracle holds every learner, family and variant to the recorded lives of an independent float64 model. The cases
// are drawn so that no life is chaotic; float32 follows them to 1e-5 (a robot's path to 1e-4).
func TestOracle(t *testing.T) {
	files, err := filepath.Glob("testdata/oracle/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("found %d oracle cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c oracleCase
			if err := json.Unmarshal(data, &c); err != nil {
				t.Fatal(err)
			}
			checkCase(t, &c, strings.TrimSuffix(file, ".json")+".safetensors")
		})
	}
}

func checkCase(t *testing.T, c *oracleCase, genome string) {
	f := c.family()
	l, err := Fit(kind(t, c.Learner), learner.Config{Rule: c.Family.Rule, GatedState: c.Family.GatedState}, f)
	if err != nil {
		t.Fatal(err)
	}
	file, err := tensorfile.ReadSafetensors(genome)
	if err != nil {
		t.Fatal(err)
	}
	theta := make([]float32, l.Layout.Dim)
	if err := l.Layout.Read(theta, file, "birth.w"); err != nil {
		t.Fatal(err)
	}
	lot := &Lot{}
	if b, ok := file.Get("birth.w"); ok {
		lot.Birth = learner.Columns(b.Data, l.Hidden, l.Hidden)
	}
	for _, raw := range c.Tasks {
		one, err := f.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		lot.Tasks = append(lot.Tasks, one)
	}
	for _, isa := range kernels() {
		lives := Record(l, f, isa, theta, lot)
		fitness := make([]float64, len(lot.Tasks))
		b := NewBatch(l, f, isa, len(lot.Tasks))
		copy(b.Genome(), theta)
		b.Run(lot, fitness)
		for i, want := range c.Results {
			got := lives[i]
			if math.Float64bits(got.Fitness) != math.Float64bits(fitness[i]) {
				t.Errorf("%v task %d: recorded fitness %v, fast fitness %v", isa, i, got.Fitness, fitness[i])
			}
			if !near(got.Fitness, want.Fitness) {
				t.Errorf("%v task %d: fitness %v, want %v", isa, i, got.Fitness, want.Fitness)
			}
			for s, out := range want.Outputs {
				for d, w := range out {
					if !near(float64(got.Act[s][d]), w) {
						t.Errorf("%v task %d step %d: output %v, want %v", isa, i, s, got.Act[s][d], w)
					}
				}
			}
			if want.Path != nil && (want.Steps != len(got.Path)-1 || len(got.Path) != len(want.Path)) {
				t.Errorf("%v task %d: %d steps, want %d", isa, i, len(got.Path)-1, want.Steps)
				continue
			}
			for s, p := range want.Path {
				for d := range p {
					if math.Abs(got.Path[s][d]-p[d]) > 1e-4 {
						t.Errorf("%v task %d step %d: place %v, want %v", isa, i, s, got.Path[s], p)
					}
				}
			}
			if got.H != nil && len(want.H) > 0 && want.Path == nil {
				for j, w := range want.H {
					if !near(float64(got.H[len(got.H)-1][j]), w) {
						t.Errorf("%v task %d: h[%d] = %v, want %v", isa, i, j, got.H[len(got.H)-1][j], w)
					}
				}
			}
			if got.W != nil && want.W != nil {
				var sum float64
				for _, w := range got.W[len(got.W)-1] {
					sum += math.Abs(float64(w))
				}
				if !near(sum, *want.W) {
					t.Errorf("%v task %d: |W| = %v, want %v", isa, i, sum, *want.W)
				}
			}
		}
	}
}
