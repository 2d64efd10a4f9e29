package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/strategy"
	"baldwin/task"
)

// Defaults of a Spec: the paper's (EPRNN, section 4.2), with the released code's outer loop.
const (
	DefaultFamily          = "sequence"
	DefaultLearner         = "eprnn"
	DefaultStrategy        = "as-released"
	DefaultGenerations     = 15000
	DefaultSigma           = 0.01
	DefaultRuleSigma       = 0.001
	DefaultTestEvery       = 100
	DefaultTestTasks       = 1600
	DefaultCheckpointEvery = 100
	DefaultSeed            = 1
)

// A Spec is all that decides a run's numbers, as plain data. The zero value of every field stands for its default.
type Spec struct {
	Family   FamilySpec   `yaml:"family"`
	Learner  LearnerSpec  `yaml:"learner"`
	Strategy StrategySpec `yaml:"strategy"`

	Generations     int          `yaml:"generations"`      // generations of the outer loop; 15000
	Tasks           int          `yaml:"tasks"`            // fresh tasks a generation, the same for all its offspring; the family's (16 sequence)
	Draw            string       `yaml:"draw,omitempty"`   // how they are drawn: independent, or stratified, spread evenly; independent, which is left out
	MetaTest        MetaTestSpec `yaml:"meta_test"`        // tests of theta on tasks of their own
	CheckpointEvery int          `yaml:"checkpoint_every"` // generations from one checkpoint to the next; 100
	Seed            uint64       `yaml:"seed"`             // all randomness is addressed from it; 1
	Start           string       `yaml:"start,omitempty"`  // hash of the genome to start from, set by --init; drawn from the seed
}

// FamilySpec names a family of tasks and holds its settings. In YAML the settings stand beside the name.
type FamilySpec struct {
	Name   string
	Family task.Family
}

// LearnerSpec names a learner and its variants.
type LearnerSpec struct {
	Name       string       `yaml:"name"`        // eprnn
	Hidden     int          `yaml:"hidden"`      // neurons of every layer but the last, a multiple of 16; 64
	Rule       learner.Rule `yaml:"rule"`        // plasticity rule: abcd (where the learner is plastic), hebb, oja, decomposed
	Zero       []string     `yaml:"zero"`        // parts of rule abcd held at zero, such as [B, D]; none
	Modulator  string       `yaml:"modulator"`   // on or off; the learner's own
	GatedState bool         `yaml:"gated_state"` // the literal eq. 6: m*h' also recurs; false
}

// StrategySpec names an outer loop and its settings.
type StrategySpec struct {
	Name         string  `yaml:"name"`          // as-released
	Population   int     `yaml:"population"`    // individuals a generation, even; the strategy's (398 as-released, 400 paper)
	LearningRate float64 `yaml:"learning_rate"` // scale of the update; the strategy's (0.02 as-released, 0.2 paper)
	Sigma        float64 `yaml:"sigma"`         // initial step size of weights, biases and states; 0.01
	RuleSigma    float64 `yaml:"rule_sigma"`    // initial step size of A..D; 0.001

	// What stands below is left out of the canonical form where it is not given: a spec without it keeps its hash.
	Shaping     string  `yaml:"shaping,omitempty"`      // how fitness is weighed: ranks, utilities, values; the strategy's
	Optimizer   string  `yaml:"optimizer,omitempty"`    // sgd, adam, clipup; the strategy's
	Momentum    float64 `yaml:"momentum,omitempty"`     // of sgd (0) and clipup (0.9)
	WeightDecay float64 `yaml:"weight_decay,omitempty"` // part of the genome that a generation takes off; 0
	DecayFrom   float64 `yaml:"decay_from,omitempty"`   // part of the generations after which rate and sigma fall, in a straight line; 0
	DecayTo     float64 `yaml:"decay_to,omitempty"`     // the learning rate's factor in the last generation; 0: it stays
	SigmaTo     float64 `yaml:"sigma_to,omitempty"`     // sigma's factor in the last generation, where it is not adapted; 0: it stays
	Average     float64 `yaml:"average,omitempty"`      // generations over which the tested genome is averaged; 0: it is not
}

