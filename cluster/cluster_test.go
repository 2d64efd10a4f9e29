package cluster

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"baldwin/internal/kernel"
	"baldwin/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSameBits: one worker or five, of many cores or one, on any kernel, theta shipped or replayed: the numbers of one process.
func TestSameBits(t *testing.T) {
	for _, strategy := range []string{"as-released", "paper"} {
		spec := small(t, func(s *run.Spec) {
			if s.Strategy.Name = strategy; strategy == "paper" {
				s.Draw = run.Stratified
			}
		})
		want := honest(t, spec)
		for _, c := range []struct {
			name    string
			theta   Transport
			workers int
		}{
			{"replay, 1 worker", Replay, 1},
			{"ship, 1 worker", Ship, 1},
			{"replay, 5 workers", Replay, 5},
			{"ship, 5 workers", Ship, 5},
			{"auto, 2 workers", Auto, 2},
		} {
			t.Run(strategy+", "+c.name, func(t *testing.T) {
				s := serve(t)
				co := coordinator(t, s, spec, func(o *Options) { o.Theta, o.Audit = c.theta, 0.5 }) // half, so that of some 30 chunks one surely is
				for i := range c.workers {
					hire(t, s, func(o *WorkerOptions) {
						o.Cores = 1 + i%2
						if all := kernel.Available(); !underRace { // under the race detector the reference takes minutes
							o.Kernel = all[len(all)-1-i%len(all)]
						}
					})
				}
				got, err := train(t, co, spec)
				if err != nil {
					t.Fatal(err)
				}
				agree(t, got, want)
				n := co.Counters()
				t.Logf("%+v", n)
				if n.Mismatches > 0 || n.Quarantined > 0 || n.Malformed > 0 || n.Audits == 0 {
					t.Errorf("honest workers: %+v", n)
				}
				for _, m := range co.Members() {
					if m.Deviated > 0 {
						t.Errorf("%s deviated %d times", m.Worker, m.Deviated)
					}
				}
			})
		}
	}
}

// TestRefused: a worker of another build or contract ends with the reason.
func TestRefused(t *testing.T) {
	s := serve(t)
	coordinator(t, s, small(t, nil), nil)
	for _, c := range []struct {
		build Build
		want  string
	}{
		{Build{"test", "0.9"}, "its arithmetic contract is 0.9, the coordinator's is " + run.Contract},
		{Build{"older", run.Contract}, "its build is older, the coordinator's is test"},
	} {
		o := WorkerOptions{Name: "test", Registry: run.Builtin(), Kernel: kernel.Best(), Build: c.build, Cores: 1, Log: logOf(t)}
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		err := Work(ctx, Link{URLs: []string{s.URL()}}, o)
		cancel()
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("build %v: %v, want %q", c.build, err, c.want)
		}
	}
}
