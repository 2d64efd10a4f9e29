package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baldwin/run"
	"baldwin/store"
)

// killSpec is a run of some hundred milliseconds with many checkpoints, so that a kill can land anywhere in it.
const killSpec = `learner:
  hidden: 16
strategy:
  population: 16
generations: 400
tasks: 2
meta_test:
  every: 20
  tasks: 16
checkpoint_every: 5
seed: 7
`

// baldwin prepares a process on a store. With interrupts off it also stands in its own right: a test kills it, no one
// else does.
func baldwin(home string, args ...string) *exec.Cmd {
	cmd := exec.Command("baldwin", args...)
	cmd.Env = append(os.Environ(), "BALDWIN_HOME="+home)
	return cmd
}

// finish runs a command to its end and returns the last line of stdout.
func finish(t *testing.T, home string, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := baldwin(home, args...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("baldwin %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return lastLine(string(out))
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return lines[len(lines)-1]
}

func specFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "spec.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// inStore returns a run's row and digest, nil if there is no such run.
func inStore(t *testing.T, home, name string) (*store.Run, string) {
	t.Helper()
	ctx := context.Background()
	st, err := store.OpenReadOnly(ctx, home)
	if err != nil {
		return nil, "" // killed before it made the store
	}
	defer st.Close()
	row, err := st.Run(ctx, name)
	if err != nil {
		return nil, ""
	}
	digest, err := st.Digest(ctx, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	return row, digest
}

// TestKill kills real processes at random moments and resumes, until the run is done. Its last line and its digest must
// be those of the run that was never killed.
func TestKill(t *testing.T) {
	kills := 5
	if os.Getenv("BALDWIN_LONG") == "1" {
		kills = 20
	}
	spec := specFile(t, killSpec)
	whole, killed := t.TempDir(), t.TempDir()
	train := []string{"train", spec, "--name", "k", "--json"}
	want := finish(t, whole, train...)
	_, wantDigest := inStore(t, whole, "k")

	random := rand.New(rand.NewPCG(1, uint64(kills)))
	resume := []string{"resume", "k", "--json", "--threads", "1"}
	args, landed := train, 0
	for i := 0; landed < kills; i++ {
		if i == 4*kills {
			t.Fatalf("only %d of %d kills hit a run at work", landed, i)
		}
		cmd, out, _ := started(t, killed, args...)
		// A moment: after some lines of its output, and then some. After none: while it sets the store up.
		lines := bufio.NewReader(out)
		for range random.IntN(5) {
			if _, err := lines.ReadString('\n'); err != nil {
				break
			}
		}
		time.Sleep(time.Duration(random.Int64N(int64(8 * time.Millisecond))))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, lines)
		_ = cmd.Wait()
		row, _ := inStore(t, killed, "k")
		switch {
		case row == nil:
			landed++
		case row.Status == run.Finished:
			t.Logf("kill %d came too late", i)
			killed, args = t.TempDir(), train
			continue
		default:
			landed++
			args = resume
			t.Logf("killed with %d generations committed", row.Generation)
		}
	}
	got := finish(t, killed, args...)
	if got != want {
		t.Errorf("after %d kills the last line is\n%s\nnot\n%s", landed, got, want)
	}
	if _, digest := inStore(t, killed, "k"); digest != wantDigest {
		t.Errorf("after %d kills the digest is %s, not %s", landed, digest, wantDigest)
	}
	if again := finish(t, killed, "resume", "k", "--json"); again != want {
		t.Errorf("a finished run resumes to\n%s\nnot\n%s", again, want)
	}
}

// TestInterrupt stops a process by SIGINT: it commits the last whole generation, says how to go on, and the resumed run
// ends as if nothing had happened.
func TestInterrupt(t *testing.T) {
	spec := specFile(t, killSpec)
	whole, stopped := t.TempDir(), t.TempDir()
	want := finish(t, whole, "train", spec, "--name", "k", "--json")
	_, wantDigest := inStore(t, whole, "k")

	cmd, out, errs := started(t, stopped, "train", spec, "--name", "k", "--json")
	lines := bufio.NewScanner(out)
	var last string
	for n := 0; lines.Scan(); n++ {
		last = lines.Text()
		if n == 4 {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d\n%s", code, exitInterrupted, errs.String())
	}
	var end outcomeLine
	if err := json.Unmarshal([]byte(last), &end); err != nil || end.Event != "end" || end.Status != "stopped" {
		t.Fatalf("last line %s: %v", last, err)
	}
	if !strings.Contains(errs.String(), "go on with: baldwin resume k") {
		t.Errorf("stderr does not say how to go on: %s", errs.String())
	}
	row, _ := inStore(t, stopped, "k")
	if row == nil || row.Status != run.Stopped || row.Generation != end.Generations || row.ThetaHash != end.ThetaHash || row.Generation == 0 {
		t.Fatalf("the store has %+v, the last line said %+v", row, end)
	}
	if got := finish(t, stopped, "resume", "k", "--json", "--kernel", "reference"); got != want {
		t.Errorf("resumed, the last line is\n%s\nnot\n%s", got, want)
	}
	if _, digest := inStore(t, stopped, "k"); digest != wantDigest {
		t.Errorf("resumed, the digest is %s, not %s", digest, wantDigest)
	}
}

// outcomeLine is an outcome as a script reads it.
type outcomeLine struct {
	Event, Run, Status string
	Generations        int
	ThetaHash          string `json:"theta_hash"`
}

// TestKillSeeds kills a command of several seeds in each of its runs. The same command goes on, and its last line, and the
// runs, are those of one that was never killed.
func TestKillSeeds(t *testing.T) {
	spec := specFile(t, killSpec)
	train := []string{"train", spec, "--seeds", "1-3", "--name", "k", "--generations", "100", "--json", "--threads", "1"}
	whole, killed := t.TempDir(), t.TempDir()
	want := finish(t, whole, train...)
	for seed := range 3 {
		cmd, out, _ := started(t, killed, train...)
		// In the middle of the seed's run: at its second checkpoint, the first being that of generation 0.
		checkpoints := 0
		for lines := bufio.NewScanner(out); lines.Scan() && checkpoints < 2; {
			var e struct{ Event, Run string }
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			switch e.Event {
			case "start":
				checkpoints = 0
				if e.Run != fmt.Sprintf("k-s%d", seed+1) {
					checkpoints = -1 << 30 // not yet
				}
			case "checkpoint":
				checkpoints++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	}
	if got := finish(t, killed, train...); got != want {
		t.Errorf("killed in each run:\n%s\nwant\n%s", got, want)
	}
	for seed := range 3 {
		name := fmt.Sprintf("k-s%d", seed+1)
		_, a := inStore(t, whole, name)
		if _, b := inStore(t, killed, name); a != b {
			t.Errorf("%s: digest %s, want %s", name, b, a)
		}
	}
	if row, _ := inStore(t, killed, "k-s1-2"); row != nil {
		t.Error("a run was begun twice")
	}
}

// TestResumeFromNothing resumes runs that were killed before their first checkpoint: the store has their row alone.
func TestResumeFromNothing(t *testing.T) {
	spec := specFile(t, tinySpec)
	whole, killed := t.TempDir(), t.TempDir()
	genome := filepath.Join(t.TempDir(), "g.safetensors")
	run1 := func(home string, args ...string) string {
		t.Helper()
		out, errs, code := command(t, home, args...)
		if code != exitOK {
			t.Fatalf("baldwin %v: exit code %d: %s", args, code, errs)
		}
		return lastLine(out)
	}
	want := run1(whole, "train", spec, "--name", "k", "--json")
	run1(whole, "export", "k", "-o", genome)
	wantInit := run1(whole, "train", spec, "--name", "i", "--json", "--init", genome)

	ctx := context.Background()
	from, err := store.Open(ctx, whole)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := store.Open(ctx, killed)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"k", "i"} {
		row, err := from.Run(ctx, name)
		if err == nil {
			row.Status = run.Running
			_, err = to.Create(ctx, *row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := command(t, killed, "runs"); strings.Count(out, "died") != 2 {
		t.Errorf("runs that no process holds are not said to have died:\n%s", out)
	}
	if _, errs, code := command(t, killed, "test", "k"); code != exitUsage || !strings.Contains(errs, "baldwin resume k") {
		t.Errorf("test of a run without a genome: exit code %d: %s", code, errs)
	}
	if got := run1(killed, "resume", "k", "--json"); got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if _, errs, code := command(t, killed, "resume", "i"); code != exitUsage || !strings.Contains(errs, "--init") {
		t.Errorf("without its genome: exit code %d: %s", code, errs)
	}
	if got := run1(killed, "resume", "i", "--json", "--init", genome); got != wantInit {
		t.Errorf("got %s want %s", got, wantInit)
	}
	for _, name := range []string{"k", "i"} {
		_, a := inStore(t, whole, name)
		_, b := inStore(t, killed, name)
		if a != b {
			t.Errorf("run %s: digests %s and %s", name, a, b)
		}
	}
}

// TestSecondInterrupt holds that the first Ctrl-C ends the context and the second the process, with the terminal put
// right first.
func TestSecondInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var got []string
	s := &stopper{cancel: cancel, exit: func(code int) {
		if code != exitInterrupted {
			t.Errorf("exit code %d", code)
		}
		got = append(got, "exit")
	}}
	s.onExit(func() { got = append(got, "terminal") })
	s.interrupt()
	if ctx.Err() == nil || len(got) > 0 {
		t.Fatalf("after the first: context %v, %v", ctx.Err(), got)
	}
	s.interrupt()
	if strings.Join(got, " ") != "terminal exit" {
		t.Fatalf("after the second: %v", got)
	}
}
