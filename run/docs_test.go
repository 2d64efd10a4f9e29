package run

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestSpecPage holds docs/spec.md to the code: its first example is the zero Spec resolved, field by field, and the
// others are the settings of the other families.
func TestSpecPage(t *testing.T) {
	page, err := os.ReadFile("../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(page), "```yaml\n")[1:] {
		blocks = append(blocks, strings.Split(part, "```")[0])
	}
	starts := []string{"", "family: {name: robot}", "family: {name: cartpole}", "family: {name: pendulum}"}
	if len(blocks) != len(starts) {
		t.Fatalf("docs/spec.md has %d yaml examples, want %d", len(blocks), len(starts))
	}
	for i, start := range starts {
		want, err := ParseSpec("default", []byte(start), Builtin())
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseSpec("docs/spec.md", []byte(blocks[i]), Builtin())
		if err != nil {
			t.Fatal(err)
		}
		if string(got.YAML()) != string(want.YAML()) {
			t.Errorf("docs/spec.md, example %d:\n%s\nthe code's defaults:\n%s", i+1, got.YAML(), want.YAML())
		}
		for _, line := range strings.Split(strings.TrimSpace(string(want.YAML())), "\n") {
			field := strings.TrimSpace(strings.SplitAfter(line, ":")[0])
			if i == 0 && !strings.Contains(blocks[i], field) {
				t.Errorf("docs/spec.md does not show the field %s", field)
			}
		}
	}
}

// TestStrategySettings: the page names every setting of a strategy, and none of those that may be left out changes the
// canonical form of a spec without them: stored runs keep their hash.
func TestStrategySettings(t *testing.T) {
	page, err := os.ReadFile("../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Spec{}.Resolve(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plain.Hash(), "dd077cc13c439230b4485fef3863a7250fbac9b9cb15d2ffaaa6d04fd9b1f977"; got != want {
		t.Errorf("the default spec's hash is %s, want %s", got, want)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[StrategySpec]()) {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "" {
			continue
		}
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("docs/spec.md does not name strategy.%s", name)
		}
		if strings.Contains(string(plain.YAML()), name+":") {
			t.Errorf("strategy.%s is in a spec that does not give it", name)
		}
	}
}
