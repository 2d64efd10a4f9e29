package paper

import (
	"fmt"

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
