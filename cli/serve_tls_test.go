package cli

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/store"
	"baldwin/web"
)

// TestServeTLS reaches a server beyond loopback over real connections: what --addr and the certificate say about who may
// come in is of lab.example, and only the listener is on loopback, so that the test opens nothing to the network.
func TestServeTLS(t *testing.T) {
	const token = "the-token-of-a-test"
	c := &serveCmd{Addr: "lab.example:7421"}
	var roots *x509.CertPool
	c.TLSCert, c.TLSKey, roots = selfSigned(t, "lab.example")
	r, err := c.reach()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	pages, err := web.New(web.Options{
		Registry: run.Builtin(), Store: st, Kernel: kernel.Best(), Token: token, Host: r.host, Public: r.public, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer pages.Close()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	h, scheme, listener := r.over(l, pages)
	h.ErrorLog = log.New(io.Discard, "", 0) // handshakes that it must refuse
	go h.Serve(listener)
	defer h.Close()

	jar, _ := cookiejar.New(nil) // never fails
	client := func(config *tls.Config) *http.Client {
		config.RootCAs = roots
		dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}
		return &http.Client{Jar: jar, Transport: &http.Transport{DialContext: dial, TLSClientConfig: config, DisableKeepAlives: true}}
	}
	ask := func(c *http.Client, method, url, body string) (int, error) {
		q, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(q)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	const site = "https://lab.example:7421"
	want := func(what, method, url, body string, code int) {
		t.Helper()
		if got, err := ask(client(&tls.Config{}), method, url, body); err != nil || got != code {
			t.Errorf("%s: %d, %v; want %d", what, got, err, code)
		}
	}
	if scheme != "https" {
		t.Errorf("the address begins with %s", scheme)
	}
	want("plain HTTP", "GET", "http://lab.example:7421/login", "", http.StatusBadRequest)
	for _, path := range []string{"/", "/events", "/compare", "/life", "/life/data"} {
		want(path+" without the token", "GET", site+path, "", http.StatusUnauthorized)
	}
	want("an order without the token", "POST", site+"/runs", "", http.StatusUnauthorized)
	want("a wrong token", "POST", site+"/login", token+"x", http.StatusForbidden)
	want("still nothing", "GET", site+"/", "", http.StatusUnauthorized)
	want("the token", "POST", site+"/login", token, http.StatusNoContent)
	want("with its cookie", "GET", site+"/", "", http.StatusOK)
	want("the cookie over plain HTTP", "GET", "http://lab.example:7421/", "", http.StatusBadRequest)

	for _, v := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		if code, err := ask(client(&tls.Config{MinVersion: v, MaxVersion: v}), "GET", site+"/", ""); err != nil || code != http.StatusOK {
			t.Errorf("%s: %d, %v", tls.VersionName(v), code, err)
		}
	}
	old := &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} //nolint:gosec // what must be refused
	if code, err := ask(client(old), "GET", site+"/", ""); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %d, %v", code, err)
	}
}

// selfSigned writes a certificate of a name, and its key, that whoever has the roots trusts.
func selfSigned(t *testing.T, name string) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir, roots := t.TempDir(), x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write := func(file, kind string, data []byte) string {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret), roots
}
