package paper

import (
	"context"
	"errors"
	"fmt"

	"baldwin/run"
	"baldwin/stats"
	"baldwin/store"
)

// A Standing is how far one job of a plan is.
type Standing struct {
	Job
	Run     *store.Run // nil: not begun
	Tests   []run.MetaTestRow
	Seconds float64 // on the clock, of generations and meta-tests so far, whoever lived them; 0: unknown
	File    string  // of the genome, where the run is kept in files and not in a store
}

// Generation is how many generations are done.
func (s *Standing) Generation() int {
	if s.Run == nil {
		return 0
	}
	return s.Run.Generation
}

// Finished reports whether the run has all its generations: one that was told to end earlier has status finished too.
func (s *Standing) Finished() bool {
	return s.Run != nil && s.Run.Status == run.Finished && s.Run.Generation == s.Spec.Generations
}

// Statistic is the paper's of one run: the mean of the top 3 of the last 10 meta-tests. ok is false with fewer than 10.
func (s *Standing) Statistic() (mean float64, ok bool) {
	means := make([]float64, len(s.Tests))
	for i, t := range s.Tests {
		means[i] = t.Mean
	}
	return stats.TopOfLast(means, stats.PaperTop, stats.PaperLast)
}

// Look says how far each job of the plan is; a nil store has nothing. A run of a job's name with another spec is an error
// that wraps run.ErrSpec, for what it computed is not the plan's.
func Look(ctx context.Context, st *store.Store, p *Plan) ([]Standing, error) {
	out := make([]Standing, len(p.Jobs))
	for i, j := range p.Jobs {
		out[i].Job = j
	}
	if st == nil {
		return out, nil
	}
	rows, err := st.Runs(ctx)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]*store.Run, len(rows))
	for i := range rows {
		byName[rows[i].Name] = &rows[i]
	}
	var foreign []error
	for i := range out {
		s := &out[i]
		row := byName[s.Name]
		if row == nil {
			continue
		}
		if want := s.Spec.Hash(); row.SpecHash != want {
			foreign = append(foreign, fmt.Errorf("paper: run %s is not the plan's (its spec is %.12s, the plan's %.12s): %w; remove it, or point BALDWIN_HOME at another store",
				s.Name, row.SpecHash, want, run.ErrSpec))
			continue
		}
		s.Run = row
		if s.Tests, err = st.MetaTests(ctx, row.ID, 0); err != nil {
			return nil, err
		}
		if s.Seconds, err = st.Seconds(ctx, row.ID); err != nil {
			return nil, err
		}
	}
	return out, errors.Join(foreign...)
}
