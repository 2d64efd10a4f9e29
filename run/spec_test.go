package run

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"baldwin/learner"
	"baldwin/strategy"
	"baldwin/task"
)

// TestZeroSpecIsThePapers compares the zero Spec, resolved, with the paper's numbers, written out here once more.
func TestZeroSpecIsThePapers(t *testing.T) {
	s := resolve(t, Spec{})
	want := Spec{
		Family: FamilySpec{"sequence", &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: "closed-loop"}},
		Learner: LearnerSpec{
			Name: "eprnn", Hidden: 64, Rule: "abcd", Modulator: "on",
		},
		Strategy:        StrategySpec{Name: "as-released", Population: 398, LearningRate: 0.02, Sigma: 0.01, RuleSigma: 0.001},
		Generations:     15000,
		Tasks:           16,
		MetaTest:        MetaTestSpec{Every: 100, Tasks: 1600},
		CheckpointEvery: 100,
		Seed:            1,
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("the zero spec resolves to\n%s\nwant\n%s", s.YAML(), want.YAML())
	}

	paper := resolve(t, Spec{Strategy: StrategySpec{Name: "paper"}})
	if p := paper.Strategy; p.Population != 400 || p.LearningRate != 0.2 {
		t.Errorf("strategy paper: population %d and learning rate %g, want 400 and 0.2", p.Population, p.LearningRate)
	}
	robot := resolve(t, Spec{Family: FamilySpec{Name: "robot"}})
	if f := *robot.Family.Family.(*task.Robot); robot.Tasks != 4 || f != (task.Robot{Noise: 0.01, Protocol: "paper"}) {
		t.Errorf("family robot: %d tasks of %+v, want 4 of low noise, the paper's protocol and no rollout", robot.Tasks, f)
	}
	rnn := resolve(t, Spec{Learner: LearnerSpec{Name: "es-rnn"}})
	if l := rnn.Learner; l.Rule != "" || l.Modulator != "" {
		t.Errorf("es-rnn has rule %q and modulator %q, want none", l.Rule, l.Modulator)
	}
}

// TestDefaultsAreDocumented reads spec.go: every field of a spec has a comment, which ends after the semicolon with the
// value that the zero Spec gets.
func TestDefaultsAreDocumented(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "spec.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	s := resolve(t, Spec{})
	special := map[string]string{ // defaults that are not one value
		"MetaTestSpec": "", "LearnerSpec.Rule": "abcd", "LearnerSpec.Zero": "none", "LearnerSpec.Modulator": "the learner's own",
		"Spec.Tasks": "16 sequence", "StrategySpec.Population": "398 as-released, 400 paper", "StrategySpec.LearningRate": "0.02 as-released, 0.2 paper",
		"Spec.Start": "drawn", "Spec.Draw": "independent", "MetaTestSpec.Tasks": "1600 fresh ones", "MetaTestSpec.Set": "fresh",
	}
	checked := 0
	for _, part := range []any{s, s.Learner, s.Strategy, s.MetaTest} {
		v := reflect.ValueOf(part)
		comments := fieldComments(f, v.Type().Name())
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.Tag.Get("yaml") == "" {
				t.Errorf("%s.%s has no yaml tag", v.Type().Name(), field.Name)
			}
			if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[FamilySpec]() && comments[field.Name] == "" || field.Name == "Family" {
				continue // a section, whose fields are documented on their own
			}
			name := v.Type().Name() + "." + field.Name
			want, ok := special[name]
			if !ok && field.Type.Kind() != reflect.Struct {
				want = fmt.Sprint(v.Field(i).Interface())
			}
			_, value, two := strings.Cut(comments[field.Name], ";")
			if !two {
				value = comments[field.Name]
			}
			if comments[field.Name] == "" || !strings.Contains(value, want) {
				t.Errorf("%s: its comment %q does not name the default %q", name, comments[field.Name], want)
			}
			checked++
		}
	}
	if checked < 15 {
		t.Errorf("only %d fields were checked", checked)
	}
}

func fieldComments(f *ast.File, typeName string) map[string]string {
	out := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != typeName {
			return true
		}
		if st, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					out[name.Name] = strings.TrimSpace(field.Comment.Text())
				}
			}
		}
		return false
	})
	return out
}

