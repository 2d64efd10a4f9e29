package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/run"
	"baldwin/task"
)

// demoPreset is what the demo trains on.
const demoPreset = "seq-l1-k10-n20"

// demoTasks is how many unseen tasks it shows, and demoSeed where they come from: a slow wave and a fast one, both of
// which still move after what is seen.
const (
	demoTasks = 2
	demoSeed  = 13
)

// demoCmd is `baldwin demo`.
type demoCmd struct {
	For time.Duration `default:"100s" placeholder:"100s" help:"How long to train."`
	engine
}

// Help is the long help.
func (demoCmd) Help() string {
	return `It meta-trains an EPRNN to predict sinusoids that it has never met, and shows predictions before and after. The run is kept
as demo, demo-2 and so on: all other verbs work on it, and "baldwin resume demo" goes on with it.

    baldwin demo
    baldwin demo --for 30s`
}

// A demo is what is shown before and after.
type demo struct {
	p       *process
	s       *session
	family  *task.Sequence
	lot     *life.Lot
	initial []life.Life // of the genome that evolution starts from
}

// Run shows.
func (c *demoCmd) Run(p *process) error {
	pre, err := p.registry.Preset(demoPreset)
	if err != nil {
		return err
	}
	spec, err := pre.Spec.Resolve(p.registry)
	if err != nil {
		return err
	}
	family, ok := spec.Family.Family.(*task.Sequence)
	if !ok {
		return badf("demo: preset %s of this build is no sequence", demoPreset)
	}
	s, err := p.newSession(c.engine, limits{For: c.For}, spec)
	if err != nil {
		return err
	}
	s.quietEnd = true
	d := &demo{p: p, s: s, family: family, lot: run.Fresh(family, demoSeed, demoTasks)}
	initial := make([]float32, s.learner.Layout.Dim)
	s.learner.Layout.Init(initial, spec.Seed)
	d.initial = d.live(s.learner, s.kernel, initial)
	if s.store, err = p.openStore(); err != nil {
		return err
	}
	defer s.store.Close()
	if err := s.create(demoPreset, "demo", false); err != nil {
		return err
	}
	defer s.unlock()
	d.before(c.For)
	o, err := s.train()
	if err != nil {
		return err
	}
	return d.after(o)
}

func (d *demo) live(l *learner.Learner, k kernel.ISA, theta []float32) []life.Life {
	return life.Record(l, d.family, k, theta, d.lot)
}

func (d *demo) before(limit time.Duration) {
	f := d.family
	fmt.Fprintf(d.p.stdout, `A life meets a sinusoid that it has never seen. It is shown %d values of it,
then has to predict the next %d without seeing more. Amplitude, period and
phase are hidden, and new in every life.

The learner is an EPRNN: a small recurrent network whose weights change while
it lives, by rules of its own and without gradients. Evolution searches the
rules and the initial weights, %d numbers in all; what a life learns is not
inherited. Fitness is minus the mean squared error: 0 is perfect, and
predicting 0 always scores about %.1f.

Training for %s as run %s; Ctrl-C stops it earlier.

`, f.Shots, f.Length-f.Shots, d.s.learner.Layout.Parameters(), task.ZeroScore, duration(limit), d.s.row.Name)
}

// after shows the same unseen tasks before and after.
func (d *demo) after(o outcome) error {
	w := d.p.stdout
	g, _, err := d.p.storedGenome(d.s.store, d.s.row)
	if err != nil {
		return err
	}
	grown := d.live(g.Learner, d.s.kernel, g.Theta)
	fmt.Fprintf(w, "\nUnseen sinusoids after %d generations; each life had %d values to learn from.\n", o.Generations, d.family.Shots)
	for i := range d.lot.Tasks {
		fmt.Fprintln(w)
		d.picture(w, i, grown[i])
	}
	d.table(w, 0, grown[0])
	fmt.Fprintf(w, "\nWhat was learned: on %d unseen tasks the mean fitness is %s\n[%s, %s]", o.Tasks, score(float64(o.MetaTest)), score(float64(o.Low)), score(float64(o.High)))
	if len(o.tests) > 0 {
		fmt.Fprintf(w, "; at generation %d it was %s", o.tests[0].Generation, score(o.tests[0].Mean))
	}
	fmt.Fprintf(w, ".\nMore generations help: by 1500 such a run stands near -0.25, by 5000 near -0.09.\n\ntry next:\n")
	name := d.s.row.Name
	steps := table{}
	steps.row("  baldwin show "+name, "the run: curve, meta-tests, hashes")
	steps.row("  baldwin resume "+name+" --for 5m", "go on where it stopped, with the same bits")
	steps.row("  baldwin test "+name, "its score on the frozen held-out tasks")
	steps.row("  baldwin train seq-l3-k10-n20", "a harder family: three dimensions")
	steps.write(w)
	return nil
}

// picture plots one task: what was seen, what came then, and what was predicted.
func (d *demo) picture(w io.Writer, i int, grown life.Life) {
	t := d.lot.Tasks[i].(*task.SequenceTask)
	f := d.family
	seen, truth, guess := '●', '○', '×'
	if d.p.plainGlyphs() {
		seen, truth, guess = 'o', '.', 'x'
	}
	marks := []mark{{glyph: truth}, {glyph: seen}, {glyph: guess}}
	for time := 1; time <= f.Length; time++ {
		at := 0
		if time <= f.Shots {
			at = 1
		}
		marks[at].points = append(marks[at].points, point{float64(time), t.At(time, 0)})
	}
	for n, v := range d.predictions(grown) {
		marks[2].points = append(marks[2].points, point{float64(f.Shots + 1 + n), v})
	}
	fmt.Fprintf(w, "task %d: fitness %s, a learner of generation 0 %s\n", i+1, score(grown.Fitness), score(d.initial[i].Fitness))
	c := chart{width: min(d.p.columns(), 72), height: 11, x0: 1, x1: float64(f.Length), ascii: d.p.plainGlyphs()}
	fmt.Fprintln(w, strings.Join(c.draw(marks...), "\n"))
	fmt.Fprintf(w, "  %c seen   %c what came then   %c predicted\n", seen, truth, guess)
}

// predictions are the outputs that were scored, in their order.
func (d *demo) predictions(l life.Life) []float64 {
	n := d.family.Length - d.family.Shots
	out := make([]float64, 0, n)
	for _, a := range l.Act[len(l.Act)-n:] {
		out = append(out, float64(a[0]))
	}
	return out
}

// table is truth and predictions of one task in numbers.
func (d *demo) table(w io.Writer, i int, grown life.Life) {
	t := d.lot.Tasks[i].(*task.SequenceTask)
	rows := table{{">step", ">truth", ">predicted", ">generation 0"}}
	before, after := d.predictions(d.initial[i]), d.predictions(grown)
	for n := range after {
		time := d.family.Shots + 1 + n
		rows.row(time, fmt.Sprintf("%.3f", t.At(time, 0)), fmt.Sprintf("%.3f", after[n]), fmt.Sprintf("%.3f", before[n]))
	}
	fmt.Fprintf(w, "\ntask %d in numbers:\n", i+1)
	rows.write(w)
}
