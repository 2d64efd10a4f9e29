package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"baldwin/internal/wholefile"
	"baldwin/paper"
)

// ScoresFile is the file of held-out scores in a report's folder; paper.ReadScores reads it.
const ScoresFile = "held-out.csv"

// RunsFile is the file of the plan's runs in a report's folder; TakeSeconds reads what they took.
const RunsFile = "runs.csv"

// Write puts the report into a folder, which it makes: report.html, report.md and the CSV files in it, and a folder for each
// table and figure. Files of an earlier report are replaced, others left alone.
func (r *Report) Write(dir string) error {
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		return err
	}
	scores, err := scoresCSV(r.Scores)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	files := map[string][]byte{
		"report.html": page.Bytes(), "report.md": []byte(r.Markdown()), RunsFile: r.runsCSV(), ScoresFile: scores,
		"claims.csv": r.claimsCSV(), "pairs.csv": r.pairsCSV(),
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		files[t.Name+"/README.md"] = []byte(r.tableMarkdown(t))
		files[t.Name+"/"+t.Name+".csv"] = t.csv()
		files[t.Name+"/expected.tsv"] = []byte(t.expected())
	}
	for _, f := range r.Exhibits {
		if err := r.addExhibit(files, f); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := write(filepath.Join(dir, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// WriteScores puts held-out scores alone into a report's folder, for the next report to take.
func WriteScores(dir string, scores []paper.Score) error {
	data, err := scoresCSV(scores)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return write(filepath.Join(dir, ScoresFile), data)
}

// write puts a file, whole or not at all, into a folder, which it makes.
func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	err := wholefile.Write(path, func(w io.Writer) error { _, err := w.Write(data); return err })
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

func (r *Report) addExhibit(files map[string][]byte, f *Exhibit) error {
	base := f.Name + "/" + f.Name
	csv, err := f.csv()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	files[base+".csv"] = csv
	files[f.Name+"/README.md"] = []byte(r.exhibitMarkdown(f, csv))
	if len(f.Panels) == 0 {
		return nil
	}
	for ext, form := range map[string]func(io.Writer) error{".svg": f.SVG, ".pdf": f.PDF, ".png": f.PNG} {
		var b bytes.Buffer
		if err := form(&b); err != nil {
			return err
		}
		files[base+ext] = b.Bytes()
	}
	return nil
}
