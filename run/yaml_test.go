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
