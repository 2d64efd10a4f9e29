package run

import (
	"errors"
	"fmt"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
)

// A Genome is theta with what it needs to live.
type Genome struct {
	Spec    Spec
	Learner *learner.Learner
	Theta   []float32 // in the layout's vector form
	Hash    string
}

// ErrNoSpec is a genome file's lack of the spec that `baldwin export` writes into its metadata.
var ErrNoSpec = errors.New("its metadata has no spec")

// GenomeOf is the genome of a checkpoint that a run of a resolved spec made.
func GenomeOf(s Spec, c *Checkpoint, r Registry) (*Genome, error) {
	l, err := s.Fit(r)
	if err != nil {
		return nil, err
	}
	// A strategy's state has theta somewhere; only the strategy knows where.
	st, err := s.NewStrategy(r, l, make([]float32, l.Layout.Dim), kernel.Best())
	if err == nil {
		err = st.Restore(c.State)
	}
	if err != nil {
		return nil, err
	}
	g := &Genome{s, l, st.Theta(), l.Layout.Hash(st.Theta())}
	if g.Hash != c.ThetaHash {
		return nil, fmt.Errorf("the checkpoint of generation %d is damaged: its genome's hash is %.12s, it says %.12s", c.Generation, g.Hash, c.ThetaHash)
	}
	return g, nil
}

// FileSpec is the spec that a genome file has in its metadata; file is its name for messages. The error is ErrNoSpec if there is none.
func FileSpec(file string, f *tensorfile.File, r Registry) (Spec, error) {
	text := f.Metadata["spec"]
	if text == "" {
		return Spec{}, fmt.Errorf("%s: %w", file, ErrNoSpec)
	}
	return ParseSpec(file+": spec", []byte(text), r)
}

// GenomeIn is the genome in a file of tensors, for a resolved spec; file is its name for messages.
func GenomeIn(file string, f *tensorfile.File, s Spec, r Registry) (*Genome, error) {
	l, err := s.Fit(r)
	if err != nil {
		return nil, err
	}
	g := &Genome{Spec: s, Learner: l, Theta: make([]float32, l.Layout.Dim)}
	if err := l.Layout.Read(g.Theta, f); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	g.Hash = l.Layout.Hash(g.Theta)
	return g, nil
}
