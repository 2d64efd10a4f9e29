package cli

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"baldwin/internal/tensorfile"
	"baldwin/run"
	"baldwin/store"
)

// TestMain makes `baldwin` a program for the scripts and for the tests that kill it.
func TestMain(m *testing.M) {
	baldwin := func() { Main(run.Builtin()) }
	if os.Getenv(documentedEnv) != "" {
		baldwin = documented
	}
	testscript.Main(m, map[string]func(){"baldwin": baldwin, "natsd": natsd, "liar": liar})
}

// tinySpec is a run of moments.
const tinySpec = `family:
  name: sequence
learner:
  hidden: 16
strategy:
  population: 8
generations: 6
tasks: 2
meta_test:
  every: 2
  tasks: 8
checkpoint_every: 2
`

// TestScripts runs the sessions in testdata/script. Each has a store of its own and tiny.yaml. Besides the commands of
// testscript they have:
//
//	jsonl FILE [EVENT...]     every line of FILE is a JSON object; the events stand in this order, others between them
//	last FROM TO              TO is the last line of FROM
//	field FILE NAME VALUE     the last line of FILE has this field
//	hold RUN                  another process holds RUN until the script ends
//	newer                     the store becomes one of a later version
//	contract RUN              the checkpoints of RUN become those of another arithmetic contract
//	mangle HOW FROM TO        TO is FROM spoilt: truncated, huge-header, wrong-shape, bare (of metadata)
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("BALDWIN_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("BALDWIN_PYTHON", filepath.Join(env.WorkDir, "no-python"))
			env.Setenv("TERM", "xterm-256color")
			return os.WriteFile(filepath.Join(env.WorkDir, "tiny.yaml"), []byte(tinySpec), 0o666)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"jsonl": cmdJSONL, "last": cmdLast, "field": cmdField, "hold": cmdHold, "newer": cmdNewer,
			"contract": cmdContract, "mangle": cmdMangle,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func objects(ts *testscript.TestScript, name string) []map[string]any {
	var out []map[string]any
	s := bufio.NewScanner(strings.NewReader(ts.ReadFile(name)))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var o map[string]any
		if err := json.Unmarshal(s.Bytes(), &o); err != nil {
			ts.Fatalf("%s: %q is no JSON object: %v", name, s.Text(), err)
		}
		out = append(out, o)
	}
	if len(out) == 0 {
		ts.Fatalf("%s has no line", name)
	}
	return out
}

func cmdJSONL(ts *testscript.TestScript, neg bool, args []string) {
	want := args[1:]
	for _, o := range objects(ts, args[0]) {
		if len(want) > 0 && o["event"] == want[0] {
			want = want[1:]
		}
	}
	if len(want) > 0 {
		ts.Fatalf("%s: no event %q after those before it", args[0], want[0])
	}
}

func cmdLast(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.Split(strings.TrimRight(ts.ReadFile(args[0]), "\n"), "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(lines[len(lines)-1]+"\n"), 0o666))
}

func cmdField(ts *testscript.TestScript, neg bool, args []string) {
	all := objects(ts, args[0])
	got, ok := all[len(all)-1][args[1]]
	if !ok || fmt.Sprint(got) != args[2] {
		ts.Fatalf("%s: field %s is %v (there: %v), want %s", args[0], args[1], got, ok, args[2])
	}
}

func cmdHold(ts *testscript.TestScript, neg bool, args []string) {
	st, err := store.Open(context.Background(), ts.Getenv("BALDWIN_HOME"))
	ts.Check(err)
	l, err := st.Lock(args[0])
	ts.Check(err)
	ts.Defer(func() {
		ts.Check(l.Unlock())
		ts.Check(st.Close())
	})
}

func change(ts *testscript.TestScript, query string, args ...any) {
	db, err := sql.Open("sqlite", filepath.Join(ts.Getenv("BALDWIN_HOME"), "baldwin.db"))
	ts.Check(err)
	_, err = db.Exec(query, args...)
	ts.Check(err)
	ts.Check(db.Close())
}

func cmdNewer(ts *testscript.TestScript, neg bool, args []string) {
	change(ts, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
}

func cmdContract(ts *testscript.TestScript, neg bool, args []string) {
	change(ts, "UPDATE checkpoints SET contract = 'another' WHERE run = (SELECT id FROM runs WHERE name = ?)", args[0])
}

func cmdMangle(ts *testscript.TestScript, neg bool, args []string) {
	data := []byte(ts.ReadFile(args[1]))
	switch args[0] {
	case "truncated":
		data = data[:len(data)-100]
	case "huge-header":
		binary.LittleEndian.PutUint64(data, 1<<60)
	case "bare":
		f, err := tensorfile.DecodeSafetensors(data)
		ts.Check(err)
		f.Metadata = nil
		data, err = tensorfile.EncodeSafetensors(f)
		ts.Check(err)
	case "wrong-shape":
		f, err := tensorfile.DecodeSafetensors(data)
		ts.Check(err)
		one, ok := f.Get("out2.w")
		if !ok {
			ts.Fatalf("no tensor out2.w")
		}
		one.Shape = []int{one.Shape[1], one.Shape[0]}
		data, err = tensorfile.EncodeSafetensors(f)
		ts.Check(err)
	default:
		ts.Fatalf("mangle %s?", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data, 0o666))
}

// command runs one command line in this process, with a store of its own if home is empty.
func command(t *testing.T, home string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	if home == "" {
		home = t.TempDir()
	}
	var out, errs bytes.Buffer
	code = execute(t.Context(), &process{
		registry: run.Builtin(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
		getenv: func(name string) string {
			if name == "BALDWIN_HOME" {
				return home
			}
			return ""
		},
	}, args)
	return out.String(), errs.String(), code
}