// TestDefaultConstants: the named constants are what the zero Spec gets.
func TestDefaultConstants(t *testing.T) {
	s := resolve(t, Spec{})
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"DefaultFamily", s.Family.Name, DefaultFamily},
		{"DefaultLearner", s.Learner.Name, DefaultLearner},
		{"DefaultStrategy", s.Strategy.Name, DefaultStrategy},
		{"DefaultGenerations", s.Generations, DefaultGenerations},
		{"DefaultSigma", s.Strategy.Sigma, DefaultSigma},
		{"DefaultRuleSigma", s.Strategy.RuleSigma, DefaultRuleSigma},
		{"DefaultTestEvery", s.MetaTest.Every, DefaultTestEvery},
		{"DefaultTestTasks", s.MetaTest.Tasks, DefaultTestTasks},
		{"DefaultCheckpointEvery", s.CheckpointEvery, DefaultCheckpointEvery},
		{"DefaultSeed", s.Seed, uint64(DefaultSeed)},
		{"learner.DefaultHidden", s.Learner.Hidden, learner.DefaultHidden},
		{"the first strategy", s.Strategy.Name, strategy.Builtin()[0].Name},
		{"its population", s.Strategy.Population, strategy.Builtin()[0].Default.Population},
		{"the first rule", s.Learner.Rule, learner.BuiltinRules()[0].Name},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, the zero spec gets %v", c.name, c.want, c.got)
		}
	}
}

// TestResolveRefuses: each fault is a FieldError at its field, and all faults are told at once.
func TestResolveRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spec  Spec
		paths []string
		says  string
	}{
		{"odd population", Spec{Strategy: StrategySpec{Population: 401}}, []string{"strategy.population"}, "must be even (antithetic pairs), got 401"},
		{"population 1", Spec{Strategy: StrategySpec{Population: 1}}, []string{"strategy.population"}, "must be 2 to 1048576, got 1"},
		{"huge population", Spec{Strategy: StrategySpec{Population: 1 << 30}}, []string{"strategy.population"}, "must be 2 to"},
		{"negative population", Spec{Strategy: StrategySpec{Population: -2}}, []string{"strategy.population"}, "got -2"},
		{"unknown family", Spec{Family: FamilySpec{Name: "maze"}}, []string{"family.name"}, `unknown family "maze"; there are sequence, robot, cartpole, pendulum, gym`},
		{"unknown learner", Spec{Learner: LearnerSpec{Name: "lstm"}}, []string{"learner.name"}, `unknown learner "lstm"; there are es-rnn, es-lstm, es-maml, epmlp, epmlp-random, eprnn, eprnn-nom`},
		{"unknown strategy", Spec{Strategy: StrategySpec{Name: "adam"}}, []string{"strategy.name"}, `unknown strategy "adam"; there are ` + strategyNames()},
		{"K >= N", Spec{Family: FamilySpec{Family: &task.Sequence{Dims: 1, Shots: 20, Length: 20, Protocol: "closed-loop"}}}, []string{"family.shots"}, "must be less than length (K < N), got K = 20 and N = 20"},
		{"hidden 17", Spec{Learner: LearnerSpec{Hidden: 17}}, []string{"learner.hidden"}, "must be a multiple of 16"},
		{"a rule for es-rnn", Spec{Learner: LearnerSpec{Name: "es-rnn", Rule: "hebb"}}, []string{"learner.rule"}, "has no plastic connections"},
		{"unknown rule", Spec{Learner: LearnerSpec{Rule: "bcm"}}, []string{"learner.rule"}, "there are abcd, hebb, oja, decomposed"},
		{"a rollout for eprnn", Spec{Family: FamilySpec{Family: &task.Robot{Noise: 0.01, Protocol: "paper", Rollouts: 1}}}, []string{"learner.name"}, "set rollouts to 0"},
		{"NaN and Inf", Spec{Strategy: StrategySpec{Sigma: math.NaN(), LearningRate: math.Inf(1)}}, []string{"strategy.learning_rate", "strategy.sigma"}, "finite"},
		{"no hash", Spec{Start: "genome.safetensors"}, []string{"start"}, `must be the hash of a genome, 64 hexadecimal digits, got "genome.safetensors"`},
		{"much at once", Spec{Generations: -1, Tasks: -2, MetaTest: MetaTestSpec{Every: -3, Tasks: -4}, CheckpointEvery: -5, Strategy: StrategySpec{RuleSigma: -6}, Learner: LearnerSpec{Hidden: 1}},
			[]string{"generations", "tasks", "meta_test.every", "meta_test.tasks", "checkpoint_every", "strategy.rule_sigma", "learner.hidden"}, "got -4"},
	} {
		_, err := c.spec.Resolve(Builtin())
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		var paths []string
		list := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			list = joined.Unwrap()
		}
		for _, e := range list {
			var field *FieldError
			if !errors.As(e, &field) {
				t.Errorf("%s: %v is no FieldError", c.name, e)
				continue
			}
			paths = append(paths, field.Path)
		}
		if !slices.Equal(paths, c.paths) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %q at %v, want %q at %v", c.name, err, paths, c.says, c.paths)
		}
	}
}

