package web

import (
	"net/http/httptest"
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

// The workers that the run's process notes are on its page, live, and go with it.
func TestRunPageShowsWorkers(t *testing.T) {
	w := newWorld(t, nil)
	r := w.add("r", 1, 100)
	lock := must(w.store.Lock("r"))
	note := func(text string) { check(t, lock.Note([]byte(text))) }
	note(`[{"worker": "node7.1a", "host": "node7", "cores": 8, "kernel": "avx2", "rate": 1234, "lag": 1, "audited": 5,
		"leaving": true, "last_fault": {"text": "<b>out of memory"}, "build": {}}]`)
	page := func() string { return w.ask(request{path: "/runs/r"}).Body.String() }
	for _, want := range []string{"node7.1a", `<td class="n">8</td>`, "1234", "leaving", "&lt;b&gt;out of memory"} {
		if !strings.Contains(page(), want) {
			t.Errorf("the page has no %s", want)
		}
	}
	server := httptest.NewServer(w)
	defer server.Close()
	if name, id, data := event(t, server.URL+"/runs/r/events", itoa(int(r.ID))+"-100"); name != "workers" || id != itoa(int(r.ID))+"-100" || !strings.Contains(data, "node7.1a") {
		t.Errorf("event %s of %s: %s", name, id, data)
	}
	check(t, lock.Unlock())
	if strings.Contains(page(), "node7") {
		t.Error("the workers of a run that nobody trains are shown")
	}
}
