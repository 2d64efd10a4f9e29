package archtest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestText looks through every text file that git tracks or would track. A tree without git (an
// unpacked archive) is walked whole.
func TestText(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	names := textFiles(t, top)
	if len(names) < 20 {
		t.Fatalf("only %d files found: the check would hold nothing", len(names))
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) {
			continue // removed, and the removal is not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		report(t, checkText(name, data))
	}
}

func textFiles(t *testing.T, top string) (names []string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(top, ".git")); err == nil {
		cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		cmd.Dir, cmd.Stderr = top, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git ls-files: %v", err)
		}
		for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
			names = append(names, name)
		}
		return names
	}
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".cache" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			rel, err := filepath.Rel(top, p)
			if err != nil {
				return err
			}
			names = append(names, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// checkText finds the banned words in a text file; a file with a zero byte is no text.
func checkText(name string, data []byte) (findings []string) {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil
	}
	words := banned
	if strings.HasSuffix(name, ".go") {
		words = append(words[:len(words):len(words)], unfinished...)
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		for _, w := range words {
			if bytes.Contains(line, []byte(w)) {
				findings = append(findings, fmt.Sprintf("%s:%d: %q has no place in the repository", name, n, w))
			}
		}
	}
	return findings
}

func TestTextFindings(t *testing.T) {
	expect(t, checkText("x.md", []byte("a\nsee /wo"+"rk/main\n")), "x.md:2")
	expect(t, checkText("x.yaml", []byte("url: https://proxy.gol"+"ang.org/x")), "x.yaml:1")
	expect(t, checkText("x.go", []byte("// TO"+"DO: later")), "x.go:1")
	expect(t, checkText("x.md", []byte("the network/graph, /rooted, TO"+"DO")))
	expect(t, checkText("x.bin", []byte("\x00/wo"+"rk/")))
}
