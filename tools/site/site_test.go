package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRepository holds every link in the repository's pages to lead somewhere.
func TestRepository(t *testing.T) {
	pages, err := load("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := check("../..", pages); err != nil {
		t.Error(err)
	}
	out := t.TempDir()
	if err := write(out, pages); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="docs/tutorial.html">`, `<h1 id="baldwin">`, `<a href="experiments/README.html">`} {
		if !strings.Contains(string(index), want) {
			t.Errorf("index.html has no %s", want)
		}
	}
}

// TestLinks: links lead to HTML, up to the repository, or out as they stand; what leads nowhere is told.
func TestLinks(t *testing.T) {
	root := t.TempDir()
	put := func(name, text string) {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("README.md", "# Top\n\n[a](docs/a.md#one-two) [x](docs/x.txt) [out](https://example.org/b.md) [exp](experiments/)\n")
	put("docs/a.md", "# A\n\n## One two\n\n[top](../README.md) [gone](gone.md) [no](#three)\n")
	put("docs/x.txt", "x")
	put("experiments/README.md", "# E\n")
	pages, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	err = check(root, pages)
	for _, want := range []string{"docs/a.md: the link gone.md leads nowhere", "docs/a.md: docs/a.md has no heading #three"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if n := strings.Count(err.Error(), "\n"); n != 1 {
		t.Errorf("%d more faults: %v", n-1, err)
	}
	for _, want := range []string{`href="docs/a.html#one-two"`, `href="../../docs/x.txt"`, `href="https://example.org/b.md"`, `href="experiments/README.html"`} {
		if !strings.Contains(pages[0].html, want) {
			t.Errorf("README.md: %s lacks %s", pages[0].html, want)
		}
	}
	if !strings.Contains(pages[1].html, `href="../index.html"`) || pages[1].title != "A" {
		t.Errorf("docs/a.md: %s, title %q", pages[1].html, pages[1].title)
	}
}
