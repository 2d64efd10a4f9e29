package gym

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"baldwin/internal/rng"
	"baldwin/task"
)

// module writes environments of our own, which Python finds by PYTHONPATH.
func module(t *testing.T, code string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.py"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", dir)
}

// odd is an environment that does, in its third step and while a file is there, what the body says.
const odd = `
import os, sys, time
import gymnasium, numpy
class Odd(gymnasium.Env):
    observation_space = gymnasium.spaces.Discrete(3)
    action_space = gymnasium.spaces.Discrete(2, start=5)
    gain = 1.0
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.n = 0
        return int(self.np_random.integers(3)), {}
    def step(self, action):
        assert action in (5, 6)
        self.n += 1
        print("the environment talks")
        if self.n == 3 and os.path.exists(os.environ["ODD"]):
            BODY
        return int(self.np_random.integers(3)), self.gain * (action - 5) + float(self.np_random.random()), self.n == 9, False, {}
gymnasium.register("Odd-v0", entry_point=Odd)
`

func oddFamily() *Family {
	return &Family{Env: "own:Odd-v0", Observations: 3, Actions: 2, Discrete: true, Steps: 100, Vary: []Vary{{"gain", 1, 2}}}
}

func alternate(i, step int, _, act []float32) { act[0], act[1] = 0, float32((i+step)%3)-1 }

// TestBridgeDies: lives go on as if nothing had happened when their bridge is killed, says nonsense or hangs, once; and
// are given up with its last words when it happens again and again.
func TestBridgeDies(t *testing.T) {
	for _, c := range []struct{ name, once, again, want string }{
		{"killed", `os.remove(os.environ["ODD"]); print("farewell"); os.kill(os.getpid(), 9)`, `print("farewell"); os.kill(os.getpid(), 9)`, "signal: killed; its last words:\n"},
		{"exits", `os.remove(os.environ["ODD"]); os._exit(3)`, `os._exit(3)`, "exit status 3"},
		{"nonsense", `os.remove(os.environ["ODD"]); sys.modules["__main__"].frames_out.write(b"\1\0\0\0X")`, `sys.modules["__main__"].frames_out.write(b"\1\0\0\0X")`, `it sent a frame 'X', want 'R'`},
		{"hangs", `os.remove(os.environ["ODD"]); time.sleep(1000)`, `time.sleep(1000)`, "it did not answer for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := allowed(t, oddFamily())
			if c.name == "hangs" {
				f.host.Timeout = 5 * time.Second
			}
			flag := filepath.Join(t.TempDir(), "odd")
			t.Setenv("ODD", flag)
			module(t, strings.Replace(odd, "BODY", c.once, 1))
			e := f.Episode(4)
			defer func() { e.(task.Failer).Close() }()
			tasks := task.DrawAll(f, 5, rng.Train, 1, 0, 4)
			want := live(t, f, e, tasks, alternate)
			if err := os.WriteFile(flag, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := live(t, f, e, tasks, alternate); !reflect.DeepEqual(got, want) {
				t.Errorf("with a bridge that died %+v, want %+v", got, want)
			}
			if _, err := os.Stat(flag); err == nil {
				t.Error("the bridge did not die")
			}
			e.(task.Failer).Close()

			module(t, strings.Replace(odd, "BODY", c.again, 1))
			if err := os.WriteFile(flag, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.name == "hangs" {
				f.host.Timeout = time.Second
			}
			e = f.Episode(4)
			err := fails(e, tasks, f.Shape())
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "gym: own:Odd-v0: ") {
				t.Errorf("a bridge that always dies gives %v, want %q", err, c.want)
			}
			// It can begin anew.
			if err := os.Remove(flag); err != nil {
				t.Fatal(err)
			}
			if c.name == "hangs" {
				return
			}
			if got := live(t, f, e, tasks, alternate); !reflect.DeepEqual(got, want) {
				t.Errorf("after a failure %+v, want %+v", got, want)
			}
		})
	}
}

// fails lives lives that fail and returns why.
func fails(e task.Episode, tasks []task.Task, s task.Shape) error {
	e.Begin(tasks)
	obs, act := make([]float32, len(tasks)*s.Obs), make([]float32, len(tasks)*s.Act)
	for {
		if _, ok := e.Observe(obs); !ok {
			return e.(task.Failer).Err()
		}
		e.Act(act, make(mover, len(tasks)))
	}
}

// TestNotDeterministic: an environment that does not follow from its seed cannot be repeated, and that is said.
func TestNotDeterministic(t *testing.T) {
	f := allowed(t, oddFamily())
	flag := filepath.Join(t.TempDir(), "odd")
	t.Setenv("ODD", flag)
	module(t, strings.NewReplacer("BODY", `os.remove(os.environ["ODD"]); os._exit(3)`, "float(self.np_random.random())", "time.time()").Replace(odd))
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e := f.Episode(1)
	defer e.(task.Failer).Close()
	if err := fails(e, task.DrawAll(f, 5, rng.Train, 1, 0, 1), f.Shape()); err == nil || !strings.Contains(err.Error(), "does not follow from its seed") {
		t.Errorf("got %v", err)
	}
}

// TestRefusals: what the bridge or the environment says is not tried again and is told as it is.
func TestRefusals(t *testing.T) {
	t.Setenv("ODD", os.DevNull) // is there
	module(t, strings.Replace(odd, "BODY", `raise ValueError("I am odd")`, 1))
	for _, c := range []struct {
		change func(*Family)
		want   string
	}{
		{func(f *Family) { f.Env = "Nothing-v0" }, "gymnasium cannot make it"},
		{func(f *Family) { f.Env = "nomodule:Nothing-v0" }, "No module named 'nomodule'"},
		{func(f *Family) { f.Observations = 5 }, "set family.observations=3, family.actions=2, family.discrete=true"},
		{func(f *Family) { f.Discrete = false }, "set family.observations=3, family.actions=2, family.discrete=true"},
		{func(f *Family) { f.Vary[0].Name = "grain" }, "vary: grain is no number of the environment"},
		{func(*Family) {}, "ValueError: I am odd"},
	} {
		f := allowed(t, oddFamily())
		c.change(f)
		e := f.Episode(1)
		err := fails(e, task.DrawAll(f, 5, rng.Train, 1, 0, 1), f.Shape())
		e.(task.Failer).Close()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "last words") {
			t.Errorf("%+v: %v, want %q", f, err, c.want)
		}
		if c.want != "ValueError: I am odd" {
			if err := f.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check of %+v: %v, want %q", f, err, c.want)
			}
		} else if err := f.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestNotAllowed: nothing runs that nobody allowed, and no Python is no crash.
func TestNotAllowed(t *testing.T) {
	f := New()
	tasks := task.DrawAll(f, 5, rng.Train, 1, 0, 2)
	e := f.Episode(2)
	if err := fails(e, tasks, f.Shape()); !errors.Is(err, ErrNotAllowed) || !errors.Is(f.Check(), ErrNotAllowed) {
		t.Errorf("got %v and %v", err, f.Check())
	}
	f.Allow(Host{Python: filepath.Join(t.TempDir(), "no-python")})
	if err := fails(f.Episode(2), tasks, f.Shape()); err == nil || !strings.Contains(err.Error(), "starting Python") {
		t.Errorf("got %v", err)
	}
	e.(task.Failer).Close()
}
