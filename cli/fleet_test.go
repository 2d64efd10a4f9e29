package cli

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baldwin/run"
)

// TestFleet: the last line of a run is the same in one process and on any number of worker processes, on whatever kernels, whether they
// live or are killed by SIGKILL.
func TestFleet(t *testing.T) {
	type fleet struct {
		workers int
		theta   string
		kill    bool
	}
	all := []fleet{{1, "auto", false}, {3, "replay", true}}
	if long() {
		all = []fleet{{1, "auto", false}, {3, "replay", false}, {3, "ship", false}, {16, "auto", false}, {16, "auto", true}}
	}
	spec := specOfFleet(t)
	want := inOneProcess(t, spec)
	for _, c := range all {
		t.Run(fmt.Sprintf("%d workers, %s, killed %v", c.workers, c.theta, c.kill), func(t *testing.T) {
			addr := freePort(t)
			b := muster(t, addr, c.workers)
			kills := 0
			random := rand.New(rand.NewPCG(1, 2))
			kill := func() {
				b.kill(random.IntN(c.workers))
				b.hire()
				kills++
			}
			var killer sync.WaitGroup
			stop := make(chan struct{})
			if c.kill && long() { // about every second
				killer.Go(func() {
					for {
						select {
						case <-stop:
							return
						case <-time.After(500*time.Millisecond + time.Duration(random.Int64N(int64(time.Second)))):
							kill()
						}
					}
				})
			}
			checkpoints, noted := 0, 0
			home := t.TempDir()
			note := filepath.Join(home, "locks", "k.note") // of the workers, for the run's page
			got := follow(t, home, func(line string) {
				if strings.Contains(line, `"checkpoint"`) {
					if _, err := os.Stat(note); err == nil {
						noted++
					}
					if checkpoints++; c.kill && !long() && checkpoints%4 == 0 {
						kill()
					}
				}
			}, "train", spec, "--name", "k", "--json", "--listen", addr, "--theta", c.theta)
			close(stop)
			killer.Wait()
			if got != want {
				t.Errorf("the last line is\n%s\nin one process\n%s", got, want)
			}
			if _, err := os.Stat(note); noted == 0 || err == nil {
				t.Errorf("the workers were noted at %d checkpoints; after the run: %v", noted, err)
			}
			t.Logf("%d workers killed; %s", kills, got)
			if c.kill && kills == 0 {
				t.Error("no worker was killed")
			}
		})
	}
}

// TestStopped: a run whose only worker stands still waits for it and says so; when it moves again, the run goes on, and its last line is
// that of one process.
func TestStopped(t *testing.T) {
	spec := specOfFleet(t)
	want := inOneProcess(t, spec)
	addr := freePort(t)
	b := muster(t, addr, 1)
	signal := func(s os.Signal) {
		if err := b.men[0].Process.Signal(s); err != nil {
			t.Error(err)
		}
	}
	checkpoints, lost, joined := 0, 0, 0
	got := follow(t, t.TempDir(), func(line string) {
		switch {
		case strings.Contains(line, `"checkpoint"`):
			if checkpoints++; checkpoints != 2 { // the first one is of generation 0
				return
			}
			signal(syscall.SIGSTOP)
			if long() {
				time.Sleep(10 * time.Second)
				signal(syscall.SIGCONT)
			}
		case strings.Contains(line, `"change":"lost"`):
			lost++
			if !long() {
				signal(syscall.SIGCONT)
			}
		case strings.Contains(line, `"change":"joined"`):
			joined++
		}
	}, "train", spec, "--name", "k", "--json", "--listen", addr)
	if got != want {
		t.Errorf("the last line is\n%s\nin one process\n%s", got, want)
	}
	if lost < 1 || joined < 2 {
		t.Errorf("%d lost, %d joined; want at least 1 and 2", lost, joined)
	}
}

// TestCoordinatorKilled kills the coordinator twice and resumes it, with the server in it; in the long form also with one outside, which is
// killed too.
func TestCoordinatorKilled(t *testing.T) {
	spec := specOfFleet(t)
	want := inOneProcess(t, spec)
	for _, outside := range []bool{false, true}[:1+btoi(long())] {
		t.Run(fmt.Sprintf("server outside %v", outside), func(t *testing.T) {
			addr, home := freePort(t), t.TempDir()
			at := []string{"--listen", addr}
			var server *exec.Cmd
			serve := func() {
				server = exec.Command("natsd", addr, t.TempDir())
				server.Stderr = os.Stderr
				if err := server.Start(); err != nil {
					t.Fatal(err)
				}
			}
			fell := func() {
				_ = server.Process.Kill()
				_ = server.Wait()
			}
			if outside {
				serve()
				defer func() { fell() }()
				waitForPort(t, addr)
				at = []string{"--nats", "nats://" + addr}
			}
			muster(t, addr, 2)
			args := append([]string{"train", spec, "--name", "k", "--json"}, at...)
			for kill := range 2 {
				cmd, out, errs := started(t, home, args...)
				lines, commits := bufio.NewScanner(out), 0
				for commits < 4 && lines.Scan() {
					if strings.Contains(lines.Text(), `"checkpoint"`) {
						if commits++; outside && commits == 2 {
							fell() // under load; everything that it had is gone
							serve()
						}
					}
				}
				if commits < 4 {
					t.Fatalf("coordinator %d ended by itself: %s", kill, errs.String())
				}
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
				args = append([]string{"resume", "k", "--json"}, at...)
			}
			row, _ := inStore(t, home, "k")
			if row == nil || row.Status == run.Finished {
				t.Fatal("the kills came too late")
			}
			got := finish(t, home, args...)
			if got != want {
				t.Errorf("the last line is\n%s\nin one process\n%s", got, want)
			}
			t.Log(got)
		})
	}
}
