package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A page is one Markdown file.
type page struct {
	source   string // path in the repository, with slashes
	title    string
	html     string
	headings []heading
	links    []string // as they stand in the source
	section  string
}

type heading struct {
	ID, Title string
	level     int
}

// sections are the pages in the order of the menu. Files that are not named stand under the last pattern that fits.
var sections = []struct {
	name  string
	files []string
}{
	{"Start", []string{"README.md", "docs/tutorial.md"}},
	{"How to", []string{"docs/extend.md", "docs/export.md", "docs/gymnasium.md", "docs/probe.md", "docs/cluster.md", "docs/serve.md", "docs/python.md", "docs/paper.md"}},
	{"Reference", []string{"docs/reference.md", "docs/spec.md", "docs/strategies.md"}},
	{"Why", []string{"docs/determinism.md", "docs/statistic.md", "docs/bench.md", "docs/peers.md", "ARCHITECTURE.md"}},
	{"Project", []string{"CONTRIBUTING.md", "CHANGELOG.md"}},
	{"More", []string{"docs/*.md"}},
	{"Experiments", []string{"experiments/README.md", "experiments/*/README.md"}},
}

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))

// load reads and renders all pages.
func load(root string) ([]*page, error) {
	var pages []*page
	seen := map[string]bool{}
	for _, s := range sections {
		for _, pattern := range s.files {
			files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
			if err != nil {
				return nil, err
			}
			slices.Sort(files)
			for _, f := range files {
				rel, err := filepath.Rel(root, f)
				if err != nil {
					return nil, err
				}
				source := filepath.ToSlash(rel)
				if seen[source] {
					continue
				}
				seen[source] = true
				data, err := os.ReadFile(f)
				if err != nil {
					return nil, err
				}
				p, err := render(source, data)
				if err != nil {
					return nil, err
				}
				p.section = s.name
				pages = append(pages, p)
			}
		}
	}
	return pages, nil
}

// render makes a page; links to Markdown lead to HTML in it.
func render(source string, data []byte) (*page, error) {
	p := &page{source: source, title: source}
	doc := markdown.Parser().Parse(text.NewReader(data))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 1 && p.title == source {
				p.title = plain(n, data)
			}
			if id, ok := n.AttributeString("id"); ok {
				p.headings = append(p.headings, heading{string(id.([]byte)), plain(n, data), n.Level})
			}
		case *ast.Link:
			p.links = append(p.links, string(n.Destination))
			n.Destination = []byte(target(source, string(n.Destination)))
		case *ast.Image:
			p.links = append(p.links, string(n.Destination))
			n.Destination = []byte(target(source, string(n.Destination)))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, data, doc); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	p.html = scrolled.Replace(b.String())
	return p, nil
}

// scrolled lets what is wider than a phone scroll by itself, also from the keyboard. goldmark writes no such tags but for
// tables and code blocks: HTML within Markdown is left out.
var scrolled = strings.NewReplacer(
	"<table>", `<div class="wide" tabindex="0"><table>`, "</table>", "</table></div>", "<pre>", `<pre tabindex="0">`,
)

// plain is the text of a heading.
func plain(n ast.Node, data []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(data))
		} else {
			b.WriteString(plain(c, data))
		}
	}
	return b.String()
}

// local splits a link within the repository into the path that it leads to and its fragment; ok is false for others.
func local(source, link string) (to, fragment string, ok bool) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(link, "/") {
		return "", "", false
	}
	to = source
	if u.Path != "" {
		to = path.Join(path.Dir(source), u.Path)
	}
	return to, u.Fragment, true
}

// target is where a link leads in the site: to the page's HTML, or else to the file in the repository, of which the site lies
// two folders below the root (.cache/site).
func target(source, link string) string {
	to, fragment, ok := local(source, link)
	if !ok {
		return link
	}
	if fragment != "" {
		fragment = "#" + fragment
	}
	up := strings.Repeat("../", strings.Count(htmlName(source), "/"))
	if path.Ext(to) == ".md" {
		return up + htmlName(to) + fragment
	}
	if isFolder(to) {
		return up + htmlName(path.Join(to, "README.md"))
	}
	return up + "../../" + to + fragment
}

// isFolder: in this repository every link to a folder ends without an extension, and the folder has a README.md.
func isFolder(to string) bool { return path.Ext(to) == "" && path.Base(to) != "LICENSE" }

// htmlName is where a page's HTML lies in the site.
func htmlName(source string) string {
	if source == "README.md" {
		return "index.html"
	}
	return strings.TrimSuffix(source, ".md") + ".html"
}
