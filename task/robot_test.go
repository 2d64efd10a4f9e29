package task

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// farAway is a task whose goal no robot reaches.
func farAway() *RobotTask {
	return &RobotTask{Goal: Point{100, 100}, A0: 1, K: 0.1, Noise: make([]float64, robotSteps+1)}
}

// euler integrates one step of the robot finely, at the middle of each of n parts.
func euler(x, y, heading, left, right float64, n int) (ex, ey, eheading float64) {
	dt := 1 / float64(n)
	for range n {
		forward, turn := 0.05*(left+right)/2*dt, 0.05*(right-left)/0.04*dt
		x += forward * math.Cos(heading+turn/2)
		y += forward * math.Sin(heading+turn/2)
		heading += turn
	}
	return x, y, heading
}

// TestRobotArc: an exact arc is what fine integration comes to, from a hard turn on the spot to a line.
func TestRobotArc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wheel := rapid.Float64Range(-1, 1)
		left := wheel.Draw(t, "left")
		right := rapid.OneOf(wheel, rapid.Map(rapid.SampledFrom([]float64{0, 1e-12, 7.9e-10, 8.1e-10, 1e-6}), func(d float64) float64 { return clip(left + d) })).Draw(t, "right")
		r := robot{task: farAway(), x: wheel.Draw(t, "x"), y: wheel.Draw(t, "y"), heading: rapid.Float64Range(-100, 100).Draw(t, "heading")}
		x, y, heading := euler(r.x, r.y, r.heading, left, right, 1000)
		r.move(left, right)
		// 1000 parts of a turn of at most 2.5 rad leave 0.05*(2.5/1000)^2/24.
		if math.Hypot(r.x-x, r.y-y) > 2e-8 || math.Abs(r.heading-heading) > 1e-10 {
			t.Fatalf("at %v, %v, %v; want %v, %v, %v", r.x, r.y, r.heading, x, y, heading)
		}
	})
}

// TestRobotStraight: equal wheels keep the heading, opposite ones the place.
func TestRobotStraight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		speed := rapid.Float64Range(-1, 1).Draw(t, "speed")
		line, spin := robot{task: farAway()}, robot{task: farAway()}
		for range 50 {
			line.move(speed, speed)
			spin.move(-speed, speed)
		}
		if math.Abs(line.x-50*0.05*speed) > 1e-12 || line.y != 0 || line.heading != 0 {
			t.Fatalf("on a line at %v, %v, %v", line.x, line.y, line.heading)
		}
		if spin.x != 0 || spin.y != 0 || math.Abs(spin.heading-50*0.05*2*speed/0.04) > 1e-11 {
			t.Fatalf("on the spot at %v, %v, %v", spin.x, spin.y, spin.heading)
		}
	})
}

// TestRobotCircle: a full circle returns, and half of one is its diameter away.
func TestRobotCircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		half := rapid.IntRange(4, 50).Draw(t, "steps of half a circle")
		turn := math.Pi / float64(half)
		left := rapid.Float64Range(-1, 1-0.8*turn).Draw(t, "left")
		right := left + turn*0.04/0.05
		r := robot{task: farAway()}
		for range half {
			r.move(left, right)
		}
		diameter := 2 * 0.05 * (left + right) / 2 / turn
		if math.Abs(r.x) > 1e-12 || math.Abs(r.y-diameter) > 1e-12 {
			t.Fatalf("after half a circle at %v, %v; want 0, %v", r.x, r.y, diameter)
		}
		for range half {
			r.move(left, right)
		}
		if math.Hypot(r.x, r.y) > 1e-12 || math.Abs(r.heading-2*math.Pi) > 1e-12 {
			t.Fatalf("after a circle at %v, %v, %v", r.x, r.y, r.heading)
		}
	})
}

