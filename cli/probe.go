package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"baldwin/internal/embed"
	"baldwin/probe"
	"baldwin/task"
)

// probeCmd is `baldwin probe`.
type probeCmd struct {
	What   string   `arg:"" name:"run|genome" help:"A run's name, or a genome.safetensors."`
	Ask    []string `placeholder:"WHAT" help:"knows, lesions, memory, ranges, protocol, modulator, paths; several with commas. All but paths unless given."`
	Lives  int      `placeholder:"N" help:"How many lives: 400 for knows and modulator, 1600 for lesions, memory, ranges and protocol, for paths 4 a value, unless given."`
	Seed   uint64   `placeholder:"N" default:"1" help:"Seed of tasks that are drawn, of bootstraps and of layouts."`
	Preset string   `placeholder:"NAME" help:"For a genome file without a spec: what it was evolved for."`
	Vary   string   `placeholder:"WHAT" help:"paths: what differs, A, n or phi of a sequence, or A0,k of a robot."`
	Of     string   `default:"W" enum:"W,h" help:"paths: of W or of h."`
	Csv    string   `name:"csv" placeholder:"FOLDER" help:"Also write each answer as FOLDER/WHAT.csv."`
	JSON   bool     `name:"json" help:"One JSON object a line, one for each question."`
	engine
}

// Help is the long help.
func (probeCmd) Help() string {
	return `What do lives show, in numbers? Seven questions:

knows: what do the weights know? R2 of each hidden parameter (A, n, phi; A0, k, goal) as it is read by ridge regression from W, from
h, and from all that was seen, after each step of life. Each life is predicted from others alone; 1 is all, 0 nothing. "seen" is what
can be read linearly without any learner.
lesions: what does learning do? Fitness on held-out tasks with plasticity frozen from a step on, W or h set back to birth, another
task's W, parts of the rule taken out, the modulator held still. change is paired, life by life.
memory: how long does it last? The error of a sequence predicted ten times as far ahead as it was evolved for; a share of 1 is as
good as predicting 0.
ranges: the same outside the ranges of A, n, noise, A0 and k that it was evolved in.
protocol: what does the way of testing do? The same genome tested closed-loop and as the released code does, W held or learning on.
modulator: what does it do? Its activity by step, and its correlation with the error of prediction.
paths: which ways do W and h go? Lives that differ in one parameter, laid out by t-SNE and PCA; --csv or --json has the points.

    baldwin probe seq-l1-k10-n20-eprnn-s1
    baldwin probe genome.safetensors --ask lesions,memory
    baldwin probe genome.safetensors --ask paths --vary n --of h --csv data/`
}

// asks are the questions in order.
var asks = []string{"knows", "lesions", "memory", "ranges", "protocol", "modulator", "paths"}

// An answer is a question's table with what else is to be said.
type answer struct {
	table *probe.Table
	short *probe.Table // for people, where the table is too long
	notes []string
	facts map[string]any // beside the rows, for JSON
}

// Run asks.
func (c *probeCmd) Run(p *process) error {
	for _, a := range c.Ask {
		if !slices.Contains(asks, a) {
			return badf("--ask: unknown question %q; there are %s", a, strings.Join(asks, ", "))
		}
	}
	if c.Lives < 0 || c.Lives > 16000 {
		return badf("--lives: must be 1 to 16000, got %d", c.Lives)
	}
	k, err := c.isa()
	if err != nil {
		return err
	}
	threads, err := c.workers()
	if err != nil {
		return err
	}
	g, err := (&testCmd{What: c.What, Preset: c.Preset}).genome(p)
	if err != nil {
		return err
	}
	s := &probe.Subject{Learner: g.Learner, Family: g.Spec.Family.Family, Theta: g.Theta, Kernel: k, Threads: threads}
	if c.Csv != "" {
		if err := os.MkdirAll(c.Csv, 0o755); err != nil {
			return bad(err)
		}
	}
	if !c.JSON {
		fmt.Fprintf(p.stdout, "%s: %s on %s, theta %s\n", c.What, g.Spec.Learner.Name, g.Spec.Family.Name, short(g.Hash))
	}
	for _, ask := range asks {
		if chosen := slices.Contains(c.Ask, ask); !chosen && (len(c.Ask) > 0 || ask == "paths" || !meant(ask, s)) {
			continue
		}
		a, err := c.answer(p, ask, s)
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if err != nil {
			return badf("--ask %s: %s", ask, strings.TrimPrefix(err.Error(), "probe: "))
		}
		if c.Csv != "" {
			if err := writeCSV(filepath.Join(c.Csv, ask+".csv"), a.table); err != nil {
				return bad(err)
			}
		}
		if err := c.print(p, ask, g.Hash, a); err != nil {
			return err
		}
	}
	return nil
}

