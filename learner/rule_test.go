package learner

import (
	"math"
	"testing"

	"baldwin/internal/kernel"
	"pgregory.net/rapid"
)

// TestRule holds one update of one layer, and the product with the new weights, to the rule's equation in float64, for any
// m, pre and post and with weights large enough that every term counts.
func TestRule(t *testing.T) {
	const h, tasks = 16, 3
	isas := kernel.Available()
	for _, rule := range BuiltinRules() {
		t.Run(string(rule.Name), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := shapes["l1"]
				c.Hidden, c.Rule = h, rule.Name
				l, err := New(EPRNN(), c)
				if err != nil {
					t.Fatal(err)
				}
				seed := rapid.Uint64Range(0, 1<<40).Draw(t, "seed")
				b := l.NewBrain(rapid.SampledFrom(isas).Draw(t, "kernel"), tasks)
				copy(b.Genome, randoms(seed, l.Layout.Dim, 1))
				b.Load()
				vectors := randoms(seed+1, 4*tasks*h, 1)
				part := func(i int) Rows { return Rows{V: vectors[i*tasks*h:][:tasks*h], LD: h} }
				m, post, pre, x := part(0), part(1), part(2), part(3)
				p := plasticityOf(b)
				p.birth(b.Vector("core.wh"), 0, tasks)
				p.learn(m, post, pre)
				w, y := make([]float32, h*h), make([]float32, tasks*h)
				slow := newSlow(l, l.Layout.File(b.Genome), nil)
				birth, bias := slow.w, slow.v("core.b")
				for i := range tasks {
					slow.w, slow.m = birth.clone(), wide(row(m, i).V[:h])
					slow.learn(wide(row(pre, i).V[:h]), wide(row(post, i).V[:h]))
					p.look(i, w)
					for j, got := range w {
						if want := slow.w[j/h][j%h]; math.Abs(float64(got)-want) > 1e-5*(1+math.Abs(want)) {
							t.Fatalf("task %d: W[%d][%d] = %v, want %v", i, j/h, j%h, got, want)
						}
					}
					if i == 0 {
						p.multiply(x, b.Vector("core.b"), Rows{V: y, LD: h}, tasks)
					}
					for o, want := range affine(bias, slow.w, wide(row(x, i).V[:h])) {
						if got := float64(y[i*h+o]); math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
							t.Fatalf("task %d: y[%d] = %v, want %v", i, o, got, want)
						}
					}
				}
			})
		})
	}
}

// TestRules: every rule has what a list of them shows, and names that differ.
func TestRules(t *testing.T) {
	names := map[Rule]bool{}
	for _, r := range BuiltinRules() {
		if names[r.Name] || r.Name == "" || r.Equation == "" || r.Source == "" {
			t.Errorf("rule %+v", r)
		}
		names[r.Name] = true
	}
	if BuiltinRules()[0].Name != ABCD {
		t.Error("the first rule, the default, is not abcd")
	}
}
