// Site makes plain HTML from the repository's Markdown, in a folder that a browser opens without a server.
//
//	go run ./site -root .. -out ../.cache/site
//
// Links from page to page lead to the HTML; a link within the repository that leads nowhere, or to a heading that a page has not
// got, is an error, and all are told.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "the repository")
	out := flag.String("out", "site", "folder to write; it is made anew")
	flag.Parse()
	pages, err := load(*root)
	if err == nil {
		err = errors.Join(check(*root, pages), write(*out, pages))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d pages: open %s\n", len(pages), filepath.Join(*out, "index.html"))
}
