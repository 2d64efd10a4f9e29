package cli

import (
	"fmt"
	"math"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/task"
)

// liveCmd is `baldwin live`.
type liveCmd struct {
	Genome string   `required:"" placeholder:"FILE" help:"The genome, a safetensors file."`
	Tasks  string   `required:"" placeholder:"CASE.json" help:"Learner, family and tasks."`
	Record string   `placeholder:"FILE.npz" help:"Also write every step: obs, act, h, m and W."`
	Lesion []string `placeholder:"WHAT" help:"What is done to the lives: freeze=STEP, reset-w=STEP, reset-h=STEP, transplant=STEP, zero=PART; may be given again."`
	JSON   bool     `name:"json" help:"One JSON object instead of a table."`
	Kernel string   `default:"auto" enum:"auto,avx512,avx2,neon,reference" help:"Form of the kernels: ${enum}. The result is the same."`
	consent
}

// Help is the long help.
func (liveCmd) Help() string {
	return `The tasks file says who lives and what it meets:

    {"learner": "eprnn",
     "family": {"name": "sequence", "dims": 1, "k": 10, "n": 20},
     "tasks": [{"amplitude": [1.4], "period": [81.6], "phase": [1.36]}]}

The family may also have protocol, plastic_testing, gated_state, rule and, for a robot, rollouts. With --json the result has,
for each task in "results", the outputs of every step (a robot: its path), the steps, the fitness, the last hidden state h
and the sum of |W| of the plastic weights. A tensor birth.w in the genome file is the W that every life of epmlp-random is
born with. The npz of --record has obs and act as [task][step][n], h and m as [task][step][hidden], W as
[task][step][out][in], steps and fitness as [task]; what a learner has not got is left out.

A lesion shows what a life lives by. Steps are counted from 1. freeze=11: from step 11 on nothing is learned. reset-w=11, reset-h=11:
before step 11 the plastic weights, or the hidden state, become those of birth. transplant=11: before step 11 the weights become those
that the next task's life ended with. zero=A: that part of the rule is 0; zero=m holds the modulator at 1.

    baldwin export RUN -o g.safetensors && baldwin live --genome g.safetensors --tasks case.json
    baldwin live --genome g.safetensors --tasks case.json --json --record life.npz`
}

// maxRecord bounds the numbers that --record keeps in memory.
const maxRecord = 1 << 28

// A livedTask is one task's result.
type livedTask struct {
	Outputs [][]number   `json:"outputs,omitempty"` // [step][dims]
	Path    [][2]float64 `json:"path,omitempty"`    // in place of outputs where the family has places: [step+1][x, y]
	Steps   int          `json:"steps"`
	Fitness number       `json:"fitness"`
	H       []number     `json:"h"` // the last hidden state; null without one
	W       *number      `json:"W"` // sum of |W| at the end; null without plastic weights
}

// Run lives.
func (c *liveCmd) Run(p *process) error {
	k, err := kernel.Parse(c.Kernel)
	if err != nil {
		return bad(err)
	}
	cs, err := p.readCase(c.Tasks)
	if err != nil {
		return err
	}
	if err := c.permit(p, cs.spec.Family.Family, false); err != nil {
		return err
	}
	l, err := cs.spec.Fit(p.registry)
	if err != nil {
		return badf("%s: %w", c.Tasks, err)
	}
	theta, birth, err := readBirth(c.Genome, l)
	if err != nil {
		return err
	}
	f := cs.spec.Family.Family
	lesion, err := life.ParseLesion(c.Lesion...)
	if err == nil {
		err = lesion.Check(l, f)
	}
	if err != nil {
		return badf("--lesion: %w", err)
	}
	lot, err := (&life.Lot{Tasks: cs.tasks, Birth: birth}).Lesioned(lesion)
	if err != nil {
		return badf("--lesion: %w", err)
	}
	if steps := f.Shape().Steps; c.Record != "" && len(cs.tasks) > maxRecord/(l.Hidden*l.Hidden*steps) {
		return badf("--record: %d tasks of %d steps with %d weights are too many; give at most %d tasks",
			len(cs.tasks), steps, l.Hidden*l.Hidden, maxRecord/(l.Hidden*l.Hidden*steps))
	}
	var results []livedTask
	var lives []life.Life
	// In batches, for W of every step of every task is large.
	for lo := 0; lo < len(cs.tasks); lo += life.MaxBatch {
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		part := lot.Part(lo, min(lo+life.MaxBatch, len(cs.tasks)))
		for _, lived := range life.Record(l, f, k, theta, &part) {
			if lived.Err != nil {
				return lived.Err
			}
			results = append(results, newLivedTask(lived))
			if c.Record != "" {
				lives = append(lives, lived)
			}
		}
	}
	if c.Record != "" {
		if err := tensorfile.WriteNPZ(c.Record, recorded(lives, l)); err != nil {
			return bad(err)
		}
	}
	if c.JSON {
		return printJSON(p.stdout, struct {
			Learner string         `json:"learner"`
			Family  map[string]any `json:"family"`
			Lesion  []string       `json:"lesion,omitempty"`
			Results []livedTask    `json:"results"`
		}{cs.learner, cs.family, c.Lesion, results})
	}
	p.printLives(results, f)
	return nil
}