// meant says whether a question that was not asked for has an answer.
func meant(ask string, s *probe.Subject) bool {
	_, sequence := s.Family.(*task.Sequence)
	_, robot := s.Family.(*task.Robot)
	switch ask {
	case "memory", "protocol":
		return sequence
	case "ranges":
		return sequence || robot
	case "modulator":
		return (sequence || robot) && s.Learner.Modulator == "on"
	}
	return true
}

func (c *probeCmd) answer(p *process, ask string, s *probe.Subject) (a answer, err error) {
	switch ask {
	case "knows":
		var ks []probe.Knowledge
		if ks, err = probe.Knows(p.ctx, s, probe.KnowsSettings{Lives: c.Lives, Seed: c.Seed}); err == nil {
			a.table, a.short = probe.KnowsTable(ks), pivot(ks)
			a.notes = []string{"R2 by step of life; columns name what it is read from and the parameter"}
		}
	case "lesions":
		var ts []probe.Treatment
		if ts, err = probe.Lesions(p.ctx, s, c.Lives); err == nil {
			a.table = probe.LesionsTable(ts)
		}
	case "memory":
		var hs []probe.Horizon
		if hs, err = probe.Memory(p.ctx, s, c.Lives); err == nil {
			a.table = probe.MemoryTable(hs)
			a.notes = []string{"mean squared error of the predictions of y(first) to y(last); share: of the error of predicting 0"}
		}
	case "ranges":
		var as []probe.Abroad
		if as, err = probe.Ranges(p.ctx, s, c.Lives, c.Seed); err == nil {
			a.table = probe.RangesTable(as)
		}
	case "protocol":
		var ts []probe.Trial
		if ts, err = probe.Protocols(p.ctx, s, c.Lives); err == nil {
			a.table = probe.ProtocolsTable(ts)
			a.notes = []string{"share: of the error of predicting 0 over the same steps"}
		}
	case "modulator":
		var m *probe.Modulation
		if m, err = probe.Modulator(p.ctx, s, c.Lives, c.Seed); err == nil {
			a.table = probe.ModulatorTable(m)
			a.short = &probe.Table{Columns: a.table.Columns}
			for _, step := range probe.About(20, len(a.table.Rows)) {
				a.short.Rows = append(a.short.Rows, a.table.Rows[step-1])
			}
			a.facts = map[string]any{"surprise": m.Surprise, "correlation": estimate(m.Correlation), "r2": estimate(m.R2)}
			a.notes = []string{
				"surprise: " + m.Surprise,
				"correlation of activity and surprise within steps: " + between(m.Correlation),
				"R2 of surprise read from all neurons at the last step that learns: " + between(m.R2),
			}
		}
	case "paths":
		a, err = c.paths(p, s)
	}
	return a, err
}

// paths lays lives out.
func (c *probeCmd) paths(p *process, s *probe.Subject) (a answer, err error) {
	vary, every := c.Vary, 1
	if vary == "" {
		vary = probe.VaryA
		if _, robot := s.Family.(*task.Robot); robot {
			vary = probe.VaryRobot
		}
	}
	if s.Family.Shape().Steps > 60 {
		every = 2
	}
	others := c.Lives
	if others == 0 {
		others = 4
	}
	paths, err := probe.Vary(p.ctx, s, vary, others, c.Seed)
	if err != nil {
		return a, err
	}
	m, err := probe.Lay(paths, c.Of, every, embed.Settings{Seed: c.Seed})
	if err != nil {
		return a, err
	}
	a.table = probe.PathsTable(paths, m)
	a.short = &probe.Table{Columns: []string{"life", "label", "task", "fitness", "end_pca_1", "end_pca_2"}}
	for i, path := range paths {
		end := m.PCA[i][len(m.PCA[i])-1]
		a.short.Rows = append(a.short.Rows, []any{i + 1, path.Label, path.Task, path.Fitness, end[0], end[1]})
	}
	a.facts = map[string]any{
		"perplexity": number(m.Perplexity), "kl": number(m.KL), "trustworthiness": number(m.Trustworthiness),
		"explained": []number{number(m.Explained[0]), number(m.Explained[1])},
	}
	a.notes = []string{
		fmt.Sprintf("%s for different %s; where each life's ends, by PCA. --csv or --json has every step", c.Of, vary),
		fmt.Sprintf("t-SNE: perplexity %g, KL %.3f, trustworthiness %.3f; PCA explains %.1f%% and %.1f%% of the variance",
			m.Perplexity, m.KL, m.Trustworthiness, 100*m.Explained[0], 100*m.Explained[1]),
	}
	return a, nil
}
