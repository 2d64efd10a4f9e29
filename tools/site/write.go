package main

import (
	_ "embed"
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
	for i, p := range pages {
		file := filepath.Join(out, filepath.FromSlash(htmlName(p.source)))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		err = layout.Execute(f, look(i, pages))
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
	Title         string
	Body          template.HTML
	Menu          []group
	Before, After *item
}

type group struct {
	Name  string
	Items []item
}

type item struct {
	Title, Link string
	Here        []heading // of the page that is shown; else nil
}

// look is a page as it is written: its body, the menu of all pages as seen from it, and its neighbours in that menu.
func look(at int, pages []*page) view {
	here := pages[at]
	up := strings.Repeat("../", strings.Count(htmlName(here.source), "/"))
	v := view{Title: here.title, Body: template.HTML(here.html)} // rendered from the repository's own pages
	for i, p := range pages {
		if len(v.Menu) == 0 || v.Menu[len(v.Menu)-1].Name != p.section {
			v.Menu = append(v.Menu, group{Name: p.section})
		}
		one := item{Title: p.title, Link: up + htmlName(p.source)}
		switch i {
		case at - 1:
			v.Before = &one
		case at + 1:
			v.After = &one
		}
		if i == at {
			one.Here = []heading{}
			for _, h := range p.headings {
				if h.level == 2 {
					one.Here = append(one.Here, h)
				}
			}
		}
		g := &v.Menu[len(v.Menu)-1]
		g.Items = append(g.Items, one)
	}
	return v
}

//go:embed page.html
var pageHTML string

var layout = template.Must(template.New("page").Parse(pageHTML))
