package examples

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamples builds each example, holds it to 60 lines, and lets the whole command line use what it adds: a short
// training that must improve, a resume, and the list that shows it.
func TestExamples(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		list []string // a verb that must show the addition
		find string
	}{
		{"family", []string{"recall"}, []string{"tasks"}, "recall"},
		{"rule", []string{"rule/spec.yaml"}, nil, ""},
		{"learner", []string{"seq-l1-k10-n20", "--learner", "leaky"}, []string{"learners"}, "leaky"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join(c.name, "main.go"))
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(source, []byte("\n")); n > 60 {
				t.Errorf("%d lines, and the promise is 60", n)
			}
			bin := filepath.Join(t.TempDir(), c.name)
			if out, err := exec.Command("go", "build", "-o", bin, "./"+c.name).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			home := t.TempDir()
			run := func(args ...string) string {
				t.Helper()
				cmd := exec.Command(bin, args...)
				cmd.Env = append(os.Environ(), "BALDWIN_HOME="+home)
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("%v: %v\n%s", args, err, stderr.String())
				}
				return string(out)
			}
			out := run(append(append([]string{"train"}, c.args...), "--generations", "30", "--name", "mine", "--json")...)
			var end struct {
				Event     string
				ThetaHash string  `json:"theta_hash"`
				MetaTest  float64 `json:"meta_test"`
			}
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || end.Event != "end" || len(end.ThetaHash) != 64 {
				t.Fatalf("the last line is %s (%v)", lines[len(lines)-1], err)
			}
			if again := run("resume", "mine", "--json"); !strings.HasSuffix(strings.TrimSpace(again), lines[len(lines)-1]) {
				t.Errorf("resume of the finished run ends with\n%s\nwant\n%s", again, lines[len(lines)-1])
			}
			if c.list != nil && !strings.Contains(run(c.list...), c.find) {
				t.Errorf("%v does not list %s", c.list, c.find)
			}
		})
	}
}
