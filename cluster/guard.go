package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// A Key is what a holder brings: its folder, read.
type Key struct {
	Holder
	cert tls.Certificate
	ca   *x509.CertPool
	seed nkeys.KeyPair
	now  func() time.Time // by which the other side's certificate is judged; nil: the machine's clock
}

// LoadKey reads a holder's folder.
func LoadKey(dir string) (*Key, error) {
	fail := func(err error) (*Key, error) {
		return nil, fmt.Errorf("cluster: keys: reading %s: %w", dir, err)
	}
	var k Key
	data, err := os.ReadFile(filepath.Join(dir, fileHolder))
	if err != nil {
		return fail(err)
	}
	if err := json.Unmarshal(data, &k.Holder); err != nil {
		return fail(err)
	}
	if k.cert, err = tls.LoadX509KeyPair(filepath.Join(dir, fileCert), filepath.Join(dir, fileKey)); err != nil {
		return fail(err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, fileCA))
	if err != nil {
		return fail(err)
	}
	k.ca = x509.NewCertPool()
	if !k.ca.AppendCertsFromPEM(ca) {
		return fail(errors.New("the CA is no certificate"))
	}
	seed, err := os.ReadFile(filepath.Join(dir, fileSeed))
	if err != nil {
		return fail(err)
	}
	if k.seed, err = nkeys.FromSeed(seed); err != nil {
		return fail(err)
	}
	return &k, nil
}

// options are what the key adds to a connection.
func (k *Key) options() []nats.Option {
	return []nats.Option{
		nats.Secure(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: k.ca, Certificates: []tls.Certificate{k.cert}, Time: k.now}),
		nats.Nkey(k.NKey, k.seed.Sign),
	}
}

// permissions are what a holder may publish and subscribe to. A worker speaks in its own name only, hears its own replies only, and of
// JetStream may take chunks from the queue and read thetas and epochs. Nobody but a coordinator may change anything there.
func permissions(h Holder) *server.Permissions {
	allow := func(publish, subscribe []string) *server.Permissions {
		return &server.Permissions{Publish: &server.SubjectPermission{Allow: publish}, Subscribe: &server.SubjectPermission{Allow: subscribe}}
	}
	inbox := "_INBOX." + h.Name + ".>"
	switch h.Role {
	case RoleWorker:
		var pub []string
		for _, what := range []string{"result", "want", "beat", "fault"} {
			pub = append(pub, "baldwin.*.*."+what+"."+h.Name+".*")
		}
		pub = append(pub, subjectHello+"."+h.Name,
			"$JS.API.CONSUMER.INFO.*."+consumer, "$JS.API.CONSUMER.MSG.NEXT.*."+consumer, "$JS.ACK.*."+consumer+".>",
			"$JS.API.STREAM.INFO.*", "$JS.API.DIRECT.GET.*.>")
		return allow(pub, []string{inbox, "baldwin.*.*.all", "baldwin.*.*.to." + h.Name + ".*"})
	case RoleOperator:
		return allow([]string{subjectStatus, subjectDrain, subjectLogs}, []string{inbox})
	case RoleCoordinator:
		return allow([]string{"baldwin.>", "$JS.>", "$KV.>", "_INBOX.>"}, []string{"baldwin.>", inbox})
	}
	return allow(nil, nil)
}

// handshake is how many seconds a stranger may take to show its certificate and its key.
const handshake = 5

// guard turns a server's options into those of one that lets nobody in without a certificate of the CA and a key that is not revoked.
func (s *Server) guard(o *server.Options) error {
	k, err := LoadKey(filepath.Join(s.authority.Dir, "server"))
	if err != nil {
		return err
	}
	all, err := s.authority.Holders()
	if err != nil {
		return err
	}
	revoked := map[string]bool{}
	o.Nkeys = nil
	own := Holder{Name: "coordinator", Role: RoleCoordinator, NKey: s.ownKey}
	for _, h := range append(all, own) {
		if h.Revoked {
			revoked[h.Fingerprint] = true
		} else if h.Role != RoleServer {
			o.Nkeys = append(o.Nkeys, &server.NkeyUser{Nkey: h.NKey, Permissions: permissions(h)})
		}
	}
	o.TLS, o.TLSVerify, o.TLSTimeout, o.AuthTimeout = true, true, handshake, handshake
	o.TLSConfig = &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.cert},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: k.ca,
		VerifyConnection: func(c tls.ConnectionState) error {
			if len(c.PeerCertificates) == 0 || revoked[fingerprint(c.PeerCertificates[0].Raw)] {
				return errors.New("the certificate is revoked")
			}
			return nil
		},
	}
	return nil
}

// rereadEvery is how often the list of holders is looked at.
const rereadEvery = time.Second

// reread takes up keys that are added or revoked while the server works. Whoever holds a revoked one is cut off.
func (s *Server) reread() {
	path := filepath.Join(s.authority.Dir, fileHolders)
	tick := time.NewTicker(rereadEvery)
	defer tick.Stop()
	last := s.holders
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
		}
		now, err := os.Stat(path)
		if err != nil || last != nil && os.SameFile(last, now) && now.ModTime().Equal(last.ModTime()) {
			continue
		}
		o := s.options.Clone()
		if err := s.guard(o); err != nil {
			s.log.Error("cluster: reading the keys again", "error", err)
			continue
		}
		if err := s.nats.ReloadOptions(o); err != nil {
			s.log.Error("cluster: taking up the keys", "error", err)
			continue
		}
		last = now
		s.log.Info("cluster: the list of keys is read again")
	}
}
