package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/run"
)

// The test binary is also the other process of the tests: with this variable set it runs the child of that name.
const childVar = "BALDWIN_STORE_CHILD"

var children = map[string]func(args []string) error{
	"train":    childTrain,
	"hold":     childHold,
	"readonly": childReadOnly,
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childVar); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A process is a running child.
type process struct {
	*exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

// start runs a child; it is killed at the end of the test if it still lives.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return startCmd(t, exec.Command(must(os.Executable())), name, args...)
}

func startCmd(t *testing.T, cmd *exec.Cmd, name string, args ...string) *process {
	t.Helper()
	cmd.Args = append(cmd.Args, args...)
	cmd.Env = append(os.Environ(), childVar+"="+name)
	cmd.Stderr = os.Stderr
	stdin := must(cmd.StdinPipe())
	stdout := must(cmd.StdoutPipe())
	check(t, cmd.Start())
	p := &process{cmd, stdin, bufio.NewScanner(stdout)}
	t.Cleanup(p.kill)
	return p
}

// line is the child's next line of output, "" at its end.
func (p *process) line() string {
	if !p.lines.Scan() {
		return ""
	}
	return p.lines.Text()
}

// kill sends SIGKILL and waits until the process is gone.
func (p *process) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var ctx = context.Background()

func newStore(t testing.TB) *Store { return openAt(t, filepath.Join(t.TempDir(), "home")) }

func openAt(t testing.TB, home string) *Store {
	t.Helper()
	s, err := Open(ctx, home)
	check(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newRun(t testing.TB, s *Store, name string) *Run {
	t.Helper()
	r, err := s.Create(ctx, sampleRun(name))
	check(t, err)
	return r
}

func sampleRun(name string) Run {
	return Run{
		Name: name, Preset: "seq-l1-k10-n20", Family: "sequence", Learner: "eprnn", Strategy: "as-released",
		Seed: 1<<63 + 7, Spec: []byte("seed: 1\n"), SpecHash: "5bec", Generations: 1000, CheckpointEvery: 10,
		Version: "0.1.0", Kernel: "avx2",
	}
}

// row is a generation's row whose numbers depend on the generation alone, but for its time, which depends on the process.
func row(g int) run.GenerationRow {
	x := float64(g)
	return run.GenerationRow{
		Generation: g, Best: -1 / x, Upper: -1.5 / x, Median: -2 / x, Lower: -3 / x, Worst: math.Inf(-1), NaN: g % 3,
		Sigma: []float64{0.01 / x, 0.001, math.Nextafter(0.1, x)}, ThetaNorm: math.Sqrt(x), Lives: 6368,
		Seconds: float64(os.Getpid()) + x/7,
	}
}

func metaTest(g int) run.MetaTestRow {
	x := float64(g)
	return run.MetaTestRow{Generation: g, Tasks: 1600, Mean: -1 / x, SD: 0.3 / x, Low: -1.1 / x, High: -0.9 / x, Seconds: x}
}

func checkpoint(g int) run.Checkpoint {
	state := make([]byte, 100_000)
	for i := range state {
		state[i] = byte(i*31 + g*(i>>8))
	}
	return run.Checkpoint{Generation: g, Contract: "1.1", SpecHash: "5bec", ThetaHash: fmt.Sprintf("theta-%d", g), State: state}
}

// commitOf is the commit that takes a run from one generation to another.
func commitOf(from, to int, status run.Status) run.Commit {
	c := run.Commit{Checkpoint: checkpoint(to), Status: status}
	for g := from + 1; g <= to; g++ {
		c.Generations = append(c.Generations, row(g))
		if g%20 == 0 {
			c.MetaTests = append(c.MetaTests, metaTest(g))
		}
	}
	return c
}

// commit takes the run from one generation to another.
func commit(t testing.TB, s *Store, r *Run, from, to int, status run.Status) {
	t.Helper()
	check(t, s.Recorder(r).Commit(ctx, commitOf(from, to, status)))
}

func digestOf(t testing.TB, s *Store, r *Run) string {
	t.Helper()
	d, err := s.Digest(ctx, r.ID)
	check(t, err)
	return d
}

// capture returns a logger and what it was told.
func capture() (*slog.Logger, *strings.Builder) {
	var b strings.Builder
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

// oneLine checks that err is of a kind, in one line, and says each of the words.
func oneLine(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	if !is(err, kind) {
		t.Fatalf("error is %v, want %v", err, kind)
	}
	text := err.Error()
	if strings.Contains(text, "\n") || !strings.HasPrefix(text, "store: ") || strings.Count(text, "store: ") != 1 {
		t.Errorf("not one line of one package: %q", text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q does not say %q", text, w)
		}
	}
	t.Log(text)
}
