package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

// TestInABrowser holds what only a browser can: that pages are live, usable by keyboard, accessible and without a fault.
func TestInABrowser(t *testing.T) {
	b := newBrowser(t)
	t.Run("curve", func(t *testing.T) { testCurve(t, b) })
	t.Run("killed", func(t *testing.T) { testKilled(t, b) })
	t.Run("orders", func(t *testing.T) { testOrders(t, b) })
	t.Run("explorer", func(t *testing.T) { testExplorer(t, b) })
	t.Run("accessible", func(t *testing.T) { testAccessible(t, b) })
	t.Run("many", func(t *testing.T) { testMany(t, b) })
	t.Run("site", func(t *testing.T) { testSite(t, b) })
}

// The curve of a run moves while it is trained, and ends with all its meta-tests.
func testCurve(t *testing.T, b *browser) {
	w := newWorld(t, nil)
	text := "learner:\n  hidden: 16\nstrategy:\n  population: 8\ngenerations: 60\ntasks: 2\nmeta_test:\n  every: 5\n  tasks: 8\ncheckpoint_every: 5\n"
	spec := must(run.ParseSpec("spec", []byte(text), w.Registry))
	row := must(w.store.Create(t.Context(), store.Run{
		Name: "r", Preset: "seq-l1-k10-n20", Learner: "eprnn", Seed: 1, Spec: spec.YAML(), SpecHash: spec.Hash(), Generations: 60, CheckpointEvery: 5,
	}))
	addr, _ := serveAt(t, "", w)
	p := b.tab(t)
	p.open("http://" + addr + "/")
	p.wait(`document.querySelector("#live").dataset.state === "on"`)
	p.open("http://" + addr + "/runs/r")
	p.wait(`document.querySelector("#run").dataset.points === "0" && document.querySelector("#live").dataset.state === "on"`)
	// Each commit waits until the page shows the one before it, so the page must see them all, one by one.
	recorder := w.store.Recorder(row)
	seen := 0
	_, err := run.Train(t.Context(), spec, run.Options{Registry: w.Registry, Kernel: kernel.Best(), Threads: 1, Recorder: recorderFunc(func(ctx context.Context, c run.Commit) error {
		if err := recorder.Commit(ctx, c); err != nil {
			return err
		}
		seen += len(c.MetaTests)
		p.wait(fmt.Sprintf(`document.querySelector("#run").dataset.points === "%d"`, seen))
		return nil
	})})
	check(t, err)
	p.wait(`document.querySelector(".state").textContent === "finished"`)
	if got := eval[string](p, `document.querySelector("#run").dataset.generation`); got != "60" || seen != 12 {
		t.Errorf("generation %s, %d meta-tests", got, seen)
	}
	if canvases := eval[int](p, `document.querySelectorAll(".uplot canvas").length`); canvases != 5 {
		t.Errorf("%d curves", canvases)
	}
	p.clean()
}

type recorderFunc func(context.Context, run.Commit) error

func (f recorderFunc) Commit(ctx context.Context, c run.Commit) error { return f(ctx, c) }

// The server is killed and comes back as another process would: the page goes on, without a gap and without a reload.
func testKilled(t *testing.T, b *browser) {
	w := newWorld(t, nil)
	r := w.add("r", 1, 250)
	addr, kill := serveAt(t, "", w)
	p := b.tab(t)
	p.open("http://" + addr + "/runs/r")
	p.wait(`document.querySelector("#live").dataset.state === "on" && document.querySelector("#run").dataset.points === "2"`)
	eval[bool](p, `window.same = true`)
	kill()
	p.wait(`document.querySelector("#live").dataset.state === "off"`)
	w.commit(r, 250, 500, run.Running)
	second := must(New(w.Options))
	defer second.Close()
	serveAt(t, addr, second)
	p.wait(`document.querySelector("#live").dataset.state === "on" && document.querySelector("#run").dataset.points === "5"`)
	w.commit(r, 500, 600, run.Running)
	p.wait(`document.querySelector("#run").dataset.points === "6" && document.querySelector("#run").dataset.generation === "600"`)
	if !eval[bool](p, `window.same`) {
		t.Error("the page was loaded anew")
	}
}

