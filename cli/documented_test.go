package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"baldwin/internal/needtool"
)

// prelude is what the shell has before a page's commands: what they name besides baldwin, which is nothing that this
// package can test.
const prelude = `set -e
make() { mkdir -p bin && ln -s "$(command -v baldwin)" bin/baldwin; }
nats-server() { :; }      # a cluster of one's own
tensorboard() { :; }      # the tests of package export open what it opens
python() { :; }; python3() { :; }   # those of package examples run its program
source() { cat "$1" >/dev/null; }   # a completion script, also of another shell
sleep() { ((slept++ == 0)); }       # a loop turns once
`

// preparedRun is a run, stopped after one generation of two, that pages name and have not begun.
const preparedRun = "seq-l1-k10-n20-eprnn-s1"

// before are the commands without which those of some blocks of the reference make no sense, by their first words.
var before = map[string]string{
	"baldwin runs import": "baldwin runs export demo run.baldwin\n",
	"baldwin keys add":    "baldwin keys init ~/baldwin-keys --host head.example\n",
	"baldwin keys revoke": "baldwin keys init ~/baldwin-keys --host head.example; baldwin keys add ~/baldwin-keys node7\n",
}

var first = regexp.MustCompile(`baldwin \w+ \w+`)

// TestDocumented runs every `baldwin` command in the code blocks of the pages: those of a page by one shell in the order of
// the page, those of the reference block by block. Training is cut to moments; what cannot be run here is parsed to its
// last flag, and the rules say why. docs/tutorial.md has a test of its own. Commands within the text are parsed.
func TestDocumented(t *testing.T) {
	needtool.Need(t, "bash")
	length := "short"
	if os.Getenv("BALDWIN_LONG") == "1" {
		length = "long"
	}
	experiments, err := filepath.Abs("../experiments")
	if err != nil {
		t.Fatal(err)
	}
	home, files := prepared(t)
	scripts := t.TempDir()
	total, seen := 0, map[string]bool{}
	for _, name := range documents(t) {
		page, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		mentions(t, name, string(page))
		for i, commands := range blocks(string(page)) {
			total += strings.Count(commands, "baldwin ")
			if seen[commands] {
				continue
			}
			seen[commands] = true
			if length == "short" {
				commands = strings.ReplaceAll(commands, "experiments/run.sh", "true") // twenty runs
			}
			script := fmt.Sprintf("exec bash page\n-- page --\n%s%s%s", prelude, before[first.FindString(commands)], commands)
			file := fmt.Sprintf("%s-%d.txt", strings.NewReplacer("/", "-", ".md", "").Replace(name), i)
			if err := os.WriteFile(filepath.Join(scripts, file), []byte(script), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if total < 140 {
		t.Errorf("%d commands were found", total)
	}
	testscript.Run(t, testscript.Params{
		Dir: scripts, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv(documentedEnv, length)
			env.Setenv("BALDWIN_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("HOME", env.WorkDir)
			kept := filepath.Join(env.WorkDir, "experiments")
			err := os.Symlink(experiments, kept) // nothing writes there in the short form
			if length == "long" {
				err = errors.Join(os.Remove(kept), os.CopyFS(kept, os.DirFS(experiments)))
			}
			return errors.Join(err, os.CopyFS(filepath.Join(env.WorkDir, "home"), os.DirFS(home)), os.CopyFS(env.WorkDir, os.DirFS(files)))
		},
	})
}

// documents are the pages, as paths in the repository. The changelog is history.
func documents(t *testing.T) (names []string) {
	for _, pattern := range []string{"*.md", "docs/*.md", "*/README.md", "*/*/README.md"} {
		found, err := filepath.Glob(filepath.Join("..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			f = filepath.ToSlash(strings.TrimPrefix(f, ".."+string(filepath.Separator)))
			if f != "CHANGELOG.md" && f != "docs/tutorial.md" && !slices.Contains(names, f) {
				names = append(names, f)
			}
		}
	}
	return names
}

// prepared makes what the commands find: a store with the runs that they name, and their files.
func prepared(t *testing.T) (home, files string) {
	home, files = t.TempDir(), t.TempDir()
	must := func(args ...string) {
		if _, stderr, code := command(t, home, args...); code != exitOK {
			t.Fatalf("baldwin %s: %s", strings.Join(args, " "), stderr)
		}
	}
	train := func(args ...string) { must(slices.Concat([]string{"train"}, args, strings.Fields(moments))...) }
	train("seq-l1-k10-n20", "--for", "1ns")
	for _, name := range []string{"demo", "demo-2", "a-s1", "a-s2", "a-s3"} {
		train("seq-l1-k10-n20", "--name", name)
	}
	for _, name := range []string{"genome.safetensors", "g.safetensors"} {
		must("export", preparedRun, "-o", filepath.Join(files, name))
	}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.MkdirAll(filepath.Join(files, ".config/fish/completions"), 0o777))
	check(os.WriteFile(filepath.Join(files, "my.yaml"), []byte(tinySpec), 0o666))
	check(os.CopyFS(filepath.Join(files, "examples"), os.DirFS("../examples")))
	data, err := os.ReadFile("../examples/python/case.json")
	check(err)
	check(os.WriteFile(filepath.Join(files, "case.json"), data, 0o666))
	return home, files
}

var (
	// fenced is a block of a page: its kind and its text.
	fenced = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	// begins finds a line that begins with a command.
	begins = regexp.MustCompile(`(?m)^ *baldwin `)
	// indented is a command of a help text, or one that stands indented in a page.
	indented = regexp.MustCompile(`(?m)^    (?:baldwin |source |while ).*\n`)
	// mention is a command within the text.
	mention = regexp.MustCompile("`baldwin ([^`]+)`")
)

// blocks are the page's commands as scripts that follow one another in one folder; those of the reference, which are
// examples of help texts, are each for themselves.
func blocks(page string) (scripts []string) {
	var all bytes.Buffer
	rest := 0
	for _, at := range fenced.FindAllStringSubmatchIndex(page, -1) {
		kind, text := page[at[2]:at[3]], page[at[4]:at[5]]
		writeIndented(&all, page[rest:at[0]])
		rest = at[1]
		switch {
		case (kind == "" || kind == "sh") && begins.MatchString(text):
			all.WriteString(text)
		case kind == "text":
			writeIndented(&all, text)
			if all.Len() > 0 {
				scripts = append(scripts, all.String())
				all.Reset()
			}
		}
	}
	writeIndented(&all, page[rest:])
	if all.Len() > 0 {
		scripts = append(scripts, all.String())
	}
	return scripts
}

func writeIndented(b *bytes.Buffer, text string) {
	for _, line := range indented.FindAllString(text, -1) {
		b.WriteString(line)
	}
}

// mentions holds commands within the text to the grammar: verbs, flags and their values. A flag may stand last without its
// value, and "..." for what else there is.
func mentions(t *testing.T, name, page string) {
	text := fenced.ReplaceAllString(page, "")
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		args := strings.Fields(strings.ReplaceAll(m[1], "...", ""))
		var err error
		for _, more := range [][]string{nil, {"1"}} {
			var c *kong.Context
			if c, err = kong.Trace(quietParser(), slices.Concat(joinNegative(args), more)); err == nil {
				err = c.Error
			}
			if err == nil {
				break
			}
		}
		if err != nil {
			t.Errorf("%s: `baldwin %s`: %v", name, m[1], err)
		}
	}
}
