package report

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"baldwin/internal/needtool"
)

// In a browser the page says nothing on the console, asks for no other file, is no wider than a phone, and keeps axe-core's
// rules of WCAG 2.2 A and AA, in light and dark, with everything unfolded; so do the pages that are kept in the repository, each below 5 MB.
func TestInABrowser(t *testing.T) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(needtool.Chromium(t)), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	file := filepath.Join(t.TempDir(), "report.html")
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}, "table2/es-rnn/seq-l1-k10-n20": {-0.4}})
	in.MoreExhibits = []*Exhibit{lesions(nil), abroad(nil)}
	page, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := New(in).HTML(page); err != nil {
		t.Fatal(err)
	}
	if err := page.Close(); err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile("../web/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, struct{}{}); err != nil {
		t.Fatal(err)
	}
	faults := make(chan string, 100)
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			faults <- m.String()
		}
	}()
	go func() {
		for e, err := range chromedp.Events(ctx, cdplog.EntryAdded) {
			if err != nil {
				return
			}
			faults <- e.Entry.Text
		}
	}()
	look(ctx, t, file, string(axe), "light", "dark")
	for _, kept := range []string{"../experiments/report.html", "../experiments/tenth/report.html"} {
		if kept, err = filepath.Abs(kept); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(kept); err != nil || info.Size() >= 5e6 {
			t.Errorf("%s has 5 MB or more: %v, %v", kept, info, err)
		}
		look(ctx, t, kept, string(axe), "light") // the colors are those of the page above
	}
	select {
	case f := <-faults:
		t.Error(f)
	default:
	}
}

// look looks at a page as TestInABrowser says, as wide as a phone and as a desktop.
func look(ctx context.Context, t *testing.T, file, axe string, themes ...string) {
	t.Helper()
	for _, theme := range themes {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{360, 1280} {
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+file)); err != nil {
				t.Fatal(err)
			}
			eval := func(js string) (v string) {
				v, err := chromedp.Run(ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatalf("%s: %v", theme, err)
				}
				return v
			}
			eval(`document.querySelectorAll("details").forEach((d) => d.open = true); ""`)
			if wide := eval(`[...document.querySelectorAll("main > *")].concat(document.scrollingElement).filter((e) => e.scrollWidth > innerWidth).map((e) => e.tagName + " " + e.scrollWidth).join()`); wide != "" {
				t.Errorf("%s, %s, %d pixels: wider than the page: %s", file, theme, width, wide)
			}
			if files := eval(`performance.getEntriesByType("resource").map((r) => r.name).filter((n) => !n.startsWith("data:")).join()`); files != "" {
				t.Errorf("%s asks for %s", file, files)
			}
			eval(axe + `;""`)
			if v := eval(`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then((r) =>
				r.violations.map((v) => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " " + (n.any[0]?.message ?? "")).join("\n")).join("\n"))`); v != "" {
				t.Errorf("%s, %s, %d pixels: %s", file, theme, width, v)
			}
		}
	}
}
