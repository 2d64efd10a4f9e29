package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"baldwin/cluster"
	"baldwin/export"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/run"
)

//go:generate go test . -run ^TestReference$ -reference write

var referenceFlag = flag.String("reference", "", "write docs/reference.md, or check that it is what the code says (make test-gen)")

// TestReference makes docs/reference.md. Like the kernels it is generated: `make gen` writes it, `make test-gen` compares.
func TestReference(t *testing.T) {
	want := reference(t)
	switch *referenceFlag {
	case "write":
		if err := os.WriteFile("../docs/reference.md", want, 0o666); err != nil {
			t.Fatal(err)
		}
	case "check":
		got, err := os.ReadFile("../docs/reference.md")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Error("docs/reference.md is not what the code says: run make gen")
		}
	}
	for _, must := range []string{"### export\n", "| `core.A` | [64 64] | rule |", "| 130 |", "`theta_norm`", "| `baldwin_workers` | gauge |", "| operator | `baldwin.status`"} {
		if !strings.Contains(string(want), must) {
			t.Errorf("the page lacks %q", must)
		}
	}
}

// reference is the page.
func reference(t *testing.T) []byte {
	var b bytes.Buffer
	b.WriteString(`# Reference

Written from the code by ` + "`make gen`" + `, and ` + "`make test`" + ` compares. The fields of a spec are in
[spec.md](spec.md), which is held to the code too.

## Exit codes

| code | meaning |
| --- | --- |
`)
	for _, c := range codes {
		fmt.Fprintf(&b, "| %d | %s |\n", c.code, c.means)
	}
	columns := func(title string, table *export.Table) {
		fmt.Fprintf(&b, "\n%s: ", title)
		for i, c := range table.Columns {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("`" + c.Name + "`")
		}
		b.WriteString(".\n")
	}
	b.WriteString("\n## Columns of exported rows\n")
	columns("`--table generations`, a row each", export.Generations(nil, []string{"TENSOR"}))
	columns("`--table meta-tests`", export.MetaTests(nil))
	b.WriteString("\nFitness is higher the better; seconds are of wall-clock time; `sigma.TENSOR` is there for each tensor of the genome.\n")
	tensors(t, &b)
	metrics(&b)
	subjects(&b)
	b.WriteString("\n## Verbs\n")
	p, err := newParser(&process{registry: run.Builtin(), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range p.Model.Children {
		verb(&b, n)
	}
	return b.Bytes()
}

var roles = map[learner.Role]string{
	learner.Weight: "weight", learner.Bias: "bias", learner.Initial: "initial state", learner.RulePar: "rule", learner.Factor: "rule", learner.Rate: "rate",
}

// tensors lists each learner's genome for a family of one dimension.
func tensors(t *testing.T, b *bytes.Buffer) {
	b.WriteString("\n## Tensors of a genome\n\nRow-major float32, `[out][in]`, as for family sequence with its defaults. The robot's towers have `in2.w` and `in2.b` besides.\n")
	family, err := run.Builtin().Family(run.DefaultFamily)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range learner.Builtin() {
		l, err := life.Fit(k, learner.Config{}, family.New())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "\n%s, %d parameters:\n\n| tensor | shape | what it is |\n| --- | --- | --- |\n", k.Name, l.Layout.Parameters())
		for _, x := range l.Layout.Tensors {
			fmt.Fprintf(b, "| `%s` | %v | %s |\n", x.Name, x.Shape, roles[x.Role])
		}
	}
}

// metrics lists what --metrics serves.
func metrics(b *bytes.Buffer) {
	b.WriteString("\n## Metrics\n\nWhat `--metrics` serves to Prometheus, on a run with workers and on a worker.\n")
	coordinator, worker := cluster.MetricsServed()
	for _, of := range []struct {
		who string
		all []cluster.Metric
	}{{"train and resume", coordinator}, {"worker", worker}} {
		fmt.Fprintf(b, "\n| %s | kind | what it is |\n| --- | --- | --- |\n", of.who)
		for _, m := range of.all {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", m.Name, m.Kind, m.Help)
		}
	}
}

// subjects lists what each role may say and hear.
func subjects(b *bytes.Buffer) {
	b.WriteString("\n## Subjects\n\nWhat the holder of a key called NAME may say and hear on the NATS server; the two words after `baldwin` are run and epoch.\n")
	b.WriteString("\n| role | publishes on | subscribes to |\n| --- | --- | --- |\n")
	list := func(of []string) string { return "`" + strings.Join(of, "` `") + "`" }
	for _, r := range []cluster.Role{cluster.RoleCoordinator, cluster.RoleWorker, cluster.RoleOperator} {
		publish, subscribe := cluster.SubjectsOf(r)
		fmt.Fprintf(b, "| %s | %s | %s |\n", r, list(publish), list(subscribe))
	}
}

// verb writes a verb and those below it.
func verb(b *bytes.Buffer, n *kong.Node) {
	if n.Hidden {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n%s\n", strings.TrimPrefix(n.FullPath(), "baldwin "), n.Help)
	rows := 0
	row := func(name, help string) {
		if rows++; rows == 1 {
			b.WriteString("\n| | |\n| --- | --- |\n")
		}
		escape := strings.NewReplacer("|", `\|`)
		fmt.Fprintf(b, "| `%s` | %s |\n", escape.Replace(name), escape.Replace(help))
	}
	for _, a := range n.Positional {
		row(a.Summary(), a.Help)
	}
	for _, f := range n.Flags {
		if f.Hidden || f.Name == "help" {
			continue
		}
		name := "--" + f.Name
		if f.Short != 0 {
			name = "-" + string(f.Short) + ", " + name
		}
		if !f.IsBool() {
			name += "=" + f.FormatPlaceHolder()
		}
		row(name, f.Help)
	}
	if n.Detail != "" && (n.Parent == nil || n.Detail != n.Parent.Detail) {
		fmt.Fprintf(b, "\n```text\n%s\n```\n", strings.TrimSpace(n.Detail))
	}
	for _, c := range n.Children {
		if c.Type == kong.CommandNode {
			verb(b, c)
		}
	}
}
