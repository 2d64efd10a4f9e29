package cluster

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Short, so that a cut cable is noticed in seconds; the defaults take minutes.
const (
	pingInterval = 5 * time.Second
	pingsOut     = 2
)

// startWithin is how long the embedded server may take to start.
const startWithin = 30 * time.Second

// maxPayload is the longest message that the embedded server takes.
const maxPayload = 1 << 20

// closedKept is how many connections that have ended the server remembers, for nobody: by default 10,000, at some 2 KB each.
const closedKept = 16

// A Server is the NATS server in this process.
type Server struct {
	nats    *server.Server
	options *server.Options
	log     *slog.Logger

	authority *Authority  // nil: no keys
	holders   os.FileInfo // of the list of holders that the server began with
	own       nkeys.KeyPair
	ownKey    string // public: the coordinator in this process
	done      chan struct{}
	loops     sync.WaitGroup
}

// ServerOptions say where the embedded server listens and keeps its files.
type ServerOptions struct {
	Listen string // HOST:PORT; port 0 takes a free one
	Dir    string // folder of JetStream's files; streams of a run are in memory, so that little comes there
	Log    *slog.Logger
	Keys   string // folder of the authority; "": no keys, and only loopback
}

// Serve starts the embedded server. Without keys it listens on loopback only.
func Serve(o ServerOptions) (*Server, error) {
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("cluster: listen: want HOST:PORT, such as 127.0.0.1:4222, got %q", o.Listen)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 0 || n > 65535 {
		return nil, fmt.Errorf("cluster: listen: the port must be 0 to 65535, got %q", port)
	}
	if !loopback(host) && o.Keys == "" {
		return nil, fmt.Errorf("cluster: listen: %s is not loopback, and beyond loopback nothing listens without TLS and keys: make them with baldwin keys init, and give their folder (--keys)", o.Listen)
	}
	if n == 0 {
		n = server.RANDOM_PORT
	}
	out := &Server{log: o.Log, done: make(chan struct{})}
	out.options = &server.Options{
		ServerName: "baldwin", Host: host, Port: n, JetStream: true, StoreDir: o.Dir,
		NoSigs: true, MaxPayload: maxPayload, PingInterval: pingInterval, MaxPingsOut: pingsOut,
		DisableJetStreamBanner: true, MaxClosedClients: closedKept,
	}
	if o.Keys != "" {
		if err := out.lock(o.Keys); err != nil {
			return nil, err
		}
	}
	s, err := server.NewServer(out.options)
	if err != nil {
		return nil, fmt.Errorf("cluster: starting the server: %w", err)
	}
	log := &serverLog{log: o.Log}
	s.SetLogger(log, false, false)
	s.Start()
	for end := time.Now().Add(startWithin); !s.ReadyForConnections(100 * time.Millisecond); {
		why := log.why()
		if why == "" && time.Now().Before(end) {
			continue
		}
		s.Shutdown()
		s.WaitForShutdown()
		if why != "" {
			return nil, fmt.Errorf("cluster: listen on %s: %s", o.Listen, why)
		}
		return nil, fmt.Errorf("cluster: the server did not start within %v", startWithin)
	}
	out.nats = s
	if out.authority != nil {
		out.loops.Go(out.reread)
	}
	return out, nil
}

// lock makes the server one that lets in who holds a key of the authority. The coordinator in this process has one of its own, which
// never leaves it.
func (s *Server) lock(dir string) (err error) {
	s.authority = &Authority{dir}
	if s.own, err = nkeys.CreateUser(); err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	if s.ownKey, err = s.own.PublicKey(); err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	s.holders, _ = os.Stat(filepath.Join(dir, fileHolders)) // first: what is added while guard reads is then read again
	return s.guard(s.options)
}

// loopback says that a host is this machine alone, whatever the resolver says.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// URL is where workers find the server.
func (s *Server) URL() string { return s.nats.ClientURL() }

// inProcess connects without a socket.
func (s *Server) inProcess() []nats.Option {
	out := []nats.Option{nats.InProcessServer(s.nats)}
	if s.authority != nil {
		out = append(out, nats.Nkey(s.ownKey, s.own.Sign))
	}
	return out
}

// Close ends the server and waits for it.
func (s *Server) Close() {
	close(s.done)
	s.loops.Wait()
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}

// Loopback says that a NATS URL leads to this machine alone.
func Loopback(url string) bool {
	host := url
	if _, rest, ok := strings.Cut(url, "://"); ok {
		host = rest
	}
	if i := strings.LastIndex(host, "@"); i >= 0 {
		host = host[i+1:]
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return host == "localhost" || loopback(strings.Trim(host, "[]"))
}
