package web

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// testSite looks at the documentation as HTML (tools/site): on a phone no page is wider than the window, and one with
// text, code and tables is accessible in both themes.
func testSite(t *testing.T, b *browser) {
	root := t.TempDir()
	for _, name := range []string{"docs", "experiments"} { // pictures are shown from where they lie in the repository
		check(t, os.Symlink(must(filepath.Abs("../"+name)), filepath.Join(root, name)))
	}
	site := filepath.Join(root, ".cache", "site") // as make docs has it
	if out, err := exec.CommandContext(t.Context(), "go", "-C", "../tools", "run", "./site", "-root", "..", "-out", site).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p := b.tab(t)
	p.look("light", 360)
	pages := 0
	check(t, fs.WalkDir(os.DirFS(site), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		pages++
		p.open("file://" + filepath.ToSlash(filepath.Join(site, path)))
		if over := eval[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%s: the page is %d pixels wider than a phone", path, over)
		}
		return nil
	}))
	if pages < 30 {
		t.Errorf("%d pages", pages)
	}
	const page = "experiments/cartpole/README" // text, code and tables
	for theme, width := range map[string]int64{"dark": 360, "light": 1280} {
		p.look(theme, width)
		p.open("file://" + filepath.ToSlash(filepath.Join(site, page+".html")))
		p.accessible(page + ", " + theme)
	}
	p.clean()
}
