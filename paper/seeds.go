package paper

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"baldwin/run"
)

// seeds are those of a cell's runs where nobody asks for others: 1, 2 and so on.
func (b Budget) seeds(c Cell) []uint64 {
	var all []uint64
	for s := range b.sizeOf(c).runs {
		all = append(all, uint64(s)+1)
	}
	return all
}

// jobs lists the runs of all cells, whose specs are by ID: first those with each cell's first seed, then the second's.
func (p *Plan) jobs(seeds []uint64, specs map[string]run.Spec) []Job {
	var jobs []Job
	for i, n := 0, -1; n != len(jobs); i++ { // until a turn adds none
		n = len(jobs)
		for _, c := range p.Cells {
			its := seeds
			if len(its) == 0 {
				its = p.Budget.seeds(c)
			}
			if i >= len(its) {
				continue
			}
			j := Job{Cell: c, Seed: its[i], Name: fmt.Sprintf("%s-%s-%s-s%d", p.Budget.Name, c.Preset, c.Row(), its[i]), Spec: specs[c.ID()]}
			j.Spec.Seed = j.Seed
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// Runs says how many runs the plan's cells have, for people: "3 in 48, 10 in 4 cells".
func (p *Plan) Runs() string {
	runs := map[string]int{}
	for _, j := range p.Jobs {
		runs[j.ID()]++
	}
	return tally(slices.Collect(maps.Values(runs)))
}

// Lengths says how many generations the runs of the plan's cells have, for people: "1500", or "3000 in 45, 5000 in 7 cells".
func (p *Plan) Lengths() string {
	var lengths []int
	for _, c := range p.Cells {
		lengths = append(lengths, p.Budget.Generations(c))
	}
	slices.Sort(lengths)
	if distinct := slices.Compact(slices.Clone(lengths)); len(distinct) == 1 {
		return strconv.Itoa(distinct[0])
	}
	return tally(lengths)
}

// Departure says in sentences what is not as in the paper, but for the length and the number of runs; "" if nothing.
func (p *Plan) Departure() string {
	var says []string
	if slices.ContainsFunc(p.Jobs, func(j Job) bool { return j.Spec.Draw == run.Stratified }) {
		says = append(says, "The 4 goals of a robot's generation are spread evenly (draw=stratified), the paper's are drawn one by one.")
	}
	if strings.Contains(p.Lengths(), ",") {
		says = append(says, "Where a claim compares columns, their runs may differ in length.")
	}
	return strings.Join(says, " ")
}

// tally counts the cells that have each number.
func tally(numbers []int) string {
	cells := map[int]int{}
	for _, n := range numbers {
		cells[n]++
	}
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(cells)) {
		parts = append(parts, fmt.Sprintf("%d in %d", n, cells[n]))
	}
	return strings.Join(parts, ", ") + " cells"
}
