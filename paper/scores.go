package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// scoreHead is the head of a file of scores.
var scoreHead = []string{"run", "generation", "spec_hash", "theta_hash", "contract", "tasks", "tasks_hash", "mean", "sd", "low", "high"}

// WriteScores writes scores as CSV, every number with all its digits.
func WriteScores(w io.Writer, scores []Score) error {
	rows := [][]string{scoreHead}
	for i := range scores {
		rows = append(rows, scores[i].row())
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// ReadScores reads what WriteScores wrote.
func ReadScores(r io.Reader) ([]Score, error) { return readSheet(r, "scores", scoreHead, readScore) }

// readSheet reads a CSV file of so many things: its head, then one of them a line.
func readSheet[T any](r io.Reader, what string, head []string, read func(row []string) (T, error)) ([]T, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("paper: reading %s: %w", what, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], head) {
		return nil, fmt.Errorf("paper: reading %s: the head is not %q", what, head)
	}
	var out []T
	for i, row := range rows[1:] {
		x, err := read(row)
		if err != nil {
			return nil, fmt.Errorf("paper: reading %s: line %d: %w", what, i+2, err)
		}
		out = append(out, x)
	}
	return out, nil
}

// row is a score as scoreHead names it, every number with all its digits.
func (s *Score) row() []string {
	row := []string{s.Run, strconv.Itoa(s.Generation), s.SpecHash, s.ThetaHash, s.Contract, strconv.Itoa(s.Tasks), s.TasksHash}
	for _, v := range []float64{s.Mean, s.SD, s.Low, s.High} {
		row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
	}
	return row
}

// readScore reads what row made.
func readScore(row []string) (Score, error) {
	s := Score{Key: Key{Run: row[0], SpecHash: row[2], ThetaHash: row[3], Contract: row[4]}, TasksHash: row[6]}
	var err error
	whole := func(text string) (v int) {
		if err == nil {
			v, err = strconv.Atoi(text)
		}
		return v
	}
	number := func(text string) (v float64) {
		if err == nil {
			v, err = strconv.ParseFloat(text, 64)
		}
		return v
	}
	s.Generation, s.Tasks = whole(row[1]), whole(row[5])
	s.Mean, s.SD, s.Low, s.High = number(row[7]), number(row[8]), number(row[9]), number(row[10])
	return s, err
}
