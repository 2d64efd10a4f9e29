package run

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"baldwin/evolve"
	"baldwin/internal/kernel"
	"baldwin/stats"
	"baldwin/task"
)

// goldens reads testdata/theta.txt: a name and a hash a line, parted by a tab.
func goldens(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open("testdata/theta.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, hash, ok := strings.Cut(lines.Text(), "\t"); ok {
			out[name] = hash
		}
	}
	return out
}

// TestGoldenTheta holds the theta hash of a short run of every variant: another machine has the same, or it breaks the
// promise. A change here is a change of results: it needs a new Contract.
func TestGoldenTheta(t *testing.T) {
	want := goldens(t)
	got := map[string]string{}
	for name, s := range variants(t) {
		got[name] = train(t, s, options()).ThetaHash
	}
	// The preset as it is with few offspring; with all of them, and for long, in what `make verify` runs.
	preset, err := Builtin().Preset("seq-l1-k10-n20")
	if err != nil {
		t.Fatal(err)
	}
	s := resolve(t, preset.Spec)
	few := s
	few.Generations, few.Strategy.Population, few.MetaTest.Tasks = 2, 8, 16
	o := options()
	o.Threads = 0
	got["preset seq-l1-k10-n20, 8 offspring, 2 generations"] = train(t, few, o).ThetaHash
	if os.Getenv("BALDWIN_LONG") != "" {
		s.Generations = 200
		got["preset seq-l1-k10-n20, 200 generations"] = train(t, s, o).ThetaHash
	}
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if got[name] != want[name] {
			t.Errorf("got  %s\t%s\nwant %s\t%s", name, got[name], name, want[name])
		}
	}
}

// TestGoldenBirths holds the weights that lives of the held-out set are born with, and the scores of the first lives, by
// what a fixed genome of epmlp-random scores there.
func TestGoldenBirths(t *testing.T) {
	for name, f := range map[string]task.Family{
		"sequence": &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop},
		"robot":    &task.Robot{Noise: 0.05, Protocol: task.PaperEpisode},
	} {
		s := resolve(t, Spec{Family: FamilySpec{Family: f}, Learner: LearnerSpec{Name: "epmlp-random"}})
		l, err := s.Fit(Builtin())
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float32, l.Layout.Dim)
		l.Layout.Init(theta, 1)
		pool := evolve.NewPool(l, f, kernel.Best(), s.Space(l.Layout), 1, 2)
		t.Cleanup(pool.Close)
		fitness := make([]float64, 64)
		if err := pool.Score(context.Background(), theta, HeldOut(f, len(fitness)), fitness); err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for _, v := range fitness {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
		if got, want := hex.EncodeToString(h.Sum(nil)), goldens(t)["held-out scores of epmlp-random, "+name]; got != want {
			t.Errorf("got  held-out scores of epmlp-random, %s\t%s\nwant %s", name, got, want)
		}

		row, err := Score(context.Background(), pool, theta, HeldOut(f, len(fitness)), 3)
		if err != nil {
			t.Fatal(err)
		}
		sum := stats.Summarize(fitness)
		row.Seconds = 0
		if want := (MetaTestRow{3, 64, sum.Mean, sum.SD, sum.Low, sum.High, 0}); row != want {
			t.Errorf("%s: Score gives %+v, want %+v", name, row, want)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Score(ctx, pool, theta, HeldOut(f, 1), 0); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

// TestPresetEverywhere is the promise on the real preset: the theta hash of 200 generations is the same on 1, 2 and 8
// threads, in every form of the kernels, and after being stopped at random generations. It takes minutes.
func TestPresetEverywhere(t *testing.T) {
	if os.Getenv("BALDWIN_LONG") == "" {
		t.Skip("takes minutes: BALDWIN_LONG=1")
	}
	registry := Builtin()
	preset, err := registry.Preset("seq-l1-k10-n20")
	if err != nil {
		t.Fatal(err)
	}
	train := func(generations, threads int, k kernel.ISA, from *Checkpoint, stop int) (*Result, *Checkpoint) {
		t.Helper()
		spec := preset.Spec
		spec.Generations, spec.CheckpointEvery = generations, 10
		spec, err := spec.Resolve(registry)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last *Checkpoint
		res, err := Train(ctx, spec, Options{Registry: registry, Kernel: k, Threads: threads, From: from, Watch: func(e Event) {
			if e.Commit != nil {
				last = e.Commit
			}
			if e.Generation != nil && e.Generation.Generation == stop {
				cancel()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		return res, last
	}
	for _, k := range kernel.Available() {
		generations := 200
		if k == kernel.Reference {
			generations = 2
		}
		want, _ := train(generations, 1, kernel.Best(), nil, 0)
		for _, threads := range []int{1, 2, 8} {
			if got, _ := train(generations, threads, k, nil, 0); got.ThetaHash != want.ThetaHash {
				t.Errorf("%v on %d threads: theta %s, want %s", k, threads, got.ThetaHash, want.ThetaHash)
			}
		}
		var c *Checkpoint
		var got *Result
		for _, stop := range []int{1, 37, 38, 111, 190, 0} {
			got, c = train(generations, 2, k, c, stop)
		}
		if got.ThetaHash != want.ThetaHash {
			t.Errorf("%v, stopped five times: theta %s, want %s", k, got.ThetaHash, want.ThetaHash)
		}
	}
}
