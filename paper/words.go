package paper

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"baldwin/run"
)

// Runs says how many runs the plan's cells have, for people: "3 in 48, 10 in 4 cells".
func (p *Plan) Runs() string {
	runs, cells := map[string]int{}, map[int]int{}
	for _, j := range p.Jobs {
		runs[j.ID()]++
	}
	for _, n := range runs {
		cells[n]++
	}
	return tally(cells)
}

// Lengths says how many generations the runs of the plan's cells have, for people: "1500", or "3000 in 45, 5000 in 7 cells".
func (p *Plan) Lengths() string {
	cells := p.lengths()
	if len(cells) == 1 {
		return strconv.Itoa(p.Budget.Generations(p.Cells[0]))
	}
	return tally(cells)
}

// lengths counts the cells whose runs have each number of generations.
func (p *Plan) lengths() map[int]int {
	cells := map[int]int{}
	for _, c := range p.Cells {
		cells[p.Budget.Generations(c)]++
	}
	return cells
}

// Departure says in sentences what is not as in the paper, but for the length and the number of runs; "" if nothing.
func (p *Plan) Departure() string {
	var says []string
	if slices.ContainsFunc(p.Jobs, func(j Job) bool { return j.Spec.Draw == run.Stratified }) {
		says = append(says, "The 4 goals of a robot's generation are spread evenly (draw=stratified), the paper's are drawn one by one.")
	}
	if len(p.lengths()) > 1 {
		says = append(says, "Where a claim compares columns, their runs may differ in length.")
	}
	return strings.Join(says, " ")
}

// tally writes how many cells there are of each number.
func tally(cells map[int]int) string {
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(cells)) {
		parts = append(parts, fmt.Sprintf("%d in %d", n, cells[n]))
	}
	return strings.Join(parts, ", ") + " cells"
}
