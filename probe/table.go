package probe

// A Table is an answer as rows, for CSV and JSON. A cell is a string, an int, a bool or a float64.
type Table struct {
	Columns []string
	Rows    [][]any
}

func (t *Table) add(cells ...any) { t.Rows = append(t.Rows, cells) }

// KnowsTable is the answer of Knows.
func KnowsTable(ks []Knowledge) *Table {
	t := &Table{Columns: []string{"from", "parameter", "step", "r2", "low", "high"}}
	for _, k := range ks {
		t.add(k.From, k.Parameter, k.Step, k.R2.Value, k.R2.Low, k.R2.High)
	}
	return t
}

// LesionsTable is the answer of Lesions.
func LesionsTable(ts []Treatment) *Table {
	t := &Table{Columns: []string{"lesion", "fitness", "low", "high", "change", "change_low", "change_high", "meaning"}}
	for _, x := range ts {
		t.add(x.Lesion, x.Fitness.Value, x.Fitness.Low, x.Fitness.High, x.Change.Value, x.Change.Low, x.Change.High, x.Meaning)
	}
	return t
}

// MemoryTable is the answer of Memory.
func MemoryTable(hs []Horizon) *Table {
	t := &Table{Columns: []string{"first", "last", "error", "low", "high", "share"}}
	for _, h := range hs {
		t.add(h.First, h.Last, h.Error.Value, h.Error.Low, h.Error.High, h.Share)
	}
	return t
}

// RangesTable is the answer of Ranges.
func RangesTable(as []Abroad) *Table {
	t := &Table{Columns: []string{"parameter", "from", "to", "home", "fitness", "low", "high", "share"}}
	for _, a := range as {
		t.add(a.Parameter, a.From, a.To, a.Home, a.Fitness.Value, a.Fitness.Low, a.Fitness.High, a.Share)
	}
	return t
}

// ModulatorTable is the steps of the answer of Modulator.
func ModulatorTable(m *Modulation) *Table {
	t := &Table{Columns: []string{"step", "lives", "activity", "low", "high", "between_neurons", "between_lives", "surprise", "strongest_correlation"}}
	for _, g := range m.Steps {
		t.add(g.Step, g.Lives, g.Activity.Value, g.Activity.Low, g.Activity.High, g.Between, g.Within, g.Surprise, g.Strongest)
	}
	return t
}

// PathsTable is the points of a map of paths.
func PathsTable(paths []Path, m *Map) *Table {
	t := &Table{Columns: []string{"life", "group", "label", "task", "step", "tsne_x", "tsne_y", "pca_1", "pca_2"}}
	for i, p := range paths {
		for j, step := range m.Steps[i] {
			t.add(i+1, p.Group+1, p.Label, p.Task, step, m.TSNE[i][j][0], m.TSNE[i][j][1], m.PCA[i][j][0], m.PCA[i][j][1])
		}
	}
	return t
}

// ProtocolsTable is the answer of Protocols.
func ProtocolsTable(ts []Trial) *Table {
	t := &Table{Columns: []string{"protocol", "plastic_testing", "home", "fitness", "low", "high", "share"}}
	for _, x := range ts {
		t.add(x.Protocol, x.Plastic, x.Home, x.Fitness.Value, x.Fitness.Low, x.Fitness.High, x.Share)
	}
	return t
}
