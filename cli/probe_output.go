package cli

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"

	"baldwin/probe"
)

// print writes an answer.
func (c *probeCmd) print(p *process, ask, hash string, a answer) error {
	if c.JSON {
		object := map[string]any{"ask": ask, "genome": c.What, "theta_hash": hash, "rows": jsonRows(a.table)}
		for name, v := range a.facts {
			object[name] = v
		}
		return printJSON(p.stdout, object)
	}
	fmt.Fprintf(p.stdout, "\n%s\n", ask)
	for _, n := range a.notes {
		fmt.Fprintln(p.stdout, n)
	}
	shown := a.short
	if shown == nil {
		shown = a.table
	}
	var t table
	var head []string
	for i, name := range shown.Columns {
		if _, text := shown.Rows[0][i].(string); !text {
			name = ">" + name
		}
		head = append(head, name)
	}
	t = append(t, head)
	for _, row := range shown.Rows {
		var cells []any
		for _, v := range row {
			switch x, numeric := v.(float64); {
			case numeric && finite(x):
				v = strconv.FormatFloat(x, 'f', 3, 64)
			case numeric:
				v = "-"
			}
			cells = append(cells, v)
		}
		t.row(cells...)
	}
	t.write(p.stdout)
	return nil
}

// pivot is the R2 by step, a column for each source and parameter.
func pivot(ks []probe.Knowledge) *probe.Table {
	t := &probe.Table{Columns: []string{"step"}}
	for _, k := range ks {
		name := k.From + ":" + k.Parameter
		if !slices.Contains(t.Columns, name) {
			t.Columns = append(t.Columns, name)
		}
		i := slices.IndexFunc(t.Rows, func(row []any) bool { return row[0] == k.Step })
		if i < 0 {
			i = len(t.Rows)
			t.Rows = append(t.Rows, []any{k.Step})
		}
		t.Rows[i] = append(t.Rows[i], k.R2.Value)
	}
	return t
}

// jsonRows are objects with the columns as names.
func jsonRows(t *probe.Table) []map[string]any {
	rows := []map[string]any{}
	for _, row := range t.Rows {
		object := map[string]any{}
		for i, v := range row {
			if x, ok := v.(float64); ok {
				v = number(x)
			}
			object[t.Columns[i]] = v
		}
		rows = append(rows, object)
	}
	return rows
}

func estimate(e probe.Estimate) map[string]number {
	return map[string]number{"value": number(e.Value), "low": number(e.Low), "high": number(e.High)}
}

func between(e probe.Estimate) string {
	return fmt.Sprintf("%.3f [%.3f, %.3f]", e.Value, e.Low, e.High)
}

// writeCSV writes a table with all its digits.
func writeCSV(path string, t *probe.Table) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := csv.NewWriter(f)
	_ = w.Write(t.Columns) // Error below has its error, too
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = fmt.Sprint(v)
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return w.Error()
}
