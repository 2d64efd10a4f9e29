package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
)

// scoreHead is the head of a file of scores.
var scoreHead = []string{"run", "generation", "spec_hash", "theta_hash", "contract", "tasks", "tasks_hash", "mean", "sd", "low", "high"}

// WriteScores writes scores as CSV, every number with all its digits.
func WriteScores(w io.Writer, scores []Score) error {
	c := csv.NewWriter(w)
	if err := c.Write(scoreHead); err != nil {
		return err
	}
	for i := range scores {
		if err := c.Write(scores[i].row()); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// ReadScores reads what WriteScores wrote.
func ReadScores(r io.Reader) ([]Score, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("paper: reading scores: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], scoreHead) {
		return nil, fmt.Errorf("paper: reading scores: the head is not %q", scoreHead)
	}
	var out []Score
	for i, row := range rows[1:] {
		s, err := readScore(row)
		if err != nil {
			return nil, fmt.Errorf("paper: reading scores: line %d: %w", i+2, err)
		}
		out = append(out, s)
	}
	return out, nil
}