// TestRobotMirror: goal and actions mirrored give the mirrored path, the same signals and the same score, to the bit.
func TestRobotMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Float64Range(-goalRange, goalRange)
		one := farAway()
		one.Goal = Point{place.Draw(t, "x"), place.Draw(t, "y")}
		other := *one
		other.Goal[1] *= -1
		a, b := robot{task: one}, robot{task: &other}
		wheel := rapid.Float64Range(-1.2, 1.2)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if a.signal() != b.signal() {
				t.Fatalf("signals %v and %v", a.signal(), b.signal())
			}
			left, right := wheel.Draw(t, "left"), wheel.Draw(t, "right")
			a.move(left, right)
			b.move(right, left)
		}
		if a.x != b.x || a.y != -b.y || a.heading != -b.heading || a.score != b.score {
			t.Fatalf("%+v is not the mirror of %+v", a, b)
		}
	})
}

// TestRobotSignal: max(0, A0 - k ln(d/0.02) + noise), d not below 1e-6.
func TestRobotSignal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := &RobotTask{A0: rapid.Float64Range(minA0, maxA0).Draw(t, "a0"), K: rapid.Float64Range(minK, maxK).Draw(t, "k"), Noise: []float64{rapid.Float64Range(-1, 1).Draw(t, "noise")}}
		d := rapid.OneOf(rapid.Float64Range(0, 3), rapid.SampledFrom([]float64{0, 1e-300, 1e-7, 1e-6, 0.02, 1e6})).Draw(t, "d")
		r := robot{task: one, x: d}
		want := max(0, one.A0-one.K*math.Log(max(d, 1e-6)/0.02)+one.Noise[0])
		if got := r.signal(); math.Abs(got-want) > 1e-14*(1+math.Abs(want)) {
			t.Fatalf("signal %v, want %v", got, want)
		}
	})
	at := robot{task: &RobotTask{A0: 1.25, K: 0.3, Noise: []float64{0}}, x: 0.02}
	if at.signal() != 1.25 {
		t.Errorf("at d0 the signal is %v, want A0", at.signal())
	}
	at.x = 1e9
	if at.signal() != 0 {
		t.Errorf("far away the signal is %v", at.signal())
	}
	at.x = 0
	if want := 1.25 - 0.3*math.Log(1e-6/0.02); math.Abs(at.signal()-want) > 1e-14 {
		t.Errorf("at the goal the signal is %v, want %v", at.signal(), want)
	}
}

// follow lets act drive the one robot of an episode to its end and returns the number of steps.
func follow(e Episode, act func(obs, act []float32)) (n int) {
	s := []float32{0, 0, 0}
	a := []float32{0, 0}
	for {
		step, ok := e.Observe(s)
		if !ok {
			return n
		}
		if step != (Step{Plastic: true, Output: true}) {
			panic("a robot's step is not plastic with an output")
		}
		act(s, a)
		e.Act(a, nil)
		n++
	}
}

// TestRobotEnd: 100 steps, as released 101, or fewer when the goal is reached.
func TestRobotEnd(t *testing.T) {
	stay := func(_, a []float32) { clear(a) }
	drive := func(_, a []float32) { a[0], a[1] = 1, 1 }
	passing := 0.0
	for i := 1; i <= 100; i++ {
		passing -= math.Hypot(0.05*float64(i)-0.1, 0.0201)
	}
	for _, c := range []struct {
		protocol Protocol
		goal     Point
		act      func(obs, act []float32)
		steps    int
		fitness  float64
	}{
		{PaperEpisode, Point{0.3, -0.4}, stay, 100, -50},
		{AsReleased, Point{0.3, -0.4}, stay, 101, -50.5},
		{PaperEpisode, Point{0.115, 0}, drive, 2, -0.065 - 0.015}, // |0.115 - 0.1| < 0.02
		{PaperEpisode, Point{0.1, 0.0199}, drive, 2, -math.Hypot(0.05, 0.0199) - 0.0199},
		{PaperEpisode, Point{0, 0.01}, stay, 1, -0.01},
		{PaperEpisode, Point{0.1, 0.0201}, drive, 100, passing},
	} {
		one := farAway()
		one.Goal = c.goal
		f := &Robot{Protocol: c.protocol}
		e := f.Episode(1)
		e.(Tracer).Trace()
		for range 2 { // an episode begins anew
			e.Begin([]Task{one})
			n := follow(e, c.act)
			if n != c.steps || len(e.(Tracer).Path(0)) != n+1 || e.Live() != 0 {
				t.Errorf("%s, goal %v: %d steps and %d places, want %d and one more", c.protocol, c.goal, n, len(e.(Tracer).Path(0)), c.steps)
			}
			if got := e.Fitness(0); math.Abs(got-c.fitness) > 1e-12 {
				t.Errorf("%s, goal %v: fitness %v, want %v", c.protocol, c.goal, got, c.fitness)
			}
		}
	}
}