// TestFamilyNamesItself: a family that is given without its name has that name.
func TestFamilyNamesItself(t *testing.T) {
	s := resolve(t, Spec{Family: FamilySpec{Family: &task.Robot{Noise: 0.2, Protocol: task.PaperEpisode}}})
	if s.Family.Name != "robot" || s.Tasks != 4 {
		t.Errorf("the family is called %q with %d tasks", s.Family.Name, s.Tasks)
	}
}

// TestResolveTwice: a resolved spec resolves to itself.
func TestResolveTwice(t *testing.T) {
	for _, s := range specimens(t) {
		again := resolve(t, s)
		if !reflect.DeepEqual(s, again) {
			t.Errorf("resolved again\n%s\nbecomes\n%s", s.YAML(), again.YAML())
		}
	}
}

// TestSpace: A..D are mutated with the rule's step size, all else with the other; groups are those of the released code.
func TestSpace(t *testing.T) {
	s := resolve(t, Spec{Strategy: StrategySpec{Sigma: 0.5, RuleSigma: 0.25}})
	l, err := s.Fit(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	space := s.Space(l.Layout)
	group := map[string]int{}
	for _, b := range space.Blocks {
		group[b.Name] = b.Group
		want := 0.5
		if slices.Contains([]string{"core.A", "core.B", "core.C", "core.D"}, b.Name) {
			want = 0.25
		}
		if b.Sigma != want {
			t.Errorf("%s: sigma %g, want %g", b.Name, b.Sigma, want)
		}
		if b.Off%32 != 0 {
			t.Errorf("%s begins at %d, no multiple of 32", b.Name, b.Off)
		}
	}
	if group["core.wx"] != group["core.wh"] || group["core.mx"] != group["core.mh"] {
		t.Error("wx with wh, and mx with mh, are one group each")
	}
	// 17 tensors, of which two are in the group of another.
	if want := len(space.Blocks) - 2; space.Groups != want {
		t.Errorf("%d groups of %d tensors, want %d", space.Groups, len(space.Blocks), want)
	}
	if l.Layout.Parameters() != 37313 {
		t.Errorf("EPRNN has %d parameters on (1,10,20), want 37313", l.Layout.Parameters())
	}
}

// resolve is Resolve, which must succeed.
func resolve(t testing.TB, s Spec) Spec {
	t.Helper()
	s, err := s.Resolve(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// teaches says whether a family offers a learner what it has to have: a gradient's lesson.
func teaches(l learner.Kind, f task.Family) bool {
	_, tutor := f.Episode(1).(task.Tutor)
	return tutor || !l.Gradient
}

// specimens are resolved specs that differ in every part.
func specimens(t testing.TB) []Spec {
	var out []Spec
	for _, p := range Builtin().Presets {
		for _, l := range Builtin().Learners {
			if !teaches(l, p.Spec.Family.Family) {
				continue
			}
			s := p.Spec
			s.Learner.Name = l.Name
			out = append(out, resolve(t, s))
		}
	}
	return append(out,
		resolve(t, Spec{
			Family:  FamilySpec{Family: &task.Sequence{Dims: 3, Shots: 4, Length: 9, Protocol: task.AsReleased, PlasticTesting: true}},
			Learner: LearnerSpec{Name: "epmlp", Hidden: 32, Rule: "abcd", Zero: []string{"D", "B", "D"}, Modulator: "off"},
			Seed:    math.MaxUint64, Start: strings.Repeat("ab", 32),
		}),
		resolve(t, Spec{
			Family:   FamilySpec{Family: &task.Robot{Noise: 1e-7, Protocol: task.AsReleased, Rollouts: 1}},
			Learner:  LearnerSpec{Name: "es-maml"},
			Strategy: StrategySpec{Name: "paper", Population: 2, LearningRate: 1e21, Sigma: 5e-324, RuleSigma: 3},
		}),
		resolve(t, Spec{Learner: LearnerSpec{GatedState: true, Rule: "decomposed"}}),
	)
}