// The token opens a page; a run is begun from its form, stopped by its button; runs are dragged together.
func testOrders(t *testing.T, b *browser) {
	var w *world
	w = newWorld(t, func(o *Options) {
		o.Train = func(ctx context.Context, o Order, log io.Writer, began func(string)) error {
			r := w.add(o.Name, o.Seed, 100)
			lock := must(w.store.Lock(o.Name))
			check(t, w.store.SetStatus(ctx, r.ID, run.Running))
			began(o.Name)
			<-ctx.Done()
			check(t, w.store.SetStatus(context.WithoutCancel(ctx), r.ID, run.Stopped))
			return lock.Unlock()
		}
	})
	w.add("one", 1, 1000)
	w.add("two", 2, 1100)
	addr, _ := serveAt(t, "", w)
	p := b.tab(t)
	p.open("http://" + addr + "/")
	p.wait(`document.querySelector("#train button").disabled && document.querySelector(".lock")`)
	p.open("http://" + addr + "/login#token=" + testToken)
	p.wait(`!document.querySelector("#train button")?.disabled && document.querySelector("#train") && !document.querySelector(".lock") && !location.hash`)
	if got := eval[string](p, `document.cookie`); got != "" {
		t.Errorf("a script reads the cookie %q", got)
	}
	p.do(chromedp.Click(chromedp.CSS("#begin summary")), chromedp.SendKeys(chromedp.CSS("#train [name=name]"), "three"), chromedp.SendKeys(chromedp.CSS("#train [name=seed]"), "3"+kb.Enter))
	p.wait(`location.pathname === "/runs/three" && document.querySelector(".state").textContent === "running" && document.querySelector("#live").dataset.state === "on"`)
	// The page may replace the button between finding and pressing it, so that is one step of the page's own.
	eval[any](p, `document.querySelector('[data-do="stop"]').click()`)
	p.wait(`document.querySelector(".state").textContent === "stopped" && document.querySelector('[data-do="resume"]')`)
	p.open("http://" + addr + "/")
	p.wait(`document.querySelector("#live").dataset.state === "on"`)
	at := func(name string) (x, y float64) {
		v := eval[[]float64](p, `(({x, y, width, height}) => [x + width / 2, y + height / 2])(document.querySelector('tr[data-name="`+name+`"] td:nth-child(4)').getBoundingClientRect())`)
		return v[0], v[1]
	}
	x1, y1 := at("one")
	x2, y2 := at("two")
	p.do(chromedp.DragAndDropXY(x1, y1, x2, y2))
	p.wait(`location.pathname === "/compare" && location.search === "?run=two&run=one" && document.querySelector("#c-compare canvas")`)
	p.open("http://" + addr + "/")
	p.do(chromedp.Focus(chromedp.CSS(`tr[data-name="one"] input`)), chromedp.KeyEvent(" "))
	p.wait(`document.querySelector("#chosen").textContent === "1 chosen" && !document.querySelector("#compare button").disabled`)
	p.clean()
}

