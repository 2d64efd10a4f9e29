package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"baldwin/store"
)

func TestBeginStopResume(t *testing.T) {
	var orders []Order
	ended := make(chan string, 9)
	w := newWorld(t, func(o *Options) {
		o.Train = func(ctx context.Context, o Order, log io.Writer, began func(string)) error {
			orders = append(orders, o)
			switch o.Name {
			case "taken":
				return store.ErrExists
			case "wrong":
				return errors.New("generations: must be less")
			}
			name := "made-up" + o.Resume
			began(name)
			fmt.Fprintf(log, "hello\n<b>half")
			<-ctx.Done()
			ended <- name
			return nil
		}
	})
	order := func(path, body string) (int, string) {
		got := w.ask(request{method: "POST", path: path, body: body, token: testToken, header: map[string]string{"Content-Type": form}})
		var a struct{ Run string }
		_ = json.Unmarshal(got.Body.Bytes(), &a)
		return got.Code, a.Run
	}
	if code, name := order("/runs", "preset=p&learner=l&seed=7&generations=50"); code != 200 || name != "made-up" {
		t.Errorf("begin: %d %s", code, name)
	}
	if want := (Order{Preset: "p", Learner: "l", Seed: 7, Generations: 50}); orders[0] != want {
		t.Errorf("%+v", orders[0])
	}
	if text, n := w.jobs.log("made-up"); text != "hello" || n != 1 {
		t.Errorf("log %q, %d lines", text, n)
	}
	if !w.jobs.has("made-up") {
		t.Error("it is not ours")
	}
	if code, _ := order("/runs/made-up/stop", ""); code != 202 {
		t.Errorf("stop: %d", code)
	}
	if name := <-ended; name != "made-up" {
		t.Error(name)
	}
	if code, name := order("/runs/r/resume", ""); code != 200 || name != "made-upr" {
		t.Errorf("resume: %d %s", code, name)
	}
	for body, want := range map[string]int{
		"preset=p&name=taken": 409, "preset=p&name=wrong": 400, "name=x": 400, "preset=p&seed=0": 400, "preset=p&seed=-1": 400,
		"preset=p&generations=x": 400,
	} {
		if code, _ := order("/runs", body); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
	w.Close() // stops what goes on, and waits for it
	if name := <-ended; name != "made-upr" {
		t.Error(name)
	}
	if code, _ := order("/runs", "preset=p"); code == 200 {
		t.Error("begun after the end")
	}
}

func TestOnlyLooking(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.ask(request{method: "POST", path: "/runs", body: "preset=p", token: testToken, header: map[string]string{"Content-Type": form}}); got.Code != 400 {
		t.Error(got.Code)
	}
	if text := w.ask(request{path: "/"}).Body.String(); strings.Contains(text, "Begin a run") {
		t.Error("a page that only looks offers to begin runs")
	}
}

func TestTail(t *testing.T) {
	var l tail
	for i := range 3 * tailLines {
		fmt.Fprintf(&l, "line %d, %s\n", i, strings.Repeat("x", lineBytes))
	}
	text, n := l.text()
	if lines := strings.Split(text, "\n"); n != 3*tailLines || len(lines) != tailLines || !strings.HasPrefix(lines[0], "line 200, x") || len(lines[0]) != lineBytes {
		t.Errorf("%d lines of %d, the first %.20q", len(lines), n, lines[0])
	}
}
