//go:build unix

package cli

import (
	"encoding/json"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"baldwin/run"
)

// costSpec has lives of next to nothing, so that what is measured is the engine.
const costSpec = `learner:
  hidden: 16
strategy:
  population: 2000
generations: 100
tasks: 1
meta_test:
  every: 100
  tasks: 16
seed: 7
`

// TestCostOfChunk measures what a chunk costs on each side, in time of its process's cores: the same run in chunks of one pair and in one
// chunk a generation, with one worker. docs/cluster.md and the simulation in package cluster have the figures.
func TestCostOfChunk(t *testing.T) {
	if !long() {
		t.Skip("BALDWIN_LONG=1 measures")
	}
	spec := specFile(t, costSpec)
	used := func(cmd *exec.Cmd) time.Duration { return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() }
	var of [2][2]time.Duration // chunks, side
	for i, chunk := range []string{"1h", "1ns"} {
		addr := freePort(t)
		worker := baldwin(t.TempDir(), "worker", "--nats", "nats://"+addr, "--cores", "1")
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
		train := baldwin(t.TempDir(), "train", spec, "--name", "k", "--json", "--listen", addr, "--chunk", chunk, "--audit", "0", "--theta", "replay")
		out, err := train.Output()
		if err != nil {
			t.Fatal(err)
		}
		var end struct {
			Status run.Status `json:"status"`
		}
		if err := json.Unmarshal([]byte(lastLine(string(out))), &end); err != nil || end.Status != run.Finished {
			t.Fatalf("%v: %s", err, out)
		}
		_ = worker.Process.Signal(syscall.SIGINT)
		if err := ends(t, worker); err != nil {
			t.Fatal(err)
		}
		of[i] = [2]time.Duration{used(train), used(worker)}
	}
	const chunks = 100 * (1000 - 1) // more of them in the second run
	t.Logf("a chunk costs coordinator and server %v, the worker %v", (of[1][0]-of[0][0])/chunks, (of[1][1]-of[0][1])/chunks)
}
