package run

import (
	"fmt"
	"slices"
)

// Extend is the commit with which a run of the resolved s begins where another stands: its checkpoint, and what a run of
// s from its beginning would have recorded up to there, out of the other's rows and meta-tests. Tests by other settings are
// left out.
func (s Spec) Extend(old Spec, c Checkpoint, rows []GenerationRow, tests []MetaTestRow) (Commit, error) {
	if err := s.extends(old, c.Generation); err != nil {
		return Commit{}, err
	}
	c.SpecHash = s.Hash()
	past := func(generation int) bool { return generation > c.Generation }
	rows = slices.DeleteFunc(slices.Clone(rows), func(r GenerationRow) bool { return past(r.Generation) })
	tests = slices.DeleteFunc(slices.Clone(tests), func(t MetaTestRow) bool {
		return past(t.Generation) || s.MetaTest != old.MetaTest || t.Generation%s.MetaTest.Every != 0
	})
	return Commit{Generations: rows, MetaTests: tests, Checkpoint: c, Status: Stopped}, nil
}

// extends says why a run of the resolved s cannot go on where one of old stands after some generations and end with the
// bits of a run of s from its beginning; nil where it can. How long a run is, how it is tested and how often it is kept
// decide nothing of its genome, unless a schedule has begun that is stretched over the run's length.
func (s Spec) extends(old Spec, done int) error {
	same := s
	same.Generations, same.MetaTest, same.CheckpointEvery = old.Generations, old.MetaTest, old.CheckpointEvery
	switch {
	case same.Hash() != old.Hash():
		return &FieldError{"the spec", "of what decides a genome nothing can be changed, only generations, meta_test and checkpoint_every"}
	case s.Generations <= done:
		return &FieldError{"generations", fmt.Sprintf("must be above %d, where the run stands, got %d", done, s.Generations)}
	case s.Generations != old.Generations && (s.settings().Faded(done) || old.settings().Faded(done)):
		return &FieldError{"generations", fmt.Sprintf("the run's rate or sigma falls over its %d generations and has begun to before %d: "+
			"a run of %d would have come to another genome", old.Generations, done, s.Generations)}
	}
	return nil
}
