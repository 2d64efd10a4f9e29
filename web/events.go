package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Times of a stream of events.
const (
	poll      = 500 * time.Millisecond // from one look at the store to the next
	heartbeat = 15 * time.Second       // after this long a quiet stream says that it lives
	streamOut = 10 * time.Second       // for one write; who reads slower than that is gone
)

// A stream is one open stream of server-sent events.
type stream struct {
	w    http.ResponseWriter
	c    *http.ResponseController
	last time.Time // of the newest write
}

// stream follows the store for one page: look is asked again and again what is new, and sends it. It ends with the
// request, or when look fails.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, look func(ctx context.Context, to *stream) error) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	to := &stream{w: w, c: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream")
	if err := to.write("retry: 1000\n\n"); err != nil {
		return
	}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if err := look(r.Context(), to); err != nil {
			if r.Context().Err() == nil {
				s.Log.WarnContext(r.Context(), "web: a stream of events ends", "path", r.URL.Path, "error", err)
			}
			return
		}
		if time.Since(to.last) > heartbeat && to.write(": still here\n\n") != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.jobs.ctx.Done(): // the server ends
			return
		}
	}
}

// send sends one event. Its data is JSON, so it is one line.
func (t *stream) send(id, event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return t.write(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, event, text))
}

func (t *stream) write(text string) error {
	t.last = time.Now()
	if err := t.c.SetWriteDeadline(t.last.Add(streamOut)); err != nil {
		return err
	}
	if _, err := t.w.Write([]byte(text)); err != nil {
		return err
	}
	return t.c.Flush()
}

// runsEvents streams the list: first all of it, then the lines that change, so that a page that was away is right again
// with the first event. The page replaces what differs.
func (s *Server) runsEvents(w http.ResponseWriter, r *http.Request) {
	sent := map[int64]string{}
	n := 0
	s.stream(w, r, func(ctx context.Context, to *stream) error {
		rows, err := s.Store.Runs(ctx)
		if err != nil {
			return err
		}
		type item struct {
			ID   int64  `json:"id"`
			HTML string `json:"html"`
		}
		changed, order := []item{}, make([]int64, 0, len(rows))
		for i := len(rows) - 1; i >= 0; i-- {
			order = append(order, rows[i].ID)
			key := fmt.Sprint(s.state(&rows[i]), s.jobs.has(rows[i].Name), rows[i].Updated)
			if sent[rows[i].ID] == key {
				continue
			}
			l, err := s.line(ctx, &rows[i])
			if err != nil {
				return err
			}
			html, err := s.render("line", l)
			if err != nil {
				return err
			}
			sent[rows[i].ID] = key
			changed = append(changed, item{rows[i].ID, string(html)})
		}
		if len(changed) == 0 && n == len(order) {
			return nil
		}
		n = len(order)
		return to.send("", "runs", struct {
			Changed []item  `json:"changed"`
			Order   []int64 `json:"order"`
		}{changed, order})
	})
}