// MetaTestSpec says when and how theta is tested.
type MetaTestSpec struct {
	Every int    `yaml:"every"`         // generations from one meta-test to the next; there is always one at the end; 100
	Tasks int    `yaml:"tasks"`         // tasks of each; 1600 fresh ones, all 16000 held-out ones
	Set   string `yaml:"set,omitempty"` // fresh, others at every test, or held-out, the first of the frozen set; fresh, which is left out
}

// The sets that meta-tests can be on, as a spec names them. A test decides nothing in training: theta is the same with both.
const (
	FreshSet   = "fresh"
	HeldOutSet = "held-out"
)

// The ways to draw a generation's tasks, as a spec names them.
const (
	Independent = "independent"
	Stratified  = "stratified"
)

// A FieldError is a setting that cannot be: its path in the Spec and what is wrong.
type FieldError struct {
	Path string // such as "strategy.population"
	Msg  string
}

func (e *FieldError) Error() string { return e.Path + ": " + e.Msg }

// Resolve fills every default and checks everything, so that what follows needs no checks. It returns all that is wrong,
// each a *FieldError.
func (s Spec) Resolve(r Registry) (Spec, error) {
	var errs []error
	bad := func(path, format string, args ...any) {
		errs = append(errs, &FieldError{path, fmt.Sprintf(format, args...)})
	}
	whole := func(path string, v *int, def, most int) {
		if *v == 0 {
			*v = def
		}
		if *v < 1 || *v > most {
			bad(path, "must be 1 to %d, got %d", most, *v)
		}
	}
	positive := func(path string, v *float64, def float64) {
		if *v == 0 {
			*v = def
		}
		if !(*v > 0) || math.IsInf(*v, 0) {
			bad(path, "must be above 0 and finite, got %g", *v)
		}
	}
	// inPart puts the error of a part's own check, "population: must be ...", at the field's path.
	inPart := func(path string, err error) {
		msg := err.Error()
		if field, rest, ok := strings.Cut(msg, ": "); ok && !strings.Contains(field, " ") {
			path, msg = path+"."+field, rest
		}
		bad(path, "%s", msg)
	}
	if s.Family.Family != nil {
		fallback(&s.Family.Name, s.Family.Family.Name())
	}
	fallback(&s.Family.Name, DefaultFamily)
	fallback(&s.Learner.Name, DefaultLearner)
	fallback(&s.Strategy.Name, DefaultStrategy)
	if s.Learner.Hidden == 0 {
		s.Learner.Hidden = learner.DefaultHidden
	}
	if s.Seed == 0 {
		s.Seed = DefaultSeed
	}
	s.Learner.Zero = slices.Compact(slices.Sorted(slices.Values(s.Learner.Zero))) // one set, one hash

	kind, err := r.Family(s.Family.Name)
	if err != nil {
		return s, &FieldError{"family.name", err.Error()}
	}
	if s.Family.Family == nil {
		s.Family.Family = kind.New()
	}
	method, err := r.Strategy(s.Strategy.Name)
	if err != nil {
		return s, &FieldError{"strategy.name", err.Error()}
	}
	if _, err := r.Learner(s.Learner.Name); err != nil {
		return s, &FieldError{"learner.name", err.Error()}
	}
	if s.Strategy.Population == 0 {
		s.Strategy.Population = method.Default.Population
	}
	whole("generations", &s.Generations, DefaultGenerations, math.MaxInt32)
	whole("tasks", &s.Tasks, kind.Tasks, 1<<16)
	whole("meta_test.every", &s.MetaTest.Every, DefaultTestEvery, math.MaxInt32)
	switch s.Draw {
	case Stratified:
	case "", Independent:
		s.Draw = "" // one meaning, one hash
	default:
		bad("draw", "must be %s or %s, got %q", Independent, Stratified, s.Draw)
	}
	switch s.MetaTest.Set {
	case HeldOutSet:
		whole("meta_test.tasks", &s.MetaTest.Tasks, HeldOutTasks, HeldOutTasks)
	case "", FreshSet:
		s.MetaTest.Set = "" // one meaning, one hash
		whole("meta_test.tasks", &s.MetaTest.Tasks, DefaultTestTasks, 1<<20)
	default:
		bad("meta_test.set", "must be %s or %s, got %q", FreshSet, HeldOutSet, s.MetaTest.Set)
	}
	whole("checkpoint_every", &s.CheckpointEvery, DefaultCheckpointEvery, math.MaxInt32)
	positive("strategy.learning_rate", &s.Strategy.LearningRate, method.Default.LearningRate)
	positive("strategy.sigma", &s.Strategy.Sigma, DefaultSigma)
	positive("strategy.rule_sigma", &s.Strategy.RuleSigma, DefaultRuleSigma)
	if _, err := hex.DecodeString(s.Start); err != nil || s.Start != "" && len(s.Start) != 2*sha256.Size {
		bad("start", "must be the hash of a genome, %d hexadecimal digits, got %q", 2*sha256.Size, s.Start)
	}
	if err := s.Family.Family.Validate(); err != nil {
		inPart("family", err)
	} else if l, err := s.Fit(r); err != nil {
		inPart("learner", err)
	} else {
		s.Learner.Rule, s.Learner.Modulator = l.Rule, l.Modulator
	}
	if len(errs) == 0 {
		// The strategy knows its own limits; theta does not matter to them.
		if _, err := method.New(strategy.Config{Settings: s.settings()}); err != nil {
			inPart("strategy", err)
		}
	}
	return s, errors.Join(errs...)
}

