package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baldwin/gym"
	"baldwin/internal/needtool"
)

// deadly is CartPole whose process ends in its 50th step of all, while a file is there that it takes away with it.
const deadly = `
import os, gymnasium
from gymnasium.envs.classic_control import CartPoleEnv
class Deadly(CartPoleEnv):
    taken = 0
    def step(self, action):
        Deadly.taken += 1
        if Deadly.taken >= 50 and os.path.exists(os.environ["DEADLY"]):
            os.remove(os.environ["DEADLY"])
            os._exit(9)
        return super().step(action)
gymnasium.register("Deadly-v0", entry_point=Deadly)
`

// TestGymBridgeDies: a bridge that dies in the middle of a generation leaves the hash of the run as it is, on one worker and
// on two. One that cannot be replaced ends the run with its reason.
func TestGymBridgeDies(t *testing.T) {
	dir := t.TempDir()
	flag := filepath.Join(dir, "flag")
	if err := os.WriteFile(filepath.Join(dir, "deadly.py"), []byte(deadly), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", dir)
	t.Setenv("DEADLY", flag)
	host := gym.Host{Python: needtool.Python(t, "gymnasium", "numpy")}
	spec := func() Spec {
		f := gym.New()
		f.Env, f.Steps, f.Vary = "deadly:Deadly-v0", 20, []gym.Vary{{Name: "length", Low: 0.25, High: 1}}
		f.Allow(host)
		return tiny(t, func(s *Spec) {
			s.Family.Family, s.Generations, s.MetaTest = f, 3, MetaTestSpec{Every: 3, Tasks: 8}
		})
	}
	want := train(t, spec(), options())
	for _, threads := range []int{1, 2} {
		if err := os.WriteFile(flag, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o := options()
		o.Threads = threads
		got := train(t, spec(), o)
		if _, err := os.Stat(flag); err == nil {
			t.Errorf("%d threads: no bridge died", threads)
		}
		if got.ThetaHash != want.ThetaHash || got.MetaTest.Mean != want.MetaTest.Mean {
			t.Errorf("%d threads: theta %s, want %s", threads, got.ThetaHash, want.ThetaHash)
		}
	}
	s := spec()
	s.Family.Family.(*gym.Family).Allow(gym.Host{Python: filepath.Join(dir, "none")})
	if _, err := Train(t.Context(), s, options()); err == nil || !strings.Contains(err.Error(), "gym: deadly:Deadly-v0: starting Python") {
		t.Errorf("without Python: %v", err)
	}
}
