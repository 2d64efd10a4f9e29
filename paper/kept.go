package paper

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"baldwin/internal/tensorfile"
	"baldwin/run"
	"baldwin/store"
)

// Kept takes finished runs that are in no store but in files, as experiments/ keeps them: NAME.yaml is the spec, NAME.csv
// the curve of meta-tests, NAME.safetensors the genome. A standing that is not finished gets the kept run whose spec is the
// job's, wherever it lies below dir; of several, which have the same bits, the last in the order of their paths. A genome whose
// hash is not the one in its metadata is an error.
func Kept(r run.Registry, dir string, standings []Standing) error {
	open := map[string][]*Standing{}
	for i := range standings {
		if s := &standings[i]; !s.Finished() {
			open[s.Spec.Hash()] = append(open[s.Spec.Hash()], s)
		}
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		base := strings.TrimSuffix(path, ".yaml")
		for _, ext := range []string{".csv", ".safetensors"} {
			if _, err := os.Stat(base + ext); err != nil {
				return nil //nolint:nilerr // a file of something else
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		spec, err := run.ParseSpec(path, text, r)
		if err != nil {
			return fmt.Errorf("paper: %w", err)
		}
		for _, s := range open[spec.Hash()] {
			if err := s.keep(r, base); err != nil {
				return fmt.Errorf("paper: the run kept in %s: %w", path, err)
			}
		}
		return nil
	})
}

// keep takes the run kept in base.csv and base.safetensors.
func (s *Standing) keep(r run.Registry, base string) error {
	tests, err := readCurve(base + ".csv")
	if err != nil {
		return err
	}
	file := base + ".safetensors"
	if n := len(tests); n == 0 || tests[n-1].Generation != s.Spec.Generations {
		return nil // it was not finished, or ended early
	}
	g, _, err := s.readGenome(r, file)
	if err != nil {
		return err
	}
	last := tests[len(tests)-1].Mean
	s.Tests, s.File, s.Seconds = tests, file, 0
	row := store.NewRun(s.Name, s.Preset, s.Spec, "", "") // which build lived it is not known
	row.Status, row.Generation, row.ThetaHash, row.Last = run.Finished, s.Spec.Generations, g.Hash, &last
	s.Run = &row
	return nil
}

// readGenome reads the job's genome from a file and checks it against its own metadata.
func (s *Standing) readGenome(r run.Registry, file string) (g *run.Genome, contract string, err error) {
	f, err := tensorfile.ReadSafetensors(file)
	if err != nil {
		return nil, "", err
	}
	if g, err = run.GenomeIn(file, f, s.Spec, r); err != nil {
		return nil, "", err
	}
	if said := f.Metadata["theta_hash"]; said != g.Hash {
		return nil, "", fmt.Errorf("%s: the genome's hash is %.12s, its metadata says %.12s", file, g.Hash, said)
	}
	return g, f.Metadata["contract"], nil
}

// curveHead begins the head of a file of meta-tests, as `baldwin show --curve` writes it.
var curveHead = []string{"generation", "mean", "low", "high", "sd", "tasks"}

// readCurve reads a file of meta-tests.
func readCurve(path string) ([]run.MetaTestRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 || !strings.HasPrefix(strings.Join(rows[0], ","), strings.Join(curveHead, ",")) {
		return nil, fmt.Errorf("%s: the head does not begin with %s", path, strings.Join(curveHead, ","))
	}
	var out []run.MetaTestRow
	for i, row := range rows[1:] {
		var v [6]float64
		for k := range v {
			if row[k] == "" && k > 0 && k < 5 { // what lives that ran away came to
				v[k] = math.NaN()
			} else if v[k], err = strconv.ParseFloat(row[k], 64); err != nil {
				return nil, fmt.Errorf("%s:%d: %s: %w", path, i+2, curveHead[k], err)
			}
		}
		out = append(out, run.MetaTestRow{Generation: int(v[0]), Mean: v[1], Low: v[2], High: v[3], SD: v[4], Tasks: int(v[5])})
	}
	return out, nil
}
