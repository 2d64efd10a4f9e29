package web

import (
	"fmt"
	"os"
	"testing"

	"baldwin/run"
	"baldwin/store"
)

// testMany holds the list of 50 runs to little work, whatever their length: its elements and bytes are few, and when one run
// gets a generation one row is touched. In the long form the runs have 15,000 generations each, and what a reader feels while
// scrolling is logged: the gaps between frames, and tasks that hold the page up (docs/serve.md has the figures).
func testMany(t *testing.T, b *browser) {
	const runs = 50
	long := os.Getenv("BALDWIN_LONG") == "1"
	generations := 600
	if long {
		generations = 15000
	}
	w := newWorld(t, nil)
	var first *store.Run
	for i := range runs {
		r := w.add(fmt.Sprintf("run-%02d", i), uint64(i+1), generations)
		if first == nil {
			first = r
		}
	}
	addr, _ := serveAt(t, "", w)
	p := b.tab(t)
	p.look("light", 1280)
	p.open("http://" + addr + "/")
	p.wait(`document.querySelector("#live").dataset.state === "on"`)
	if n := eval[int](p, `document.querySelectorAll("#runs > tr").length`); n != runs {
		t.Fatalf("%d rows", n)
	}
	if n := eval[int](p, `document.querySelectorAll("*").length`); n > 30*runs+300 {
		t.Errorf("the page has %d elements", n)
	}
	if n := w.ask(request{path: "/"}).Body.Len(); n > 150_000 {
		t.Errorf("the page has %d bytes", n)
	}
	// When a run has shown that it goes on, the page has had its first event, which is of all runs; from then on one at a time.
	goOn := func(to int) {
		w.commit(first, to-100, to, run.Running)
		p.wait(fmt.Sprintf(`document.querySelector("#run-%d td:nth-child(5)").textContent.replace(/\D/g, "").startsWith("%d")`, first.ID, to))
	}
	goOn(generations + 100)
	eval[bool](p, `(window.rows = new Set(), new MutationObserver((list) => list.forEach((m) => rows.add(m.target.closest?.("tr")?.id)))
		.observe(document.querySelector("#runs"), {childList: true, subtree: true, characterData: true}), true)`)
	goOn(generations + 200)
	if got := eval[[]string](p, `[...rows]`); len(got) != 1 || got[0] != fmt.Sprintf("run-%d", first.ID) {
		t.Errorf("a new generation of run-%d touches the rows %q", first.ID, got)
	}
	if !long {
		return
	}
	got := eval[map[string]float64](p, `new Promise((done) => {
		const gaps = [], long = [];
		new PerformanceObserver((l) => l.getEntries().forEach((e) => long.push(e.duration))).observe({type: "longtask"});
		let last = 0, way = 12;
		const start = performance.now();
		const frame = (now) => {
			if (last) gaps.push(now - last);
			last = now;
			scrollBy(0, way);
			if (scrollY === 0 || scrollY + innerHeight >= document.documentElement.scrollHeight - 1) way = -way;
			if (now - start < 5000) return requestAnimationFrame(frame);
			gaps.sort((a, b) => a - b);
			const q = (x) => gaps[Math.floor(x * (gaps.length - 1))];
			done({frames: gaps.length, median: q(0.5), p95: q(0.95), p99: q(0.99), most: q(1), longTasks: long.length, longest: Math.max(0, ...long)});
		};
		requestAnimationFrame(frame);
	})`)
	t.Logf("scrolling for 5 s: %v", got)
}
