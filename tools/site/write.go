package main

import (
	"html/template"
	"os"
	"path/filepath"
	"strings"
)

// write writes the pages into the folder out, which is made anew.
func write(out string, pages []*page) error {
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	for _, p := range pages {
		file := filepath.Join(out, filepath.FromSlash(htmlName(p.source)))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		err = layout.Execute(f, view{p.title, template.HTML(p.html), menu(p, pages)}) // rendered from the repository's own pages
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type view struct {
	Title string
	Body  template.HTML
	Menu  []group
}

type group struct {
	Name  string
	Items []item
}

type item struct {
	Title, Link string
	Here        bool
}

// menu lists all pages as seen from one.
func menu(here *page, pages []*page) (groups []group) {
	up := strings.Repeat("../", strings.Count(htmlName(here.source), "/"))
	for _, p := range pages {
		if len(groups) == 0 || groups[len(groups)-1].Name != p.section {
			groups = append(groups, group{Name: p.section})
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, item{p.title, up + htmlName(p.source), p == here})
	}
	return groups
}

var layout = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - baldwin</title>
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --link: light-dark(#0a58ca, #7db3ff) }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 15rem minmax(0, 52rem); gap: 2rem }
nav { padding: 1.5rem 0 2rem 1.5rem; font-size: .92rem; border-right: 1px solid var(--line); min-height: 100vh }
nav h2 { font-size: .78rem; text-transform: uppercase; letter-spacing: .05em; opacity: .65; margin: 1.1rem 0 .2rem }
nav a { display: block; padding: .1rem 0; text-decoration: none }
nav a[aria-current] { font-weight: 600 }
main { padding: 1rem 1.5rem 4rem 0 }
a { color: var(--link) }
pre { background: var(--soft); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px }
code { font: .9em ui-monospace, monospace }
:not(pre) > code { background: var(--soft); padding: .1em .3em; border-radius: 4px }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top }
img { max-width: 100% }
@media (max-width: 50rem) { body { display: block } nav { border: 0; min-height: 0; padding: 1rem } main { padding: 1rem } }
</style>
<nav>{{range .Menu}}<h2>{{.Name}}</h2>{{range .Items}}<a href="{{.Link}}"{{if .Here}} aria-current="page"{{end}}>{{.Title}}</a>{{end}}{{end}}</nav>
<main>{{.Body}}</main>
</html>
`))
