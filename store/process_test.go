package store

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"baldwin/run"
)

// childTrain goes on with the run args[1] of the store args[0] as a trainer does, in commits of args[2] generations, and says
// "committed G" after each, for ever.
func childTrain(args []string) error {
	s, err := Open(ctx, args[0])
	if err != nil {
		return err
	}
	l, err := s.Lock(args[1])
	if err != nil {
		return err
	}
	defer l.Unlock()
	every := must(strconv.Atoi(args[2]))
	r, err := s.Run(ctx, args[1])
	if is(err, ErrNoRun) {
		want := sampleRun(args[1])
		r, err = s.Create(ctx, want)
	}
	if err != nil {
		return err
	}
	done := 0
	c, err := s.Checkpoint(ctx, r.ID)
	if err != nil {
		return err
	}
	if c != nil {
		done = c.Generation
	}
	if err := s.Discard(ctx, r.ID, done); err != nil {
		return err
	}
	w := s.Recorder(r)
	for ; ; done += every {
		if err := w.Commit(ctx, commitOf(done, done+every, run.Running)); err != nil {
			return err
		}
		fmt.Println("committed", done+every)
	}
}

// Whatever the moment of a SIGKILL: the store is sound, every commit that was reported is there, each is whole, and the run
// is the one that a process that was never killed leaves.
func TestKillLeavesWholeCommits(t *testing.T) {
	kills := 5
	if os.Getenv("BALDWIN_LONG") != "" {
		kills = 20
	}
	home := filepath.Join(t.TempDir(), "home")
	never := newStore(t)
	twin := newRun(t, never, "r")
	done := 0
	random := rand.New(rand.NewPCG(3, 4))
	for range kills {
		p := start(t, "train", home, "r", "10")
		reported := 0
		for range 1 + random.IntN(8) {
			if n, err := strconv.Atoi(strings.TrimPrefix(p.line(), "committed ")); err == nil {
				reported = n
			}
		}
		time.Sleep(time.Duration(random.IntN(8000)) * time.Microsecond) // somewhere within a commit or two
		p.kill()

		s := openAt(t, home)
		check(t, s.Check(ctx))
		r, err := s.Run(ctx, "r")
		check(t, err)
		if reported == 0 || r.Generation < reported || r.Generation%10 != 0 {
			t.Fatalf("%d generations are there, %d were reported", r.Generation, reported)
		}
		for ; done < r.Generation; done += 10 {
			commit(t, never, twin, done, done+10, run.Running)
		}
		if digestOf(t, s, r) != digestOf(t, never, twin) {
			t.Fatalf("killed at generation %d: not the run that was never killed", r.Generation)
		}
		if s.Held("r") {
			t.Error("a dead process holds the run")
		}
		check(t, s.Close())
	}
}

// childHold locks run args[1] of the store args[0], says so, and waits for its input to end.
func childHold(args []string) error {
	s, err := Open(ctx, args[0])
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := s.Lock(args[1])
	if err != nil {
		return err
	}
	fmt.Println("locked")
	_, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
	return l.Unlock()
}

func TestTwoProcessesOnOneRun(t *testing.T) {
	s := newStore(t)
	newRun(t, s, "r")
	newRun(t, s, "other")
	p := start(t, "hold", s.home, "r")
	if got := p.line(); got != "locked" {
		t.Fatal(got)
	}
	_, err := s.Lock("r")
	oneLine(t, err, ErrBusy, "run r", fmt.Sprintf("pid %d", p.Process.Pid))
	oneLine(t, s.Remove(ctx, "r"), ErrBusy)
	if !s.Held("r") || s.Held("other") || s.Held("no-such") {
		t.Error("Held is wrong")
	}
	l, err := s.Lock("other")
	check(t, err)
	check(t, l.Unlock())

	p.kill() // SIGKILL: no chance to tidy up
	if s.Held("r") {
		t.Error("a dead process holds the run")
	}
	l, err = s.Lock("r")
	check(t, err)
	if _, err := s.Lock("r"); !is(err, ErrBusy) {
		t.Error("locked twice in one process:", err)
	}
	check(t, l.Unlock())
	check(t, l.Unlock())

	q := start(t, "hold", s.home, "r")
	q.line()
	check(t, q.stdin.Close())
	check(t, q.Wait())
	l, err = s.Lock("r")
	check(t, err)
	check(t, l.Unlock())
}

// A lock taken on a file that was deleted meanwhile would be no lock.
func TestLockOutlivesRemove(t *testing.T) {
	s := newStore(t)
	newRun(t, s, "r")
	l, err := s.Lock("r")
	check(t, err)
	check(t, os.Remove(s.lockPath("r"))) // as Remove does while another process waits
	check(t, l.Unlock())
	a, err := s.Lock("r")
	check(t, err)
	defer a.Unlock()
	if _, err := s.Lock("r"); !is(err, ErrBusy) {
		t.Error("two hold it:", err)
	}
}

// A reader beside a writer in another process sees only whole commits, in order, and neither fails.
func TestReaderBesideWriter(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	p := start(t, "train", home, "r", "10")
	p.line()
	s, err := OpenReadOnly(ctx, home)
	check(t, err)
	defer s.Close()
	last, seen := 0, 0
	for range 200 {
		r, err := s.Run(ctx, "r")
		check(t, err)
		rows, err := s.Generations(ctx, r.ID, 0)
		check(t, err)
		if len(rows)%10 != 0 || len(rows) < r.Generation || r.Generation < last {
			t.Fatalf("%d rows, checkpoint of %d after one of %d", len(rows), r.Generation, last)
		}
		if r.Generation > last {
			seen++
		}
		if last = r.Generation; seen > 10 {
			break
		}
		if p.line() == "" {
			t.Fatal("the writer ended")
		}
	}
	if seen < 2 {
		t.Errorf("the reader saw %d states", seen)
	}
	check(t, s.Export(ctx, "r", filepath.Join(t.TempDir(), "r")))
}

// Many processes that open a new store at once all find one that works.
func TestOpenedByManyAtOnce(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	var all []*process
	for i := range 6 {
		all = append(all, start(t, "train", home, fmt.Sprintf("r%d", i), "10"))
	}
	for i, p := range all {
		for range 3 {
			if got := p.line(); !strings.HasPrefix(got, "committed") {
				t.Fatalf("process %d: %q", i, got)
			}
		}
	}
	for _, p := range all {
		p.kill()
	}
	s := openAt(t, home)
	check(t, s.Check(ctx))
	if runs, err := s.Runs(ctx); len(runs) != 6 || err != nil {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}
