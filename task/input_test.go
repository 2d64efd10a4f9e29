package task

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// TestValidate: a wrong setting is named first in its error.
func TestValidate(t *testing.T) {
	sequence := func(change func(*Sequence)) Family {
		f := &Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: ClosedLoop}
		change(f)
		return f
	}
	robot := func(change func(*Robot)) Family {
		f := &Robot{Noise: 0.01, Protocol: PaperEpisode}
		change(f)
		return f
	}
	for _, c := range []struct {
		f    Family
		want string // how the error begins; empty: none
	}{
		{sequence(func(*Sequence) {}), ""},
		{sequence(func(f *Sequence) { f.Protocol = AsReleased }), ""},
		{sequence(func(f *Sequence) { f.Shots, f.Length = 1, 2 }), ""},
		{sequence(func(f *Sequence) { f.Dims = 0 }), "dims: "},
		{sequence(func(f *Sequence) { f.Dims = 16 }), "dims: "},
		{sequence(func(f *Sequence) { f.Shots = 0 }), "shots: "},
		{sequence(func(f *Sequence) { f.Shots = -1 }), "shots: "},
		{sequence(func(f *Sequence) { f.Shots = 20 }), "shots: must be less than length (K < N), got K = 20 and N = 20"},
		{sequence(func(f *Sequence) { f.Length = MaxSequence + 1 }), "length: "},
		{sequence(func(f *Sequence) { f.Protocol = "" }), "protocol: "},
		{sequence(func(f *Sequence) { f.Protocol = PaperEpisode }), "protocol: "},
		{robot(func(*Robot) {}), ""},
		{robot(func(f *Robot) { f.Noise = 0 }), ""},
		{robot(func(f *Robot) { f.Protocol, f.Rollouts = AsReleased, 1 }), ""},
		{robot(func(f *Robot) { f.Noise = -0.01 }), "noise: "},
		{robot(func(f *Robot) { f.Noise = math.NaN() }), "noise: "},
		{robot(func(f *Robot) { f.Noise = math.Inf(1) }), "noise: "},
		{robot(func(f *Robot) { f.Protocol = ClosedLoop }), "protocol: "},
		{robot(func(f *Robot) { f.Rollouts = 2 }), "rollouts: "},
		{robot(func(f *Robot) { f.Rollouts = -1 }), "rollouts: "},
		{NewCartPole(), ""},
		{&CartPole{Steps: MaxControl}, ""},
		{&CartPole{}, "steps: must be 1 to 10000, got 0"},
		{NewPendulum(), ""},
		{&Pendulum{Steps: MaxControl + 1}, "steps: "},
	} {
		err := c.f.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.f, err, c.want)
		}
	}
}

