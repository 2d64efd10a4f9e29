package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"baldwin/run"
	"baldwin/stats"
)

// facts are what a run's page says in words and tables, and what changes with each commit.
type facts struct {
	line
	Top   float64           // mean of the top 3 of the last 10 meta-tests; NaN before there are 10
	Tests []run.MetaTestRow // the newest, newest first
	Kept  []run.Checkpoint  // the checkpoints, newest first, without their states
	Norm  float64
	NaN   int
	May   bool
	Log   string // of a run that this server trains or trained

	Workers []worker // of a run on many machines
}

// newestTests is how many meta-tests the table has.
const newestTests = 10

func (s *Server) facts(ctx context.Context, l line, may bool) (*facts, error) {
	f := &facts{line: l, May: may}
	f.Log, _ = s.jobs.log(l.Name)
	tests, err := s.Store.MetaTests(ctx, l.ID, 0)
	if err != nil {
		return nil, err
	}
	f.Top = top(tests)
	f.Tests = slices.Clone(tests[max(0, len(tests)-newestTests):])
	slices.Reverse(f.Tests)
	if f.Kept, err = s.Store.Checkpoints(ctx, l.ID); err != nil {
		return nil, err
	}
	if f.Workers, err = s.workers(l.Name); err != nil {
		return nil, err
	}
	rows, err := s.Store.Generations(ctx, l.ID, max(1, l.Generation))
	if len(rows) > 0 {
		f.Norm, f.NaN = rows[0].ThetaNorm, rows[0].NaN
	}
	return f, err
}

// top is the paper's score of a run.
func top(tests []run.MetaTestRow) float64 {
	means := make([]float64, len(tests))
	for i, t := range tests {
		means[i] = t.Mean
	}
	v, _ := stats.TopOfLast(means, stats.PaperTop, stats.PaperLast)
	return v
}

func (s *Server) runPage(w http.ResponseWriter, r *http.Request) {
	row, err := s.Store.Run(r.Context(), r.PathValue("name"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l, err := s.line(r.Context(), row)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := s.facts(r.Context(), l, s.may(r))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, r, "run.html", page{Title: row.Name, Script: "run.js", Charts: true, Here: "runs", Data: f})
}

// may says that whoever asks may begin and end runs.
func (s *Server) may(r *http.Request) bool { return s.Train != nil && s.shown(r) }

// A cursor is up to where a page knows a run: its number, which no other run ever gets, and the newest generation.
type cursor struct {
	run        int64
	generation int
}

// String is the cursor as the id of an event.
func (c cursor) String() string { return fmt.Sprintf("%d-%d", c.run, c.generation) }

func parseCursor(text string) (c cursor, ok bool) {
	id, generation, _ := strings.Cut(text, "-")
	var err1, err2 error
	c.run, err1 = strconv.ParseInt(id, 10, 64)
	c.generation, err2 = strconv.Atoi(generation)
	return c, err1 == nil && err2 == nil && c.generation >= 0
}

// runEvents streams a run from a cursor on: the browser's Last-Event-ID after a lost connection, else the address's
// "after". Each event has all that came since the one before it, so that nothing is lost and nothing comes twice. A cursor
// of another run, or of generations that are gone, is answered by "reset": the page loads anew.
func (s *Server) runEvents(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("after")
	}
	at, ok := parseCursor(id)
	if !ok {
		s.fail(w, r, badf("after: must be a cursor, got %.40q", id))
		return
	}
	name, may, sent, crew := r.PathValue("name"), s.may(r), "", ""
	s.stream(w, r, func(ctx context.Context, to *stream) error {
		row, err := s.Store.Run(ctx, name)
		if err != nil {
			return err
		}
		workers, err := s.workers(name)
		if err != nil {
			return err
		}
		if html, err := s.render("workers", workers); err != nil {
			return err
		} else if string(html) != crew {
			crew = string(html)
			if err := to.send(at.String(), "workers", crew); err != nil {
				return err
			}
		}
		_, said := s.jobs.log(name)
		key := fmt.Sprint(s.state(row), s.jobs.has(name), row.Updated, said)
		if key == sent {
			return nil
		}
		if row.ID != at.run || row.Generation < at.generation {
			return to.send(id, "reset", struct{}{})
		}
		l, err := s.line(ctx, row)
		if err != nil {
			return err
		}
		f, err := s.facts(ctx, l, may)
		if err != nil {
			return err
		}
		html, err := s.render("facts", f)
		if err != nil {
			return err
		}
		more, err := s.since(ctx, row, at.generation, strideFor(row.Generations))
		if err != nil {
			return err
		}
		sent, at = key, cursor{row.ID, row.Generation}
		return to.send(at.String(), "run", struct {
			HTML   string  `json:"html"`
			Series *series `json:"series"`
		}{string(html), more})
	})
}
