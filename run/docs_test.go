package run

import (
	"os"
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
