package export

import (
	"io"

	"github.com/parquet-go/parquet-go"

	"baldwin/internal/wholefile"
)

// WriteParquet writes a table as a Parquet file: int64 and double columns, all required, Snappy.
func WriteParquet(path string, t *Table) error {
	return wholefile.Write(path, func(to io.Writer) error {
		w := parquet.NewWriter(to, parquet.NewSchema(t.Name, schemaOf(t)), parquet.Compression(&parquet.Snappy))
		row := make(parquet.Row, len(t.Columns))
		for r := range t.Rows() {
			for i, c := range t.Columns {
				if c.Ints != nil {
					row[i] = parquet.Int64Value(c.Ints[r])
				} else {
					row[i] = parquet.DoubleValue(c.Floats[r])
				}
				row[i] = row[i].Level(0, 0, i)
			}
			if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
				return err
			}
		}
		return w.Close()
	})
}

// schema is a group whose fields stand in the table's order; parquet.Group alone sorts them by name.
type schema struct {
	parquet.Group
	fields []parquet.Field
}

// Fields implements parquet.Node.
func (s schema) Fields() []parquet.Field { return s.fields }

func schemaOf(t *Table) schema {
	s := schema{Group: parquet.Group{}}
	for _, c := range t.Columns {
		node := parquet.Leaf(parquet.DoubleType)
		if c.Ints != nil {
			node = parquet.Int(64)
		}
		s.Group[c.Name] = node
	}
	sorted := map[string]parquet.Field{}
	for _, f := range s.Group.Fields() {
		sorted[f.Name()] = f
	}
	for _, c := range t.Columns {
		s.fields = append(s.fields, sorted[c.Name])
	}
	return s
}
