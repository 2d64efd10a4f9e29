package learner

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"baldwin/internal/kernel"
)

// outputs of the slow network without plasticity, for each pair.
func (s *slow) outputs(obs matrix) (out matrix) {
	for _, x := range obs {
		out = append(out, s.step(x, false))
	}
	return out
}

// loss is that of a lesson: see Brain.Descend.
func (s *slow) loss(obs, target matrix, weight vector) (sum float64) {
	for i, out := range s.outputs(obs) {
		for d, o := range out {
			e := o - target[i][d]
			switch {
			case weight != nil:
				sum += weight[i] * e * e / 2
			case math.Abs(e) <= 1:
				sum += e * e
			default:
				sum += 2*math.Abs(e) - 1
			}
		}
	}
	return sum / float64(len(obs))
}

// lesson is n pairs whose errors lie on both sides of 1.
func lesson(l *Learner, seed uint64, n int, weighted bool) (obs, target, weight []float32) {
	obs, target = randoms(seed, n*l.Obs, 1), randoms(seed+1, n*l.Act, 1.5)
	if weighted {
		weight = randoms(seed+2, n, 1)
	}
	return obs, target, weight
}

// taught runs a test for es-maml in each shape, with each loss.
func taught(t *testing.T, hidden int, test func(t *testing.T, l *Learner, weighted bool)) {
	for name, c := range shapes {
		c.Hidden = hidden
		l, err := New(ESMAML(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, weighted := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s-%v", name, weighted), func(t *testing.T) { test(t, l, weighted) })
		}
	}
}

// TestGradient holds one step, taken with rate 1, to central differences of the loss in every parameter.
func TestGradient(t *testing.T) {
	const pairs, eps = 7, 1e-5
	taught(t, 16, func(t *testing.T, l *Learner, weighted bool) {
		b := l.NewBrain(kernel.Best(), 1)
		kernel.Reference.Axpy(b.Genome, 4, draw(l, 3)) // large enough for outputs to bend in tanh
		copy(b.Vector("inner.lr"), []float32{1, 0, 0, 0})
		b.Load()
		b.Birth(1, Births{})
		obs, target, weight := lesson(l, 1, pairs, weighted)
		b.Descend(0, obs, target, weight)
		after := l.Layout.File(b.descent.genomes[:l.Layout.Dim])
		s := newSlow(l, l.Layout.File(b.Genome), nil)
		xs, ys := rows(obs, pairs), rows(target, pairs)
		var ws vector
		if weighted {
			ws = wide(weight)
		}
		nonzero := 0
		for _, tensor := range after.Tensors {
			m := s.g[tensor.Name]
			for j, next := range tensor.Data {
				cell := &m[j/len(m[0])][j%len(m[0])]
				at := *cell
				*cell = at + eps
				above := s.loss(xs, ys, ws)
				*cell = at - eps
				below := s.loss(xs, ys, ws)
				*cell = at
				got, want := at-float64(next), (above-below)/(2*eps)
				if math.Abs(got-want) > 1e-5+1e-4*math.Abs(want) {
					t.Fatalf("%s[%d]: slope %v, want %v", tensor.Name, j, got, want)
				}
				if math.Abs(want) > 1e-4 {
					nonzero++
				}
			}
		}
		if nonzero < l.Layout.Parameters()/4 {
			t.Errorf("only %d slopes of %d are not flat", nonzero, l.Layout.Parameters())
		}
	})
}

// descend is the four steps, each layer's gradient written out by the chain rule.
func (s *slow) descend(obs, target matrix, weight vector) {
	names := []string{"in1", "in2", "core", "out1", "out2"}
	if s.Tower == 1 {
		names = slices.Delete(names, 1, 2)
	}
	n := float64(len(obs))
	for _, rate := range s.v("inner.lr") {
		step := map[string]matrix{}
		for _, name := range names {
			step[name+".w"], step[name+".b"] = s.g[name+".w"].clone(), s.g[name+".b"].clone()
		}
		for i, x := range obs {
			acts := []vector{x} // what goes into each layer
			for _, name := range names[:len(names)-1] {
				acts = append(acts, affine(s.v(name+".b"), s.g[name+".w"], acts[len(acts)-1]).apply(relu))
			}
			out := affine(s.v("out2.b"), s.g["out2.w"], acts[len(acts)-1])
			if s.Tanh {
				out = out.apply(math.Tanh)
			}
			err := make(vector, len(out))
			for d, o := range out {
				e := o - target[i][d]
				if weight == nil {
					err[d] = 2 * math.Max(-1, math.Min(1, e))
				} else {
					err[d] = weight[i] * e
				}
				if s.Tanh {
					err[d] *= 1 - o*o
				}
			}
			for j := len(names) - 1; j >= 0; j-- {
				w, below := s.g[names[j]+".w"], make(vector, len(acts[j]))
				for o, e := range err {
					step[names[j]+".b"][o][0] -= rate * e / n
					for k, a := range acts[j] {
						step[names[j]+".w"][o][k] -= rate * e * a / n
						if a > 0 {
							below[k] += e * w[o][k]
						}
					}
				}
				err = below
			}
		}
		for name, m := range step {
			s.g[name] = m
		}
	}
}

// TestDescend holds four steps of several lives, each on its own lesson, and what the lives then do, to the slow reference.
// A life that is taught nothing keeps the genome; so do the inner rates and the brain's own genome.
func TestDescend(t *testing.T) {
	taught(t, 48, func(t *testing.T, l *Learner, weighted bool) {
		theta := draw(l, 3)
		pairs := []int{9, 0, min(l.Lesson, 35)}
		lives := make([]*slow, len(pairs))
		for i, n := range pairs {
			lives[i] = newSlow(l, l.Layout.File(theta), nil)
			obs, target, weight := lesson(l, uint64(i), n, weighted)
			var ws vector
			if weighted {
				ws = wide(weight)
			}
			if n > 0 {
				lives[i].descend(rows(obs, n), rows(target, n), ws)
			}
		}
		for _, k := range kernel.Available() {
			b := l.NewBrain(k, len(pairs))
			copy(b.Genome, theta)
			b.Load()
			x, act := randoms(9, len(pairs)*l.Obs, 1), make([]float32, len(pairs)*l.Act)
			for range 2 { // a second birth forgets the first
				b.Birth(len(pairs), Births{})
				b.Step(x, act, len(pairs), false, true)
				compare(t, "output before", act[:l.Act], newSlow(l, l.Layout.File(theta), nil).step(wide(x[:l.Obs]), false))
				for i, n := range pairs {
					obs, target, weight := lesson(l, uint64(i), n, weighted)
					b.Descend(i, obs, target, weight)
				}
				b.Step(x, act, len(pairs), false, true)
				for i, life := range lives {
					own := b.descent.genomes[i*b.descent.stride:][:l.Layout.Dim]
					for _, tensor := range l.Layout.File(own).Tensors {
						compare(t, fmt.Sprintf("%v: life %d: %s", k, i, tensor.Name), tensor.Data, life.v(tensor.Name))
					}
					if changed := !slices.Equal(own, theta); changed != (pairs[i] > 0) {
						t.Fatalf("life %d, %d pairs: genome changed: %v", i, pairs[i], changed)
					}
					compare(t, "output", act[i*l.Act:][:l.Act], life.step(wide(x[i*l.Obs:][:l.Obs]), false))
				}
			}
			if !slices.Equal(b.Genome, theta) {
				t.Error("the brain's genome changed")
			}
		}
	})
}
