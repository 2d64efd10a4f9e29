package cli

import (
	"fmt"
	"path/filepath"
	"strings"
)

// exportCmd is `baldwin export`.
type exportCmd struct {
	Name   string `arg:"" name:"run" help:"Name of the run (see baldwin runs)."`
	Format string `enum:"safetensors,npz,auto" default:"auto" help:"${enum}; auto goes by the name of the file."`
	Out    string `short:"o" name:"output" placeholder:"FILE" help:"File to write; RUN.safetensors unless given."`
	JSON   bool   `name:"json" help:"One JSON object."`
}

// Help is the long help.
func (exportCmd) Help() string {
	return `The genome of the newest checkpoint: every tensor by name, row-major float32. A safetensors file also carries learner,
spec, seed, generation, theta hash and score as metadata, so that "baldwin test" and "baldwin train --init" know it. The SHA-256 of
its data section is the theta hash.

    baldwin export seq-l1-k10-n20-eprnn-s1
    baldwin export seq-l1-k10-n20-eprnn-s1 -o genome.npz`
}

// Run writes the file.
func (c *exportCmd) Run(p *process) error {
	st, err := p.lookAtStore()
	if err != nil {
		return err
	}
	defer st.Close()
	row, err := st.Run(p.ctx, c.Name)
	if err != nil {
		return err
	}
	g, ck, err := p.storedGenome(st, row)
	if err != nil {
		return err
	}
	format, path := c.Format, c.Out
	if format == "auto" {
		format = "safetensors"
		if strings.ToLower(filepath.Ext(path)) == ".npz" {
			format = "npz"
		}
	}
	if path == "" {
		path = row.Name + "." + format
	}
	if err := writeGenome(path, format, g.file(row, ck)); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.stdout, struct {
			Run        string `json:"run"`
			File       string `json:"file"`
			Format     string `json:"format"`
			Generation int    `json:"generation"`
			ThetaHash  string `json:"theta_hash"`
			Parameters int    `json:"parameters"`
		}{row.Name, path, format, ck.Generation, g.hash, g.learner.Layout.Parameters()})
	}
	fmt.Fprintf(p.stdout, "%s: genome of %s at generation %d, %d parameters, theta hash %s\n",
		path, row.Name, ck.Generation, g.learner.Layout.Parameters(), g.hash)
	return nil
}
