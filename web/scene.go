package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"baldwin/life"
	"baldwin/run"
)

// A scene is one life as an address names it:
//
//	genome   run:NAME, file:NAME or upload:HASH
//	seed     of the task that is drawn (1): its hidden parameters, its noise
//	KEY      a hidden parameter instead of the drawn one, such as a0 or goal.1
//	family.X a setting of the family instead of the genome's spec's
//	lesion   as `baldwin live --lesion` takes it; may come more than once
//	step     at which W is looked at, from 1
type scene struct {
	*specimen
	spec   run.Spec
	task   map[string]any // as JSON
	lesion life.Lesion
	lot    *life.Lot
	step   int
}

// drawn is task number i of the seed that shows lives in the explorer.
func drawn(s run.Spec, seed uint64, n int) ([]map[string]any, error) {
	lot := run.Fresh(s.Family.Family, seed, n)
	out := make([]map[string]any, n)
	for i, t := range lot.Tasks {
		var err error
		if out[i], err = asJSON(t); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	return out, nil
}

func (s *Server) scene(ctx context.Context, query url.Values) (*scene, error) {
	k, err := s.specimen(ctx, query.Get("genome"))
	if err != nil {
		return nil, err
	}
	c := &scene{specimen: k}
	if c.spec, err = changedSpec(k.Spec, query, s.Registry); err != nil {
		return nil, err
	}
	if n := c.weights(); n > maxRecord {
		return nil, badf("a life of %d steps has W with %d numbers, which is too much for a page; `baldwin live --record` takes it", c.spec.Family.Family.Shape().Steps, n)
	}
	seed, step := uint64(1), 0
	if text := query.Get("seed"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, badf("seed: want a whole number, got %.30q", text)
		}
	}
	if text := query.Get("step"); text != "" {
		if step, err = strconv.Atoi(text); err != nil || step < 0 {
			return nil, badf("step: want a whole number, got %.30q", text)
		}
	}
	c.step = step
	tasks, err := drawn(c.spec, seed, 2) // the second is the donor of a transplant
	if err != nil {
		return nil, err
	}
	c.task = tasks[0]
	if err := turned(c.task, query); err != nil {
		return nil, err
	}
	if c.lesion, err = life.ParseLesion(query["lesion"]...); err == nil {
		err = c.lesion.Check(c.Learner, c.spec.Family.Family)
	}
	if err != nil {
		return nil, badf("lesion: %w", err)
	}
	if c.lesion.Transplant == 0 {
		tasks = tasks[:1]
	}
	c.lot = &life.Lot{}
	for _, t := range tasks {
		data, err := json.Marshal(t)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		task, err := c.spec.Family.Family.Decode(data)
		if err != nil {
			return nil, &badRequest{err}
		}
		c.lot.Tasks = append(c.lot.Tasks, task)
	}
	if c.lot, err = c.lot.Lesioned(c.lesion); err != nil {
		return nil, badf("lesion: %w", err)
	}
	return c, nil
}

// maxRecord bounds the numbers of W that a life is recorded with: 128 MB.
const maxRecord = 1 << 25

// weights is how many numbers W is over a whole life.
func (c *scene) weights() int {
	return c.Learner.Hidden * c.Learner.Hidden * c.spec.Family.Family.Shape().Steps
}

// live is the recorded life.
func (s *Server) live(c *scene) life.Life {
	return life.Record(c.Learner, c.spec.Family.Family, s.Kernel, c.Theta, c.lot)[0]
}

// born is W at birth, [out][in]; nil without plastic weights. It is what the first step of a life that learns nothing has.
func (s *Server) born(c *scene) floats {
	c.once.Do(func() {
		if !c.Learner.Plastic {
			return
		}
		lot := life.Lot{Tasks: c.lot.Tasks[:1], Lesion: &life.Lesion{Freeze: 1}}
		if w := life.Record(c.Learner, c.spec.Family.Family, s.Kernel, c.Theta, &lot)[0].W; w != nil {
			c.birth = w[0]
		}
	})
	return c.birth
}

// caseFile is the tasks file with which `baldwin live` lives the same life: the same genome, the same bits.
func (c *scene) caseFile() ([]byte, error) {
	var doc struct {
		Family  map[string]any `yaml:"family"`
		Learner map[string]any `yaml:"learner"`
	}
	if err := yaml.Unmarshal(c.spec.YAML(), &doc); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	for _, name := range []string{"hidden", "rule", "gated_state"} {
		if v := doc.Learner[name]; v != nil && v != "" && v != false {
			doc.Family[name] = v
		}
	}
	return json.MarshalIndent(struct {
		Learner string         `json:"learner"`
		Family  map[string]any `json:"family"`
		Tasks   []any          `json:"tasks"`
	}{c.spec.Learner.Name, doc.Family, tasksOf(c.lot)}, "", " ")
}

func tasksOf(l *life.Lot) []any {
	out := make([]any, len(l.Tasks))
	for i, t := range l.Tasks {
		out[i] = t
	}
	return out
}

// command is how the same life is lived without a page.
func (c *scene) command() string {
	words := []string{"baldwin live --genome genome.safetensors --tasks case.json --record life.npz"}
	for _, w := range strings.Fields(c.lesion.String()) {
		if w != "none" {
			words = append(words, "--lesion "+w)
		}
	}
	return strings.Join(words, " ")
}
