package learner

import (
	"fmt"
	"slices"
	"strings"
)

// A Forgetter is a Core whose hidden state can be set back to that of birth in mid-life.
type Forgetter interface {
	// ResetH sets the state of the first tasks lives back to that of birth.
	ResetH(tasks int)
}

// A Rewirer is a Core whose plastic weights can be exchanged in mid-life. An update that waits is lost with the weights
// that it was meant for.
type Rewirer interface {
	// ResetW gives the first tasks lives the W that they were born with. origin is the slot that a life was born in.
	ResetW(tasks int, origin func(slot int) int)
	// SetW gives each of the first tasks lives the W that w returns, [out][in] row-major.
	SetW(tasks int, w func(slot int) []float32)
}

// Forgets says whether ResetH has a meaning for this learner.
func (b *Brain) Forgets() bool {
	_, ok := b.core.(Forgetter)
	return ok && b.Recurrent
}

// Rewires says whether SetW has a meaning for this learner. ResetW has one for a learner that descends a gradient, too.
func (b *Brain) Rewires() bool {
	_, ok := b.core.(Rewirer)
	return ok && b.Plastic
}

// ResetH sets the hidden state of the first tasks lives back to that of birth.
func (b *Brain) ResetH(tasks int) { b.core.(Forgetter).ResetH(tasks) }

// ResetW undoes what the weights of the first tasks lives have learned: plastic weights, or those that descended.
func (b *Brain) ResetW(tasks int, origin func(slot int) int) {
	if b.descent != nil {
		b.descent.begun = false
		return
	}
	b.core.(Rewirer).ResetW(tasks, origin)
}

// SetW gives each of the first tasks lives the plastic weights that w returns, [out][in] row-major.
func (b *Brain) SetW(tasks int, w func(slot int) []float32) { b.core.(Rewirer).SetW(tasks, w) }

// ModulatorPart is the name of the modulator among the parts that Silence takes.
const ModulatorPart = "m"

// surelyOne is a bias of the modulator whose sigmoid is 1 to the last bit.
const surelyOne = 64

// Parts are what Silence can take away from this learner: the parts of its rule that are evolved, and m.
func (l *Learner) Parts() []string {
	var parts []string
	for i := range l.Layout.Tensors {
		t := &l.Layout.Tensors[i]
		if t.Role != RulePar && t.Role != Factor {
			continue
		}
		if p := partOf(t.Name); p != "" && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	if l.Modulator == On {
		parts = append(parts, ModulatorPart)
	}
	return parts
}

// partOf is the part of the rule that a tensor belongs to: core.A, core.Apost and core.Apre are of A.
func partOf(name string) string {
	name, ok := strings.CutPrefix(name, "core.")
	if !ok {
		return ""
	}
	for _, factor := range []string{"post", "pre"} {
		if p, ok := strings.CutSuffix(name, factor); ok && p != "" {
			return p
		}
	}
	return name
}

// Silence takes parts of the learning rule away from a genome, in its place: of A..D what is named becomes 0, and "m"
// holds the modulator at 1.
func (l *Learner) Silence(theta []float32, parts ...string) error {
	there := l.Parts()
	for _, part := range parts {
		if !slices.Contains(there, part) {
			what := strings.Join(there, ", ")
			if what == "" {
				what = "none"
			}
			return fmt.Errorf("zero: learner %s has no part %q; its parts: %s", l.Name, part, what)
		}
		for i := range l.Layout.Tensors {
			t := &l.Layout.Tensors[i]
			v := theta[t.Off : t.Off+t.Len()]
			switch {
			case part == ModulatorPart && (t.Name == "core.mx" || t.Name == "core.mh"), part != ModulatorPart && partOf(t.Name) == part:
				clear(v)
			case part == ModulatorPart && t.Name == "core.mb":
				for j := range v {
					v[j] = surelyOne
				}
			}
		}
	}
	return nil
}
