package task

import (
	"math"
	"testing"

	"baldwin/internal/rng"
)

// Reference policies fix the scale of robot scores. A policy is a fresh controller for each robot: it sees what a learner
// sees, and r, the truth, only if it is to cheat.
type policy func(r *robot, task int) func(obs []float32) (left, right float64)

// random drives each wheel at a speed drawn anew in each step.
func random(_ *robot, task int) func([]float32) (float64, float64) {
	s := rng.At(7, rng.Exploration, 0, 0, uint32(task)).Source()
	return func([]float32) (float64, float64) { return s.Uniform(-1, 1), s.Uniform(-1, 1) }
}

// knowing turns to the goal and drives, slower when it is near.
func knowing(r *robot, _ int) func([]float32) (float64, float64) {
	return func([]float32) (float64, float64) {
		angle := math.Remainder(math.Atan2(r.task.Goal[1]-r.y, r.task.Goal[0]-r.x)-r.heading, 2*math.Pi)
		turn := angle * 0.04 / 0.05 // difference of the wheels that would turn so far in one step
		speed := min(1, r.distance()/0.05) * max(0, math.Cos(angle))
		return clip(speed - turn/2), clip(speed + turn/2)
	}
}

// climbing sees only the signal. It knows from its own actions where it is, fits a plane to the last six signals, and
// weaves up the slope: without weaving there is none across its way to be seen.
func climbing(*robot, int) func([]float32) (float64, float64) {
	const window, weave = 6, 0.8
	at := robot{task: &RobotTask{}} // by dead reckoning
	var past [][3]float64           // x, y, signal
	side := weave
	return func(obs []float32) (left, right float64) {
		past = append(past, [3]float64{at.x, at.y, float64(obs[2])})
		past = past[max(0, len(past)-window):]
		angle := 1.0 // of the first few steps: a curve
		if at.step >= 3 {
			x, y := slope(past)
			angle = math.Remainder(math.Atan2(y, x)-at.heading, 2*math.Pi) + side
		}
		side = -side
		turn, speed := angle*0.04/0.05, max(0.2, math.Cos(angle))
		left, right = clip(speed-turn/2), clip(speed+turn/2)
		at.move(left, right)
		return left, right
	}
}

// slope is the direction in which a plane fitted to points rises, by least squares with a small ridge.
func slope(points [][3]float64) (x, y float64) {
	var mean [3]float64
	for _, p := range points {
		for i, v := range p {
			mean[i] += v / float64(len(points))
		}
	}
	xx, xy, yy, xs, ys := 1e-5, 0.0, 1e-5, 0.0, 0.0
	for _, p := range points {
		dx, dy, ds := p[0]-mean[0], p[1]-mean[1], p[2]-mean[2]
		xx, xy, yy, xs, ys = xx+dx*dx, xy+dx*dy, yy+dy*dy, xs+dx*ds, ys+dy*ds
	}
	return xs*yy - ys*xy, ys*xx - xs*xy
}

// score is the mean fitness of a policy over n tasks.
func score(f *Robot, p policy, n int) float64 {
	tasks := DrawAll(f, 5, rng.MetaTest, 0, 0, n)
	var sum float64
	e := f.Episode(1).(*robotEpisode)
	for i := range tasks {
		e.Begin(tasks[i : i+1])
		drive := p(&e.robots[0], i)
		follow(e, func(obs, act []float32) {
			left, right := drive(obs)
			act[0], act[1] = float32(left), float32(right)
		})
		sum += e.Fitness(0)
	}
	return sum / float64(n)
}

// TestStillScore: robots that never move score it, with their goals on a grid over the square. The four next to the middle are at the goal
// when they start.
func TestStillScore(t *testing.T) {
	const side = 40
	f := &Robot{Noise: 0.01, Protocol: PaperEpisode}
	e := f.Episode(1).(*robotEpisode)
	var sum float64
	for i := range side * side {
		at := func(k int) float64 { return (float64(k)+0.5)/side - 0.5 }
		s := rng.At(7, rng.Exploration, 0, 0, uint32(i)).Source()
		e.Begin([]Task{f.Given(Point{at(i % side), at(i / side)}, 1, 0.2, s)})
		follow(e, func(_, act []float32) { clear(act) })
		sum += e.Fitness(0)
	}
	if got := sum / (side * side); math.Abs(got-StillScore) > 0.03 { // what the four and so coarse a grid come to is half of that
		t.Errorf("robots that never move score %.3f, StillScore is %.3f", got, StillScore)
	}
}

// TestPolicies: a random controller scores no more than StillScore, whatever the noise; a climber of the signal half of that, as long as it
// can see a slope in it; and one that knows the goal shows what can be reached.
func TestPolicies(t *testing.T) {
	const tasks = 500
	for _, c := range []struct {
		name   string
		p      policy
		noise  float64
		lo, hi float64
	}{
		{"random", random, 0.01, -41, -36},
		{"random", random, 0.2, -41, -36},
		{"climbing", climbing, 0.01, -22, -18},
		{"climbing", climbing, 0.05, -32, -27},
		{"climbing", climbing, 0.2, -41, -36},
		{"knowing", knowing, 0.01, -2, -1.5},
		{"knowing", knowing, 0.2, -2, -1.5},
	} {
		got := score(&Robot{Noise: c.noise, Protocol: PaperEpisode}, c.p, tasks)
		t.Logf("%s at noise %g: %.2f", c.name, c.noise, got)
		if !(got > c.lo && got < c.hi) {
			t.Errorf("%s at noise %g: %v, want between %v and %v", c.name, c.noise, got, c.lo, c.hi)
		}
	}
}
