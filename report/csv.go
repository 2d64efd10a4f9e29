package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"

	"baldwin/paper"
)

// float writes a number with all its digits, and nothing for NaN.
func float(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// seconds writes a time on the clock, and nothing where it is unknown.
func seconds(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// sheet makes a CSV file of rows.
func sheet(rows [][]string) []byte {
	var b bytes.Buffer
	_ = csv.NewWriter(&b).WriteAll(rows) // a Buffer takes everything
	return b.Bytes()
}

// csv is a table with every digit.
func (t *Table) csv() []byte {
	rows := [][]string{{
		"preset", "learner", "paper_mean", "paper_sd", "runs_finished", "runs_wanted", "furthest_unfinished", "generations",
		"mean", "sd", "runs", "difference", "difference_low", "difference_high", "verdict",
		"held_out_iqm", "held_out_low", "held_out_high", "held_out_runs", "held_out_tasks", "seconds", "seconds_runs",
	}}
	for _, c := range t.Columns {
		for i := range c.Results {
			r := &c.Results[i]
			rows = append(rows, []string{
				r.Preset, r.Row(), float(r.Cell.Mean), float(r.Cell.SD), strconv.Itoa(r.Finished), strconv.Itoa(r.Wanted), strconv.Itoa(r.Furthest),
				strconv.Itoa(r.Generations), float(r.Mean), float(r.SD), strconv.Itoa(r.Runs), float(r.Diff.Value), float(r.Diff.Low), float(r.Diff.High),
				r.Verdict, float(r.IQM.Value), float(r.IQM.Low), float(r.IQM.High), strconv.Itoa(len(r.Scores)), strconv.Itoa(r.Tasks),
				seconds(r.Seconds), strconv.Itoa(r.Timed),
			})
		}
	}
	return sheet(rows)
}

func (r *Report) claimsCSV() []byte {
	rows := [][]string{{"claim", "measure", "where", "paper", "ours", "runs", "paper_holds", "verdict"}}
	for _, c := range r.Claims {
		for _, l := range c.Lines {
			rows = append(rows, []string{c.Claim, c.Measure, l.Where, l.Paper, l.Ours, l.Runs, l.PaperHolds, l.Verdict})
		}
	}
	return sheet(rows)
}

func (r *Report) pairsCSV() []byte {
	rows := [][]string{{"preset", "first", "second", "runs_first", "runs_second", "probability_of_improvement", "low", "high", "difference", "hedges_g", "p", "p_holm"}}
	for _, p := range r.Pairs {
		row := []string{p.Preset, p.A, p.B, strconv.Itoa(p.NA), strconv.Itoa(p.NB)}
		for _, v := range []float64{p.Better.Value, p.Better.Low, p.Better.High, p.Diff, p.Hedges, p.P, p.Holm} {
			row = append(row, float(v))
		}
		rows = append(rows, row)
	}
	return sheet(rows)
}

var runsHead = []string{"run", "cell", "seed", "status", "generation", "generations", "last_meta_test", "statistic", "seconds", "theta_hash", "spec_hash"}

func (r *Report) runsCSV() []byte {
	rows := [][]string{runsHead}
	for i := range r.Standings {
		s := &r.Standings[i]
		status, theta, last := "not begun", "", ""
		if s.Run != nil {
			status, theta = string(s.Run.Status), s.Run.ThetaHash
			if s.Run.Last != nil {
				last = float(*s.Run.Last)
			}
		}
		statistic, _ := s.Statistic()
		rows = append(rows, []string{
			s.Name, s.ID(), strconv.FormatUint(s.Seed, 10), status, strconv.Itoa(s.Generation()), strconv.Itoa(s.Spec.Generations),
			last, float(statistic), seconds(s.Seconds), theta, s.Spec.Hash(),
		})
	}
	return sheet(rows)
}

func scoresCSV(scores []paper.Score) ([]byte, error) {
	var b bytes.Buffer
	err := paper.WriteScores(&b, scores)
	return b.Bytes(), err
}
