package export

import (
	"bytes"
	"os/exec"
	"testing"

	"baldwin/internal/needtool"
)

// python runs a script with the tool that a format is for, and returns what it prints.
func python(t *testing.T, modules []string, script string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), needtool.Python(t, modules...), append([]string{"-c", script}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python: %v\n%s%s", err, out, errs.Bytes())
	}
	return string(out)
}
