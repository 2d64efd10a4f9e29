package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{fmt.Errorf("x: %w", store.ErrDamaged), 1},
		{fmt.Errorf("x: %w", store.ErrFull), 1},
		{badf("x"), 2},
		{fmt.Errorf("x: %w", store.ErrNoRun), 2},
		{errors.Join(&run.FieldError{Path: "a", Msg: "b"}), 2},
		{fmt.Errorf("x: %w", run.ErrContract), 3},
		{badf("x: %w", run.ErrSpec), 3},
		{fmt.Errorf("x: %w", store.ErrNewer), 3},
		{fmt.Errorf("x: %w", store.ErrBusy), 4},
		{context.Canceled, 130},
		{&coded{exitInterrupted, errSaid}, 130},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
	help := description()
	for _, c := range codes {
		if !strings.Contains(help, fmt.Sprintf("%3d  %s", c.code, c.means)) {
			t.Errorf("the help does not have exit code %d", c.code)
		}
	}
}

// TestHelp holds that every verb has a summary, a paragraph and an example.
func TestHelp(t *testing.T) {
	p := &process{registry: run.Builtin(), stdout: io.Discard, stderr: io.Discard}
	k, err := newParser(p, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var visit func(n *kong.Node, path string)
	visit = func(n *kong.Node, path string) {
		for _, c := range n.Children {
			if c.Hidden {
				continue
			}
			path := strings.TrimSpace(path + " " + c.Name)
			if !strings.HasSuffix(c.Help, ".") {
				t.Errorf("%s: no summary", path)
			}
			example := "    baldwin " + path
			if path == "runs list" {
				example = "    baldwin runs"
			}
			if !strings.Contains(c.Detail, example) && !strings.Contains(c.Detail, "(baldwin "+path) {
				t.Errorf("%s: no example in its help: %q", path, c.Detail)
			}
			if len(strings.Split(c.Detail, "\n\n")[0]) < 40 {
				t.Errorf("%s: no paragraph", path)
			}
			visit(c, path)
		}
	}
	visit(k.Model.Node, "")
}

func TestSeeds(t *testing.T) {
	for text, want := range map[string]seeds{"1-3": {1, 2, 3}, "1,3,5": {1, 3, 5}, "7": {7}, "1-2, 9": {1, 2, 9}} {
		var got seeds
		if err := got.UnmarshalText([]byte(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "a", "3-1", "1,1", "1-", "-3", "1-100000", "1-18446744073709551615", "18446744073709551615-1"} {
		var got seeds
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}

func TestJoinNegative(t *testing.T) {
	got := joinNegative([]string{"train", "x", "--until", "-0.3", "--until", "-.3", "--json", "--set=a=b", "-1", "-o", "-3"})
	want := []string{"train", "x", "--until=-0.3", "--until=-.3", "--json", "--set=a=b", "-1", "-o", "-3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumber(t *testing.T) {
	got, err := json.Marshal([]number{1.5, number(math.NaN()), number(math.Inf(1)), number(math.Inf(-1)), -0.25})
	if err != nil || string(got) != "[1.5,null,null,null,-0.25]" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "-", 0: "0s", 59 * time.Second: "59s", 61 * time.Second: "1m 01s", 3*time.Hour + 5*time.Minute: "3h 05m", 50 * time.Hour: "2d 02h",
	} {
		if got := duration(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0", 950: "950", 1000: "1.00k", 12345: "12.3k", 204000: "204k", 4.56e6: "4.56M", 2e9: "2.00G"} {
		if got := count(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func TestMessage(t *testing.T) {
	err := errors.Join(errors.New("a.yaml:1: x"), errors.New("a.yaml: [2:3] y\n>  2 |   z\n       ^"))
	want := "baldwin: a.yaml:1: x\nbaldwin: a.yaml: [2:3] y\n>  2 |   z\n       ^\n"
	if got := message(err); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHome(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"BALDWIN_HOME": "/b", "HOME": "/h", "XDG_DATA_HOME": "/x"}, "/b"},
		{map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/baldwin"},
		{map[string]string{"HOME": "/h"}, "/h/.local/share/baldwin"},
	} {
		p := &process{getenv: func(n string) string { return c.env[n] }}
		got, err := p.home()
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want && c.env["BALDWIN_HOME"] != "" || !strings.Contains(got, "b") {
			t.Errorf("%v: %s, want %s", c.env, got, c.want)
		}
	}
	p := &process{getenv: func(string) string { return "" }}
	if _, err := p.home(); exitCode(err) != exitUsage {
		t.Errorf("without a home folder: %v", err)
	}
}

// TestSelfCheck holds the golden hash of doctor, and that a wrong one is seen. It changes with run.Contract and never
// without it.
func TestSelfCheck(t *testing.T) {
	for _, k := range kernel.Available() {
		if err := selfCheck(t.Context(), run.Builtin(), k); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestHeldLogs(t *testing.T) {
	var out strings.Builder
	w := &logWriter{w: &out}
	log := slog.New(logHandler(w, false, false))
	log.Info("one")
	w.hold()
	log.Info("two")
	if strings.Contains(out.String(), "two") {
		t.Error("a line came through while the screen was drawn")
	}
	w.release()
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines: %s", n, out.String())
	}
}

// TestEndLine holds that the last line of --json has no field that could differ between a run and its resumption, and
// that no number makes it invalid.
func TestEndLine(t *testing.T) {
	o := newOutcome("r", run.Finished, 3, "abc", run.MetaTestRow{Generation: 3, Mean: math.NaN(), Low: math.Inf(-1), Tasks: 8, Seconds: 5}, nil)
	var out strings.Builder
	if err := printJSON(&out, o); err != nil {
		t.Fatal(err)
	}
	want := `{"event":"end","run":"r","status":"finished","generations":3,"theta_hash":"abc","meta_test":null,"meta_test_low":null,"meta_test_high":0,"meta_test_sd":0,"meta_test_tasks":8,"top3_of_last10":null}` + "\n"
	if out.String() != want {
		t.Errorf("got %s want %s", out.String(), want)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestUnwritten holds that a result that could not be written is a failure.
func TestUnwritten(t *testing.T) {
	var errs strings.Builder
	p := &process{registry: run.Builtin(), stdout: full{}, stderr: &errs, getenv: func(string) string { return "" }}
	if code := execute(t.Context(), p, []string{"presets"}); code != exitFailure || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}
