package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"baldwin/run"
)

// versionCmd is `baldwin version`.
type versionCmd struct {
	JSON bool `name:"json" help:"One JSON object."`
}

// Help is the long help.
func (versionCmd) Help() string {
	return `The contract is the version of everything that decides a bit of a result: builds of one contract go on with each other's
runs and get the same numbers.

    baldwin version
    baldwin version --json`
}

// A build is what is known of this binary.
type build struct {
	Version  string `json:"version"`  // of the module
	Revision string `json:"revision"` // of its repository; empty when not built from one
	Modified bool   `json:"modified"` // from a tree with changes
	Time     string `json:"time"`     // of the revision
	Contract string `json:"contract"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func thisBuild() build {
	b := build{Version: "unknown", Contract: run.Contract, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		case "vcs.time":
			b.Time = s.Value
		}
	}
	return b
}

// buildVersion is version and revision in a word.
func buildVersion() string {
	b := thisBuild()
	v := b.Version
	if b.Revision != "" {
		v += " " + short(b.Revision)
	}
	if b.Modified {
		v += "+changes"
	}
	return v
}

// Run prints.
func (c *versionCmd) Run(p *process) error {
	b := thisBuild()
	if c.JSON {
		return printJSON(p.stdout, b)
	}
	fmt.Fprintf(p.stdout, "baldwin %s, contract %s, %s, %s\n", buildVersion(), b.Contract, b.Go, b.Platform)
	return nil
}