func newLivedTask(l life.Life) livedTask {
	r := livedTask{Fitness: number(l.Fitness), Path: l.Path, Steps: len(l.Act)}
	if l.Path == nil {
		for _, a := range l.Act {
			r.Outputs = append(r.Outputs, numbers(a))
		}
	}
	if n := len(l.H); n > 0 {
		r.H = numbers(l.H[n-1])
	}
	if n := len(l.W); n > 0 {
		var sum float64
		for _, w := range l.W[n-1] {
			sum += math.Abs(float64(w))
		}
		w := number(sum)
		r.W = &w
	}
	return r
}

func numbers(v []float32) []number {
	out := make([]number, len(v))
	for i, x := range v {
		out[i] = number(x)
	}
	return out
}

// recorded stacks lives to arrays [task][step][...]; a life that ended earlier than others is filled up with NaN.
func recorded(lives []life.Life, l *learner.Learner) []tensorfile.Array {
	tasks, most := len(lives), 0
	steps, fitness := make([]int64, tasks), make([]float64, tasks)
	for i, one := range lives {
		steps[i], fitness[i] = int64(len(one.Obs)), one.Fitness
		most = max(most, len(one.Obs))
	}
	arrays := []tensorfile.Array{
		{Name: "steps", Shape: []int{tasks}, Data: steps}, {Name: "fitness", Shape: []int{tasks}, Data: fitness},
	}
	for _, part := range []struct {
		name  string
		shape []int
		of    func(life.Life) [][]float32
	}{
		{"obs", []int{l.Obs}, func(o life.Life) [][]float32 { return o.Obs }},
		{"act", []int{l.Act}, func(o life.Life) [][]float32 { return o.Act }},
		{"h", []int{l.Hidden}, func(o life.Life) [][]float32 { return o.H }},
		{"m", []int{l.Hidden}, func(o life.Life) [][]float32 { return o.M }},
		{"W", []int{l.Hidden, l.Hidden}, func(o life.Life) [][]float32 { return o.W }},
	} {
		size := 1
		for _, n := range part.shape {
			size *= n
		}
		if tasks == 0 || part.of(lives[0]) == nil {
			continue
		}
		data := make([]float32, 0, tasks*most*size)
		for _, one := range lives {
			rows := part.of(one)
			for _, row := range rows {
				data = append(data, row...)
			}
			for range (most - len(rows)) * size {
				data = append(data, float32(math.NaN()))
			}
		}
		arrays = append(arrays, tensorfile.Array{Name: part.name, Shape: append([]int{tasks, most}, part.shape...), Data: data})
	}
	return arrays
}

// printLives writes a line per task.
func (p *process) printLives(results []livedTask, f task.Family) {
	t := table{{"task", ">steps", ">fitness", ">|W|", "end"}}
	for i, r := range results {
		w, end := "-", "-"
		if r.W != nil {
			w = fmt.Sprintf("%.3f", *r.W)
		}
		if n := len(r.Outputs); n > 0 {
			end = fmt.Sprintf("output %.4f", r.Outputs[n-1])
		}
		if n := len(r.Path); n > 0 {
			end = fmt.Sprintf("at (%.4f, %.4f)", r.Path[n-1][0], r.Path[n-1][1])
		}
		t.row(i+1, r.Steps, fmt.Sprintf("%.6f", r.Fitness), w, end)
	}
	t.write(p.stdout)
	if m := meaning(f); m != "" {
		fmt.Fprintf(p.stdout, "\nfitness: %s\n", m)
	}
}