// TestRobotObserves: the previous action, clipped, and the signal of the step; at first no action.
func TestRobotObserves(t *testing.T) {
	f := &Robot{Noise: 0.2, Protocol: PaperEpisode}
	one := drawn(f, 1)[0].(*RobotTask)
	one.Goal = Point{3, 4}
	e := f.Episode(1)
	e.Begin([]Task{one})
	given := [][2]float32{{0, 0}, {0.5, -0.25}, {3, -7}, {float32(math.Inf(1)), 1}}
	clipped := [][2]float32{{0, 0}, {0.5, -0.25}, {1, -1}, {1, 1}}
	at := robot{task: one}
	n := 0
	follow(e, func(obs, act []float32) {
		if i := n % len(given); n > 0 && (obs[0] != clipped[i][0] || obs[1] != clipped[i][1]) || n == 0 && (obs[0] != 0 || obs[1] != 0) {
			t.Fatalf("step %d: sees action %v", n, obs[:2])
		}
		if want := float32(at.signal()); obs[2] != want {
			t.Fatalf("step %d: sees signal %v, want %v", n, obs[2], want)
		}
		n++
		copy(act, given[n%len(given)][:])
		at.move(float64(act[0]), float64(act[1]))
	})
}

// TestRobotNaN: a learner that breaks goes on to the end and scores NaN.
func TestRobotNaN(t *testing.T) {
	f := &Robot{Protocol: PaperEpisode}
	e := f.Episode(1)
	e.Begin(drawn(f, 1))
	if n := follow(e, func(_, a []float32) { a[0] = float32(math.NaN()) }); n != 100 || !math.IsNaN(e.Fitness(0)) {
		t.Errorf("%d steps, fitness %v", n, e.Fitness(0))
	}
}

// TestRobotRanges: hidden parameters fill their ranges evenly, and noise has its standard deviation.
func TestRobotRanges(t *testing.T) {
	f := &Robot{Noise: 0.05, Protocol: AsReleased, Rollouts: 1}
	var x, y, a0, k, noise, exploration []float64
	for _, one := range drawn(f, 1000) {
		r := one.(*RobotTask)
		x, y, a0, k = append(x, r.Goal[0]), append(y, r.Goal[1]), append(a0, r.A0), append(k, r.K)
		e := r.Explore
		if len(r.Noise) != 101 || e == nil || len(e.Noise) != 100 || len(e.Exploration) != 100 || e.Goal != r.Goal || e.A0 != r.A0 || e.K != r.K || slices.Equal(e.Noise, r.Noise[:100]) {
			t.Fatalf("drew %+v", r)
		}
		noise = append(append(noise, r.Noise...), e.Noise...)
		for _, p := range e.Exploration {
			exploration = append(exploration, p[0], p[1])
		}
	}
	uniform(t, "x", x, -0.5, 0.5)
	uniform(t, "y", y, -0.5, 0.5)
	uniform(t, "a0", a0, 0.5, 2)
	uniform(t, "k", k, 0.1, 0.5)
	for name, c := range map[string]struct {
		v  []float64
		sd float64
	}{"noise": {noise, 0.05}, "exploration": {exploration, 0.1}} {
		var sum, squares float64
		for _, v := range c.v {
			sum += v / c.sd
			squares += v / c.sd * v / c.sd
		}
		n := float64(len(c.v))
		if math.Abs(sum/n) > 4/math.Sqrt(n) || math.Abs(squares/n-1) > 4*math.Sqrt(2/n) {
			t.Errorf("%s: mean %v and variance %v of the unit", name, sum/n, squares/n)
		}
	}
	f.Noise = 0
	if quiet := drawn(f, 1)[0].(*RobotTask); slices.Max(quiet.Noise) != 0 || slices.Min(quiet.Noise) != 0 {
		t.Error("noise 0 is not silent")
	}
}
