package cluster

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// logBuffer is a log that can be searched.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// has waits until the log has a text.
func (l *logBuffer) has(text string) bool {
	for range 3000 {
		l.mu.Lock()
		ok := strings.Contains(l.b.String(), text)
		l.mu.Unlock()
		if ok {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// guarded is a server with keys, and its authority.
func guarded(t *testing.T) (*Server, Authority, *logBuffer) {
	t.Helper()
	if underRace {
		t.Skip("nats-server v2.15.2 reads its options without their lock (stream.go:6365), which ReloadOptions changes under it")
	}
	a := Authority{filepath.Join(t.TempDir(), "keys")}
	if err := a.Init([]string{"head.example"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	log := &logBuffer{}
	s, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(log, nil)), Keys: a.Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, a, log
}

func grant(t *testing.T, a Authority, name string, r Role) *Key {
	t.Helper()
	dir, err := a.Add(name, r, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	k, err := LoadKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// knock tries to connect for some time: the server takes a new key up within a second or so.
func knock(t *testing.T, s *Server, k *Key, patient bool) (*nats.Conn, error) {
	t.Helper()
	name := "nobody"
	if k != nil {
		name = k.Name
	}
	for i := 0; ; i++ {
		nc, err := Link{URLs: []string{s.URL()}, Key: k}.connect("test", name, logOf(t), make(chan struct{}, 1), false)
		if err == nil || !patient || i == 600 {
			return nc, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestGuarded: with keys the run is the same, and whoever has none, another's, or a revoked one is refused.
func TestGuarded(t *testing.T) {
	s, a, log := guarded(t)
	spec := small(t, nil)
	want := honest(t, spec)
	k := grant(t, a, "node7", RoleWorker)
	nc, err := knock(t, s, k, true)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	co := coordinator(t, s, spec, nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- Work(ctx, Link{URLs: []string{s.URL()}, Key: k}, WorkerOptions{Name: k.Name, Registry: run.Builtin(), Kernel: kernel.Best(), Build: testBuild, Cores: 1, Log: logOf(t)})
	}()
	got, err := train(t, co, spec)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}

	other := Authority{filepath.Join(t.TempDir(), "other")}
	if err := other.Init(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	foreign := grant(t, other, "node7", RoleWorker)
	mixed := *k
	mixed.Holder.NKey, mixed.seed = foreign.NKey, foreign.seed
	for name, key := range map[string]*Key{"no certificate": nil, "another CA": foreign, "another's nkey": &mixed} {
		if nc, err := knock(t, s, key, false); err == nil {
			nc.Close()
			t.Errorf("%s: let in", name)
		}
	}
	if !log.has("TLS handshake error") || !log.has("authentication error") {
		t.Errorf("the refusals are not logged:\n%s", log.b.String())
	}

	// Revoked at work: cut off, and not let in again.
	nc, err = knock(t, s, k, false)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	cut := make(chan struct{})
	var once sync.Once
	nc.SetDisconnectErrHandler(func(*nats.Conn, error) { once.Do(func() { close(cut) }) })
	if err := a.Revoke("node7"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-cut:
	case <-time.After(limit):
		t.Fatal("a revoked worker stays connected")
	}
	if again, err := knock(t, s, k, false); err == nil {
		again.Close()
		t.Error("a revoked worker is let in again")
	}
	// A server that starts later refuses it in the handshake already.
	log2 := &logBuffer{}
	s2, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(log2, nil)), Keys: a.Dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s2.Close()
	if again, err := knock(t, s2, k, false); err == nil {
		again.Close()
		t.Error("a revoked worker is let in elsewhere")
	}
	if !log2.has("the certificate is revoked") {
		t.Errorf("the refusal is not logged:\n%s", log2.b.String())
	}
}

// violation is what the server logs of what is not permitted.
func violation(what, subject string) string {
	return what + ` Violation - Subject \"` + subject + `\"`
}

// TestAttacks: what a worker that holds a good key may not do, and what it may send without harm.
func TestAttacks(t *testing.T) {
	s, a, log := guarded(t)
	spec := small(t, nil)
	co := coordinator(t, s, spec, nil)
	evil := grant(t, a, "evil", RoleWorker)
	nc, err := knock(t, s, evil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	publish := map[string]string{
		"as coordinator":       co.place.all(),
		"orders":               co.place.to(ID{"good", "1"}),
		"in another's name":    co.place.from(ID{"good", "1"}, "result"),
		"hello as another":     subjectHello + ".good",
		"chunks":               co.place.work(),
		"an epoch":             "$KV." + epochs + "." + co.place.Run,
		"a theta":              "$KV." + co.place.thetas() + ".x",
		"end the queue":        "$JS.API.STREAM.DELETE." + co.place.stream(),
		"purge the queue":      "$JS.API.STREAM.PURGE." + co.place.stream(),
		"a consumer":           "$JS.API.CONSUMER.CREATE." + co.place.stream(),
		"operator's questions": subjectStatus,
		"another's inbox":      "_INBOX.good.x",
		"the system":           "$SYS.REQ.SERVER.PING",
	}
	for name, subject := range publish {
		if err := nc.Publish(subject, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if !log.has(violation("Publish", subject)) {
			t.Errorf("%s: publishing to %s is not refused", name, subject)
		}
	}
	for name, subject := range map[string]string{
		"another's replies": "_INBOX.good.>", "all replies": "_INBOX.>", "all": ">", "results": co.place.fromAny("result"),
		"the coordinator's replies": "_INBOX.coordinator.>", "another's orders": co.place.to(ID{"good", "1"}), "hellos": subjectHello + ".*",
	} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		if !log.has(violation("Subscription", subject)) {
			t.Errorf("%s: subscribing to %s is not refused", name, subject)
		}
	}
	if err := nc.Publish(co.place.from(ID{"evil", "1"}, "result"), make([]byte, maxPayload+1)); !errors.Is(err, nats.ErrMaxPayload) {
		t.Errorf("an oversized message: %v", err)
	}
	// What it may publish, malformed.
	before := co.Counters().Malformed
	sent := 0
	for _, what := range []string{"result", "beat", "fault"} {
		for _, b := range [][]byte{nil, []byte("{"), bytes.Repeat([]byte{0xff}, 1000), make([]byte, maxPayload-100)} {
			if err := nc.Publish(co.place.from(ID{"evil", "1"}, what), b); err != nil {
				t.Fatal(err)
			}
			sent++
		}
	}
	if err := nc.Publish(subjectHello+".evil", encodeJSON(hello{ID: ID{"good", "1"}, Cores: 1, Build: testBuild})); err != nil {
		t.Fatal(err)
	}
	sent++
	until(t, "all malformed messages to be counted", func() bool { return co.Counters().Malformed-before == uint64(sent) })
	if len(co.Members()) != 0 {
		t.Errorf("somebody joined: %+v", co.Members())
	}
}

// TestClocks: machines whose clocks differ by an hour let one another in, whichever is ahead, and the numbers are those of one process.
func TestClocks(t *testing.T) {
	spec := small(t, nil)
	want := honest(t, spec)
	a := Authority{filepath.Join(t.TempDir(), "keys")}
	if err := a.Init(nil, time.Now().Add(time.Hour)); err != nil { // the authority's is ahead of the server's
		t.Fatal(err)
	}
	var keys []*Key
	for i, off := range []time.Duration{-time.Hour, time.Hour} {
		dir, err := a.Add([]string{"behind", "ahead"}[i], RoleWorker, time.Now().Add(off))
		if err != nil {
			t.Fatal(err)
		}
		k, err := LoadKey(dir)
		if err != nil {
			t.Fatal(err)
		}
		k.now = func() time.Time { return time.Now().Add(off) }
		keys = append(keys, k)
	}
	s, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Dir: t.TempDir(), Log: logOf(t), Keys: a.Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	co := coordinator(t, s, spec, nil)
	for _, k := range keys {
		hire(t, s, func(o *WorkerOptions) { o.Name = k.Name }, by(k))
	}
	until(t, "both workers", func() bool { return len(co.Members()) == 2 })
	got, err := train(t, co, spec)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	// A clock that is off by more than the certificates are backdated is told.
	k := *keys[0]
	k.now = func() time.Time { return time.Now().Add(-backdated - 2*time.Hour) }
	if nc, err := knock(t, s, &k, false); err == nil || !strings.Contains(err.Error(), "not yet valid") {
		if err == nil {
			nc.Close()
		}
		t.Errorf("a clock that is two days behind: %v", err)
	}
}
