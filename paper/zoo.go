package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// ZooFile is the index of a folder of genomes.
const ZooFile = "zoo.csv"

// An Animal is the best genome of a cell, kept as a file, with the score that it must have.
type Animal struct {
	Cell  string // table/row/preset
	File  string // relative to the index, with slashes
	Score Score
}

var zooHead = slices.Concat([]string{"cell", "file"}, scoreHead)

// WriteZoo writes an index as CSV.
func WriteZoo(w io.Writer, zoo []Animal) error {
	c := csv.NewWriter(w)
	if err := c.Write(zooHead); err != nil {
		return err
	}
	for _, a := range zoo {
		if err := c.Write(slices.Concat([]string{a.Cell, a.File}, a.Score.row())); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// ReadZoo reads what WriteZoo wrote.
func ReadZoo(r io.Reader) ([]Animal, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("paper: reading a zoo: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], zooHead) {
		return nil, fmt.Errorf("paper: reading a zoo: the head is not %q", zooHead)
	}
	var out []Animal
	for i, row := range rows[1:] {
		s, err := readScore(row[2:])
		if err != nil {
			return nil, fmt.Errorf("paper: reading a zoo: line %d: %w", i+2, err)
		}
		out = append(out, Animal{row[0], row[1], s})
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
