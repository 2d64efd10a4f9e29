package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nats-io/nkeys"
)

// A Role is what the holder of a key may do.
type Role string

const (
	RoleServer      Role = "server"      // the coordinator with its embedded server
	RoleWorker      Role = "worker"      // lives chunks
	RoleOperator    Role = "operator"    // looks at the cluster and drains workers
	RoleCoordinator Role = "coordinator" // coordinates from elsewhere
)

// A Holder is one who was given a key.
type Holder struct {
	Name        string    `json:"name"` // one word of a subject
	Role        Role      `json:"role"`
	NKey        string    `json:"nkey"`        // public
	Fingerprint string    `json:"fingerprint"` // SHA-256 of the certificate
	Added       time.Time `json:"added"`
	Revoked     bool      `json:"revoked,omitempty"`
}

// An Authority is a folder with a CA, the server's certificate, and the list of those who hold keys. Each holder's own folder
// in it is what that one needs, and nothing else: copy it to the holder's machine.
type Authority struct{ Dir string }

// Files of an authority, and of a holder's folder.
const (
	fileCA      = "ca.pem"
	fileCAKey   = "ca-key.pem"
	fileHolders = "holders.json"
	fileCert    = "cert.pem"
	fileKey     = "key.pem"
	fileSeed    = "seed.nk"
	fileHolder  = "holder.json"
)

// Certificates begin a day before they are made, so that a clock that is hours off still takes them.
const (
	backdated   = 25 * time.Hour
	caValid     = 10 * 365 * 24 * time.Hour
	holderValid = 2 * 365 * 24 * time.Hour
)

// Init makes the CA, and the server's key for these host names and addresses. A folder that has a CA is left alone.
func (a Authority) Init(hosts []string, now time.Time) error {
	if _, err := os.Stat(filepath.Join(a.Dir, fileCA)); err == nil {
		return fmt.Errorf("cluster: keys: %s has a CA already: %w", a.Dir, fs.ErrExist)
	}
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	c := certificate("baldwin CA", now, caValid)
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	c.MaxPathLenZero = true
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	if err := writePair(a.Dir, fileCA, der, fileCAKey, key); err != nil {
		return err
	}
	_, err = a.add("server", RoleServer, hosts, now)
	return err
}

func certificate(name string, now time.Time, valid time.Duration) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic("cluster: no randomness")
	}
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"baldwin"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(valid), KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

// Add gives a key to a holder and returns the folder to copy to its machine.
func (a Authority) Add(name string, role Role, now time.Time) (dir string, err error) {
	switch role {
	case RoleWorker, RoleOperator, RoleCoordinator:
	default:
		return "", fmt.Errorf("cluster: keys: role must be worker, operator or coordinator, got %q", role)
	}
	return a.add(name, role, nil, now)
}

func (a Authority) add(name string, role Role, hosts []string, now time.Time) (string, error) {
	if name != Token(name) {
		return "", fmt.Errorf("cluster: keys: a name is 1 to 32 of a-z, 0-9, - and _, got %q", name)
	}
	caCert, caKey, err := a.ca()
	if err != nil {
		return "", err
	}
	all, err := a.Holders()
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(all, func(h Holder) bool { return h.Name == name }) {
		return "", fmt.Errorf("cluster: keys: %q has a key already; a revoked name is not given again: %w", name, fs.ErrExist)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	c := certificate(name, now, holderValid)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if role == RoleServer {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
		c.DNSNames = []string{"localhost"}
		for _, h := range hosts {
			if ip := net.ParseIP(h); ip != nil {
				c.IPAddresses = append(c.IPAddresses, ip)
			} else {
				c.DNSNames = append(c.DNSNames, h)
			}
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, caCert, &key.PublicKey, caKey)
	if err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	user, err := nkeys.CreateUser()
	if err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	public, err := user.PublicKey()
	if err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	seed, err := user.Seed()
	if err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	h := Holder{Name: name, Role: role, NKey: public, Fingerprint: fingerprint(der), Added: now.UTC()}
	dir := filepath.Join(a.Dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cluster: keys: %w", err)
	}
	if err := writePair(dir, fileCert, der, fileKey, key); err != nil {
		return "", err
	}
	for file, data := range map[string][]byte{
		fileSeed: seed, fileHolder: encodeJSON(h),
		fileCA: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caCert.Raw}),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			return "", fmt.Errorf("cluster: keys: %w", err)
		}
	}
	return dir, a.save(append(all, h))
}

// Revoke takes a key back. A server at work shuts its holder out within seconds.
func (a Authority) Revoke(name string) error {
	all, err := a.Holders()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(h Holder) bool { return h.Name == name })
	if i < 0 || all[i].Role == RoleServer {
		return fmt.Errorf("cluster: keys: %q: %w", name, errNoHolder)
	}
	all[i].Revoked = true
	return a.save(all)
}

var errNoHolder = errors.New("nobody of that name holds a key")

// Holders lists all who were ever given a key.
func (a Authority) Holders() ([]Holder, error) {
	data, err := os.ReadFile(filepath.Join(a.Dir, fileHolders))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Holder
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("cluster: keys: reading the list of holders: %w", err)
	}
	return all, nil
}

// save replaces the list in one step: a server may be reading it.
func (a Authority) save(all []Holder) error {
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		panic("cluster: holders have no JSON")
	}
	path := filepath.Join(a.Dir, fileHolders)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	return nil
}

func (a Authority) ca() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	fail := func(err error) (*x509.Certificate, *ecdsa.PrivateKey, error) {
		return nil, nil, fmt.Errorf("cluster: keys: reading the CA in %s (baldwin keys init makes one): %w", a.Dir, err)
	}
	cert, err := os.ReadFile(filepath.Join(a.Dir, fileCA))
	if err != nil {
		return fail(err)
	}
	key, err := os.ReadFile(filepath.Join(a.Dir, fileCAKey))
	if err != nil {
		return fail(err)
	}
	cb, _ := pem.Decode(cert)
	kb, _ := pem.Decode(key)
	if cb == nil || kb == nil {
		return fail(errors.New("a file is no PEM"))
	}
	c, err := x509.ParseCertificate(cb.Bytes)
	if err != nil {
		return fail(err)
	}
	k, err := x509.ParseECPrivateKey(kb.Bytes)
	if err != nil {
		return fail(err)
	}
	return c, k, nil
}

func writePair(dir, certFile string, der []byte, keyFile string, key *ecdsa.PrivateKey) error {
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("cluster: keys: %w", err)
	}
	for file, b := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
			return fmt.Errorf("cluster: keys: %w", err)
		}
	}
	return nil
}

func fingerprint(der []byte) string {
	h := sha256.Sum256(der)
	return hex.EncodeToString(h[:])
}
