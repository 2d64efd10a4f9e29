package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/goccy/go-yaml"

	"baldwin/internal/tensorfile"
	"baldwin/store"
)

// lifePage is the explorer. All that it shows comes from its requests for data, so that any address can be opened.
func (s *Server) lifePage(w http.ResponseWriter, r *http.Request) {
	rows, err := s.Store.Runs(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows = slices.DeleteFunc(rows, func(r store.Run) bool { return r.ThetaHash == "" })
	slices.Reverse(rows)
	s.show(w, r, "life.html", page{Title: "Life explorer", Script: "life.js", Here: "life", Data: struct {
		Runs  []store.Run
		Files []string
		May   bool
	}{rows, s.files(), s.shown(r)}})
}

// A portrait is what the explorer is told once for each genome: what there is to set and to see.
type portrait struct {
	Genome     string   `json:"genome"`
	Origin     string   `json:"origin"`
	Hash       string   `json:"hash"`
	Learner    string   `json:"learner"`
	Family     string   `json:"family"`
	Parameters int      `json:"parameters"`
	Hidden     int      `json:"hidden"`
	Obs        int      `json:"obs"`
	Act        int      `json:"act"`
	Steps      int      `json:"steps"` // the most of a life
	Explain    string   `json:"explain"`
	Plastic    bool     `json:"plastic"`
	Forgets    bool     `json:"forgets"` // it has a hidden state that can be reset
	Rewires    bool     `json:"rewires"`
	Parts      []string `json:"parts"` // of the rule, that can be taken away
	Dials      []dial   `json:"dials"` // at the values of the task that the seed draws
	Settings   []dial   `json:"settings"`
}

func (s *Server) lifePortrait(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	query.Del("lesion") // one that has no meaning here must not hide the genome
	c, err := s.scene(r.Context(), query)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	others := func() []map[string]any { return nil }
	if ranges[c.spec.Family.Name] == nil {
		tasks, err := drawn(c.spec, spaceSeed, draws)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		others = func() []map[string]any { return tasks }
	}
	l := c.Learner
	b := l.NewBrain(s.Kernel, 1)
	shape := c.spec.Family.Family.Shape()
	p := portrait{
		Genome: c.Key, Origin: c.Origin, Hash: c.Hash, Learner: l.Name, Family: c.spec.Family.Name, Parameters: l.Layout.Parameters(),
		Hidden: l.Hidden, Obs: l.Obs, Act: l.Act, Steps: shape.Steps,
		Plastic: l.Plastic, Forgets: b.Forgets(), Rewires: b.Rewires(), Parts: append([]string{}, l.Parts()...), Dials: dialsOf(c.spec.Family.Name, c.task, others),
	}
	if e, ok := c.spec.Family.Family.(interface{ Explain() string }); ok {
		p.Explain = e.Explain()
	}
	if p.Settings, err = settingDials(c.spec); err != nil {
		s.fail(w, r, err)
		return
	}
	answer(w, p)
}

// A lived is one life as the explorer draws it. Arrays of float32 have the bits of the kernels.
type lived struct {
	Hash    string       `json:"hash"`
	Origin  string       `json:"origin"`
	Fitness float64      `json:"fitness"`
	Steps   int          `json:"steps"`
	Step    int          `json:"step"`            // at which W is, from 1
	Obs     floats       `json:"obs"`             // [step][Obs]
	Act     floats       `json:"act"`             // [step][Act]
	H       floats       `json:"h,omitempty"`     // [step][Hidden]
	M       floats       `json:"m,omitempty"`     // [step][Hidden]
	W       floats       `json:"w,omitempty"`     // [out][in], after the step's update
	W0      floats       `json:"w0,omitempty"`    // [out][in], at birth
	Way     []number     `json:"way,omitempty"`   // [step], Euclidean distance of W from birth
	Most    number       `json:"most,omitempty"`  // the largest |W|, at birth or at the end
	Moved   number       `json:"moved,omitempty"` // the largest |W - W0| at the end
	Path    [][2]float64 `json:"path,omitempty"`
	Truth   [][]number   `json:"truth,omitempty"` // [time][dim], y(0), y(1), ...
	Goal    []float64    `json:"goal,omitempty"`
	Seen    int          `json:"seen"`            // steps that observe the truth; what follows observes the learner's own output
	ObsAt   int          `json:"obsAt"`           // the time of step 0's observation
	ActAt   int          `json:"actAt"`           // the time that step 0's action predicts
	Scored  int          `json:"scored"`          // the first step whose action is scored
	Trace   [][2]number  `json:"trace,omitempty"` // [step], in the space that the query names, if that is at hand
	Command string       `json:"command"`
}

func (s *Server) lifeData(w http.ResponseWriter, r *http.Request) {
	c, err := s.scene(r.Context(), r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.lives <- struct{}{}
	defer func() { <-s.lives }()
	l := s.live(c)
	if l.Err != nil {
		s.fail(w, r, l.Err)
		return
	}
	out := lived{
		Hash: c.Hash, Origin: c.Origin, Fitness: l.Fitness, Steps: len(l.Act), Obs: slices.Concat(l.Obs...), Act: slices.Concat(l.Act...),
		H: slices.Concat(l.H...), M: slices.Concat(l.M...), Path: l.Path, Command: c.command(),
	}
	out.Step = min(c.step, out.Steps)
	if out.Step == 0 {
		out.Step = out.Steps
	}
	if l.W != nil && out.Step > 0 {
		out.W, out.W0 = l.W[out.Step-1], s.born(c)
		out.Way = way(l.W, out.W0)
		for i, v := range l.W[len(l.W)-1] {
			out.Most = max(out.Most, number(math.Abs(float64(v))), number(math.Abs(float64(out.W0[i]))))
			out.Moved = max(out.Moved, number(math.Abs(float64(v)-float64(out.W0[i]))))
		}
	}
	if math.IsNaN(out.Fitness) || math.IsInf(out.Fitness, 0) {
		s.fail(w, r, badf("this life has no fitness: its numbers overflow"))
		return
	}
	out.see(c)
	if p := s.spaces.get(c.spaceKey(r.URL.Query().Get("space"))); p != nil {
		out.Trace = p.trace(l)
	}
	answer(w, out)
}

// way is how far W is from birth after each step.
func way(w [][]float32, birth []float32) []number {
	out := make([]number, len(w))
	for i := range w {
		sum := 0.0
		for j, v := range w[i] {
			d := float64(v) - float64(birth[j])
			sum += d * d
		}
		out[i] = number(math.Sqrt(sum))
	}
	return out
}

// see adds what the task hides from the learner.
func (v *lived) see(c *scene) {
	if goal, ok := c.task["goal"].([]any); ok {
		for _, x := range goal {
			if f, ok := x.(float64); ok {
				v.Goal = append(v.Goal, f)
			}
		}
	}
	truth, ok := c.lot.Tasks[0].(interface{ At(time, i int) float64 })
	if !ok {
		return
	}
	var doc struct {
		Family struct {
			Shots    int
			Protocol string
		}
	}
	if err := yaml.Unmarshal(c.spec.YAML(), &doc); err != nil {
		return
	}
	// See package task: closed-loop sees y(1) .. y(K), and what follows y(K) is the first prediction; as-released sees
	// y(0) .. y(K), then zeros, and predicts the time of its step.
	v.Seen, v.ObsAt, v.ActAt, v.Scored = doc.Family.Shots, 1, 2, doc.Family.Shots-1
	if doc.Family.Protocol == "as-released" {
		v.Seen, v.ObsAt, v.ActAt, v.Scored = doc.Family.Shots+1, 0, 0, doc.Family.Shots+1
	}
	for t := range v.Steps + v.ActAt {
		row := make([]number, c.Learner.Act)
		for i := range row {
			row[i] = number(truth.At(t, i))
		}
		v.Truth = append(v.Truth, row)
	}
}

// lifeCase answers with the tasks file for `baldwin live`.
func (s *Server) lifeCase(w http.ResponseWriter, r *http.Request) {
	c, err := s.scene(r.Context(), r.URL.Query())
	if err == nil {
		var data []byte
		if data, err = c.caseFile(); err == nil {
			download(w, "application/json", "case.json", data)
			return
		}
	}
	s.fail(w, r, err)
}

// lifeGenome answers with the genome as a file.
func (s *Server) lifeGenome(w http.ResponseWriter, r *http.Request) {
	k, err := s.specimen(r.Context(), r.URL.Query().Get("genome"))
	if err == nil {
		var data []byte
		f := k.Learner.Layout.File(k.Theta)
		f.Metadata = map[string]string{"spec": string(k.Spec.YAML()), "theta_hash": k.Hash, "learner": k.Learner.Name}
		if data, err = tensorfile.EncodeSafetensors(f); err == nil {
			download(w, "application/octet-stream", "genome.safetensors", data)
			return
		}
	}
	s.fail(w, r, err)
}

func download(w http.ResponseWriter, kind, name string, data []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	_, _ = w.Write(data) // whoever asked is gone
}
