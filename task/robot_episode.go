package task

import (
	"math"

	"baldwin/internal/detmath"
)

// A robot is one episode's robot.
type robot struct {
	task    *RobotTask
	x, y    float64
	heading float64
	action  [2]float64 // the newest, clipped
	step    int
	score   float64
	away    float64 // distance to the goal after the newest step
}

// distance is sqrt(dx^2 + dy^2) to the goal.
func (r *robot) distance() float64 {
	dx, dy := r.task.Goal[0]-r.x, r.task.Goal[1]-r.y
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// signal is max(0, A0 - k ln(d/d0) + noise).
func (r *robot) signal() float64 {
	d := max(r.distance(), SignalFloor)
	return max(0, r.task.A0-float64(r.task.K*detmath.Log(d/SignalUnit))+r.task.Noise[r.step])
}

// move drives one step along an exact arc: with the wheels' ways l and r, it turns by (r-l)/axle and goes
// (l+r)/2 * sin(turn/2)/(turn/2) in the direction of heading + turn/2.
func (r *robot) move(left, right float64) {
	r.action = [2]float64{clip(left), clip(right)}
	l, w := float64(r.action[0]*RobotSpeed), float64(r.action[1]*RobotSpeed)
	turn, chord := (w-l)/RobotAxle, 0.5*(l+w)
	half := turn / 2
	if math.Abs(turn) >= RobotStraight {
		chord = chord * detmath.Sin(half) / half
	}
	sin, cos := detmath.Sincos(r.heading + half)
	r.x += float64(chord * cos)
	r.y += float64(chord * sin)
	r.heading += turn
	r.step++
	r.away = r.distance()
	r.score -= r.away
}

// clip bounds an action to [-1, 1]; NaN stays.
func clip(a float64) float64 {
	switch {
	case a > 1:
		return 1
	case a < -1:
		return -1
	}
	return a
}

// Episode makes room for batch robots.
func (f *Robot) Episode(batch int) Episode {
	return &robotEpisode{f: f, robots: make([]robot, batch), fitness: make([]float64, batch), rollouts: newRollouts(f, batch)}
}

type robotEpisode struct {
	Slots
	f         *Robot
	robots    []robot   // by slot
	fitness   []float64 // by task
	exploring bool
	rollouts  []rollout      // by task
	paths     [][][2]float64 // by task; nil: not kept
}

func (e *robotEpisode) Begin(tasks []Task) {
	e.Start(len(tasks))
	for i, t := range tasks {
		e.robots[i] = robot{task: t.(*RobotTask)}
		if e.paths != nil {
			e.paths[i] = nil
			e.trace(i)
		}
	}
	e.exploring = false
}

func (e *robotEpisode) Observe(obs []float32) (Step, bool) {
	for i := range e.live {
		r := &e.robots[i]
		o := obs[3*i : 3*i+3]
		o[0], o[1], o[2] = float32(r.action[0]), float32(r.action[1]), float32(r.signal())
		if e.exploring {
			e.rollouts[e.task[i]].see(o)
		}
	}
	return Step{Plastic: true, Output: true}, e.live > 0
}

func (e *robotEpisode) Act(act []float32, m Mover) {
	for i := range e.live {
		r := &e.robots[i]
		left, right := float64(act[2*i]), float64(act[2*i+1])
		if e.exploring {
			n := r.task.Exploration[r.step]
			left, right = clip(left+n[0]), clip(right+n[1])
		}
		before := r.score
		r.move(left, right)
		if e.exploring {
			e.rollouts[e.task[i]].did(r.action, r.score-before)
		} else {
			e.trace(i)
		}
	}
	steps := e.f.steps()
	if e.exploring {
		steps = robotSteps
	}
	// From the last slot down, so that the life that moves into a free slot is always one that goes on.
	for i := e.live - 1; i >= 0; i-- {
		r := &e.robots[i]
		if !(r.away < RobotRadius || r.step >= steps) {
			continue
		}
		e.fitness[e.task[i]] = r.score
		if from := e.End(i, m); from != i {
			*r = e.robots[from]
		}
	}
}

func (e *robotEpisode) Fitness(i int) float64 { return e.fitness[i] }

// Trace makes the episode keep paths.
func (e *robotEpisode) Trace() { e.paths = make([][][2]float64, len(e.robots)) }

// Path is where the robot of task i went.
func (e *robotEpisode) Path(i int) [][2]float64 { return e.paths[i] }

// trace notes where the robot of a slot is.
func (e *robotEpisode) trace(slot int) {
	if e.paths != nil {
		i := e.task[slot]
		e.paths[i] = append(e.paths[i], [2]float64{e.robots[slot].x, e.robots[slot].y})
	}
}
