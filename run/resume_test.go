package run

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"baldwin/task"
)

// TestRefusals: a checkpoint that is not this run's, or not whole, is refused with the reason, and nothing is recorded.
func TestRefusals(t *testing.T) {
	s := tiny(t)
	_, m := whole(t, s)
	for _, c := range []struct {
		name   string
		change func(c *Checkpoint)
		is     error
		says   string
	}{
		{"another contract", func(c *Checkpoint) { c.Contract = "0.0" }, ErrContract, "it is 0.0, this build's is " + Contract},
		{"another spec", func(c *Checkpoint) { c.SpecHash = tiny(t, func(s *Spec) { s.Seed++ }).Hash() }, ErrSpec, "another spec: its hash is "},
		{"no state", func(c *Checkpoint) { c.State = nil }, nil, "of another length"},
		{"half a state", func(c *Checkpoint) { c.State = c.State[:len(c.State)/2] }, nil, "of another length"},
		{"a longer state", func(c *Checkpoint) { c.State = append(c.State, 0) }, nil, "of another length"},
		{"a damaged genome", func(c *Checkpoint) { c.State[len(c.State)-1] ^= 1 }, nil, "generation 12 is damaged: its genome's hash is "},
		{"a damaged step size", func(c *Checkpoint) { binary.LittleEndian.PutUint64(c.State, math.Float64bits(math.NaN())) }, nil, "a step size is not above 0"},
		{"a step size of 0", func(c *Checkpoint) { clear(c.State[:8]) }, nil, "a step size is not above 0"},
		{"another genome's hash", func(c *Checkpoint) { c.ThetaHash = strings.Repeat("0", 64) }, nil, "it says 000000000000"},
	} {
		from := *m.newest
		from.State = append([]byte(nil), from.State...)
		c.change(&from)
		o := options()
		after := &memory{}
		o.From, o.Recorder = &from, after
		_, err := Train(context.Background(), s, o)
		switch {
		case err == nil:
			t.Errorf("%s: taken", c.name)
		case c.is != nil && !errors.Is(err, c.is), !strings.HasPrefix(err.Error(), "run: "), !strings.Contains(err.Error(), c.says):
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		case after.commits != 0:
			t.Errorf("%s: a refused run was written", c.name)
		}
	}
}

