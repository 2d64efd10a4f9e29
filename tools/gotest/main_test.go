package main

import (
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"pass","Package":"p","Test":"TestGood/sub"}
{"Action":"pass","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestBad","Output":"    x_test.go:3: broken\n"}
{"Action":"fail","Package":"p","Test":"TestBad"}
{"Action":"output","Package":"p","Test":"TestPy","Output":"=== RUN   TestPy\n"}
{"Action":"output","Package":"p","Test":"TestPy","Output":"    x_test.go:9: missing tool: python3\n"}
{"Action":"output","Package":"p","Test":"TestPy","Output":"--- SKIP: TestPy (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestPy"}
{"Action":"fail","Package":"p","Elapsed":1.5}
{"ImportPath":"q","Action":"build-output","Output":"q.go:1: syntax error\n"}
{"Action":"fail","Package":"q","Elapsed":0}
`

func TestDigest(t *testing.T) {
	var b strings.Builder
	c, err := Digest(strings.NewReader(events), &b)
	if err != nil {
		t.Fatal(err)
	}
	c.Stage = "unit"
	if got, want := c.String(), "unit: 1 passed, 1 failed, 1 skipped"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(c.Skips) != 1 || c.Skips[0] != "p TestPy: missing tool: python3" {
		t.Errorf("skips: %q", c.Skips)
	}
	for _, want := range []string{"x_test.go:3: broken", "FAIL  p", "1 passed", "q.go:1: syntax error"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, b.String())
		}
	}
}
