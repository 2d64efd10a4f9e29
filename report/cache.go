package report

import (
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"baldwin/internal/wholefile"
	"baldwin/paper"
	"baldwin/run"
)

// A Cache keeps the answers to questions about genomes, each of which takes seconds to a minute, so that a report of a
// plan that has gone on asks about new genomes alone. An answer follows from the question, the genome, its spec and the
// program, and all of them are in its address.
type Cache struct {
	Dir   string // made when needed; empty: answers are kept for this report only
	Build string // of the program, such as the hash of its file

	known map[string]any
}

// remember is the answer to a question about a genome: the kept one, or that of ask.
func remember[T any](c *Cache, question string, g *paper.Genome, ask func() (T, error)) (T, error) {
	key := fmt.Sprint(c.Build, "\n", run.Contract, "\n", question, "\n", g.Genome.Spec.Hash(), "\n", g.Hash)
	if kept, ok := c.known[key]; ok {
		return kept.(T), nil
	}
	file := filepath.Join(c.Dir, fmt.Sprintf("%.16x.gob", sha256.Sum256([]byte(key))))
	var answer T
	found := false
	if c.Dir != "" {
		found = read(file, &answer) == nil
	}
	if !found {
		var err error
		if answer, err = ask(); err != nil {
			return answer, err
		}
		if c.Dir != "" {
			if err := keep(file, answer); err != nil {
				return answer, fmt.Errorf("report: keeping an answer: %w", err)
			}
		}
	}
	if c.known == nil {
		c.known = map[string]any{}
	}
	c.known[key] = answer
	return answer, nil
}

func read(file string, answer any) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewDecoder(f).Decode(answer)
}

func keep(file string, answer any) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return wholefile.Write(file, func(w io.Writer) error { return gob.NewEncoder(w).Encode(answer) })
}
