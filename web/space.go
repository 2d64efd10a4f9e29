package web

import (
	"math"
	"net/http"
	"strings"
	"sync"

	"baldwin/internal/embed"
	"baldwin/life"
	"baldwin/run"
	"baldwin/stats"
)

// Lives of a space.
const (
	spaceSeed  = 7   // of their tasks
	spaceLives = 128 // whose ends span it
	shownLives = 48  // whose paths are drawn
	components = 4   // of which the first two are drawn
	maxSpaces  = 8
)

// A space is where the lives of one genome end: the principal components of the last W, or h, of lives on other tasks of
// the family. Paths are laid out in it.
type space struct {
	key  string
	body spaceBody
	mean []float64
	axes [][]float64 // [component][number]
	of   func(life.Life) [][]float32
}

// A spaceBody is the space as the explorer draws it.
type spaceBody struct {
	Explained []number      `json:"explained"` // share of the ends' variance, by component
	Paths     [][][2]number `json:"paths"`     // [life][step]
	Ends      [][2]number   `json:"ends"`      // [life]
	Tells     []tells       `json:"tells"`
}

// tells is one hidden parameter of the lives: its values, and which share of its variance the ends' components explain (R^2
// of a linear fit; the scores are uncorrelated, so it is the sum of squared correlations).
type tells struct {
	Key    string   `json:"key"`
	Label  string   `json:"label"`
	Values []number `json:"values"` // [life]
	R2     number   `json:"r2"`
}

// spaces are the newest spaces.
type spaces struct {
	mu   sync.Mutex
	kept []*space
}

// get is a space that has been made, or nil.
func (s *spaces) get(key string) *space {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.kept {
		if p.key == key && p.axes != nil {
			return p
		}
	}
	return nil
}

// spaceKey names the space of a scene: of h where that is asked for, else of W.
func (c *scene) spaceKey(of string) string {
	if of != "h" {
		of = "W"
	}
	return strings.Join([]string{of, c.Hash, c.spec.Hash(), c.lesion.String()}, " ")
}

func (s *Server) lifeSpace(w http.ResponseWriter, r *http.Request) {
	c, err := s.scene(r.Context(), r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	of := r.URL.Query().Get("space")
	key := c.spaceKey(of)
	p := s.spaces.get(key)
	if p == nil {
		// One at a time: two cores are soon full, and the second asker most often wants the same.
		s.making.Lock()
		defer s.making.Unlock()
		if p = s.spaces.get(key); p == nil {
			if p, err = s.newSpace(c, of, key); err != nil {
				s.fail(w, r, err)
				return
			}
			s.spaces.mu.Lock()
			s.spaces.kept = append(s.spaces.kept, p)
			if len(s.spaces.kept) > maxSpaces {
				s.spaces.kept = s.spaces.kept[1:]
			}
			s.spaces.mu.Unlock()
		}
	}
	answer(w, p.body)
}

func (s *Server) newSpace(c *scene, of, key string) (*space, error) {
	p := &space{key: key, of: func(l life.Life) [][]float32 { return l.W }}
	if of == "h" {
		p.of = func(l life.Life) [][]float32 { return l.H }
	}
	fate := run.Fresh(c.spec.Family.Family, spaceSeed, spaceLives)
	lot, err := fate.Lesioned(c.lesion)
	if err != nil {
		return nil, badf("lesion: %w", err)
	}
	tasks, err := drawn(c.spec, spaceSeed, spaceLives)
	if err != nil {
		return nil, err
	}
	var ends [][]float32
	var lives []int // which each end is of
	s.each(c, lot, spaceLives, func(i int, l life.Life) {
		if steps := p.of(l); len(steps) > 0 && finite(steps[len(steps)-1]) {
			ends, lives = append(ends, steps[len(steps)-1]), append(lives, i)
		}
	})
	if len(ends) <= components {
		return nil, badf("learner %s has nothing that its lives could be laid out by", c.Learner.Name)
	}
	pca := embed.Principal(ends, components)
	p.mean, p.axes = pca.Mean, pca.Components
	for i := range pca.Explained {
		p.body.Explained = append(p.body.Explained, number(pca.Explained[i]))
	}
	for i := range ends {
		p.body.Ends = append(p.body.Ends, [2]number{number(pca.Scores[i][0]), number(pca.Scores[i][1])})
	}
	// A second time, since all that lives are would be a hundred megabytes.
	s.each(c, lot, shownLives, func(_ int, l life.Life) { p.body.Paths = append(p.body.Paths, p.trace(l)) })
	for _, d := range dialsOf(c.spec.Family.Name, tasks[0], func() []map[string]any { return nil }) {
		t := tells{Key: d.Key, Label: d.Label}
		values := make([]float64, len(ends))
		for i, n := range lives {
			values[i], _ = at(tasks[n], d.Key)
			t.Values = append(t.Values, number(values[i]))
		}
		t.R2 = number(explained(d.Label, values, pca.Scores))
		p.body.Tells = append(p.body.Tells, t)
	}
	return p, nil
}

// each records the first n lives of a lot, a batch at a time.
func (s *Server) each(c *scene, lot *life.Lot, n int, do func(i int, l life.Life)) {
	size := max(1, min(life.MaxBatch, maxRecord/c.weights()))
	for lo := 0; lo < n; lo += size {
		part := lot.Part(lo, min(lo+size, n))
		for i, l := range life.Record(c.Learner, c.spec.Family.Family, s.Kernel, c.Theta, &part) {
			do(lo+i, l)
		}
	}
}

// trace is a life's path in the space's first two components.
func (p *space) trace(l life.Life) [][2]number {
	steps := p.of(l)
	out := make([][2]number, len(steps))
	for t, w := range steps {
		for k := range out[t] {
			sum := 0.0
			for j, a := range p.axes[k] {
				sum += a * (float64(w[j]) - p.mean[j])
			}
			out[t][k] = number(sum)
		}
	}
	return out
}

func finite(v []float32) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return true
}

// explained is the share of a parameter's variance that a linear function of the scores has. An angle counts as its sine
// and cosine.
func explained(label string, values []float64, scores [][]float64) float64 {
	columns := [][]float64{values}
	if strings.HasPrefix(label, "φ") {
		columns = [][]float64{make([]float64, len(values)), make([]float64, len(values))}
		for i, v := range values {
			columns[0][i], columns[1][i] = math.Sin(v), math.Cos(v)
		}
	}
	part, whole := 0.0, 0.0
	for _, y := range columns {
		mean := stats.Mean(y)
		for _, v := range y {
			whole += (v - mean) * (v - mean)
		}
		for k := range scores[0] {
			cross, size := 0.0, 0.0
			for i := range y {
				cross += (y[i] - mean) * scores[i][k]
				size += scores[i][k] * scores[i][k]
			}
			if size > 0 {
				part += cross * cross / size
			}
		}
	}
	return part / whole
}
