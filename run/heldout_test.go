package run

import (
	"encoding/json"
	"os"
	"testing"

	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/task"
)

// TestGoldenHeldOut holds the frozen held-out sets: testdata/heldout.json has for each preset the hash of its first 1,600
// tasks and of all 16,000. Scores are compared over them across runs and years, so a hash is never updated.
func TestGoldenHeldOut(t *testing.T) {
	data, err := os.ReadFile("testdata/heldout.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]map[string]string
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{"first_1600": 1600}
	if !testing.Short() {
		sizes["all_16000"] = HeldOutTasks
	}
	for _, p := range Builtin().Presets {
		for name, n := range sizes {
			got, err := TasksHash(HeldOut(p.Spec.Family.Family, n).Tasks)
			if err != nil {
				t.Fatal(err)
			}
			if want := golden[p.Name][name]; got != want {
				t.Errorf("%s: the hash of %s is %s, want %s", p.Name, name, got, want)
			}
		}
	}
}

// TestHeldOutIsApart: held-out, fresh, meta-test and meta-training tasks are all different, and held-out ones are in no
// way a run's.
func TestHeldOutIsApart(t *testing.T) {
	f := resolve(t, Spec{}).Family.Family
	seen := map[string]string{}
	for name, lot := range map[string]*life.Lot{
		"held out":        HeldOut(f, 50),
		"fresh":           Fresh(f, heldOutSeed, 50),
		"fresh of 2":      Fresh(f, 2, 50),
		"meta-test":       life.Draw(f, heldOutSeed, rng.MetaTest, 0, 0, 50),
		"meta-training":   life.Draw(f, heldOutSeed, rng.Train, 0, 0, 50),
		"generation 1":    life.Draw(f, heldOutSeed, rng.Train, 1, 0, 50),
		"task 50 onwards": life.Draw(f, heldOutSeed, rng.Train, 1, 50, 50),
	} {
		for i := range lot.Tasks {
			h, err := TasksHash(lot.Tasks[i : i+1])
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := seen[h]; ok {
				t.Errorf("a task is both %s and %s", name, other)
			}
			seen[h] = name
		}
	}
	short, err := TasksHash(HeldOut(f, 10).Tasks)
	if err != nil {
		t.Fatal(err)
	}
	if prefix, _ := TasksHash(HeldOut(f, 50).Tasks[:10]); prefix != short {
		t.Error("the first tasks of the set depend on how many are drawn")
	}
	if _, err := TasksHash([]task.Task{make(chan int)}); err == nil {
		t.Error("a task that is no JSON was hashed")
	}
}