func fallback(v *string, def string) {
	if *v == "" {
		*v = def
	}
}

func (s Spec) settings() strategy.Settings {
	t := s.Strategy
	return strategy.Settings{
		Population: t.Population, LearningRate: t.LearningRate, Shaping: t.Shaping, Optimizer: t.Optimizer, Momentum: t.Momentum,
		WeightDecay: t.WeightDecay, Generations: s.Generations, DecayFrom: t.DecayFrom, DecayTo: t.DecayTo, SigmaTo: t.SigmaTo,
		Average: t.Average,
	}
}

// Fit sizes the Spec's learner for its family.
func (s Spec) Fit(r Registry) (*learner.Learner, error) {
	kind, err := r.Learner(s.Learner.Name)
	if err != nil {
		return nil, err
	}
	c := learner.Config{
		Hidden: s.Learner.Hidden, Rule: s.Learner.Rule, Rules: r.Rules, Zero: s.Learner.Zero,
		Modulator: s.Learner.Modulator, GatedState: s.Learner.GatedState,
	}
	return life.Fit(kind, c, s.Family.Family)
}

// Space is what the strategy searches: each tensor a block with the step size of its role.
func (s Spec) Space(l *learner.Layout) strategy.Space {
	space := strategy.Space{Dim: l.Dim}
	groups := map[string]int{}
	for _, t := range l.Tensors {
		name := t.Group
		if name == "" {
			name = t.Name
		}
		if _, ok := groups[name]; !ok {
			groups[name] = len(groups)
		}
		sigma := s.Strategy.Sigma
		if t.Role == learner.RulePar || t.Role == learner.Factor {
			sigma = s.Strategy.RuleSigma
		}
		space.Blocks = append(space.Blocks, strategy.Block{Name: t.Name, Off: t.Off, Len: t.Len(), Group: groups[name], Sigma: sigma})
	}
	space.Groups = len(groups)
	return space
}

// NewStrategy starts the Spec's strategy at theta.
func (s Spec) NewStrategy(r Registry, l *learner.Learner, theta []float32, k kernel.ISA) (strategy.Strategy, error) {
	m, err := r.Strategy(s.Strategy.Name)
	if err != nil {
		return nil, err
	}
	return m.New(strategy.Config{Space: s.Space(l.Layout), Settings: s.settings(), Theta: theta, Seed: s.Seed, Kernel: k})
}

// Hash is the SHA-256 of the resolved Spec's canonical YAML.
func (s Spec) Hash() string {
	h := sha256.Sum256(s.YAML())
	return hex.EncodeToString(h[:])
}
