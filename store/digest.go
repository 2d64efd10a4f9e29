package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"baldwin/run"
)

// Digest is a SHA-256, in hex, over what the run computed: seed, Spec and its hash, generations wanted, status, every generation row
// and meta-test, and the newest checkpoint. Left out is what may differ between two runs of one Spec: name, number, labels,
// dates, version and kernel, all columns of seconds, and the spare checkpoint, which GC may have dropped. So a run that
// was killed and resumed has the digest of one that never was.
func (s *Store) Digest(ctx context.Context, runID int64) (string, error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return "", fail(s.path, "reading a run", err)
	}
	defer tx.Rollback()
	d, err := digest(ctx, tx, runID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("store: %w", ErrNoRun)
	}
	return d, fail(s.path, "reading a run", err)
}

// digest hashes a run within a transaction, so that it sees one state of it.
func digest(ctx context.Context, tx *sql.Tx, id int64) (string, error) {
	r, err := scanRun(tx.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs r WHERE id = ?", id).Scan)
	if err != nil {
		return "", err
	}
	h := hasher{Hash: sha256.New()}
	h.text("baldwin run 1", string(r.Spec), r.SpecHash, string(r.Status))
	h.word(r.Seed, uint64(r.Generations))

	err = eachGeneration(ctx, tx, id, 0, func(g *run.GenerationRow) error {
		h.word(1, uint64(g.Generation)) // 1: another row; 0: the end of them
		h.float(g.Best, g.Upper, g.Median, g.Lower, g.Worst, g.ThetaNorm)
		h.word(uint64(g.NaN), uint64(g.Lives), uint64(len(g.Sigma)))
		h.float(g.Sigma...)
		return nil
	})
	if err != nil {
		return "", err
	}

	h.word(0)
	tests, err := metaTests(ctx, tx, id, 0)
	if err != nil {
		return "", err
	}
	for _, m := range tests {
		h.word(1, uint64(m.Generation), uint64(m.Tasks))
		h.float(m.Mean, m.SD, m.Low, m.High)
	}

	h.word(0)
	c, err := readCheckpoint(ctx, tx, id, r.Generation)
	switch {
	case err == nil:
		h.word(1, uint64(c.Generation))
		h.text(c.Contract, c.SpecHash, c.ThetaHash, string(c.State))
	case errors.Is(err, sql.ErrNoRows): // none yet
		h.word(0)
	default:
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hasher writes values so that no two sequences of them give the same bytes.
type hasher struct {
	hash.Hash
	buf [8]byte
}

func (h *hasher) word(ws ...uint64) {
	for _, w := range ws {
		binary.LittleEndian.PutUint64(h.buf[:], w)
		h.Write(h.buf[:])
	}
}

func (h *hasher) float(xs ...float64) {
	for _, x := range xs {
		h.word(bits(x))
	}
}

func (h *hasher) text(ts ...string) {
	for _, t := range ts {
		h.word(uint64(len(t)))
		h.Write([]byte(t))
	}
}
