// Package cli is baldwin's command line. [Main] is all that a program needs; a build with learners, families or
// strategies of its own hands in a Registry that has them, and every verb knows them.
//
// Each verb is a type with a Run method in a file of its own. It reads flags, calls the packages that do the work, and
// prints. What goes where:
//
//   - stdout has the result, and with --json nothing but JSON;
//   - stderr has errors (lines that begin with "baldwin: ") and logs;
//   - the live screen is drawn only where stdout is a terminal.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/charmbracelet/x/term"

	"baldwin/run"
)

// Main runs the command line of the process with what the registry knows, and ends the process with its exit code.
func Main(r run.Registry) {
	ctx, stop := catchSignals(os.Exit)
	code := execute(ctx, &process{
		registry: r, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, stopper: stop,
	}, os.Args[1:])
	os.Exit(code)
}

// A process is what a verb has of the process that it runs in.
type process struct {
	registry       run.Registry
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	stopper        *stopper // nil in a test that is not interrupted

	ctx      context.Context // done at the first Ctrl-C
	terminal *os.File        // stdout, if it is one; else nil
	log      *slog.Logger
	logs     *logWriter // where log goes
	grammar  *kong.Kong // for completion

	began func(run string) // told when a run is held and about to be trained; may be nil
}

// grammar is the command line. Its order is that of the help.
type grammar struct {
	Demo   demoCmd   `cmd:"" group:"run" help:"Watch a learner learn to predict sinusoids, in about two minutes."`
	Train  trainCmd  `cmd:"" group:"run" help:"Begin a run: meta-train a learner on a family of tasks."`
	Resume resumeCmd `cmd:"" group:"run" help:"Go on with a run that was stopped or killed."`
	Extend extendCmd `cmd:"" group:"run" help:"Train a run on for more generations than it was begun for."`
	Tune   tuneCmd   `cmd:"" group:"run" help:"Search a spec's settings: train many for a little, the better ones for longer."`

	Paper paperCmd `cmd:"" group:"run" help:"Run or go on with the paper's tables, and write the report beside its numbers."`

	Runs   runsCmd   `cmd:"" group:"look" help:"List runs; remove, export and import them."`
	Show   showCmd   `cmd:"" group:"look" help:"Show one run: curve, meta-tests, sigmas, hashes."`
	Test   testCmd   `cmd:"" group:"look" help:"Score a genome on the held-out tasks or on fresh ones."`
	Export exportCmd `cmd:"" group:"look" help:"Write a run's genome or numbers to files that other tools read."`
	Live   liveCmd   `cmd:"" group:"look" help:"Live whole lives of one genome on given tasks and print them."`
	Probe  probeCmd  `cmd:"" group:"look" help:"Ask what lives show, as numbers: what weights know, what learning does, how long memory lasts."`
	Serve  serveCmd  `cmd:"" group:"look" help:"Serve a dashboard of the runs and a life explorer to a browser."`

	Presets    presetsCmd    `cmd:"" group:"know" help:"List the presets that train takes."`
	Learners   learnersCmd   `cmd:"" group:"know" help:"List the learners, with equations and parameters."`
	Tasks      tasksCmd      `cmd:"" group:"know" help:"List the families of tasks, with settings."`
	Strategies strategiesCmd `cmd:"" group:"know" help:"List the strategies of the outer loop."`

	Worker  workerCmd  `cmd:"" group:"cluster" help:"Live lives for runs on other machines."`
	Keys    keysCmd    `cmd:"" group:"cluster" help:"Make and revoke the keys of workers beyond this machine."`
	Cluster clusterCmd `cmd:"" group:"cluster" help:"Look at the workers of runs; drain them."`

	Doctor     doctorCmd     `cmd:"" group:"machine" help:"Check this machine, the kernels and the store."`
	Bench      benchCmd      `cmd:"" group:"machine" help:"Measure this machine and how much of it baldwin uses."`
	Version    versionCmd    `cmd:"" group:"machine" help:"Print the version of this build."`
	Completion completionCmd `cmd:"" group:"machine" help:"Print a shell's completion script."`
	Candidates candidatesCmd `cmd:"" hidden:"" name:"complete-words"`
}

var groups = kong.Groups{
	"run": "Evolve", "look": "Look at what evolved", "know": "Know what there is", "machine": "This machine", "cluster": "Many machines",
}

func description() string {
	var b strings.Builder
	b.WriteString(`Evolve learners that learn within their lifetime: an outer loop of evolution strategies searches
initial weights and plasticity rules; an inner loop is one life, in which the learner adapts to an unseen task
without gradients (EPRNN). The same spec and seed give the same bits on every machine.

Start with "baldwin demo", then "baldwin train seq-l1-k10-n20". Every verb has its own --help with examples.

Runs are kept in one folder: $BALDWIN_HOME, or the platform's data folder; "baldwin doctor" says which. NO_COLOR turns colors off.

Exit codes:
`)
	for _, c := range codes {
		fmt.Fprintf(&b, "\n    %3d  %s", c.code, c.means)
	}
	return b.String()
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, p *process, args []string) int {
	p.ctx = ctx
	if isTerminal(p.stdout) {
		p.terminal = p.stdout.(*os.File)
	}
	out := &output{w: p.stdout}
	p.stdout = out
	p.logs = &logWriter{w: p.stderr}
	p.log = slog.New(logHandler(p.logs, isTerminal(p.stderr), p.getenv("NO_COLOR") == ""))
	helped := false
	parser, err := newParser(p, func(int) { helped = true })
	if err != nil {
		panic("cli: the grammar is wrong: " + err.Error())
	}
	p.grammar = parser
	if len(args) == 0 {
		args = []string{"--help"}
		defer fmt.Fprintln(p.stderr, "baldwin: a verb is missing")
		if _, err := parser.Parse(args); err != nil && !helped {
			panic("cli: no help")
		}
		return exitUsage
	}
	c, err := parser.Parse(joinNegative(args))
	if helped {
		return exitOK
	}
	if err != nil {
		hint := "baldwin --help"
		var pe *kong.ParseError
		if errors.As(err, &pe) && pe.Context != nil && pe.Context.Selected() != nil {
			hint = "baldwin " + strings.TrimPrefix(pe.Context.Selected().FullPath(), "baldwin ") + " --help"
		}
		fmt.Fprintf(p.stderr, "baldwin: %s (see `%s`)\n", err, hint)
		return exitUsage
	}
	if err = c.Run(p); err == nil && out.err != nil {
		err = fmt.Errorf("writing the result: %w", out.err)
	}
	switch {
	case err == nil, errors.Is(err, errSaid):
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(p.stderr, "baldwin: interrupted")
	default:
		fmt.Fprint(p.stderr, message(err))
	}
	return exitCode(err)
}

func newParser(p *process, exit func(int)) (*kong.Kong, error) {
	return kong.New(&grammar{},
		kong.Name("baldwin"), kong.Description(description()), groups,
		kong.Writers(p.stdout, p.stderr), kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
	)
}

var negative = regexp.MustCompile(`^-\.?[0-9]`)

// joinNegative turns "--until -0.3" into "--until=-0.3": -0.3 is a number, not a flag.
func joinNegative(args []string) []string {
	var out []string
	for _, a := range args {
		if n := len(out); n > 0 && negative.MatchString(a) && strings.HasPrefix(out[n-1], "--") && !strings.Contains(out[n-1], "=") {
			out[n-1] += "=" + a
			continue
		}
		out = append(out, a)
	}
	return out
}

// An output remembers that a write failed, so that a result that nobody got is not a success.
type output struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}
