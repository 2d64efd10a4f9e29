package task

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"testing"
)

// TestGolden holds the bits of what is drawn and of how the world answers: the tasks of seed 1 as JSON, and what a learner
// with fixed outputs then sees and scores. A machine or a compiler that gives others would give other runs; a change to the
// hashes makes every stored run unrepeatable.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name        string
		f           Family
		tasks, life string
	}{
		{"1-10-20", &Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: ClosedLoop}, "a4393807eba8d666", "fb5c24e781705d17"},
		{"1-25-50", &Sequence{Dims: 1, Shots: 25, Length: 50, Protocol: ClosedLoop}, "a4393807eba8d666", "563ee4fcda9f3699"},
		{"3-10-20", &Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: ClosedLoop}, "c5d82cbe8b428194", "ff463c2ea873b8a5"},
		{"3-25-50", &Sequence{Dims: 3, Shots: 25, Length: 50, Protocol: ClosedLoop}, "c5d82cbe8b428194", "3b1d7394d0223ecf"},
		{"1-10-20 as released", &Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: AsReleased}, "a4393807eba8d666", "446607f38342af18"},
		{"robot low", &Robot{Noise: 0.01, Protocol: PaperEpisode}, "6b18cefebfbf106c", "884cdb7f77bff2e8"},
		{"robot median", &Robot{Noise: 0.05, Protocol: PaperEpisode}, "b9fead2f59a66986", "8978acd50805cf7f"},
		{"robot high", &Robot{Noise: 0.2, Protocol: PaperEpisode}, "e2987f88a4e1396c", "ce84ce4c50c24221"},
		{"robot as released", &Robot{Noise: 0.01, Protocol: AsReleased}, "31d0618892d9f360", "ec02c91211c68d90"},
		{"robot exploring", &Robot{Noise: 0.01, Protocol: PaperEpisode, Rollouts: 1}, "47aba5f0095b626a", "a3c4d416a6d7b5ca"},
		{"cartpole", NewCartPole(), "6fa7bff97622dbca", "34f06da7efe0ba07"},
		{"cartpole plain", &CartPole{Steps: 500}, "ace53111727ac166", "6fc897569fa6c26b"},
		{"pendulum", NewPendulum(), "51ffc23226fa4691", "f6ba32a2b34c7ec9"},
	} {
		tasks, life := sha256.New(), sha256.New()
		first := drawn(c.f, 4)
		for _, one := range first {
			if err := json.NewEncoder(tasks).Encode(one); err != nil {
				t.Fatal(err)
			}
		}
		e := c.f.Episode(len(first))
		tutor, teaches := e.(Tutor)
		if teaches && tutor.Explore(first) {
			hashLife(life, c.f, e)
		}
		e.Begin(first)
		hashLife(life, c.f, e)
		for i := range first {
			_ = binary.Write(life, binary.LittleEndian, e.Fitness(i))
			if !teaches {
				continue
			}
			obs, target, weight := tutor.Lesson(i)
			for _, v := range [][]float32{obs, target, weight} {
				_ = binary.Write(life, binary.LittleEndian, v)
			}
		}
		if got := hex.EncodeToString(tasks.Sum(nil)[:8]); got != c.tasks {
			t.Errorf("%s: tasks %q, want %q", c.name, got, c.tasks)
		}
		if got := hex.EncodeToString(life.Sum(nil)[:8]); got != c.life {
			t.Errorf("%s: life %q, want %q", c.name, got, c.life)
		}
	}
}

// hashLife runs an episode with outputs that are exact in float32 and hashes what is seen.
func hashLife(h hash.Hash, f Family, e Episode) {
	s := f.Shape()
	obs, act := make([]float32, e.Live()*s.Obs), make([]float32, e.Live()*s.Act)
	for n := 0; ; n++ {
		live := e.Live()
		step, ok := e.Observe(obs)
		if !ok {
			return
		}
		_ = binary.Write(h, binary.LittleEndian, obs[:live*s.Obs])
		if !step.Output {
			continue
		}
		for slot := range live {
			for d := range s.Act {
				act[slot*s.Act+d] = float32((7*n+5*d+3*e.Task(slot))%16)/8 - 0.75
			}
		}
		e.Act(act, make(owners, live))
	}
}
