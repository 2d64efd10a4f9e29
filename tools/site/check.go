package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// check wants every link within the repository to lead to a file, and to a heading where it names one.
func check(root string, pages []*page) error {
	at := map[string]*page{}
	for _, p := range pages {
		at[p.source] = p
	}
	var errs []error
	for _, p := range pages {
		for _, link := range p.links {
			to, fragment, ok := local(p.source, link)
			if !ok {
				continue
			}
			if isFolder(to) {
				to = path.Join(to, "README.md")
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(to))); err != nil {
				errs = append(errs, fmt.Errorf("%s: the link %s leads nowhere", p.source, link))
				continue
			}
			if fragment != "" && at[to] != nil && !slices.ContainsFunc(at[to].headings, func(h heading) bool { return h.ID == fragment }) {
				errs = append(errs, fmt.Errorf("%s: %s has no heading #%s", p.source, to, fragment))
			}
		}
	}
	return errors.Join(errs...)
}
