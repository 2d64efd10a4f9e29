package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"baldwin/cluster"
	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// engine is the flags of every verb that lives lives.
type engine struct {
	Threads int    `placeholder:"N" help:"Threads at work; one per core unless given. The result is the same."`
	Kernel  string `default:"auto" enum:"auto,avx512,avx2,neon,reference" help:"Form of the kernels: ${enum}. The result is the same."`
}

func (e engine) isa() (kernel.ISA, error) {
	k, err := kernel.Parse(e.Kernel)
	return k, bad(err)
}

func (e engine) workers() (int, error) {
	switch {
	case e.Threads == 0:
		return runtime.GOMAXPROCS(0), nil
	case e.Threads < 0 || e.Threads > 4096:
		return 0, badf("--threads: must be 1 to 4096, got %d", e.Threads)
	}
	return e.Threads, nil
}

// limits is the flags that end a run early, and how it is shown.
type limits struct {
	Until *float64      `placeholder:"SCORE" help:"Finish when a meta-test's mean reaches this."`
	For   time.Duration `placeholder:"30m" help:"Stop after this long, with a checkpoint."`
	JSON  bool          `name:"json" help:"One JSON object a line on stdout; the last one is the result."`
}

// A session is one run being trained by this process.
type session struct {
	p        *process
	store    *store.Store
	lock     *store.Lock
	row      *store.Run
	spec     run.Spec
	learner  *learner.Learner
	init     []float32 // of --init
	kernel   kernel.ISA
	threads  int
	limits   limits
	quietEnd bool     // the verb sums up itself
	harbour  *harbour // where workers live the lives; nil: in this process
}

// newSession checks the flags and sizes the learner; the caller adds store, row and lock.
func (p *process) newSession(e engine, l limits, spec run.Spec) (*session, error) {
	s := &session{p: p, spec: spec, limits: l}
	var err error
	if s.kernel, err = e.isa(); err != nil {
		return nil, err
	}
	if s.threads, err = e.workers(); err != nil {
		return nil, err
	}
	if l.For < 0 {
		return nil, badf("--for: must be above 0, got %s", l.For)
	}
	s.learner, err = spec.Fit(p.registry)
	return s, bad(err)
}

// unlock gives the run's lock back. A failure costs nothing: the system takes it back when the process ends.
func (s *session) unlock() { _ = s.lock.Unlock() }

// train trains the run from its newest checkpoint on, or from its beginning, and shows it.
func (s *session) train() (outcome, error) {
	ctx := s.p.ctx
	from, tests, err := s.store.TakeUp(ctx, s.row.ID)
	if err != nil {
		return outcome{}, err
	}
	done := 0
	if from != nil {
		done = from.Generation
	}
	if s.p.began != nil {
		s.p.began(s.row.Name)
	}
	report := s.report(s.begin(done), tests)
	defer report.close()
	o := run.Options{
		Registry: s.p.registry, Kernel: s.kernel, Threads: s.threads, Recorder: s.store.Recorder(s.row),
		From: from, Tests: tests, Init: s.init, Until: s.limits.Until, For: s.limits.For, Watch: report.event,
	}
	var res *run.Result
	if s.harbour == nil {
		res, err = run.Train(ctx, s.spec, o)
	} else {
		shout := func(e cluster.Event) { s.shout(report, e) }
		shout(s.harbour.listening())
		res, err = s.abroad(ctx, o, shout)
	}
	if err != nil {
		// What was refused, or could not be written, is as it was.
		_ = s.store.SetStatus(context.WithoutCancel(ctx), s.row.ID, s.row.Status)
		return outcome{}, err
	}
	end := newOutcome(s.row.Name, res.Status, res.Generation, res.ThetaHash, res.MetaTest, res.Tests)
	report.end(end)
	report.close()
	return end, s.after(end)
}

// begin is what the run starts with.
func (s *session) begin(done int) begin {
	return begin{
		Event: "start", Run: s.row.Name, Preset: s.row.Preset, Family: s.row.Family, Learner: s.row.Learner,
		Strategy: s.row.Strategy, Seed: s.row.Seed, SpecHash: s.row.SpecHash, Contract: run.Contract,
		Kernel: s.kernel.String(), Threads: s.threads, Parameters: s.learner.Layout.Parameters(),
		Generation: done, Generations: s.row.Generations,
		home: s.store.Home(), started: time.Now(), limit: s.limits.For,
	}
}

// report chooses how the run is shown: events for machines, the live screen on a terminal, plain lines in a pipe.
func (s *session) report(b begin, tests []run.MetaTestRow) reporter {
	out := s.p.stdout
	switch {
	case s.limits.JSON:
		return newJSONReporter(out, b, time.Now)
	case s.p.terminal != nil && s.p.getenv("TERM") != "dumb" && inForeground():
		return newScreen(s.p, b, tests)
	}
	return newLineReporter(out, b, tests, time.Now)
}

// errSaid ends a verb whose message has been printed already; its exit code is the one it wraps.
var errSaid = errors.New("said already")

// after says how the run ended, and what to do next.
func (s *session) after(o outcome) error {
	if o.Status == run.Stopped {
		fmt.Fprintf(s.p.stderr, "stopped at generation %d; go on with: baldwin resume %s\n", o.Generations, o.Run)
	}
	if !s.limits.JSON && !s.quietEnd {
		s.summary(s.p.stdout, o)
	}
	if s.p.ctx.Err() != nil {
		return &coded{exitInterrupted, errSaid}
	}
	return nil
}

// summary is the last words on a terminal and in a pipe.
func (s *session) summary(w io.Writer, o outcome) {
	fmt.Fprintf(w, "\n%s: %s at generation %d of %d\n", o.Run, o.Status, o.Generations, s.row.Generations)
	fmt.Fprintf(w, "  meta-test   %s [%s, %s], mean fitness on %d unseen tasks\n", score(float64(o.MetaTest)), score(float64(o.Low)), score(float64(o.High)), o.Tasks)
	if len(o.tests) > 1 {
		fmt.Fprintf(w, "  the first   %s, at generation %d\n", score(o.tests[0].Mean), o.tests[0].Generation)
	}
	if v := float64(o.Top3OfLast10); finite(v) {
		fmt.Fprintf(w, "  top 3/10    %s, mean of the top 3 of the last 10 meta-tests\n", score(v))
	}
	if m := meaning(s.spec.Family.Family); m != "" {
		fmt.Fprintf(w, "  fitness     %s\n", m)
	}
	fmt.Fprintf(w, "  theta hash  %s\n", o.ThetaHash)
	fmt.Fprint(w, "\nnext:\n")
	steps := table{}
	steps.row("  baldwin show "+o.Run, "its curve and numbers")
	steps.row("  baldwin test "+o.Run, "its score on the frozen held-out tasks")
	steps.row("  baldwin export "+o.Run, "its genome, for `baldwin live` and elsewhere")
	if o.Status == run.Stopped {
		steps.row("  baldwin resume "+o.Run, fmt.Sprintf("go on to generation %d", s.row.Generations))
	}
	steps.write(w)
}
