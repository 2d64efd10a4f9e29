package cluster

import (
	"context"
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// TestConfig: a nats-server with the configuration that Config writes lets in who holds a key, and nobody else, and a run there has the
// numbers of one process.
func TestConfig(t *testing.T) {
	spec := small(t, nil)
	want := honest(t, spec)
	a := Authority{filepath.Join(t.TempDir(), "keys")}
	if err := a.Init(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	boss, node, gone := grant(t, a, "boss", RoleCoordinator), grant(t, a, "node7", RoleWorker), grant(t, a, "gone", RoleWorker)
	if err := a.Revoke("gone"); err != nil {
		t.Fatal(err)
	}
	text, err := a.Config("127.0.0.1:-1")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if o.TLSConfig.MinVersion != tls.VersionTLS13 || o.TLSConfig.ClientAuth != tls.RequireAndVerifyClientCert {
		t.Error("it is not mutual TLS 1.3")
	}
	o.StoreDir, o.NoSigs = t.TempDir(), true
	outside, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	outside.Start()
	defer func() {
		outside.Shutdown()
		outside.WaitForShutdown()
	}()
	if !outside.ReadyForConnections(startWithin) {
		t.Fatal("the server does not start")
	}
	url := "tls://" + outside.Addr().String()
	s := &Server{nats: outside} // for its URL
	if nc, err := knock(t, s, gone, false); err == nil {
		nc.Close()
		t.Error("a revoked worker is let in")
	}
	if nc, err := knock(t, s, nil, false); err == nil {
		nc.Close()
		t.Error("somebody without a key is let in")
	}
	co, err := Start(context.Background(), Link{URLs: []string{url}, Key: boss}, optionsOf(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	defer co.Close()
	hire(t, s, func(o *WorkerOptions) { o.Name = node.Name }, by(node))
	got, err := train(t, co, spec)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got, want)
	if n := co.Counters(); n.Malformed > 0 {
		t.Errorf("%+v", n)
	}
}

// TestKeyFiles: a key's folder has what its holder needs, readable by nobody else, and not the CA's key.
func TestKeyFiles(t *testing.T) {
	a := Authority{filepath.Join(t.TempDir(), "keys")}
	if err := a.Init(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	k := grant(t, a, "node7", RoleWorker)
	files, err := os.ReadDir(filepath.Join(a.Dir, "node7"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if f.Name() == fileCAKey || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s, %v", f.Name(), info.Mode())
		}
	}
	if _, err := Serve(ServerOptions{Listen: "0.0.0.0:0", Dir: t.TempDir(), Log: logOf(t)}); err == nil || !strings.Contains(err.Error(), "without TLS and keys") {
		t.Errorf("listening beyond loopback: %v", err)
	}
	for _, c := range []struct {
		url string
		key *Key
		ok  bool
	}{
		{"nats://127.0.0.1:4222", nil, true}, {"nats://[::1]:4222", nil, true}, {"localhost:4222", nil, true}, {"127.0.0.1", nil, true},
		{"tls://head:4222", nil, false}, {"nats://head:4222", k, false}, {"tls://head:4222", k, true}, {"nats://127.0.0.1.example:4222", nil, false},
		{"nats://127.0.0.1@head:4222", nil, false}, {"nats://0.0.0.0:4222", nil, false},
	} {
		if err := CheckURLs([]string{c.url}, c.key); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.url, err)
		}
	}
}

// TestKeyAddedAtStart: a key that is added when a starting server has read the list of holders, and does not watch it yet, is taken up.
func TestKeyAddedAtStart(t *testing.T) {
	if underRace {
		t.Skip("see guarded")
	}
	a := Authority{filepath.Join(t.TempDir(), "keys")}
	if err := a.Init(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	s := &Server{log: logOf(t), done: make(chan struct{}), options: &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true}}
	if err := s.lock(a.Dir); err != nil {
		t.Fatal(err)
	}
	k := grant(t, a, "node7", RoleWorker)
	var err error
	if s.nats, err = server.NewServer(s.options); err != nil {
		t.Fatal(err)
	}
	s.nats.Start()
	t.Cleanup(s.Close)
	if !s.nats.ReadyForConnections(startWithin) {
		t.Fatal("the server does not start")
	}
	s.loops.Go(s.reread)
	nc, err := knock(t, s, k, true)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}
