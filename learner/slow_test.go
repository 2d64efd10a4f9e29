package learner

import (
	"fmt"
	"math"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/internal/tensorfile"
)

// A slow learner is the reference of these tests: float64, one life, one neuron at a time, straight from the equations, and
// without the kernels.
type slow struct {
	*Learner
	g       map[string]matrix // vectors are matrices of one column
	h, c, m vector
	w       matrix // plastic weights, or nil
	planes  [4]matrix
}

type (
	vector []float64
	matrix []vector // [out][in]
)

// newSlow is a life born from a genome; birth is W of a Random kind.
func newSlow(l *Learner, genome *tensorfile.File, birth matrix) *slow {
	s := &slow{Learner: l, g: map[string]matrix{}, m: make(vector, l.Hidden)}
	for _, t := range genome.Tensors {
		s.g[t.Name] = rows(t.Data, t.Shape[0])
	}
	for i := range s.m {
		s.m[i] = 1
	}
	if s.g["core.h0"] != nil {
		s.h = s.v("core.h0")
	}
	if s.g["core.c0"] != nil {
		s.c = s.v("core.c0")
	}
	for i := range s.planes {
		s.planes[i] = s.plane("ABCD"[i])
	}
	s.w = birth
	for _, name := range []string{"core.wh", "core.w"} {
		if l.Plastic && s.g[name] != nil {
			s.w = s.g[name].clone()
		}
	}
	return s
}

func rows(data []float32, n int) matrix {
	m, in := make(matrix, n), len(data)/n
	for o := range m {
		for _, v := range data[o*in : o*in+in] {
			m[o] = append(m[o], float64(v))
		}
	}
	return m
}

func (m matrix) clone() matrix {
	c := make(matrix, len(m))
	for i := range m {
		c[i] = append(vector(nil), m[i]...)
	}
	return c
}

// v is a tensor of the genome as a vector.
func (s *slow) v(name string) (v vector) {
	for _, row := range s.g[name] {
		v = append(v, row...)
	}
	return v
}

// affine is b + sum of m x over pairs of a matrix and a vector.
func affine(b vector, terms ...any) vector {
	y := append(vector(nil), b...)
	for i := 0; i < len(terms); i += 2 {
		for o, row := range terms[i].(matrix) {
			for j, x := range terms[i+1].(vector) {
				y[o] += row[j] * x
			}
		}
	}
	return y
}

func (v vector) apply(f func(float64) float64) vector {
	y := make(vector, len(v))
	for i, x := range v {
		y[i] = f(x)
	}
	return y
}

