package cli

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baldwin/cluster"
	"baldwin/internal/kernel"
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

// started is a command that has begun, its stdout, and what it says on stderr, whole once it has ended.
func started(t *testing.T, home string, args ...string) (cmd *exec.Cmd, out io.Reader, errs *bytes.Buffer) {
	t.Helper()
	errs = &bytes.Buffer{}
	cmd = baldwin(home, args...)
	cmd.Stderr = errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out, errs
}

// follow runs a command to its end, hands each line of its stdout to watch, and returns the last one.
func follow(t *testing.T, home string, watch func(line string), args ...string) string {
	t.Helper()
	cmd, out, errs := started(t, home, args...)
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