// The explorer by keyboard alone, and its numbers as a script reads them: those of the recorded life, to the bit.
func testExplorer(t *testing.T, b *browser) {
	w := explorer(t)
	addr, _ := serveAt(t, "", w)
	p := b.tab(t)
	p.look("light", 1280)
	page := "http://" + addr + "/life?genome=" + robotGenome + "&seed=3"
	p.open(page)
	p.wait(`document.querySelector("#tells button") && document.querySelector("#fitness").value`)
	first := eval[string](p, `document.querySelector("#fitness").value`)
	p.do(chromedp.Focus(chromedp.CSS("#dial-a0")), chromedp.KeyEvent(kb.ArrowRight))
	p.wait(`new URLSearchParams(location.search).has("a0") && document.querySelector("#fitness").value !== "` + first + `"`)
	p.do(chromedp.Focus(chromedp.CSS("#world")), chromedp.KeyEvent(kb.ArrowUp))
	p.wait(`Math.abs(new URLSearchParams(location.search).get("goal.1") - 0.026) < 1e-9`)
	p.do(chromedp.Focus(chromedp.CSS("#step")), chromedp.KeyEvent(kb.Home))
	p.wait(`document.querySelector("#at").value.startsWith("1 of ")`)
	p.do(chromedp.Focus(chromedp.CSS(`[data-lesion="freeze"]`)), chromedp.KeyEvent(" "))
	p.wait(`new URLSearchParams(location.search).get("lesion") === "freeze=1" && document.querySelector("#command").textContent.endsWith("--lesion freeze=1")`)
	frozen := eval[string](p, `document.querySelector("#fitness").value`)

	// The link to the view is the view.
	link := eval[string](p, `location.href`)
	other := b.tab(t)
	other.look("dark", 390)
	other.open(link)
	other.wait(`document.querySelector("#fitness").value === "` + frozen + `" && document.querySelector("#at").value.startsWith("1 of ")`)

	query := link[len("http://"+addr+"/life?"):]
	c := must(w.scene(t.Context(), must(url.ParseQuery(query))))
	want := w.live(c)
	text := eval[string](p, `Promise.all([import("`+w.asset("draw.js")+`"), fetch("/life/data?`+query+`").then((r) => r.json())]).then(([m, d]) =>
		JSON.stringify({w: [...new Uint32Array(m.numbers(d.w).buffer)], h: [...new Uint32Array(m.numbers(d.h).buffer)], fitness: d.fitness}))`)
	var got struct {
		W, H    []uint32
		Fitness float64
	}
	check(t, json.Unmarshal([]byte(text), &got))
	same := func(name string, a []uint32, b []float32) {
		raw := must(json.Marshal(floats(b)))
		bits := must(base64.StdEncoding.DecodeString(must(strconv.Unquote(string(raw)))))
		if 4*len(a) != len(bits) {
			t.Fatalf("%s has %d numbers, want %d", name, len(a), len(bits)/4)
		}
		for i, v := range a {
			if u := uint32(bits[4*i]) | uint32(bits[4*i+1])<<8 | uint32(bits[4*i+2])<<16 | uint32(bits[4*i+3])<<24; u != v {
				t.Fatalf("%s[%d]: the page reads %08x, want %08x", name, i, v, u)
			}
		}
	}
	same("W", got.W, want.W[0])
	same("h at step 1", got.H[:c.Learner.Hidden], want.H[0])
	if got.Fitness != want.Fitness {
		t.Errorf("fitness %v, want %v", got.Fitness, want.Fitness)
	}
	p.clean()
	other.clean()
}

// Every page, in a light theme and wide, in a dark one and on a phone.
func testAccessible(t *testing.T, b *browser) {
	w := newWorld(t, func(o *Options) { o.Genomes, o.Train = zoo, idle })
	w.add("one", 1, 1100)
	w.add("two", 2, 1200)
	addr, _ := serveAt(t, "", w)
	p := b.tab(t)
	p.open("http://" + addr + "/login#token=" + testToken)
	p.wait(`location.pathname === "/"`)
	ready := map[string]string{
		"/":                              `document.querySelector("#live").dataset.state === "on"`,
		"/runs/one":                      `document.querySelector("#c-sigma canvas")`,
		"/compare?run=one&run=two":       `document.querySelector("#c-compare canvas")`,
		"/login":                         `document.querySelector("#login")`,
		"/life?genome=" + sequenceGenome: `document.querySelector("#tells button")`,
		"/life?genome=" + robotGenome:    `document.querySelector("#tells button")`,
		"/life?genome=" + cartGenome:     `document.querySelector("#tells button") && document.querySelector("#world-note").textContent.includes("The pole leans")`,
	}
	for _, form := range []struct {
		theme string
		width int64
	}{{"light", 1280}, {"dark", 360}} {
		p.look(form.theme, form.width)
		for path, js := range ready {
			p.open("http://" + addr + path)
			p.wait(js)
			what := fmt.Sprintf("%s, %s, %d wide", path, form.theme, form.width)
			p.accessible(what)
			if over := eval[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%s: the page is %d pixels wider than the window", what, over)
			}
		}
	}
	p.clean()
}
