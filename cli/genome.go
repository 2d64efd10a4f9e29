package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// A genome is run's, with what the verbs make of it.
type genome run.Genome

// readGenome reads theta for a learner from a safetensors file, with its hash.
func readGenome(path string, l *learner.Learner) (theta []float32, hash string, err error) {
	f, err := tensorfile.ReadSafetensors(path)
	if err != nil {
		return nil, "", bad(err)
	}
	theta = make([]float32, l.Layout.Dim)
	if err := l.Layout.Read(theta, f); err != nil {
		return nil, "", badf("%s: %w", path, err)
	}
	return theta, l.Layout.Hash(theta), nil
}

// birthTensor is, in a genome file, the W [out][in] that every life of a learner with random births is born with.
const birthTensor = "birth.w"

// readBirth is readGenome for a file that may also hold the weights at birth, returned in kernel layout.
func readBirth(path string, l *learner.Learner) (theta, birth []float32, err error) {
	f, err := tensorfile.ReadSafetensors(path)
	if err != nil {
		return nil, nil, bad(err)
	}
	var allowed []string
	if b, ok := f.Get(birthTensor); ok && l.Kind.Random {
		allowed = append(allowed, birthTensor)
		if want := []int{l.Hidden, l.Hidden}; !slices.Equal(b.Shape, want) {
			return nil, nil, badf("%s: tensor %s: want shape %v, got %v", path, birthTensor, want, b.Shape)
		}
		birth = learner.Columns(b.Data, l.Hidden, l.Hidden)
	}
	theta = make([]float32, l.Layout.Dim)
	if err := l.Layout.Read(theta, f, allowed...); err != nil {
		return nil, nil, badf("%s: %w", path, err)
	}
	return theta, birth, nil
}

// storedGenome is the genome of a run's newest checkpoint.
func (p *process) storedGenome(st *store.Store, row *store.Run) (*genome, *run.Checkpoint, error) {
	c, err := newest(p, st, row)
	if err != nil {
		return nil, nil, err
	}
	g, err := p.genomeOf(row, c)
	return g, c, err
}

// genomeOf is the genome of one of a run's checkpoints.
func (p *process) genomeOf(row *store.Run, c *run.Checkpoint) (*genome, error) {
	spec, err := p.storedSpec(row)
	if err != nil {
		return nil, err
	}
	g, err := run.GenomeOf(spec, c, p.registry)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", row.Name, err)
	}
	return (*genome)(g), nil
}

// rates are the evolved inner learning rates, of a learner that descends a gradient.
func (g *genome) rates() []number {
	var out []number
	for _, t := range g.Learner.Layout.Tensors {
		if t.Role == learner.Rate {
			for _, v := range g.Theta[t.Off : t.Off+t.Len()] {
				out = append(out, number(v))
			}
		}
	}
	return out
}

// genomeFile reads a genome with the spec that export wrote into its metadata, or else with that of a preset.
func (p *process) genomeFile(path, preset string) (*genome, error) {
	f, err := tensorfile.ReadSafetensors(path)
	if err != nil {
		return nil, bad(err)
	}
	var spec run.Spec
	if preset == "" {
		if spec, err = run.FileSpec(path, f, p.registry); err != nil {
			if errors.Is(err, run.ErrNoSpec) {
				err = fmt.Errorf("%w, which `baldwin export` writes; say with --preset what it was evolved for", err)
			}
			return nil, bad(err)
		}
	} else {
		pre, err := p.registry.Preset(preset)
		if err != nil {
			return nil, bad(err)
		}
		if name := f.Metadata["learner"]; name != "" {
			pre.Spec.Learner.Name = name
		}
		if spec, err = pre.Spec.Resolve(p.registry); err != nil {
			return nil, bad(err)
		}
	}
	g, err := run.GenomeIn(path, f, spec, p.registry)
	return (*genome)(g), bad(err)
}

// file is the genome as named tensors with all that is known of it.
func (g *genome) file(row *store.Run, c *run.Checkpoint) *tensorfile.File {
	f := g.Learner.Layout.File(g.Theta)
	f.Metadata = map[string]string{
		"format": "baldwin genome", "run": row.Name, "learner": g.Spec.Learner.Name, "family": g.Spec.Family.Name,
		"spec": string(g.Spec.YAML()), "spec_hash": row.SpecHash, "seed": strconv.FormatUint(g.Spec.Seed, 10),
		"generation": strconv.Itoa(c.Generation), "theta_hash": g.Hash, "contract": c.Contract, "version": row.Version,
	}
	if row.Last != nil {
		f.Metadata["meta_test"] = strconv.FormatFloat(*row.Last, 'g', -1, 64)
	}
	return f
}

// isGenomeFile tells a genome file from the name of a run.
func isGenomeFile(what string) bool {
	return strings.HasSuffix(strings.ToLower(what), ".safetensors") || strings.ContainsAny(what, `/\`)
}
