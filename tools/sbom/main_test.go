package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"runtime/debug"
	"testing"
)

// TestWrite describes this test's own binary, twice the same.
func TestWrite(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var one, two bytes.Buffer
	if err := write(&one, self); err != nil {
		t.Fatal(err)
	}
	if err := write(&two, self); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("one binary has two descriptions: %v", err)
	}
	var d document
	if err := json.Unmarshal(one.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	uuid := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	if d.Format != "CycloneDX" || d.SpecVersion != "1.6" || !uuid.MatchString(d.SerialNumber) || d.Components[0].Name != "std" {
		t.Errorf("got %+v", d)
	}
}

func TestDescribe(t *testing.T) {
	d := describe("b", [32]byte{1}, &debug.BuildInfo{
		GoVersion: "go1.26.8", Main: debug.Module{Path: "baldwin", Version: "v0.1.0+dirty"},
		Deps: []*debug.Module{
			{Path: "example.org/a", Version: "v1.0.0", Sum: "h1:" + "3q2+7w=="},
			{Path: "example.org/b", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/c", Version: "v2.0.0"}},
		},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}},
	})
	self := d.Metadata.Component
	if self.PURL != "pkg:golang/baldwin@v0.1.0%2Bdirty" || self.Properties[0] != (property{"go:build:vcs.revision", "abc"}) {
		t.Errorf("got %+v", self)
	}
	var refs []string
	for _, c := range d.Components {
		refs = append(refs, c.Ref)
	}
	want := []string{"pkg:golang/std@1.26.8", "pkg:golang/example.org/a@v1.0.0", "pkg:golang/example.org/c@v2.0.0"}
	for i, w := range want {
		if len(refs) != 3 || refs[i] != w || d.Dependencies[0].DependsOn[i] != w {
			t.Fatalf("components %v, dependencies %v, want %v", refs, d.Dependencies, want)
		}
	}
	if d.Components[1].Properties[0].Value != "h1:3q2+7w==" {
		t.Errorf("got %+v", d.Components[1])
	}
}
