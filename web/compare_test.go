package web

import (
	"math"
	"strings"
	"testing"
)

func TestGroupsAndContests(t *testing.T) {
	all := []contestant{
		{Group: "a", Top: -1}, {Group: "b", Top: -3}, {Group: "a", Top: -2}, {Group: "b", Top: -4}, {Group: "a", Top: -3.5}, {Group: "c", Top: math.NaN()},
	}
	groups := groupsOf(all)
	if len(groups) != 3 || groups[0].N != 3 || !near(groups[0].Mean, -6.5/3) || groups[2].N != 1 || len(groups[2].Scores) != 0 {
		t.Fatalf("%+v", groups)
	}
	got := contestsOf(groups)
	// Of the 6 pairs of a and b, a is above in 5; the exact two-sided p of U = 1 of 3 against 2 is 2 * 2/10.
	if len(got) != 1 || !near(got[0].Better, 5.0/6) || !near(got[0].P, 0.4) {
		t.Errorf("%+v", got)
	}
}

func TestComparePage(t *testing.T) {
	w := newWorld(t, nil)
	for i, name := range []string{"a", "b", "c"} {
		w.add(name, uint64(i+1), 1000+i)
	}
	got := w.ask(request{path: "/compare?run=c&run=a&run=b&run=a"})
	if text := got.Body.String(); got.Code != 200 || strings.Count(text, `<tr data-run=`) != 3 || !strings.Contains(text, "seq-l1-k10-n20 eprnn</th><td class=\"n\">3") {
		t.Errorf("%d %s", got.Code, text)
	}
	if got := w.ask(request{path: "/compare?run=a&run=none"}); got.Code != 404 {
		t.Errorf("a run that is not: %d", got.Code)
	}
	if got := w.ask(request{path: "/compare?" + strings.Repeat("run=a&", maxCompared+1)}); got.Code != 400 {
		t.Errorf("too many: %d", got.Code)
	}
}
