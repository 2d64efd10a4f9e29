package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/learner"
	"baldwin/run"
	"baldwin/store"
)

// A genome is theta with what it needs to live.
type genome struct {
	theta   []float32 // in the layout's vector form
	hash    string
	spec    run.Spec
	learner *learner.Learner
}

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
	g := &genome{spec: spec}
	if g.learner, err = spec.Fit(p.registry); err != nil {
		return nil, err
	}
	// A strategy's state has theta somewhere; only the strategy knows where.
	s, err := spec.NewStrategy(p.registry, g.learner, make([]float32, g.learner.Layout.Dim), kernel.Best())
	if err == nil {
		err = s.Restore(c.State)
	}
	if err != nil {
		return nil, err
	}
	g.theta = s.Theta()
	if g.hash = g.learner.Layout.Hash(g.theta); g.hash != c.ThetaHash {
		return nil, fmt.Errorf("the checkpoint of run %s is %w: its genome's hash is %.12s, it says %.12s", row.Name, store.ErrDamaged, g.hash, c.ThetaHash)
	}
	return g, nil
}

// rates are the evolved inner learning rates, of a learner that descends a gradient.
func (g *genome) rates() []number {
	var out []number
	for _, t := range g.learner.Layout.Tensors {
		if t.Role == learner.Rate {
			for _, v := range g.theta[t.Off : t.Off+t.Len()] {
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
	g := &genome{}
	switch text := f.Metadata["spec"]; {
	case preset != "":
		pre, err := p.registry.Preset(preset)
		if err != nil {
			return nil, bad(err)
		}
		if name := f.Metadata["learner"]; name != "" {
			pre.Spec.Learner.Name = name
		}
		if g.spec, err = pre.Spec.Resolve(p.registry); err != nil {
			return nil, bad(err)
		}
	case text != "":
		if g.spec, err = run.ParseSpec(path+": spec", []byte(text), p.registry); err != nil {
			return nil, bad(err)
		}
	default:
		return nil, badf("%s: its metadata has no spec, which `baldwin export` writes; say with --preset what it was evolved for", path)
	}
	if g.learner, err = g.spec.Fit(p.registry); err != nil {
		return nil, bad(err)
	}
	g.theta = make([]float32, g.learner.Layout.Dim)
	if err := g.learner.Layout.Read(g.theta, f); err != nil {
		return nil, badf("%s: %w", path, err)
	}
	g.hash = g.learner.Layout.Hash(g.theta)
	return g, nil
}

// file is the genome as named tensors with all that is known of it.
func (g *genome) file(row *store.Run, c *run.Checkpoint) *tensorfile.File {
	f := g.learner.Layout.File(g.theta)
	f.Metadata = map[string]string{
		"format": "baldwin genome", "run": row.Name, "learner": g.spec.Learner.Name, "family": g.spec.Family.Name,
		"spec": string(g.spec.YAML()), "spec_hash": row.SpecHash, "seed": strconv.FormatUint(g.spec.Seed, 10),
		"generation": strconv.Itoa(c.Generation), "theta_hash": g.hash, "contract": c.Contract, "version": row.Version,
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
