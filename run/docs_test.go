package run

import (
	"os"
	"strings"
	"testing"
)

// TestSpecPage holds docs/spec.md to the code: its first example is the zero Spec resolved, field by field, and its
// second is the robot's settings.
func TestSpecPage(t *testing.T) {
	page, err := os.ReadFile("../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(page), "```yaml\n")[1:] {
		blocks = append(blocks, strings.Split(part, "```")[0])
	}
	if len(blocks) != 2 {
		t.Fatalf("docs/spec.md has %d yaml examples, want 2", len(blocks))
	}
	for i, start := range []string{"", "family: {name: robot}"} {
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
