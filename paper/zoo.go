package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
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
