package run

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baldwin/task"
)

// TestParseRefuses holds the whole message of each fault: file, line, what is wrong, what there is; for a typo and a wrong
// type the line of the text and a caret.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"typo in a section", "strategy:\n  name: paper\n  popluation: 10\n",
			`spec.yaml:3: unknown field "strategy.popluation"; there are name, population, learning_rate, sigma, rule_sigma, shaping, optimizer, momentum, weight_decay, decay_from, decay_to, sigma_to, average
    2 |   name: paper
>   3 |   popluation: 10
          ^`,
		},
		{
			"typo at the top", "generation: 10\n",
			`spec.yaml:1: unknown field "generation"; there are family, learner, strategy, generations, tasks, draw, meta_test, checkpoint_every, seed, start
>   1 | generation: 10
        ^`,
		},
		{
			"typo in a family", "seed: 3\nfamily:\n  name: robot\n  noize: 0.2\n",
			`spec.yaml:4: unknown field "family.noize"; there are noise, protocol, rollouts
    3 |   name: robot
>   4 |   noize: 0.2
          ^`,
		},
		{
			"one family's setting in another", "family: {name: robot, shots: 3}\n",
			`spec.yaml:1: unknown field "family.shots"; there are noise, protocol, rollouts
>   1 | family: {name: robot, shots: 3}
                              ^`,
		},
		{
			"unknown family", "family:\n  name: maze\n",
			`spec.yaml:2: family.name: unknown family "maze"; there are sequence, robot, cartpole, pendulum, gym
    1 | family:
>   2 |   name: maze
                ^`,
		},
		{
			"unknown learner", "seed: 2\nlearner:\n  name: lstm\n",
			`spec.yaml:3: learner.name: unknown learner "lstm"; there are es-rnn, es-lstm, es-maml, epmlp, epmlp-random, eprnn, eprnn-nom`,
		},
		{"unknown strategy", "strategy: {name: adam}", `spec.yaml:1: strategy.name: unknown strategy "adam"; there are ` + strategyNames()},
		{
			"odd population", "# a comment\n\n\n\nstrategy:\n  name: paper\n  population: 401\n",
			`spec.yaml:7: strategy.population: must be even (antithetic pairs), got 401`,
		},
		{
			"K >= N", "family:\n  name: sequence\n  length: 20\n  shots: 20\n",
			`spec.yaml:4: family.shots: must be less than length (K < N), got K = 20 and N = 20`,
		},
		{
			"a fault in a default names its section", "family: {name: robot, rollouts: 1}\nlearner:\n  hidden: 32\n",
			`spec.yaml:2: learner.name: learner eprnn descends no gradient, so an exploring rollout would teach it nothing; set rollouts to 0`,
		},
		{
			"several faults", "generations: -3\ntasks: 0\nstrategy:\n  sigma: -1\n",
			"spec.yaml:1: generations: must be 1 to 2147483647, got -3\nspec.yaml:4: strategy.sigma: must be above 0 and finite, got -1",
		},
		{
			"text for a number", "family:\n  shots: ten\n",
			`spec.yaml:2: family.shots: must be a whole number, got ten
    1 | family:
>   2 |   shots: ten
                 ^`,
		},
		{
			"a fraction", "generations: 1.5",
			`spec.yaml:1: generations: must be a whole number, got 1.5
>   1 | generations: 1.5
                     ^`,
		},
		{
			"a quoted number", `generations: "10"`,
			`spec.yaml:1: generations: must be a whole number, got "10"
>   1 | generations: "10"
                     ^`,
		},
		{
			"a seed of 65 bits", "seed: 18446744073709551616",
			`spec.yaml:1: seed: must be a whole number from 0 to 2^64-1, got 18446744073709551616
>   1 | seed: 18446744073709551616
              ^`,
		},
		{
			"an octal number", "seed: 010",
			`spec.yaml:1: seed: must be a whole number from 0 to 2^64-1, got 010
>   1 | seed: 010
              ^`,
		},
		{
			"a number for text", "learner: {name: 5}",
			`spec.yaml:1: learner.name: must be text, got 5
>   1 | learner: {name: 5}
                        ^`,
		},
		{
			"yes for true", "learner:\n\tgated_state: yes\n",
			"spec.yaml:2: ",
		},
		{
			"yes for true", "learner:\n  gated_state: yes\n",
			`spec.yaml:2: learner.gated_state: must be true or false, got yes
    1 | learner:
>   2 |   gated_state: yes
                       ^`,
		},
		{
			"a name for a section", "family: sequence\n",
			`spec.yaml:1: family: must be a mapping of settings, got sequence
>   1 | family: sequence
                ^`,
		},
		{
			"a letter for a list", "learner: {zero: A}",
			`spec.yaml:1: learner.zero: must be a list in brackets, got A
>   1 | learner: {zero: A}
                        ^`,
		},
		{
			"no value", "seed:\n",
			`spec.yaml:1: seed: has no value
>   1 | seed:
             ^`,
		},
		{
			"twice", "seed: 1\nseed: 2\n",
			`spec.yaml:2: mapping key "seed" already defined at [1:1]
    1 | seed: 1
>   2 | seed: 2
        ^`,
		},
		{
			"no YAML", "seed: [1, 2\n",
			`spec.yaml:1: sequence end token ']' not found
>   1 | seed: [1, 2
              ^`,
		},
		{
			"a list", "- seed: 1\n",
			`spec.yaml:1: a spec is a mapping of settings
>   1 | - seed: 1
        ^`,
		},
		{
			"two documents", "seed: 1\n---\nseed: 2\n",
			`spec.yaml:2: a spec is one document
    1 | seed: 1
>   2 | ---
        ^`,
		},
		{
			"an alias", "family: &f {name: robot}\nlearner: *f\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | family: &f {name: robot}
                ^`,
		},
		{
			"a merge", "family: {<<: {name: robot}}\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | family: {<<: {name: robot}}
                 ^`,
		},
		{
			"a tag", "seed: !!binary aGk=\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | seed: !!binary aGk=
              ^`,
		},
		{"binary", "\xff\xfe\x00", "spec.yaml: not a text in UTF-8"},
		{"too big", strings.Repeat("#\n", MaxSpec/2) + "\n", fmt.Sprintf("spec.yaml: a spec has at most %d bytes, this file has %d", MaxSpec, MaxSpec+1)},
		{"a long line", "\n# " + strings.Repeat("-", 2000), "spec.yaml:2: a line of a spec has at most 1000 bytes, this one has 2002"},
		{"brackets", strings.Repeat("[\n", 1001), "spec.yaml: a spec has at most 1000 brackets"},
	} {
		_, err := ParseSpec("spec.yaml", []byte(c.text), Builtin())
		switch {
		case err == nil:
			t.Errorf("%s: no error", c.name)
		case err.Error() != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: got\n%v\nwant\n%s", c.name, err, c.want)
		}
	}
}

// TestParseTakes: what stands in a spec is what the spec says.
func TestParseTakes(t *testing.T) {
	zero := resolve(t, Spec{})
	for _, c := range []struct {
		text   string
		change func(s *Spec)
	}{
		{"", func(*Spec) {}},
		{"# nothing\n---\n", func(*Spec) {}},
		{"family:\nlearner: {}\nstrategy:\n  # population: 10\n", func(*Spec) {}},
		{"seed: 18446744073709551615", func(s *Spec) { s.Seed = math.MaxUint64 }},
		{"\"seed\": 7 # in JSON's clothes\r\n", func(s *Spec) { s.Seed = 7 }},
		{"{seed: 7}", func(s *Spec) { s.Seed = 7 }},
		{"seed: 0\ngenerations: 0", func(*Spec) {}},
		{"strategy: {sigma: 1e-7, rule_sigma: 2}", func(s *Spec) { s.Strategy.Sigma, s.Strategy.RuleSigma = 1e-7, 2 }},
		{"learner: {zero: [D, B, D]}", func(s *Spec) { s.Learner.Zero = []string{"B", "D"} }},
		{"learner:\n  zero:\n  - B\n", func(s *Spec) { s.Learner.Zero = []string{"B"} }},
		{"family:\n  shots: 5\n", func(s *Spec) {
			s.Family.Family = &task.Sequence{Dims: 1, Shots: 5, Length: 20, Protocol: task.ClosedLoop}
		}},
		{"family: {noise: 0, name: robot}", func(s *Spec) {
			s.Family, s.Tasks = FamilySpec{"robot", &task.Robot{Protocol: task.PaperEpisode}}, 4
		}},
		{"learner: {modulator: off}", func(s *Spec) { s.Learner.Modulator = "off" }},
	} {
		want := zero
		c.change(&want)
		got, err := ParseSpec("spec.yaml", []byte(c.text), Builtin())
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%q is\n%s\nwant\n%s", c.text, got.YAML(), want.YAML())
		}
	}
}

// TestParseIsQuick: a text that stands for gigabytes, or nests as deep as its size allows, is refused at once.
func TestParseIsQuick(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9))
	}
	stairs := ""
	for i := 0; len(stairs) < MaxSpec-400; i++ {
		stairs += strings.Repeat(" ", i) + "a:\n"
	}
	for name, text := range map[string]string{
		"aliases":        bomb + "learner: {zero: *j}\n",
		"itself":         "learner: {zero: &a [*a]}\n",
		"lists":          "seed: " + strings.Repeat("[\n", 999) + strings.Repeat("]", 999),
		"open lists":     "seed: " + strings.Repeat("[\n", 999),
		"mappings":       strings.Repeat("{a: \n", 999),
		"lists in lines": strings.Repeat(strings.Repeat("- ", 490)+"\n", 65),
		"keys in lines":  strings.Repeat(strings.Repeat("? ", 490)+"\n", 65),
		"stairs":         stairs,
		"many keys":      strings.Repeat("seed: 1\n", 8000),
	} {
		begun := time.Now()
		if _, err := ParseSpec("spec.yaml", []byte(text), Builtin()); err == nil {
			t.Errorf("%s: no error", name)
		} else if len(err.Error()) > 5000 {
			t.Errorf("%s: a message of %d bytes", name, len(err.Error()))
		}
		// Unbounded, the first took minutes; the bound is far above the milliseconds that each takes.
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// TestYAMLRoundTrip: the canonical YAML reads as the spec it was written from, and is written again with the same bytes.
func TestYAMLRoundTrip(t *testing.T) {
	for _, s := range specimens(t) {
		roundTrip(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		positive := rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64)
		s := Spec{
			Family:          FamilySpec{"robot", &task.Robot{Noise: rapid.Float64Min(0).Filter(finite).Draw(t, "noise"), Protocol: "paper"}},
			Learner:         LearnerSpec{Name: "epmlp", Zero: rapid.SliceOf(rapid.SampledFrom([]string{"A", "B", "C", "D"})).Draw(t, "zero")},
			Strategy:        StrategySpec{Sigma: positive.Draw(t, "sigma"), LearningRate: positive.Draw(t, "rate")},
			Generations:     rapid.IntRange(1, math.MaxInt32).Draw(t, "generations"),
			CheckpointEvery: rapid.IntRange(1, math.MaxInt32).Draw(t, "every"),
			Seed:            rapid.Uint64Min(1).Draw(t, "seed"),
			Start:           rapid.StringMatching("([0-9a-f]{64})?").Draw(t, "start"),
		}
		s, err := s.Resolve(Builtin())
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, s)
	})
}

func finite(v float64) bool { return !math.IsInf(v, 0) && v == v }

func roundTrip(t interface {
	Errorf(string, ...any)
	Helper()
}, s Spec) {
	t.Helper()
	text := s.YAML()
	got, err := ParseSpec("spec", text, Builtin())
	if err != nil {
		t.Errorf("%v\n%s", err, text)
	} else if !reflect.DeepEqual(got, s) || got.Hash() != s.Hash() {
		t.Errorf("%s\nreads as\n%s", text, got.YAML())
	}
}

// TestGoldenSpec holds the canonical form and its hash. They are part of every stored run: a run is refused by a build that
// writes another.
func TestGoldenSpec(t *testing.T) {
	want, err := os.ReadFile("testdata/spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := resolve(t, Spec{})
	if got := s.YAML(); string(got) != string(want) {
		t.Errorf("the zero spec in canonical form is\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		s    Spec
		want string
	}{
		{Spec{}, "dd077cc13c439230b4485fef3863a7250fbac9b9cb15d2ffaaa6d04fd9b1f977"},
		{Spec{Family: FamilySpec{Name: "robot"}, Learner: LearnerSpec{Name: "es-maml"}, Strategy: StrategySpec{Name: "paper", Sigma: 1e-7}, Seed: math.MaxUint64, Start: strings.Repeat("0e", 32)}, "d59fdb1b13f6ccf461cdca63e9a00d6c390204fe5c5116cff60184a26910174b"},
	} {
		if got := resolve(t, c.s).Hash(); got != c.want {
			t.Errorf("hash %s, want %s of\n%s", got, c.want, resolve(t, c.s).YAML())
		}
	}
}

// TestHashTellsApart: every field that decides a number is in the hash.
func TestHashTellsApart(t *testing.T) {
	seen := map[string]string{}
	for _, s := range specimens(t) {
		if other, ok := seen[s.Hash()]; ok {
			t.Errorf("one hash for\n%s\nand\n%s", s.YAML(), other)
		}
		seen[s.Hash()] = string(s.YAML())
	}
	for name, change := range map[string]func(*Spec){
		"generations":      func(s *Spec) { s.Generations++ },
		"tasks":            func(s *Spec) { s.Tasks++ },
		"meta_test.every":  func(s *Spec) { s.MetaTest.Every++ },
		"meta_test.tasks":  func(s *Spec) { s.MetaTest.Tasks++ },
		"checkpoint_every": func(s *Spec) { s.CheckpointEvery++ },
		"seed":             func(s *Spec) { s.Seed++ },
		"start":            func(s *Spec) { s.Start = strings.Repeat("0e", 32) },
		"hidden":           func(s *Spec) { s.Learner.Hidden += 16 },
		"zero":             func(s *Spec) { s.Learner.Zero = []string{"B"} },
		"gated_state":      func(s *Spec) { s.Learner.GatedState = true },
		"population":       func(s *Spec) { s.Strategy.Population += 2 },
		"learning_rate":    func(s *Spec) { s.Strategy.LearningRate = math.Nextafter(0.02, 1) },
		"sigma":            func(s *Spec) { s.Strategy.Sigma = math.Nextafter(0.01, 1) },
		"rule_sigma":       func(s *Spec) { s.Strategy.RuleSigma = math.Nextafter(0.001, 1) },
	} {
		s := resolve(t, Spec{})
		change(&s)
		if s.Hash() == resolve(t, Spec{}).Hash() {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

func FuzzParseSpec(f *testing.F) {
	for _, s := range specimens(f)[:3] {
		f.Add(s.YAML())
	}
	f.Add([]byte("family: &a {name: robot}\nlearner: *a\n"))
	f.Add([]byte("strategy: {sigma: 1e-7}\n? a\n: b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseSpec("spec.yaml", data, Builtin())
		if err != nil {
			if !strings.HasPrefix(err.Error(), "spec.yaml:") {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		roundTrip(t, s)
	})
}

// strategyNames are those of the build, as an error lists them.
func strategyNames() string {
	var names []string
	for _, m := range Builtin().Strategies {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}
