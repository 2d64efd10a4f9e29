package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestTutorial runs every command of docs/tutorial.md in the order of the page, in a folder of their own, and wants each line
// that the page shows as output. Outside the long form the one training is of three generations; no shown line depends on it.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile("../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	if os.Getenv("BALDWIN_LONG") != "1" {
		text = strings.Replace(text, "--generations 200", "--generations 3", 1)
	}
	experiments, err := filepath.Abs("../experiments")
	if err != nil {
		t.Fatal(err)
	}
	var script, files strings.Builder
	fmt.Fprintf(&script, "symlink experiments -> %s\nmkdir tutorial\n", filepath.ToSlash(experiments))
	blocks := fenced.FindAllStringSubmatch(text, -1)
	if len(blocks) < 8 {
		t.Fatalf("the page has %d blocks", len(blocks))
	}
	for i, b := range blocks {
		name := fmt.Sprintf("block%d", i)
		fmt.Fprintf(&files, "-- %s --\n%s", name, b[2])
		if b[1] == "sh" {
			fmt.Fprintf(&script, "exec sh -e %s\ncp stdout printed\n", name)
		} else {
			fmt.Fprintf(&script, "shows printed %s\n", name)
		}
	}
	file := filepath.Join(t.TempDir(), "tutorial.txt")
	if err := os.WriteFile(file, []byte(script.String()+files.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files: []string{file}, RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"shows": cmdShows},
	})
}

// cmdShows wants each line of its second file to be one of its first.
func cmdShows(ts *testscript.TestScript, _ bool, args []string) {
	printed := strings.Split(ts.ReadFile(args[0]), "\n")
	have := map[string]bool{}
	for _, line := range printed {
		have[line] = true
	}
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		if !have[strings.TrimRight(line, "\n")] {
			ts.Fatalf("the page shows %q, which was not printed", line)
		}
	}
}
