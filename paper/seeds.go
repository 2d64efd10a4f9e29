package paper

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"baldwin/run"
)

// seeds are those of a cell's runs where nobody asks for others: as many as the paper's, or ten.
func (b Budget) seeds(c Cell) []uint64 {
	all := []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if slices.Contains(b.ten, c.ID()) {
		return all
	}
	return all[:3]
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
	runs, cells := map[string]int{}, map[int]int{}
	for _, j := range p.Jobs {
		runs[j.ID()]++
	}
	for _, n := range runs {
		cells[n]++
	}
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(cells)) {
		parts = append(parts, fmt.Sprintf("%d in %d", n, cells[n]))
	}
	return strings.Join(parts, ", ") + " cells"
}
