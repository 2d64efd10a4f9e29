package report

import (
	"bytes"
	_ "embed" // the page's template and style
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"baldwin/figure"
	"baldwin/probe"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// A download is a file inside the page.
type download struct {
	Name, Text string
	Href       template.URL
}

func embedded(name, text, kind string, data []byte) download {
	return download{name, text, template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))}
}

func csvFile(name string, data []byte) download {
	return embedded(name, name, "text/csv", data)
}

// page is what the template sees.
type page struct {
	*Report
	CSS                             template.CSS
	Tables                          []pageTable
	Claims                          []pageClaim
	Pictures                        []picture
	RunLines                        []runLine
	HowToRead                       []string
	ClaimsNote, PairsNote           string
	ClaimFiles, PairFiles, RunFiles []download
}

type pageTable struct {
	Name, Title, Short string
	Columns            []Column
	Matrix             []matrixRow
	Details            []detail
	Files              []download
}

type matrixRow struct {
	Learner string
	Cells   []cellText
}

type detail struct {
	Title string
	Any   bool // something was run
	Cells []cellText
}

type pageClaim struct {
	Claim, Measure    string
	PaperTally, Tally string
	Lines             []ClaimLine
}

// A picture is an exhibit in the page: its panels apart, so that a narrow page can put them below one another.
type picture struct {
	Name, Label, Heading, Caption string
	Four                          bool // four panels side by side where there is room, else two or one
	Legend                        []legendEntry
	Panels                        []template.HTML
	Grids                         []Grid
	Files                         []download
	Hash                          string // SHA-256 of its data
}

type legendEntry struct {
	Label  string
	Swatch template.HTML
}

type runLine struct {
	Name, Generation, State, Last, Cost, Theta, Spec string
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"label": figure.LearnerLabel, "pvalue": pValue, "signed": signedNum,
	"better": func(e probe.Estimate) string { return estimate(e, 2) },
	"verdictClass": func(v string) string {
		return map[string]string{holds: "yes", shown: "yes", fails: "no", refuted: "no", notRun: "none", partly: "none", unlearned: "none"}[v]
	},
}).Parse(pageHTML))

// HTML writes the report as one page that needs no other file and no network.
func (r *Report) HTML(w io.Writer) error {
	p := page{
		Report: r, CSS: template.CSS(pageCSS + figure.Style()), HowToRead: howToRead, ClaimsNote: claimsNote, PairsNote: pairsNote,
		ClaimFiles: []download{csvFile("claims.csv", r.claimsCSV())}, PairFiles: []download{csvFile("pairs.csv", r.pairsCSV())},
	}
	for i := range r.Tables {
		p.Tables = append(p.Tables, newPageTable(&r.Tables[i]))
	}
	for _, c := range r.Claims {
		p.Claims = append(p.Claims, pageClaim{c.Claim, c.Measure, c.paperTally(), c.Tally(), c.Lines})
	}
	for _, f := range r.Exhibits {
		pic, err := newPicture(f)
		if err != nil {
			return err
		}
		p.Pictures = append(p.Pictures, pic)
	}
	for i := range r.Standings {
		s := &r.Standings[i]
		l := runLine{Name: s.Name, Generation: fmt.Sprintf("%d/%d", s.Generation(), s.Spec.Generations), State: "not begun", Last: "-", Cost: "-", Theta: "-", Spec: s.Spec.Hash()[:12]}
		if s.Run != nil {
			l.State, l.Cost = string(s.Run.Status), hours(s.Seconds)
			l.Theta = s.Run.ThetaHash[:min(12, len(s.Run.ThetaHash))]
			if s.Run.Last != nil {
				l.Last = num(*s.Run.Last, 4)
			}
		}
		p.RunLines = append(p.RunLines, l)
	}
	scores, err := scoresCSV(r.Scores)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	p.RunFiles = []download{csvFile("runs.csv", r.runsCSV()), csvFile("held-out.csv", scores)}
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("report: writing the page: %w", err)
	}
	return nil
}

func newPageTable(t *Table) pageTable {
	short, _, _ := strings.Cut(t.Title, ":")
	out := pageTable{Name: t.Name, Title: t.Title, Short: short, Columns: t.Columns, Files: []download{csvFile(t.Name+".csv", t.csv())}}
	for _, row := range t.Rows {
		m := matrixRow{Learner: figure.LearnerLabel(row)}
		for i := range t.Columns {
			cell := cellText{Paper: "-", Verdict: "-"}
			if r := t.Columns[i].find(row); r != nil {
				cell = t.text(r)
			}
			m.Cells = append(m.Cells, cell)
		}
		out.Matrix = append(out.Matrix, m)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		d := detail{Title: c.heading()}
		for k := range c.Results {
			r := &c.Results[k]
			d.Any = d.Any || r.Finished+r.Begun > 0
			d.Cells = append(d.Cells, t.text(r))
		}
		out.Details = append(out.Details, d)
	}
	return out
}

func newPicture(f *Exhibit) (picture, error) {
	p := picture{Name: f.Name, Label: f.label(), Heading: f.heading(), Caption: f.Caption, Four: f.Columns == 4, Grids: f.Grids}
	csv, err := f.csv()
	if err != nil {
		return p, fmt.Errorf("report: %w", err)
	}
	p.Files, p.Hash = []download{csvFile(f.Name+".csv", csv)}, hash(csv)
	if len(f.Panels) == 0 {
		return p, nil
	}
	for _, e := range f.Entries() {
		p.Legend = append(p.Legend, legendEntry{e.Label, template.HTML(e.Swatch())})
	}
	for i := range f.Panels {
		p.Panels = append(p.Panels, template.HTML(f.PanelSVG(i)))
	}
	var svg bytes.Buffer
	if err := f.SVG(&svg); err != nil {
		return p, err
	}
	p.Files = append(p.Files, embedded(f.Name+".svg", f.Name+".svg", "image/svg+xml", svg.Bytes()))
	return p, nil
}

// paperTally is Tally of the paper's own numbers.
func (c *Claim) paperTally() string {
	yes, all := 0, 0
	for _, l := range c.Lines {
		switch l.PaperHolds {
		case holds:
			yes++
			all++
		case fails:
			all++
		}
	}
	if all == 0 {
		return "pictures only"
	}
	return fmt.Sprintf("holds in %d of %d", yes, all)
}
