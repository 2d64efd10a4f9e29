package export

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baldwin/run"
)

// rows are generations with what is hard to write: NaN, infinities, -0, numbers of 17 digits.
func rows() []run.GenerationRow {
	return []run.GenerationRow{
		{Generation: 1, Best: -0.1, Upper: math.Nextafter(1, 2), Median: 1.0 / 3, Lower: 5e-300, Worst: math.Inf(-1),
			NaN: 3, Sigma: []float64{0.01, 1e-5}, ThetaNorm: math.Copysign(0, -1), Lives: 1 << 53, Seconds: 0.25},
		{Generation: 2, Best: math.Inf(1), Upper: math.NaN(), Median: -1e300, Lower: math.MaxFloat64, Worst: -123456789.123456789,
			Sigma: []float64{0.011, math.NaN()}, ThetaNorm: 2.5, Lives: 6368, Seconds: 0.5},
	}
}

func tests() []run.MetaTestRow {
	return []run.MetaTestRow{
		{Generation: 0, Tasks: 1600, Mean: -2.125, SD: 1.5, Low: -2.25, High: -2, Seconds: 0.125},
		{Generation: 2, Tasks: 1600, Mean: -1.0625, SD: 0.5, Low: -1.25, High: -1, Seconds: 0.25},
	}
}

var tensors = []string{"core.wh", "core.A"}

// tool reads tables and prints [[[name, type, value...], column...], table...], numbers as C99 hexadecimal.
const tool = `
import sys, json, pandas as pd
def read(path):
    if path.endswith("csv"): return pd.read_csv(path, float_precision="round_trip")
    if path.endswith("jsonl"): return pd.read_json(path, lines=True)
    return pd.read_parquet(path)
print(json.dumps([[[c, str(d[c].dtype)] + [float(v).hex() for v in d[c]] for c in d.columns] for d in map(read, sys.argv[1:])]))
`

// TestTables holds what pandas reads to the rows, bit for bit. JSON has no infinity, so there it is NaN, and pandas' reader
// of JSON errs in the last digits.
func TestTables(t *testing.T) {
	dir := t.TempDir()
	tables := []*Table{Generations(rows(), tensors), MetaTests(tests())}
	var paths []string
	for _, table := range tables {
		for _, how := range []string{"csv", "jsonl", "parquet"} {
			path := filepath.Join(dir, table.Name+"."+how)
			if err := writers[how](path, table); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	var got [][][]string
	if err := json.Unmarshal([]byte(python(t, []string{"pandas", "pyarrow"}, tool, paths...)), &got); err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { checkTable(t, tables[i/3], filepath.Ext(path), got[i]) })
	}
}

var writers = map[string]func(string, *Table) error{"csv": WriteCSV, "jsonl": WriteJSONL, "parquet": WriteParquet}

func checkTable(t *testing.T, want *Table, how string, got [][]string) {
	if len(got) != len(want.Columns) {
		t.Fatalf("%d columns, want %d", len(got), len(want.Columns))
	}
	for i, c := range want.Columns {
		g := got[i]
		dtype := "float64"
		if c.Ints != nil {
			dtype = "int64"
		}
		if g[0] != c.Name || g[1] != dtype && how != ".jsonl" {
			t.Errorf("column %d is %s of %s, want %s of %s", i, g[0], g[1], c.Name, dtype)
		}
		for r := range want.Rows() {
			var v float64
			if c.Ints != nil {
				v = float64(c.Ints[r])
			} else {
				v = c.Floats[r]
			}
			read, err := strconv.ParseFloat(g[2+r], 64)
			if err != nil {
				t.Fatal(err)
			}
			if !same(read, v, how) {
				t.Errorf("%s, row %d: got %s, want %x", c.Name, r, g[2+r], v)
			}
		}
	}
}

func same(got, want float64, how string) bool {
	if how == ".jsonl" {
		if math.IsInf(want, 0) {
			want = math.NaN()
		}
		if math.Abs(got-want) <= 1e-15*math.Abs(want) {
			return true
		}
	}
	return math.Float64bits(got) == math.Float64bits(want) || math.IsNaN(got) && math.IsNaN(want)
}

// TestJSONL reads the lines as a strict reader does, where all digits are right.
func TestJSONL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	if err := WriteJSONL(path, Generations(rows(), tensors)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var first map[string]float64
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first["upper"] != math.Nextafter(1, 2) || first["lower"] != 5e-300 || first["sigma.core.A"] != 1e-5 {
		t.Errorf("got %v", first)
	}
}

// TestEqualBytes: equal rows are equal files, and a table without rows keeps its columns.
func TestEqualBytes(t *testing.T) {
	dir := t.TempDir()
	for how, write := range writers {
		var all [][]byte
		for range 2 {
			path := filepath.Join(dir, "t."+how)
			if err := write(path, Generations(rows(), tensors)); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data)
		}
		if !bytes.Equal(all[0], all[1]) {
			t.Errorf("%s: equal tables have other bytes", how)
		}
		if err := write(filepath.Join(dir, "empty."+how), MetaTests(nil)); err != nil {
			t.Errorf("%s: %v", how, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "empty.csv"))
	if diff := cmp.Diff("generation,tasks,mean,sd,low,high,seconds\n", string(data)); diff != "" || err != nil {
		t.Errorf("%s%v", diff, err)
	}
}
