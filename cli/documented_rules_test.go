package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"baldwin/run"
)

// A rule is how TestDocumented runs the commands that begin with some words and have a flag.
type rule struct {
	words string // what they begin with
	flag  string // a flag among them; "" for any
	add   string // what is added to make them quick
	slow  bool   // run in the long form, else parsed
	parse string // why they are only parsed
}

const (
	elsewhere = "needs a server and workers in other terminals; fleet.txt runs such a session"
	moments   = "--generations 2 --set strategy.population=4 --set tasks=2 --set meta_test.every=1 --set meta_test.tasks=8 --threads 1"
)

// rules are asked in this order. A command that none fits fails the test.
var rules = []rule{
	{words: "train", flag: "--listen", parse: elsewhere},
	{words: "train", flag: "--nats", parse: elsewhere},
	{words: "paper", flag: "--listen", parse: elsewhere},
	{words: "worker", parse: elsewhere},
	{words: "cluster", parse: elsewhere},
	{words: "train", flag: "--allow-python", parse: "needs Gymnasium; the tests of package gym have it"},
	{words: "train", add: moments},
	{words: "resume"},
	{words: "extend", add: "--for 10ms"},
	{words: "demo", add: "--for 10ms"},
	{words: "tune", add: "--budget 60000 --seeds 1 --set meta_test.tasks=8", slow: true},
	{words: "paper", flag: "--dry-run", slow: true},
	{words: "paper", flag: "--report-only", add: "--out report", slow: true},
	{words: "paper", add: "--budget smoke --only table2/es-rnn/seq-l1-k10-n20 --seeds 1 --out report", slow: true},
	{words: "runs"},
	{words: "show"},
	{words: "test", flag: "--zoo", slow: true},
	{words: "test", add: "--tasks 20"},
	{words: "export", flag: "--mlflow", parse: "needs an MLflow server; mlflow_real_test.go of package export has one"},
	{words: "export"},
	{words: "live"},
	{words: "probe", flag: "--vary", add: "--lives 1"},
	{words: "probe", add: "--lives 20"},
	{words: "serve", parse: "serves until it is interrupted; serve.txt does that"},
	{words: "keys"},
	{words: "presets"}, {words: "learners"}, {words: "tasks"}, {words: "strategies"},
	{words: "doctor"}, {words: "version"}, {words: "completion"},
	{words: "bench", flag: "--all", parse: "turns hundreds of generations, whatever --for says"},
	{words: "bench", add: "--for 100ms --threads 1", slow: true},
}

// documentedEnv makes the program `baldwin` follow the rules; its value is "short" or "long".
const documentedEnv = "BALDWIN_TEST_DOCUMENTED"

// documented is the program `baldwin` as the pages' commands meet it. RUN stands for a run that is there.
func documented() {
	args := os.Args[1:]
	for i, a := range args {
		if a == "RUN" {
			args[i] = preparedRun
		}
	}
	r, err := ruleFor(args)
	if err == nil && (r.parse != "" || r.slow && os.Getenv(documentedEnv) == "short") {
		_, err = quietParser().Parse(joinNegative(args))
		args = nil
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "a documented command: baldwin %s: %v\n", strings.Join(args, " "), err)
		os.Exit(exitUsage)
	}
	if args != nil {
		os.Args = slices.Concat(os.Args[:1], args, strings.Fields(r.add))
		Main(run.Builtin())
	}
}

func ruleFor(args []string) (rule, error) {
	for _, r := range rules {
		words := strings.Fields(r.words)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) && (r.flag == "" || slices.Contains(args, r.flag)) {
			return r, nil
		}
	}
	return rule{}, fmt.Errorf("no rule in documented_test.go says how to run it")
}

func quietParser() *kong.Kong {
	p, err := newParser(&process{registry: run.Builtin(), stdout: io.Discard, stderr: io.Discard}, func(int) {})
	if err != nil {
		panic(err)
	}
	return p
}
