// Sbom prints the bill of materials of a Go binary as CycloneDX 1.6 JSON (https://cyclonedx.org): its modules by version and
// hash as the binary itself carries them, the Go that built it, and the settings of the build. Equal binaries give equal bytes:
// the document has no time, and its serial number comes from the binary's hash.
//
//	go run ./sbom BINARY > BINARY.cdx.json
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom BINARY")
		os.Exit(2)
	}
	if err := write(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// A document is the part of CycloneDX that is used here.
type document struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	SerialNumber string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// write describes the binary at path.
func write(w io.Writer, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(describe(filepath.Base(path), sum, info))
}

func describe(name string, sum [sha256.Size]byte, info *debug.BuildInfo) document {
	self := component{
		Type: "application", Name: name, Version: info.Main.Version, PURL: purl(info.Main.Path, info.Main.Version),
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	self.Ref = self.PURL
	for _, s := range info.Settings {
		self.Properties = append(self.Properties, property{"go:build:" + s.Key, s.Value})
	}
	goRoot := component{Type: "framework", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go")}
	goRoot.PURL = purl("std", goRoot.Version)
	goRoot.Ref = goRoot.PURL
	d := document{
		Format: "CycloneDX", SpecVersion: "1.6", SerialNumber: serial(sum), Version: 1,
		Metadata: metadata{self}, Components: []component{goRoot},
	}
	uses := dependency{Ref: self.Ref, DependsOn: []string{goRoot.Ref}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: purl(m.Path, m.Version)}
		c.Ref = c.PURL
		// "h1:" is a SHA-256 over the module's file hashes (golang.org/x/mod/sumdb/dirhash), not over one file, so it is
		// no hash in the sense of CycloneDX.
		if h, ok := strings.CutPrefix(m.Sum, "h1:"); ok {
			if _, err := base64.StdEncoding.DecodeString(h); err == nil {
				c.Properties = []property{{"go:sum", m.Sum}}
			}
		}
		d.Components = append(d.Components, c)
		uses.DependsOn = append(uses.DependsOn, c.Ref)
	}
	d.Dependencies = []dependency{uses}
	return d
}

// purl is a module's package URL.
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}

// serial is a UUID made from a hash (version 8, RFC 9562).
func serial(sum [sha256.Size]byte) string {
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
