package web

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"baldwin/run"
)

func (w *world) series(name string) series {
	w.t.Helper()
	got := w.ask(request{path: "/runs/" + name + "/series"})
	if got.Code != 200 {
		w.t.Fatal(got.Code, got.Body)
	}
	return decode[series](w.t, got.Body.String())
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	check(t, json.Unmarshal([]byte(text), &v))
	return v
}

func TestSeriesOfALongRun(t *testing.T) {
	w := newWorld(t, nil)
	w.add("r", 1, 1050)
	s := w.series("r")
	if s.Stride != 38 || len(s.Generation) != 28 || len(s.Tests.Mean) != 10 {
		t.Fatalf("stride %d, %d points, %d tests", s.Stride, len(s.Generation), len(s.Tests.Mean))
	}
	// The second span is generations 39 to 76.
	sum := 0.0
	for g := 39; g <= 76; g++ {
		sum -= 1 / float64(g)
	}
	if want := sum / 38; s.From[1] != 39 || s.Generation[1] != 76 || !near(float64(s.Best[1]), want) || !near(float64(s.Median[1]), want-2) {
		t.Errorf("span %d-%d: best %g, median %g, want %g and two less", s.From[1], s.Generation[1], s.Best[1], s.Median[1], want)
	}
	if s.Norm[1] != 76 || s.Rate[1] != 2000 || s.Sigma[1][1] != 0.001 {
		t.Errorf("|theta| %g, rate %g, sigma %g", s.Norm[1], s.Rate[1], s.Sigma[1][1])
	}
	if s.From[27] != 1027 || s.Generation[27] != 1050 { // a span that is not yet whole
		t.Errorf("the last span is %d-%d", s.From[27], s.Generation[27])
	}
	if s.Tensors[0] != "in1.w" {
		t.Errorf("tensors %q", s.Tensors)
	}
}

func near(a, b float64) bool { return a-b < 1e-5 && b-a < 1e-5 }

// A page that loses its stream and comes back, also to another server over the same store, has in the end what one that
// loads anew has.
func TestEventsResumeWithoutAGap(t *testing.T) {
	w := newWorld(t, nil)
	r := w.add("r", 1, 90)
	at := w.series("r").Cursor
	server := httptest.NewServer(w)
	defer server.Close()
	var tests []int
	last := map[int]int{} // by first generation of its span, the last one
	collect := func(want int) {
		t.Helper()
		name, id, data := event(t, server.URL+"/runs/r/events", at)
		if name != "run" {
			t.Fatalf("event %q", name)
		}
		e := decode[struct {
			HTML   string
			Series series
		}](t, data)
		for i, f := range e.Series.From {
			last[f] = e.Series.Generation[i]
		}
		tests = append(tests, e.Series.Tests.Generation...)
		at = id
		if at != e.Series.Cursor || !strings.HasSuffix(at, "-"+itoa(want)) {
			t.Fatalf("cursor %s, want generation %d", at, want)
		}
	}
	w.commit(r, 90, 200, run.Running)
	w.commit(r, 200, 250, run.Running)
	collect(250)
	w.commit(r, 250, 300, run.Running) // while nobody listens
	w.commit(r, 300, 310, run.Stopped)
	collect(310)
	s := w.series("r")
	if s.Cursor != at || len(s.Tests.Generation) != len(tests) || tests[0] != 100 || tests[2] != 300 {
		t.Errorf("tests of the stream: %v, of the whole: %v", tests, s.Tests.Generation)
	}
	for i, f := range s.From {
		if f > 90 && last[f] != s.Generation[i] {
			t.Errorf("the span from %d ends at %d in the stream, at %d in the whole", f, last[f], s.Generation[i])
		}
	}
	if name, _, _ := event(t, server.URL+"/runs/r/events", "999-5"); name != "reset" {
		t.Errorf("another run's cursor: %q", name)
	}
	if name, _, _ := event(t, server.URL+"/runs/r/events", itoa(int(r.ID))+"-5000"); name != "reset" {
		t.Errorf("a cursor past the end: %q", name)
	}
	if got := w.ask(request{path: "/runs/r/events?after=x"}); got.Code != 400 {
		t.Errorf("no cursor: %d", got.Code)
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// event opens a stream at a cursor and returns its first event.
func event(t *testing.T, url, cursor string) (name, id, data string) {
	t.Helper()
	r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
	if cursor != "" {
		r.Header.Set("Last-Event-ID", cursor)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "event":
			name = value
		case "id":
			id = value
		case "data":
			return name, id, value
		}
	}
	t.Fatalf("the stream ended (%s): %v", resp.Status, lines.Err())
	return "", "", ""
}

func TestEventsOfTheList(t *testing.T) {
	w := newWorld(t, nil)
	w.add("a", 1, 100)
	b := w.add("b", 2, 200)
	server := httptest.NewServer(w)
	defer server.Close()
	_, _, data := event(t, server.URL+"/events", "")
	e := decode[struct {
		Changed []struct {
			ID   int64
			HTML string
		}
		Order []int64
	}](t, data)
	if len(e.Changed) != 2 || e.Order[0] != b.ID || !strings.Contains(e.Changed[0].HTML, "/runs/b") {
		t.Errorf("%s", data)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	w := newWorld(t, nil)
	for range maxStreams {
		w.streams <- struct{}{}
	}
	if got := w.ask(request{path: "/events"}); got.Code != 503 {
		t.Errorf("one more than the most: %d", got.Code)
	}
}
