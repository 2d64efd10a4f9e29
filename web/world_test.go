package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
)

const testToken = "the-token-of-a-test"

// A world is a server over a store that the test writes to.
type world struct {
	t     *testing.T
	ctx   context.Context
	store *store.Store // writes
	*Server
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	ctx, home := t.Context(), t.TempDir()
	w := &world{t: t, ctx: ctx, store: must(store.Open(ctx, home))}
	looked := must(store.OpenReadOnly(ctx, home))
	o := Options{Registry: run.Builtin(), Store: looked, Kernel: kernel.Best(), Token: testToken, Host: Loopback, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&o)
	}
	w.Server = must(New(o))
	t.Cleanup(func() {
		w.Close()
		check(t, looked.Close())
		check(t, w.store.Close())
	})
	return w
}

// add makes a run of the preset seq-l1-k10-n20 with generations committed.
func (w *world) add(name string, seed uint64, generations int) *store.Run {
	w.t.Helper()
	spec := must(run.Spec{Seed: seed}.Resolve(w.Registry))
	r := must(w.store.Create(w.ctx, store.Run{
		Name: name, Preset: "seq-l1-k10-n20", Family: "sequence", Learner: "eprnn", Strategy: "as-released", Seed: seed,
		Spec: spec.YAML(), SpecHash: spec.Hash(), Generations: 15000, CheckpointEvery: 100, Version: "test",
	}))
	w.commit(r, 0, generations, run.Stopped)
	return r
}

// commit adds generations from+1 .. to, with a meta-test every 100, in one commit.
func (w *world) commit(r *store.Run, from, to int, status run.Status) {
	w.t.Helper()
	c := run.Commit{Status: status, Checkpoint: run.Checkpoint{
		Generation: to, Contract: "contract-of-a-test", SpecHash: r.SpecHash, ThetaHash: hashOfInt(to), State: []byte{1},
	}}
	for g := from + 1; g <= to; g++ {
		f := -1 / float64(g)
		c.Generations = append(c.Generations, run.GenerationRow{
			Generation: g, Best: f, Upper: f - 1, Median: f - 2, Lower: f - 3, Worst: f - 4, Sigma: []float64{0.01, 0.001},
			ThetaNorm: float64(g), Lives: 1000, Seconds: 0.5,
		})
		if g%100 == 0 {
			c.MetaTests = append(c.MetaTests, run.MetaTestRow{Generation: g, Tasks: 1600, Mean: f, Low: f - 0.1, High: f + 0.1})
		}
	}
	check(w.t, w.store.Recorder(r).Commit(w.ctx, c))
}

func hashOfInt(n int) string {
	h := sha256.Sum256([]byte{byte(n), byte(n >> 8)})
	return hex.EncodeToString(h[:])
}

// A request is what ask sends; the zero value is a GET of / by a browser on this machine.
type request struct {
	method, path, body string
	host               string // localhost:7421 if empty
	token              string
	header             map[string]string
}

func (w *world) ask(q request) *httptest.ResponseRecorder {
	w.t.Helper()
	if q.method == "" {
		q.method = http.MethodGet
	}
	if q.host == "" {
		q.host = "localhost:7421"
	}
	r := httptest.NewRequest(q.method, "http://x"+q.path, strings.NewReader(q.body))
	r.Host = q.host
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	if q.token != "" {
		r.AddCookie(&http.Cookie{Name: w.cookieName(r), Value: q.token})
	}
	out := httptest.NewRecorder()
	w.ServeHTTP(out, r)
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
