package cli

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baldwin/cluster"
	"baldwin/internal/kernel"
	"baldwin/run"
)

// fleetSpec is 300 generations, short enough to be lived again and again.
const fleetSpec = `learner:
  hidden: 16
strategy:
  population: 32
generations: 300
tasks: 4
meta_test:
  every: 100
  tasks: 32
checkpoint_every: 20
seed: 7
`

// longSpec is generations of the paper's default.
const longSpec = `generations: %d
checkpoint_every: 5
seed: 7
`

var generations = flag.Int("generations", 300, "how many generations the tests of fleets train with BALDWIN_LONG=1; at least 60")

func long() bool { return os.Getenv("BALDWIN_LONG") == "1" }

// natsd is a NATS server that is none of the coordinator's: the program "natsd HOST:PORT FOLDER".
func natsd() {
	s, err := cluster.Serve(cluster.ServerOptions{Listen: os.Args[1], Dir: os.Args[2], Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer s.Close()
	select {}
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A band is worker processes.
type band struct {
	t    *testing.T
	url  string
	mu   sync.Mutex
	men  []*exec.Cmd
	next int
}

// hire starts a worker process; each is forced onto another of this machine's kernels.
func (b *band) hire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := kernel.Available()[1:] // the reference is some hundred times slower
	if len(all) == 0 {
		all = kernel.Available()
	}
	cmd := baldwin(b.t.TempDir(), "worker", "--nats", b.url, "--cores", "1", "--kernel", all[b.next%len(all)].String())
	b.next++
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.t.Error(err)
		return
	}
	b.men = append(b.men, cmd)
}

// kill kills the i-th by SIGKILL.
func (b *band) kill(i int) {
	b.mu.Lock()
	cmd := b.men[i]
	b.men = append(b.men[:i:i], b.men[i+1:]...)
	b.mu.Unlock()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func muster(t *testing.T, addr string, n int) *band {
	b := &band{t: t, url: "nats://" + addr}
	for range n {
		b.hire()
	}
	t.Cleanup(func() {
		for len(b.men) > 0 {
			b.kill(0)
		}
	})
	return b
}

// inOneProcess is the last line of the spec's run in one process.
func inOneProcess(t *testing.T, spec string) string {
	return finish(t, t.TempDir(), "train", spec, "--name", "k", "--json")
}

func specOfFleet(t *testing.T) string {
	if long() {
		return specFile(t, fmt.Sprintf(longSpec, *generations))
	}
	return specFile(t, fleetSpec)
}

// follow runs a command to its end, hands each line of its stdout to watch, and returns the last one.
func follow(t *testing.T, home string, watch func(line string), args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := baldwin(home, args...)
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last, hangs := "", time.AfterFunc(patience, func() {
		t.Error("it does not end")
		_ = cmd.Process.Signal(syscall.SIGQUIT)
	})
	defer hangs.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		last = lines.Text()
		watch(last)
	}
	if err := ends(t, cmd); err != nil {
		t.Fatalf("baldwin %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return last
}

// patience bounds every wait for a process. It is for what hangs, not for a machine that is busy.
var patience = map[bool]time.Duration{false: 3 * time.Minute, true: time.Hour}[long()]

// ends waits for a process that is to end by itself. One that does not is asked for its goroutines, on stderr, and killed.
func ends(t *testing.T, cmd *exec.Cmd) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		<-done
	}
	t.Fatalf("%s does not end", strings.Join(cmd.Args, " "))
	return nil
}

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
				var errs bytes.Buffer
				cmd := baldwin(home, args...)
				cmd.Stderr = &errs
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
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

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func waitForPort(t *testing.T, addr string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nobody listens on %s", addr)
}
