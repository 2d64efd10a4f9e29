package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baldwin/cluster"
	"baldwin/internal/kernel"
	"baldwin/run"
)

// liar is a worker that lies about one chunk in four: the program "liar URL".
func liar() {
	random := rand.New(rand.NewPCG(3, 4))
	err := cluster.Work(context.Background(), cluster.Link{URLs: os.Args[1:]}, cluster.WorkerOptions{
		Name: "liar", Registry: run.Builtin(), Kernel: kernel.Best(), Build: cluster.Build{Version: buildVersion(), Contract: run.Contract},
		Cores: 1, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Distort: func(_ uint64, _ uint32, v []float64) {
			if random.IntN(4) == 0 {
				v[0] /= 2
			}
		},
	})
	if errors.Is(err, cluster.ErrRefused) {
		os.Exit(exitRefused)
	}
}

// TestLiarProcess: a worker that sometimes lies is found and ends, and the run that went back ends as an honest one.
func TestLiarProcess(t *testing.T) {
	spec := specOfFleet(t)
	want := inOneProcess(t, spec)
	addr := freePort(t)
	liar := exec.Command("liar", "nats://"+addr)
	if err := liar.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = liar.Process.Kill() }()
	home, returned := t.TempDir(), false
	got := follow(t, home, func(line string) {
		switch {
		case strings.Contains(line, `"change":"quarantined"`): // until then it is alone, so it is found
			muster(t, addr, 1)
		case strings.Contains(line, `"change":"returned"`):
			returned = true
		}
	}, "train", spec, "--name", "k", "--json", "--listen", addr, "--audit", "0.1")
	if got != want {
		t.Errorf("the last line is\n%s\nin one process\n%s", got, want)
	}
	t.Logf("the run went back: %v", returned)
	_ = ends(t, liar)
	if code := liar.ProcessState.ExitCode(); code != exitRefused {
		t.Errorf("the liar ended with exit code %d, want %d", code, exitRefused)
	}
	whole := t.TempDir()
	finish(t, whole, "train", spec, "--name", "k", "--json")
	_, a := inStore(t, whole, "k")
	if _, b := inStore(t, home, "k"); a != b {
		t.Errorf("the digest is %s, an honest run's %s", b, a)
	}
}

// TestOperator: status, drain and logs of a run at work, and what a worker does at Ctrl-C.
func TestOperator(t *testing.T) {
	spec := specFile(t, strings.Replace(fleetSpec, "generations: 300", "generations: 100000", 1))
	addr := freePort(t)
	url := "nats://" + addr
	train := baldwin(t.TempDir(), "train", spec, "--name", "k", "--listen", addr)
	if err := train.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = train.Process.Kill() }()
	var outs [2]bytes.Buffer
	var men [2]*exec.Cmd
	home := t.TempDir()
	for i := range men {
		men[i] = baldwin(filepath.Join(home, "none"), "worker", "--nats", url, "--cores", "1", "--json")
		men[i].Stdout = &outs[i]
		if err := men[i].Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = men[i].Process.Kill() })
	}
	var status cluster.Status
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		out, _, code := command(t, "", "cluster", "status", "--nats", url, "--json")
		if code == exitOK && json.Unmarshal([]byte(lastLine(out)), &status) == nil && len(status.Workers) == 2 && status.Generation > 10 {
			break
		}
	}
	if len(status.Workers) != 2 || status.Run != "k" {
		t.Fatalf("status: %+v", status)
	}
	for _, w := range status.Workers {
		if w.Kernel != kernel.Best().String() || w.Cores != 1 || w.Build.Contract != run.Contract {
			t.Errorf("%+v", w)
		}
	}
	if out, errs, code := command(t, "", "cluster", "status", "--nats", url); code != exitOK || !strings.Contains(out, status.Workers[0].Worker) {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if _, errs, code := command(t, "", "cluster", "drain", "nobody", "--nats", url); code != exitUsage || !strings.Contains(errs, "no worker or machine") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	first := status.Workers[0]
	if out, errs, code := command(t, "", "cluster", "drain", first.Worker, "--nats", url); code != exitOK || strings.TrimSpace(out) != first.Worker {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if out, errs, code := command(t, "", "cluster", "logs", "--nats", url); code != exitOK || out != "" {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	for i, m := range men {
		if m.Process.Pid != first.PID {
			_ = m.Process.Signal(os.Interrupt)
		}
		if err := ends(t, m); err != nil {
			t.Errorf("worker %d: %v", i, err)
		}
		if out := outs[i].String(); !strings.Contains(out, `"event":"joined"`) || !strings.Contains(lastLine(out), `"event":"left"`) {
			t.Errorf("worker %d said %s", i, out)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "none")); err == nil {
		t.Error("a worker made a store")
	}
	// Without workers Ctrl-C still ends the run, with its last line.
	if err := train.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = ends(t, train)
	if code := train.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("the coordinator ended with exit code %d", code)
	}
}

// TestKeysProcess: with keys the server listens beyond loopback; who has a key joins, who has none does not.
func TestKeysProcess(t *testing.T) {
	spec := specOfFleet(t)
	want := inOneProcess(t, spec)
	keys := filepath.Join(t.TempDir(), "keys")
	for _, args := range [][]string{{"init", keys}, {"add", keys, "node7"}} {
		if _, errs, code := command(t, "", append([]string{"keys"}, args...)...); code != exitOK {
			t.Fatal(errs)
		}
	}
	_, port, err := net.SplitHostPort(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	without := baldwin(t.TempDir(), "worker", "--nats", "nats://127.0.0.1:"+port, "--json")
	without.Stdout = &out
	with := baldwin(t.TempDir(), "worker", "--nats", "tls://127.0.0.1:"+port, "--json", "--keys", filepath.Join(keys, "node7"))
	for _, w := range []*exec.Cmd{without, with} {
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = w.Process.Kill()
			_ = w.Wait()
		})
	}
	if got := finish(t, t.TempDir(), "train", spec, "--name", "k", "--json", "--listen", "0.0.0.0:"+port, "--keys", keys); got != want {
		t.Errorf("the last line is\n%s\nin one process\n%s", got, want)
	}
	_ = without.Process.Kill()
	_ = without.Wait()
	if strings.Contains(out.String(), "joined") {
		t.Errorf("a worker without a key joined: %s", out.String())
	}
}
