package report

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

var (
	external = regexp.MustCompile(`(?i)(src|href|action)="?(https?:)?//|@import|url\(`)
	ids      = regexp.MustCompile(` id="([^"]*)"`)
	links    = regexp.MustCompile(`href="#([^"]*)"`)
	labels   = regexp.MustCompile(`aria-labelledby="([^"]*)"`)
)

// The page needs no other file, has one heading of the first order, unique ids, and every link and label leads somewhere.
func TestPage(t *testing.T) {
	in := made(t, map[string][]float64{"table2/eprnn/seq-l1-k10-n20": {-0.2, -0.3, -0.1}, "table3/es-rnn/robot-low": {-17}})
	in.Command = "baldwin paper --only '<script>'"
	var b strings.Builder
	if err := New(in).HTML(&b); err != nil {
		t.Fatal(err)
	}
	html := b.String()
	if m := external.FindString(strings.ReplaceAll(html, `xmlns="http://www.w3.org/2000/svg"`, "")); m != "" {
		t.Errorf("the page asks for another file: %s", m)
	}
	if strings.Contains(html, "<script") {
		t.Error("there is a script, or text that became one")
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%d headings of the first order", n)
	}
	if len(html) > 5<<20 {
		t.Errorf("%d bytes", len(html))
	}
	have := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(html, -1) {
		if have[m[1]] {
			t.Errorf("id %s twice", m[1])
		}
		have[m[1]] = true
	}
	for _, m := range links.FindAllStringSubmatch(html, -1) {
		if !have[m[1]] {
			t.Errorf("no id %s", m[1])
		}
	}
	for _, m := range labels.FindAllStringSubmatch(html, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !have[id] {
				t.Errorf("no id %s", id)
			}
		}
	}
	// Well-formed: every element that HTML closes is closed.
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := d.Token(); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
	}
	for _, want := range []string{"-0.200 ± 0.100", "not run", "1 of 3", `lang="en"`, "data:text/csv;base64,"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
}
