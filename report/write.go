package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"baldwin/figure"
)

// ScoresFile is the file of held-out scores in a report's folder; paper.ReadScores reads it.
const ScoresFile = "held-out.csv"

// Write puts the report into a folder, which it makes: report.html, report.md and the CSV files in it, and a folder for each
// table and figure. Files of an earlier report are replaced, others left alone.
func (r *Report) Write(dir string) error {
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		return err
	}
	scores, err := r.scoresCSV()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	files := map[string][]byte{
		"report.html": page.Bytes(), "report.md": []byte(r.Markdown()), "runs.csv": r.runsCSV(), ScoresFile: scores,
		"claims.csv": r.claimsCSV(), "pairs.csv": r.pairsCSV(),
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		files[t.Name+"/README.md"] = []byte(r.tableMarkdown(t))
		files[t.Name+"/"+t.Name+".csv"] = t.csv()
		files[t.Name+"/expected.tsv"] = []byte(t.expected())
	}
	for _, f := range r.Figures {
		if err := r.addFigure(files, f); err != nil {
			return err
		}
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return fmt.Errorf("report: %w", err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}

func (r *Report) addFigure(files map[string][]byte, f *figure.Figure) error {
	base := f.Name + "/" + f.Name
	files[f.Name+"/README.md"] = []byte(r.figureMarkdown(f))
	var svg, pdf, png, csv bytes.Buffer
	for _, w := range []struct {
		ext   string
		buf   *bytes.Buffer
		write func() error
	}{
		{".svg", &svg, func() error { return f.SVG(&svg) }}, {".pdf", &pdf, func() error { return f.PDF(&pdf) }},
		{".png", &png, func() error { return f.PNG(&png) }}, {".csv", &csv, func() error { return f.CSV(&csv) }},
	} {
		if err := w.write(); err != nil {
			return err
		}
		files[base+w.ext] = w.buf.Bytes()
	}
	return nil
}