// TestDecodeDrawn: what a family draws is what it reads back.
func TestDecodeDrawn(t *testing.T) {
	for _, f := range []Family{
		&Sequence{Dims: 3, Shots: 10, Length: 20, Protocol: ClosedLoop},
		&Robot{Noise: 0.2, Protocol: PaperEpisode},
		&Robot{Noise: 0.05, Protocol: AsReleased, Rollouts: 1},
		NewCartPole(),
		NewPendulum(),
	} {
		for _, want := range drawn(f, 3) {
			data, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := f.Decode(data); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: read %+v, %v; want %+v", f.Name(), got, err, want)
			}
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	sequence := &Sequence{Dims: 2, Shots: 10, Length: 20, Protocol: ClosedLoop}
	robot := &Robot{Protocol: PaperEpisode}
	released := &Robot{Protocol: AsReleased}
	explorer := &Robot{Protocol: PaperEpisode, Rollouts: 1}
	pole, pendulum := NewCartPole(), NewPendulum()
	numbers := func(n int, one string) string { return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]" }
	place := func(noise int) string { return `"goal":[1,2],"a0":1,"k":0.1,"noise":` + numbers(noise, "0") }
	explore := func(noise, exploration int) string {
		return fmt.Sprintf(`{%s,"explore":{%s,"exploration":%s}}`, place(100), place(noise), numbers(exploration, "[0,0]"))
	}
	for _, c := range []struct {
		f    Family
		data string
		want string // part of the error; empty: none
	}{
		{sequence, `{"amplitude":[1,2],"period":[10,20],"phase":[0,1]}`, ""},
		{sequence, `{"amplitude":[1,2],"period":[10,20]}`, "phase: missing"},
		{sequence, `{"amplitude":[1,2],"period":[10,20],"phase":[0]}`, "phase: want 2 numbers, got 1"},
		{sequence, `{"amplitude":[1,2,3],"period":[10,20],"phase":[0]}`, "amplitude: want 2 numbers, got 3"},
		{sequence, `{"amplitude":[1,2],"period":[10,0],"phase":[0,0]}`, "period: must be above 0, got 0"},
		{sequence, `{"amplitude":[1,2],"period":[10,20],"phase":[0,0],"fase":[0,0]}`, `unknown field "fase"`},
		{sequence, `{"amplitude":[1,"2"],"period":[10,20],"phase":[0,0]}`, "string"},
		{sequence, `{"amplitude":[1,1e999],"period":[10,20],"phase":[0,0]}`, "1e999"},
		{sequence, `{"amplitude":[1,2],"period":[10,20],"phase":[0,0]} {}`, "text after"},
		{sequence, `null`, "amplitude: missing"},
		{sequence, `[]`, "array"},
		{sequence, ``, "EOF"},
		{robot, `{` + place(100) + `}`, ""},
		{robot, `{` + place(99) + `}`, "noise: want 100 numbers, got 99"},
		{robot, explore(100, 100), ""},
		{released, `{` + place(100) + `}`, "noise: want 101 numbers, got 100"},
		{released, `{` + place(101) + `}`, ""},
		{robot, `{"goal":[1,2],"k":0.1,"noise":[]}`, "a0: missing"},
		{robot, `{"goal":[1,2,3],"a0":1,"k":0.1,"noise":[]}`, "is 2 numbers, got 3"},
		{robot, `{"goal":[1],"a0":1,"k":0.1,"noise":[]}`, "is 2 numbers, got 1"},
		{explorer, explore(100, 100), ""},
		{explorer, `{` + place(100) + `}`, "explore: missing"},
		{explorer, `{` + place(100) + `,"explore":null}`, "explore: goal: missing"},
		{explorer, `{` + place(100) + `,"explore":{` + place(100) + `}}`, "explore: exploration: missing"},
		{explorer, explore(99, 100), "explore: want 100 numbers of noise and exploration, got 99 and 100"},
		{explorer, explore(100, 99), "explore: want 100 numbers of noise and exploration, got 100 and 99"},
		{pole, `{"cart":1,"pole":0.1,"length":0.5,"force":-10,"start":[0,0,0,0]}`, ""},
		{pole, `{"cart":1,"pole":0.1,"length":0.5,"start":[0,0,0,0]}`, "force: missing"},
		{pole, `{"cart":1,"pole":0.1,"length":0.5,"force":10,"start":[0,0,0]}`, "start: want 4 numbers, got 3"},
		{pole, `{"cart":0,"pole":0.1,"length":0.5,"force":10,"start":[0,0,0,0]}`, "cart: must be above 0 and finite, got 0"},
		{pole, `{"cart":1,"pole":0.1,"length":-0.5,"force":10,"start":[0,0,0,0]}`, "length: must be above 0 and finite, got -0.5"},
		{pendulum, `{"gravity":-10,"mass":1,"length":1,"torque":-2,"start":[3,0]}`, ""},
		{pendulum, `{"gravity":10,"mass":1,"length":1,"torque":2,"start":[]}`, "start: want 2 numbers, got 0"},
		{pendulum, `{"gravity":10,"mass":0,"length":1,"torque":2,"start":[0,0]}`, "mass: must be above 0"},
		{pendulum, `{"gravity":10,"mass":1,"length":1,"torque":2,"start":[1e9,0]}`, "start: the angle must be at most 100 from 0"},
	} {
		_, err := c.f.Decode([]byte(c.data))
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "task: ")) {
			t.Errorf("%.120s: %v, want %q", c.data, err, c.want)
		}
	}
}