// TestInit: a run can start from a genome, which the spec names by its hash.
func TestInit(t *testing.T) {
	first, _ := whole(t, tiny(t))
	s := tiny(t, func(s *Spec) { s.Start = first.ThetaHash })
	o := options()
	o.Init = first.Theta
	m := &memory{}
	o.Recorder = m
	var begun string
	o.Watch = func(e Event) {
		if e.Commit != nil && e.Commit.Generation == 0 {
			begun = e.Commit.ThetaHash
		}
	}
	want := train(t, s, o)
	if begun != first.ThetaHash {
		t.Errorf("the run began with genome %.12s, want %.12s", begun, first.ThetaHash)
	}
	if want.ThetaHash == first.ThetaHash {
		t.Error("nothing was learned")
	}

	// The genome is needed to begin, and never again.
	stopped := &memory{}
	o.Recorder, o.For = stopped, 1
	train(t, s, o)
	if got := train(t, s, stopped.from(options())); got.ThetaHash != want.ThetaHash {
		t.Errorf("resumed: genome %.12s, want %.12s", got.ThetaHash, want.ThetaHash)
	}
	same(t, "resumed", stopped, m)

	for _, c := range []struct {
		name, says string
		spec       Spec
		init       []float32
	}{
		{"none", "which must be given", s, nil},
		{"another", "the genome to start from has the hash", s, make([]float32, len(first.Theta))},
		{"one of another learner", "numbers, the learner's has", s, first.Theta[:100]},
		{"one that the spec does not name", `the spec's start is ""`, tiny(t), first.Theta},
	} {
		o := options()
		o.Init = c.init
		if _, err := Train(context.Background(), c.spec, o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

// TestNaNEverywhere: a genome that is not a number, or whose lives end past the largest, trains on, the same for all
// threads and kernels, can be resumed and is never reported as good.
func TestNaNEverywhere(t *testing.T) {
	for name, value := range map[string]float32{
		"NaN": float32(math.NaN()), "Inf": float32(math.Inf(1)), "-Inf": float32(math.Inf(-1)), "huge": 3e38, "1e20": 1e20, "denormal": 1e-45,
	} {
		for _, l := range Builtin().Learners {
			for _, f := range []task.Family{
				&task.Sequence{Dims: 1, Shots: 3, Length: 6, Protocol: task.ClosedLoop},
				&task.Robot{Noise: 0.05, Protocol: task.PaperEpisode},
			} {
				s := tiny(t, func(s *Spec) {
					s.Learner.Name, s.Family.Family, s.Generations, s.MetaTest = l.Name, f, 2, MetaTestSpec{Every: 2, Tasks: 3}
				})
				fit, err := s.Fit(Builtin())
				if err != nil {
					t.Fatal(err)
				}
				theta := make([]float32, fit.Layout.Dim)
				for _, tensor := range fit.Layout.Tensors {
					for i := range tensor.Len() {
						theta[tensor.Off+i] = value
					}
				}
				s.Start = fit.Layout.Hash(theta)
				var want *memory
				for i, k := range kernels() {
					m := &memory{}
					o := m.from(options())
					o.Init, o.Kernel, o.Threads = theta, k, 1+i%2
					zero := -math.MaxFloat64
					if name == "NaN" {
						o.Until = &zero
					}
					res := train(t, s, o)
					if res.Generation != 2 {
						t.Errorf("%s, %s: a score of %g was reached at generation %d", name, l.Name, res.MetaTest.Mean, res.Generation)
					}
					if name == "NaN" && (m.generations[0].NaN != 8 || res.MetaTest.Mean == res.MetaTest.Mean) {
						t.Errorf("NaN, %s %s: %+v, %+v", l.Name, f.Name(), m.generations[0], res.MetaTest)
					}
					if want == nil {
						want = m
					}
					same(t, name+" "+l.Name+" "+f.Name()+" "+k.String(), m, want)
				}
				halfway := &memory{}
				o := halfway.from(options())
				o.Init, o.For = theta, 1
				train(t, s, o)
				train(t, s, halfway.from(options()))
				same(t, name+" "+l.Name+" "+f.Name()+" resumed", halfway, want)
			}
		}
	}
}

// TestPause: a run that pauses at a generation, between checkpoints too, and goes on leaves what a whole one leaves.
func TestPause(t *testing.T) {
	s := tiny(t)
	_, want := whole(t, s)
	m := &memory{}
	for _, at := range []int{1, 5, 8, 0} {
		o := m.from(options())
		o.Pause = at
		res := train(t, s, o)
		if at > 0 && (res.Status != Stopped || res.Generation != at) {
			t.Fatalf("paused at %d: %s at generation %d", at, res.Status, res.Generation)
		}
	}
	same(t, "paused and gone on with", m, want)
}

// TestInterrupted: a run that is interrupted again and again, anywhere, and resumed each time records what the run does
// that nothing disturbed.
func TestInterrupted(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	rounds := 40
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(1, uint64(round)))
		m := &memory{}
		stops := 0
		for {
			o := m.from(options())
			o.Threads, o.Kernel = 1+r.IntN(3), kernels()[r.IntN(len(kernels()))]
			// A generation asks 5 times: for each of 4 pairs, and at its end.
			res, err := Train(newCountdown(r.IntN(40)), s, o)
			if err != nil {
				t.Fatal(err)
			}
			if res.Generation != m.newest.Generation || res.ThetaHash != m.newest.ThetaHash || res.Status != m.status {
				t.Fatalf("the result is %s at %d, the record %s at %d", res.Status, res.Generation, m.status, m.newest.Generation)
			}
			if res.Status == Finished {
				if res.ThetaHash != want.ThetaHash || res.MetaTest.Mean != want.MetaTest.Mean || len(res.Tests) != len(want.Tests) {
					t.Errorf("after %d stops: %+v, want %+v", stops, res, want)
				}
				break
			}
			if stops++; stops > 1000 {
				t.Fatal("the run does not come to an end")
			}
		}
		same(t, fmt.Sprint(stops, " stops"), m, rows)
	}
}

// TestKilled: a run that dies between commits goes on from the newest, with the same bits; what came after it is lost.
func TestKilled(t *testing.T) {
	s := tiny(t, func(s *Spec) { s.CheckpointEvery = 3 })
	want, rows := whole(t, s)
	died := errors.New("killed")
	for at := range s.Generations + 1 {
		m := &memory{}
		ctx, cancel := context.WithCancel(context.Background())
		o := m.from(options())
		o.Watch = func(e Event) {
			if e.Generation != nil && e.Generation.Generation == at || at == 0 {
				m.fail = func(int) error { return died }
				cancel()
			}
		}
		_, err := Train(ctx, s, o)
		cancel()
		if !errors.Is(err, died) {
			t.Fatalf("killed at %d: %v", at, err)
		}
		if m.newest.Generation > at || m.newest.Generation%s.CheckpointEvery != 0 {
			t.Errorf("killed at %d: the newest checkpoint is of generation %d", at, m.newest.Generation)
		}
		m.fail = nil
		if got := train(t, s, m.from(options())); got.ThetaHash != want.ThetaHash {
			t.Errorf("killed at %d: genome %.12s, want %.12s", at, got.ThetaHash, want.ThetaHash)
		}
		same(t, fmt.Sprint("killed at ", at), m, rows)
	}
}

// TestFinishedAgain: a finished run that is resumed says what it said, and adds nothing.
func TestFinishedAgain(t *testing.T) {
	s := tiny(t)
	want, rows := whole(t, s)
	again := &memory{slices.Clone(rows.generations), slices.Clone(rows.tests), rows.newest, rows.status, 0, nil}
	got := train(t, s, again.from(options()))
	if got.Status != Finished || got.ThetaHash != want.ThetaHash || got.MetaTest != want.MetaTest || got.Generation != want.Generation {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "again", again, rows)
}
