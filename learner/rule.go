package learner

import (
	"fmt"
	"slices"
	"strings"

	"baldwin/internal/kernel"
)

// Rule is the name of a plasticity rule.
type Rule string

// The rules of the paper and around it; the first is the default.
const (
	ABCD       Rule = "abcd"
	Hebb       Rule = "hebb"
	Oja        Rule = "oja"
	Decomposed Rule = "decomposed"
)

// Update is a rule's update of the step before, which waits to be applied: see RuleKind.Apply.
type Update = kernel.Update

// A RuleKind is a plasticity rule as a user names it. In equations x is pre-synaptic, y post-synaptic, m the modulator and
// * elementwise.
type RuleKind struct {
	Name     Rule
	Equation string
	Source   string
	// Tensors are the rule's parameters.
	Tensors func(c *Config) []Tensor
	// Planes writes the [in][out] planes A..D that the genome implies, which are 0 at first, once for each genome: a rule of
	// that form runs on the kernel of abcd. plane('A') is A's. Nil: the genome's own core.A to core.D as they lie.
	Planes func(b *Brain, plane func(part byte) []float32)
	// Apply applies an update to the W of each task and multiplies: y_t += W_t x_t. Nil: the kernel of abcd.
	Apply func(k kernel.ISA, u *Update, x, y Rows, tasks int)
	// FMAs is how many fused multiply-adds the update of one weight takes; 0: 4, as abcd's.
	FMAs float64
}

// BuiltinRules lists the rules that baldwin brings, the default first.
func BuiltinRules() []RuleKind {
	return []RuleKind{
		{
			Name: ABCD, Equation: "W += m*(A*y*x + B*x + C*y + D)", Source: "EPRNN, eq. 1",
			Tensors: func(c *Config) []Tensor { return planeTensors(c, "ABCD") },
		},
		{
			Name: Hebb, Equation: "W += m*A*y*x", Source: "abcd with A alone",
			Tensors: func(c *Config) []Tensor { return planeTensors(c, "A") },
			Planes:  copyPlanes,
		},
		{
			Name: Oja, Equation: "W += m*A*(y*x - y^2*W)", Source: "Oja 1982, gated by m",
			Tensors: func(c *Config) []Tensor { return planeTensors(c, "A") },
			Planes:  copyPlanes,
			Apply:   kernel.ISA.Oja,
			FMAs:    2,
		},
		{
			Name: Decomposed, Equation: "W += m*(A*y*x + B*x + C*y + D), each of A..D = post (x) pre", Source: "eq. 1 of EPRNN with planes of rank one",
			Tensors: factorTensors,
			Planes:  multiplyFactors,
		},
	}
}

// planePad is left free behind each of A..D, so that the four planes do not alias in the first-level cache.
const planePad = 256

// planeTensors are the named planes, [hidden][hidden], less those held at zero.
func planeTensors(c *Config, parts string) []Tensor {
	var t []Tensor
	for _, p := range parts {
		if !slices.Contains(c.Zero, string(p)) {
			t = append(t, Tensor{Name: "core." + string(p), Shape: []int{c.Hidden, c.Hidden}, Role: RulePar, Pad: planePad})
		}
	}
	return t
}

// copyPlanes copies the planes that the genome has.
func copyPlanes(b *Brain, plane func(part byte) []float32) {
	for _, p := range []byte("ABCD") {
		copy(plane(p), b.Vector("core."+string(p)))
	}
}

// factorTensors are two vectors for each of A..D. A product of two zeros has no slope in either that an antithetic pair
// could see, so one factor starts as weights do; A..D still start at 0.
func factorTensors(c *Config) []Tensor {
	var t []Tensor
	for _, p := range "ABCD" {
		name := "core." + string(p)
		t = append(t, Tensor{Name: name + "post", Shape: []int{c.Hidden}, Role: Factor}, Tensor{Name: name + "pre", Shape: []int{c.Hidden}, Role: RulePar})
	}
	return t
}

// multiplyFactors writes the outer product post (x) pre of each part.
func multiplyFactors(b *Brain, plane func(part byte) []float32) {
	for _, p := range []byte("ABCD") {
		to, post, pre := plane(p), b.Vector("core."+string(p)+"post"), b.Vector("core."+string(p)+"pre")
		for i, x := range pre {
			for o, y := range post {
				to[i*len(post)+o] = y * x
			}
		}
	}
}

// rule looks up the rule of a config that has been validated.
func (c *Config) rule() RuleKind {
	for _, r := range c.rules() {
		if r.Name == c.Rule {
			return r
		}
	}
	panic("learner: the rule is not registered")
}

func (c *Config) rules() []RuleKind {
	if c.Rules == nil {
		return BuiltinRules()
	}
	return c.Rules
}

func (c *Config) validateRule() error {
	var names []string
	known := false
	for _, r := range c.rules() {
		names = append(names, string(r.Name))
		known = known || r.Name == c.Rule
	}
	if !known {
		return fmt.Errorf("rule: unknown name %q; there are %s", c.Rule, strings.Join(names, ", "))
	}
	for _, z := range c.Zero {
		if !slices.Contains([]string{"A", "B", "C", "D"}, z) {
			return fmt.Errorf("zero: must name parts of the rule, A to D, got %q", z)
		}
	}
	if len(c.Zero) > 0 && c.Rule != ABCD {
		return fmt.Errorf("zero: parts are held at zero in rule %s alone, not in %s", ABCD, c.Rule)
	}
	return nil
}
