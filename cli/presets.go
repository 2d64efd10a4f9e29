package cli

import (
	"fmt"
	"strings"

	"baldwin/run"
)

// presetsCmd is `baldwin presets`.
type presetsCmd struct {
	Verbose bool `short:"v" help:"With the paper's number for every learner, and the settings of --fast."`
	JSON    bool `name:"json" help:"One JSON object a line."`
}

// Help is the long help.
func (presetsCmd) Help() string {
	return `A preset is a spec by name; "baldwin train PRESET" runs it, with --learner for another learner. Beside it stands the paper's
number for EPRNN: mean and standard deviation, over 3 runs, of the top 3 of the last 10 meta-tests.

    baldwin presets
    baldwin presets -v`
}

// presetLine is a preset in `presets --json`.
type presetLine struct {
	Preset  string     `json:"preset"`
	Summary string     `json:"summary"`
	Spec    string     `json:"spec"`
	Paper   []cellLine `json:"paper"`
	Fast    []string   `json:"fast"`
}

type cellLine struct {
	Learner  string `json:"learner"`
	Rollouts int    `json:"rollouts"`
	Mean     number `json:"mean"`
	SD       number `json:"sd"`
}

// Run lists.
func (c *presetsCmd) Run(p *process) error {
	t := table{{"preset", ">paper's eprnn", "what"}}
	for _, pre := range p.registry.Presets {
		switch {
		case c.JSON:
			spec, err := pre.Spec.Resolve(p.registry)
			if err != nil {
				return err
			}
			line := presetLine{pre.Name, pre.Summary, string(spec.YAML()), []cellLine{}, append([]string{}, pre.Fast...)}
			for _, cell := range pre.Cells {
				line.Paper = append(line.Paper, cellLine{cell.Learner, cell.Rollouts, number(cell.Mean), number(cell.SD)})
			}
			if err := printJSON(p.stdout, line); err != nil {
				return err
			}
		case c.Verbose:
			fmt.Fprintf(p.stdout, "%s: %s\n", pre.Name, pre.Summary)
			cells := table{}
			for _, cell := range pre.Cells {
				name := cell.Learner
				if cell.Rollouts > 0 {
					name += fmt.Sprintf(" --rollouts %d", cell.Rollouts)
				}
				cells.row("  "+name, paperNumber(cell))
			}
			cells.write(p.stdout)
			if len(pre.Fast) > 0 {
				fmt.Fprintf(p.stdout, "  --fast: %s\n", strings.Join(pre.Fast, " "))
			}
		default:
			t.row(pre.Name, paperOf(pre.Cells, run.DefaultLearner), pre.Summary)
		}
	}
	if !c.JSON && !c.Verbose {
		t.write(p.stdout)
	}
	return nil
}

// paperOf is the paper's number for a learner without rollouts, or a dash.
func paperOf(cells []run.Cell, learner string) string {
	for _, c := range cells {
		if c.Learner == learner && c.Rollouts == 0 {
			return paperNumber(c)
		}
	}
	return "-"
}

func paperNumber(c run.Cell) string { return fmt.Sprintf("%.3f (sd %.3f)", c.Mean, c.SD) }
