// Command gotest runs go test and prints what a person wants of it: a line per package, the whole
// output of what failed, and every skipped test with its reason, which go test keeps to itself.
//
//	gotest STAGE ARGS...   runs go test -json ARGS..., keeps the counts under .cache/test
//	gotest -total          sums the counts of all stages and repeats the tests that missed a tool
//
// Its last line is always "STAGE: N passed, N failed, N skipped". It exits with 1 when a test or
// the build failed, or when no test ran.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const folder = ".cache/test"

// Counts is what one stage leaves behind.
type Counts struct {
	Stage                   string
	Passed, Failed, Skipped int
	Skips                   []string // "package test: reason"
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: gotest STAGE ARGS... | gotest -total")
		os.Exit(2)
	}
	var err error
	if os.Args[1] == "-total" {
		err = total(os.Stdout)
	} else {
		err = stage(os.Args[1], os.Args[2:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(1)
	}
}

func stage(name string, args []string) error {
	full := []string{"test"}
	if len(args) > 2 && args[0] == "-C" { // the go command wants it first
		full, args = append(full, args[:2]...), args[2:]
	}
	cmd := exec.Command("go", append(append(full, "-json"), args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c, err := Digest(out, os.Stdout)
	if err != nil {
		return err
	}
	ended := cmd.Wait()
	c.Stage = name
	for _, s := range c.Skips {
		fmt.Println("skipped:", s)
	}
	fmt.Println(c)
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, name+".json"), data, 0o644); err != nil {
		return err
	}
	switch {
	case ended != nil:
		return fmt.Errorf("%s: go test: %w", name, ended)
	case c.Failed > 0:
		return fmt.Errorf("%s: %d tests failed", name, c.Failed)
	case c.Passed == 0:
		return fmt.Errorf("%s: no test ran", name)
	}
	return nil
}

func (c Counts) String() string {
	return fmt.Sprintf("%s: %d passed, %d failed, %d skipped", c.Stage, c.Passed, c.Failed, c.Skipped)
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// Digest reads the events of one go test and writes a line per package, and the output of every
// test that failed. It counts tests, not their subtests.
func Digest(events io.Reader, w io.Writer) (c Counts, err error) {
	held := map[string][]string{} // output by package and test, until its end
	passed := map[string]int{}    // by package
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		var e event
		if json.Unmarshal(line, &e) != nil {
			fmt.Fprintf(w, "%s", line) // not an event: the go command itself speaks
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			fmt.Fprint(w, e.Output)
		case "output":
			held[key] = append(held[key], e.Output)
		case "pass", "fail", "skip":
			switch {
			case e.Test == "" && e.Action == "skip": // no test files
			case e.Test == "":
				if e.Action == "fail" {
					for _, line := range held[key] {
						if !strings.HasPrefix(line, "FAIL") {
							fmt.Fprint(w, line)
						}
					}
				}
				fmt.Fprintf(w, "%-4s  %-28s %7.2fs  %d passed\n", map[string]string{"pass": "ok", "fail": "FAIL"}[e.Action], e.Package, e.Elapsed, passed[e.Package])
			case e.Action == "skip":
				if !strings.Contains(e.Test, "/") {
					c.Skipped++
				}
				c.Skips = append(c.Skips, key+": "+reason(held[key]))
			case e.Action == "fail":
				if !strings.Contains(e.Test, "/") {
					c.Failed++
				}
				fmt.Fprint(w, strings.Join(held[key], ""))
			case !strings.Contains(e.Test, "/"):
				c.Passed++
				passed[e.Package]++
			}
			delete(held, key)
		}
	}
}

// reason finds the message of t.Skip between the lines that go test frames it with.
func reason(output []string) string {
	var said []string
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if _, message, ok := strings.Cut(line, ".go:"); ok {
			if _, message, ok = strings.Cut(message, ": "); ok {
				line = message
			}
		}
		said = append(said, line)
	}
	return strings.Join(said, " ")
}

// total sums what the stages left behind.
func total(w io.Writer) error {
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return err
	}
	sum := Counts{Stage: "all"}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var c Counts
		if err := json.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		sum.Passed += c.Passed
		sum.Failed += c.Failed
		sum.Skipped += c.Skipped
		for _, s := range c.Skips {
			if strings.Contains(s, "missing tool") && !slices.Contains(sum.Skips, s) {
				sum.Skips = append(sum.Skips, s)
			}
		}
	}
	if missing, err := os.ReadFile(filepath.Join(folder, "missing.txt")); err == nil { // by scripts/need.sh
		fmt.Fprintf(w, "%s", missing)
	}
	for _, s := range sum.Skips {
		fmt.Fprintln(w, "NOT TESTED:", s)
	}
	fmt.Fprintln(w, sum)
	if sum.Passed == 0 || sum.Failed > 0 {
		return errors.New("the tests did not pass")
	}
	return nil
}
