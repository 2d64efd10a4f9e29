package export

// A Table is named columns of equal length, in the order in which they are written.
type Table struct {
	Name    string
	Columns []Column
}

// A Column has whole numbers or floating-point numbers: Ints is nil or Floats is.
type Column struct {
	Name   string
	Ints   []int64
	Floats []float64
}

// Rows is the length of the columns.
func (t *Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return len(t.Columns[0].Ints) + len(t.Columns[0].Floats)
}

// A column is a Column of rows of one type: how to take it from a row.
type column[R any] struct {
	name  string
	whole func(*R) int64
	real  func(*R) float64
}

// tabulate takes columns from rows.
func tabulate[R any](name string, rows []R, columns []column[R]) *Table {
	t := &Table{Name: name}
	for _, c := range columns {
		to := Column{Name: c.name}
		if c.whole != nil {
			to.Ints = make([]int64, len(rows))
		} else {
			to.Floats = make([]float64, len(rows))
		}
		for i := range rows {
			if c.whole != nil {
				to.Ints[i] = c.whole(&rows[i])
			} else {
				to.Floats[i] = c.real(&rows[i])
			}
		}
		t.Columns = append(t.Columns, to)
	}
	return t
}
