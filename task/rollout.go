package task

// A Tutor is an Episode that can teach a learner which descends a gradient before it is scored.
type Tutor interface {
	Episode
	// Explore begins the exploring episode, to be run like any other before Begin. It reports false where there is none.
	Explore(tasks []Task) bool
	// Lesson is what task i offers to fit, n pairs: obs [n][Obs] and target [n][Act]. Without weight the loss is the
	// mean over pairs of the sum over dimensions of e^2 where |e| <= 1, else 2|e| - 1; with weight [n] it is the mean of
	// weight*|out-target|^2/2. No pairs: nothing to fit.
	Lesson(i int) (obs, target, weight []float32)
}

// Explore reports that there is nothing to explore.
func (e *sequenceEpisode) Explore([]Task) bool { return false }

// Lesson is the pairs (y(t), y(t+1)) within the shots.
func (e *sequenceEpisode) Lesson(i int) (obs, target, weight []float32) {
	l := e.f.Dims
	truth := e.tasks[i].truth
	return truth[e.first*l : e.f.Shots*l], truth[(e.first+1)*l : (e.f.Shots+1)*l], nil
}

// rollout is what a robot did while exploring.
type rollout struct {
	n         int
	obs       []float32 // [step][3]
	action    []float32 // [step][2], clipped, noise included
	reward    []float64 // [step]
	advantage []float32 // [step]
}

func newRollouts(f *Robot, batch int) []rollout {
	if f.Rollouts == 0 {
		return nil
	}
	r := make([]rollout, batch)
	for i := range r {
		r[i] = rollout{0, make([]float32, 3*robotSteps), make([]float32, 2*robotSteps), make([]float64, robotSteps), make([]float32, robotSteps)}
	}
	return r
}

func (r *rollout) see(obs []float32) { copy(r.obs[3*r.n:], obs) }

func (r *rollout) did(action [2]float64, reward float64) {
	r.action[2*r.n], r.action[2*r.n+1] = float32(action[0]), float32(action[1])
	r.reward[r.n] = reward
	r.n++
}

// advantages are the discounted sums of the next ten rewards, the last one repeated past the end, less their mean.
func (r *rollout) advantages() []float32 {
	var powers [horizon]float64
	power := 1.0
	for j := range powers {
		powers[j] = power
		power *= discount
	}
	var sums [robotSteps]float64
	var total float64
	for i := range r.n {
		var sum float64
		for j, p := range powers {
			sum += float64(p * r.reward[min(i+j, r.n-1)])
		}
		sums[i] = sum
		total += sum
	}
	mean := total / float64(r.n)
	for i, s := range sums[:r.n] {
		r.advantage[i] = float32(s - mean)
	}
	return r.advantage[:r.n]
}

func (e *robotEpisode) Explore(tasks []Task) bool {
	if e.f.Rollouts == 0 {
		return false
	}
	e.Start(len(tasks))
	for i, t := range tasks {
		e.robots[i] = robot{task: t.(*RobotTask).Explore}
		e.rollouts[i].n = 0
	}
	e.exploring = true
	return true
}

// Lesson is the exploring episode: action regression weighted by advantage. Zero-shot has none.
func (e *robotEpisode) Lesson(i int) (obs, target, weight []float32) {
	if e.f.Rollouts == 0 {
		return nil, nil, nil
	}
	r := &e.rollouts[i]
	return r.obs[:3*r.n], r.action[:2*r.n], r.advantages()
}
