package paper

import (
	"encoding/csv"
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
	rows := [][]string{zooHead}
	for _, a := range zoo {
		rows = append(rows, slices.Concat([]string{a.Cell, a.File}, a.Score.row()))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// ReadZoo reads what WriteZoo wrote.
func ReadZoo(r io.Reader) ([]Animal, error) {
	return readSheet(r, "a zoo", zooHead, func(row []string) (Animal, error) {
		s, err := readScore(row[2:])
		return Animal{row[0], row[1], s}, err
	})
}
