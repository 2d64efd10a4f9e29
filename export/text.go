package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"baldwin/internal/wholefile"
)

// WriteCSV writes a table as comma-separated values under a line of names, in digits that read back to the same bits
// (pandas: read_csv with float_precision="round_trip"). NaN is an empty field, an infinity inf or -inf.
func WriteCSV(path string, t *Table) error {
	return wholefile.Write(path, func(to io.Writer) error {
		w := csv.NewWriter(to)
		line := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			line[i] = c.Name
		}
		_ = w.Write(line) // Error tells what failed
		for row := range t.Rows() {
			for i := range t.Columns {
				line[i] = digits(&t.Columns[i], row, "", "inf", "-inf")
			}
			_ = w.Write(line)
		}
		w.Flush()
		return w.Error()
	})
}

// WriteJSONL writes a table as one JSON object a line. JSON has neither NaN nor infinities: they are null.
func WriteJSONL(path string, t *Table) error {
	return wholefile.Write(path, func(to io.Writer) error {
		w := bufio.NewWriter(to)
		for row := range t.Rows() {
			line := []byte("{")
			for i := range t.Columns {
				c := &t.Columns[i]
				if i > 0 {
					line = append(line, ',')
				}
				name, err := json.Marshal(c.Name)
				if err != nil {
					return err
				}
				line = append(append(line, name...), ':')
				line = append(line, digits(c, row, "null", "null", "null")...)
			}
			if _, err := w.Write(append(line, "}\n"...)); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// digits is a number of a column as text.
func digits(c *Column, row int, nan, inf, minus string) string {
	if c.Ints != nil {
		return strconv.FormatInt(c.Ints[row], 10)
	}
	switch v := c.Floats[row]; {
	case math.IsNaN(v):
		return nan
	case math.IsInf(v, 1):
		return inf
	case math.IsInf(v, -1):
		return minus
	default:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0" // a column of whole numbers stays one of floating-point numbers
		}
		return text
	}
}