func (v vector) times(u vector) vector {
	y := make(vector, len(v))
	for i := range v {
		y[i] = v[i] * u[i]
	}
	return y
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
func relu(x float64) float64    { return math.Max(x, 0) }

// step is one step of the life: the tower with its core.
func (s *slow) step(obs vector, plastic bool) vector {
	x := affine(s.v("in1.b"), s.g["in1.w"], obs).apply(relu)
	if s.Tower == 2 {
		x = affine(s.v("in2.b"), s.g["in2.w"], x).apply(relu)
	}
	z := affine(s.v("out1.b"), s.g["out1.w"], s.core(x, plastic)).apply(relu)
	a := affine(s.v("out2.b"), s.g["out2.w"], z)
	if s.Tanh {
		a = a.apply(math.Tanh)
	}
	return a
}

func (s *slow) core(x vector, plastic bool) vector {
	switch s.Name {
	case "es-rnn":
		s.h = affine(s.v("core.b"), s.g["core.wx"], x, s.g["core.wh"], s.h).apply(math.Tanh)
		return s.h
	case "es-lstm":
		gates := affine(s.v("core.b"), s.g["core.wx"], x, s.g["core.wh"], s.h)
		part := func(i int, f func(float64) float64) vector { return gates[i*s.Hidden : (i+1)*s.Hidden].apply(f) }
		i, f, g, o := part(0, sigmoid), part(1, sigmoid), part(2, math.Tanh), part(3, sigmoid)
		for j := range s.c {
			s.c[j] = f[j]*s.c[j] + i[j]*g[j]
		}
		s.h = o.times(s.c.apply(math.Tanh))
		return s.h
	case "es-maml":
		return affine(s.v("core.b"), s.g["core.w"], x).apply(relu)
	case "epmlp", "epmlp-random":
		y := affine(s.v("core.b"), s.w, x).apply(math.Tanh)
		if s.Modulator == On {
			s.m = affine(s.v("core.mb"), s.g["core.mx"], x).apply(sigmoid)
		}
		if plastic {
			s.learn(x, y)
		}
		return y
	}
	post := affine(s.v("core.b"), s.g["core.wx"], x, s.w, s.h).apply(math.Tanh)
	if s.Modulator == On {
		s.m = affine(s.v("core.mb"), s.g["core.mx"], x, s.g["core.mh"], s.h).apply(sigmoid)
	}
	if plastic {
		s.learn(s.h, post)
	}
	s.h = post
	if s.GatedState {
		s.h = s.m.times(post)
	}
	return s.h
}

// learn applies the rule.
func (s *slow) learn(pre, post vector) {
	for o, y := range post {
		for i, x := range pre {
			var p [4]float64
			for j := range p {
				p[j] = s.planes[j][o][i]
			}
			s.w[o][i] += s.m[o] * change(s.Rule, p, x, y, s.w[o][i])
		}
	}
}

// plane is one of A..D, zeros where the genome has none.
func (s *slow) plane(p byte) matrix {
	name := "core." + string(p)
	if m := s.g[name]; m != nil {
		return m
	}
	m := make(matrix, s.Hidden)
	for o := range m {
		m[o] = make(vector, s.Hidden)
		if s.Rule == Decomposed {
			for i := range m[o] {
				m[o][i] = s.g[name+"post"][o][0] * s.g[name+"pre"][i][0]
			}
		}
	}
	return m
}

// change is what a rule of planes A..D changes in a weight w, but for m.
func change(r Rule, p [4]float64, x, y, w float64) float64 {
	if r == Oja {
		return p[0] * (y*x - y*y*w)
	}
	return p[0]*y*x + p[1]*x + p[2]*y + p[3]
}

// near holds float32 to float64: 1e-5 relative, absolute below 1.
func near(got float32, want float64) bool {
	return math.Abs(float64(got)-want) <= 1e-5*math.Max(1, math.Abs(want))
}

// shapes are those of the families: a sequence of one dimension, of three, a robot.
var shapes = map[string]Config{
	"l1":    {Obs: 1, Act: 1, Tower: 1, Lesson: 10},
	"l3":    {Obs: 3, Act: 3, Tower: 1, Lesson: 10},
	"robot": {Obs: 3, Act: 2, Tower: 2, Tanh: true, Lesson: 100},
}

// variants are the learners in all that can be set, sized for a shape.
func variants(t *testing.T, shape string, hidden int) map[string]*Learner {
	t.Helper()
	all := map[string]*Learner{}
	add := func(k Kind, what string, change func(c *Config)) {
		c := shapes[shape]
		c.Hidden = hidden
		change(&c)
		l, err := New(k, c)
		if err != nil {
			t.Fatalf("%s %s: %v", k.Name, what, err)
		}
		all[fmt.Sprintf("%s-%s-%d%s", k.Name, shape, hidden, what)] = l
	}
	for _, k := range Builtin() {
		add(k, "", func(*Config) {})
		if !k.Plastic {
			continue
		}
		for _, r := range BuiltinRules()[1:] {
			add(k, "-"+string(r.Name), func(c *Config) { c.Rule = r.Name })
		}
		for _, zero := range [][]string{{"A"}, {"B", "D"}, {"A", "B", "C", "D"}} {
			add(k, fmt.Sprint("-zero", zero), func(c *Config) { c.Zero = zero })
		}
		if k.Modulated {
			add(k, "-off", func(c *Config) { c.Modulator = Off })
			add(k, "-off-oja", func(c *Config) { c.Modulator, c.Rule = Off, Oja })
		}
		if k.Modulated && k.Recurrent {
			add(k, "-gated", func(c *Config) { c.GatedState = true })
			add(k, "-gated-oja", func(c *Config) { c.GatedState, c.Rule = true, Oja })
		}
	}
	return all
}

// draw writes a genome in which everything has a part: weights, biases and states N(0, 0.1^2), rules a fifth of that,
// inner rates 0.02 to 0.1.
func draw(l *Learner, seed uint64) []float32 {
	theta := make([]float32, l.Layout.Dim)
	for i, t := range l.Layout.Tensors {
		v := theta[t.Off : t.Off+t.Len()]
		scale := float32(0.1)
		if t.Role == RulePar && l.Rule != Decomposed {
			scale = 0.02
		}
		rng.At(seed, rng.Init, 0, uint32(i), 1).AddNormals(kernel.Reference, v, scale)
		if t.Role == Rate {
			for j := range v {
				v[j] = min(0.1, 0.02+max(v[j], -v[j]))
			}
		}
	}
	return theta
}

// randoms are n normals, times scale.
func randoms(seed uint64, n int, scale float32) []float32 {
	v := make([]float32, n)
	rng.At(seed, rng.Fresh, 0, 0, 0).AddNormals(kernel.Reference, v, scale)
	return v
}

func wide(v []float32) vector {
	w := make(vector, len(v))
	for i, x := range v {
		w[i] = float64(x)
	}
	return w
}
