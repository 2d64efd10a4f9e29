package web

import (
	"strings"
	"testing"

	"baldwin/run"
)

// A run's page lists the checkpoints that the store keeps, the newest before its spare, and none that it has dropped.
func TestRunPageListsCheckpoints(t *testing.T) {
	w := newWorld(t, nil)
	r := w.add("r", 1, 100)
	w.commit(r, 100, 200, run.Running)
	w.commit(r, 200, 250, run.Stopped)
	_, html, found := strings.Cut(w.ask(request{path: "/runs/r"}).Body.String(), `<details class="kept">`)
	html, _, _ = strings.Cut(html, "</details>")
	newest, spare := strings.Index(html, hashOfInt(250)), strings.Index(html, hashOfInt(200))
	if !found || newest < 0 || spare < newest || strings.Contains(html, hashOfInt(100)) || strings.Count(html, "contract-of-a-test") != 2 {
		t.Errorf("newest at %d, spare at %d: %s", newest, spare, html)
	}
}
