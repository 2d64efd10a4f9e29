package store

import (
	"context"
	"os"
	"path/filepath"

	"baldwin/run"
)

// GC gives space back: it drops the spare checkpoints of finished runs that nobody holds, what a killed import left, and the
// free pages of the file. It returns by how many bytes the store shrank. Nothing that anything is computed from goes.
func (s *Store) GC(ctx context.Context) (freed int64, err error) {
	before := s.size()
	err = s.alone(ctx, func() error {
		left, err := filepath.Glob(filepath.Join(s.home, importing+"*"))
		if err != nil {
			return err
		}
		for _, path := range left {
			info, err := os.Stat(path)
			if err != nil {
				continue
			}
			if err := os.Remove(path); err != nil {
				return fail(path, "removing what a killed import left", err)
			}
			freed += info.Size()
		}
		runs, err := s.Runs(ctx)
		if err != nil {
			return err
		}
		for i := range runs {
			if err := s.dropSpare(ctx, &runs[i]); err != nil {
				return err
			}
		}
		// VACUUM writes the whole store into the log; the checkpoint moves it into the file and empties the log.
		for _, q := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
			if _, err := s.db.ExecContext(ctx, q); err != nil {
				return fail(s.path, "shrinking the store", err)
			}
		}
		return nil
	})
	return freed + before - s.size(), err
}

// dropSpare drops a finished run's checkpoint before the newest, if the newest is whole.
func (s *Store) dropSpare(ctx context.Context, r *Run) error {
	if r.Status != run.Finished || s.Held(r.Name) {
		return nil
	}
	all, err := s.checkpoints(ctx, r.ID)
	if err != nil || len(all) < 2 {
		return err
	}
	if _, err := s.checkpoint(ctx, r.ID, all[0]); err != nil {
		s.log().WarnContext(ctx, "the newest checkpoint is damaged; its spare is kept", "run", r.Name, "damaged", all[0])
		return nil //nolint:nilerr // nothing was asked of the damaged one: its spare stays
	}
	_, err = s.db.ExecContext(ctx, "DELETE FROM checkpoints WHERE run = ? AND generation < ?", r.ID, all[0])
	return fail(s.path, "dropping a checkpoint", err)
}

// size is that of the file and its log.
func (s *Store) size() (n int64) {
	for _, path := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(path); err == nil {
			n += info.Size()
		}
	}
	return n
}
