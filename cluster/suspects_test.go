package cluster

import (
	"fmt"
	"testing"

	"baldwin/evolve"
)

// TestSuspects: however many workers left, the memory of them is bounded, and no name answers for less than it gave.
func TestSuspects(t *testing.T) {
	s := suspects{}
	exact := map[string]taint{}
	for i := range 3 * mostSuspects {
		name, g := fmt.Sprint("w", i%(2*mostSuspects)), taint{uint64(1 + 7919*i%10007), 7919 * i % 10007}
		s.add(name, g)
		s.add(name, taint{}) // left without one
		exact[name] = exact[name].or(g)
	}
	if len(s) > mostSuspects+1 {
		t.Errorf("%d are remembered", len(s))
	}
	for name, want := range exact {
		if got := s.of(name); got.or(want) != got {
			t.Fatalf("%s answers from %+v on, and gave values from %+v on", name, got, want)
		}
	}
	if got := (suspects{}).of("new"); got.round != 0 {
		t.Errorf("who gave nothing answers for %+v", got)
	}
	var q quarantine
	for i := range 2 * mostQuarantined {
		q.add(ID{"a", fmt.Sprint(i)}, "it lied")
	}
	if len(q.why) != mostQuarantined || len(q.list()) != mostQuarantined || q.why[ID{"a", "0"}] != "" || q.why[ID{"a", fmt.Sprint(2*mostQuarantined - 1)}] == "" {
		t.Errorf("%d quarantines are remembered", len(q.why))
	}
}

// TestHeirs: a process that lies answers for those of its name that left, and for what was lived again after the run went back.
func TestHeirs(t *testing.T) {
	co := coordinator(t, serve(t), small(t, nil), func(o *Options) { o.Audit = 1e-9 })
	give := func(id ID, round uint64, generation uint32, audit float64) (end error) {
		r := at(co, 1, func(*evolve.Worker, int, int, []float64) {})
		co.mu.Lock()
		r.Round, r.Generation, co.o.Audit = round, generation, audit
		co.mu.Unlock()
		co.accept(id, result{co.place.Epoch, round, 0, 1, []float64{7}}, 1) // the truth is 0
		if audit == 1 {
			co.judge(co.auditors[0], r, <-r.checks)
		}
		return r.err
	}
	clean := func(err error) int {
		lie, ok := err.(*LiarError) //nolint:errorlint // the round's own
		if !ok {
			t.Fatalf("the round ended with %v", err)
		}
		return lie.Clean
	}
	join(t, co, "a", "b")
	give(ID{"a", "1"}, 1, 10, 1e-9)
	give(ID{"b", "1"}, 2, 11, 1e-9)
	co.beat(ID{"a", "1"}, Beat{Leaving: true})
	heir := ID{"a", "2"}
	co.admit(hello{ID: heir, Cores: 1, Build: testBuild})
	if n := clean(give(heir, 3, 12, 1)); n != 9 {
		t.Errorf("clean until generation %d, want 9", n)
	}
	// The run went back to generation 4; b lives old generations again.
	give(ID{"b", "1"}, 4, 5, 1e-9)
	if n := clean(give(ID{"b", "1"}, 5, 13, 1)); n != 4 {
		t.Errorf("clean until generation %d, want 4", n)
	}
}
