package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"baldwin/paper"
)

// TakeSeconds gives standings of which it is not known what they took, such as those of runs that are kept as files, the time
// that an earlier report in dir has of the same run with the same genome. Without an earlier report it does nothing.
func TakeSeconds(dir string, standings []paper.Standing) error {
	path := filepath.Join(dir, RunsFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("report: %s: %w", path, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], runsHead) {
		return fmt.Errorf("report: %s: the head is not %q", path, runsHead)
	}
	name, theta, took := slices.Index(runsHead, "run"), slices.Index(runsHead, "theta_hash"), slices.Index(runsHead, "seconds")
	known := map[[2]string]float64{}
	for i, row := range rows[1:] {
		if row[took] == "" {
			continue
		}
		v, err := strconv.ParseFloat(row[took], 64)
		if err != nil || !(v >= 0) {
			return fmt.Errorf("report: %s:%d: seconds: %q is no time", path, i+2, row[took])
		}
		known[[2]string{row[name], row[theta]}] = v
	}
	for i := range standings {
		if s := &standings[i]; s.Run != nil && s.Seconds == 0 {
			s.Seconds = known[[2]string{s.Name, s.Run.ThetaHash}]
		}
	}
	return nil
}
