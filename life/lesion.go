package life

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baldwin/internal/kernel"
	"baldwin/learner"
	"baldwin/task"
)

// A Lesion is what is done to lives to see what they live by. It is plain data; [ParseLesion] and String are its text. Steps
// are counted from 1, and 0 is never. A recorded life and a fast one take it with the same bits.
type Lesion struct {
	Freeze int `json:"freeze,omitempty"`  // from this step on nothing is learned: W stays (es-maml: 1, no gradient is descended)
	ResetW int `json:"reset_w,omitempty"` // before this step W becomes that of birth, and an update that waits is lost
	ResetH int `json:"reset_h,omitempty"` // before this step the hidden state (es-lstm: and the cells) becomes that of birth
	// Transplant: before this step W becomes what the life of another task, the lot's Donor, ended with. The donor's life
	// has no lesion but Zero, and was born with the same weights.
	Transplant int      `json:"transplant,omitempty"`
	Zero       []string `json:"zero,omitempty"` // parts of the rule, A to D, that are 0; "m" holds the modulator at 1
}

// A timed lesion comes at a step.
type timed struct {
	name string // as ParseLesion takes it
	at   *int
}

func (x *Lesion) timed() []timed {
	return []timed{{"freeze", &x.Freeze}, {"reset-w", &x.ResetW}, {"reset-h", &x.ResetH}, {"transplant", &x.Transplant}}
}

// ParseLesion reads words such as freeze=11, reset-w=11, reset-h=11, transplant=1, zero=A. zero may come more than once.
func ParseLesion(words ...string) (Lesion, error) {
	var x Lesion
	steps := x.timed()
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		if name == "zero" && value != "" {
			x.Zero = append(x.Zero, value)
			continue
		}
		i := slices.IndexFunc(steps, func(s timed) bool { return s.name == name })
		if i < 0 || value == "" {
			return x, fmt.Errorf("unknown lesion %q; there are freeze=STEP, reset-w=STEP, reset-h=STEP, transplant=STEP, zero=PART", word)
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return x, fmt.Errorf("%s: want a step, counted from 1, got %q", name, value)
		}
		*steps[i].at = n
	}
	return x, nil
}

// String is the lesion as ParseLesion reads it, or "none".
func (x Lesion) String() string {
	var words []string
	for _, s := range x.timed() {
		if *s.at > 0 {
			words = append(words, fmt.Sprintf("%s=%d", s.name, *s.at))
		}
	}
	for _, z := range x.Zero {
		words = append(words, "zero="+z)
	}
	if words == nil {
		return "none"
	}
	return strings.Join(words, " ")
}

// Check says what of the lesion has no meaning for a learner in a family.
func (x Lesion) Check(l *learner.Learner, f task.Family) error {
	b := l.NewBrain(kernel.Reference, 1)
	steps := f.Shape().Steps
	for _, s := range x.timed() {
		if *s.at < 0 || *s.at > steps {
			return fmt.Errorf("%s: a life has steps 1 to %d, got %d", s.name, steps, *s.at)
		}
	}
	switch {
	case x.Freeze > 1 && l.Gradient:
		return fmt.Errorf("freeze: learner %s has learned before its first step, so it takes 1 alone", l.Name)
	case x.Freeze > 0 && !l.Plastic && !l.Gradient:
		return fmt.Errorf("freeze: learner %s has no weights that learn", l.Name)
	case x.ResetW > 0 && !b.Rewires() && !l.Gradient:
		return fmt.Errorf("reset-w: learner %s has no weights that learn", l.Name)
	case x.Transplant > 0 && !b.Rewires():
		return fmt.Errorf("transplant: learner %s has no plastic weights", l.Name)
	case x.ResetH > 0 && !b.Forgets():
		return fmt.Errorf("reset-h: learner %s has no hidden state", l.Name)
	}
	return l.Silence(b.Genome, x.Zero...)
}

// Lesioned is the lot with a lesion that has passed Check. The donor of each task is the next one, that of the last the
// first.
func (l *Lot) Lesioned(x Lesion) (*Lot, error) {
	lot := *l
	lot.Lesion = &x
	if x.Transplant > 0 {
		if len(l.Tasks) < 2 {
			return nil, errors.New("transplant: needs two tasks, the second to grow what the first is given")
		}
		lot.Donors = append(slices.Clone(l.Tasks[1:]), l.Tasks[0])
	}
	return &lot, nil
}

// silence takes away from the genome at hand what a lesion says. It returns the whole genome, or nil where nothing is
// taken away.
func (b *Batch) silence(x *Lesion) (whole []float32) {
	if x == nil || len(x.Zero) == 0 {
		return nil
	}
	whole = slices.Clone(b.brain.Genome)
	if err := b.brain.Silence(b.brain.Genome, x.Zero...); err != nil {
		panic("life: a lesion that has not passed Check")
	}
	return whole
}

// An heirloom is what lives leave behind: the W that each ended with, [task][out][in].
type heirloom [][]float32

func (h heirloom) see(b *Batch) {
	state := b.brain.State()
	for slot := range b.episode.Live() {
		state.W(slot, h[b.episode.Task(slot)])
	}
}

// grow lives the donors of tasks, and keeps the W that they ended with.
func (b *Batch) grow(donors []task.Task, born learner.Births) heirloom {
	h := make(heirloom, len(donors))
	for i := range h {
		h[i] = make([]float32, b.brain.Hidden*b.brain.Hidden)
	}
	b.episode.Begin(donors)
	b.brain.Birth(len(donors), born)
	b.live(h, nil, nil)
	return h
}

// before does to the live lives what a lesion says for a step.
func (x *Lesion) before(step int, b *Batch, grown heirloom) {
	live := b.episode.Live()
	if step == x.ResetW {
		b.brain.ResetW(live, b.episode.Task) // a life is born in the slot of its task
	}
	if step == x.Transplant {
		b.brain.SetW(live, func(slot int) []float32 { return grown[b.episode.Task(slot)] })
	}
	if step == x.ResetH {
		b.brain.ResetH(live)
	}
}
