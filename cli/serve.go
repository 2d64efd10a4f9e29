package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"time"

	"baldwin/store"
	"baldwin/web"
)

// serveCmd is `baldwin serve`.
type serveCmd struct {
	Addr    string `default:"127.0.0.1:7421" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default ${default}."`
	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"Certificate (PEM); with --tls-key. Needed beyond loopback."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" help:"Its key (PEM)."`
	Genomes string `placeholder:"DIR" help:"Folder of genomes (*.safetensors) that the life explorer offers besides those of runs."`
	Threads int    `placeholder:"N" help:"Threads of each run that is begun from a page; all cores but one unless given, so that pages stay quick."`
	Kernel  string `default:"auto" enum:"auto,avx512,avx2,neon,reference" help:"Form of the kernels: ${enum}. The result is the same."`
}

// Help is the long help.
func (serveCmd) Help() string {
	return `A dashboard of the store's runs, live also while another process trains, and a life explorer. It prints the address to
open. Its part after the # is a token, new at every start: with it a page may begin, stop and resume runs; without it pages only look.

Only this machine reaches it, unless --addr says otherwise; then --tls-cert and --tls-key must be given, and nothing is shown without the token.
Runs that are begun from a page are trained by this process. Ctrl-C stops them with a checkpoint each, then the server.

    baldwin serve
    baldwin serve --addr 127.0.0.1:0 --genomes experiments
    baldwin serve --addr 192.168.1.5:7421 --tls-cert cert.pem --tls-key key.pem`
}

// Run serves until Ctrl-C.
func (c *serveCmd) Run(p *process) error {
	k, err := engine{Kernel: c.Kernel}.isa()
	if err != nil {
		return err
	}
	threads, err := engine{Threads: c.Threads}.workers()
	if err != nil {
		return err
	}
	if c.Threads == 0 {
		threads = max(1, runtime.GOMAXPROCS(0)-1)
	}
	reach, err := c.reach()
	if err != nil {
		return err
	}
	st, err := p.watchedStore()
	if err != nil {
		return err
	}
	defer st.Close()
	o := web.Options{
		Registry: p.registry, Store: st, Kernel: k, Genomes: c.Genomes, Token: web.NewToken(), Host: reach.host, Public: reach.public,
		Log: p.log, Train: p.trainer(engine{threads, c.Kernel}),
	}
	server, err := web.New(o)
	if err != nil {
		return bad(err)
	}
	defer server.Close()
	listener, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", c.Addr)
	if err != nil {
		return badf("--addr: %w", err)
	}
	h, scheme, listener := reach.over(listener, server)
	fmt.Fprintf(p.stdout, "open  %s://%s/#token=%s\nstore %s\n", scheme, listener.Addr(), o.Token, st.Home())
	done := make(chan error, 1)
	go func() { done <- h.Serve(listener) }()
	select {
	case err = <-done:
		return err
	case <-p.ctx.Done():
	}
	server.Close() // ends the streams too, so that the server's end need not wait for them
	last, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
	defer cancel()
	return h.Shutdown(last)
}

// reach is who can reach a server: under which names, and whether from beyond loopback.
type reach struct {
	host   func(string) bool
	public bool
	tls    *tls.Config
}

func (c *serveCmd) reach() (r reach, err error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return r, badf("--addr: want HOST:PORT, got %q", c.Addr)
	}
	r.host, r.public = web.Loopback, !web.Loopback(host)
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return r, badf("--tls-cert and --tls-key go together")
	}
	if c.TLSCert == "" {
		if r.public {
			return r, badf("--addr: %s is reached from other machines, so --tls-cert and --tls-key must be given; without them listen on 127.0.0.1", c.Addr)
		}
		return r, nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return r, badf("--tls-cert, --tls-key: %w", err)
	}
	r.tls = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	r.host = func(name string) bool {
		return pair.Leaf.VerifyHostname(name) == nil || !r.public && web.Loopback(name)
	}
	return r, nil
}

// over is the server of the pages and what it listens on: TLS over the listener if there is a certificate.
func (r reach) over(l net.Listener, pages http.Handler) (h *http.Server, scheme string, _ net.Listener) {
	h = &http.Server{
		Handler: pages, ReadHeaderTimeout: web.HeaderTimeout, ReadTimeout: web.ReadTimeout, WriteTimeout: web.WriteTimeout,
		IdleTimeout: web.IdleTimeout, MaxHeaderBytes: 1 << 16, TLSConfig: r.tls,
	}
	if r.tls == nil {
		return h, "http", l
	}
	return h, "https", tls.NewListener(l, r.tls)
}

// watchedStore opens the store to look at it, and makes it if there is none.
func (p *process) watchedStore() (*store.Store, error) {
	made, err := p.openStore()
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	return p.lookAtStore()
}

// trainer trains what pages order: with the verbs train and resume, so that a run is the same wherever it was begun. A
// store of its own for each, since the one that pages look at cannot write.
func (p *process) trainer(e engine) web.Trainer {
	return func(ctx context.Context, o web.Order, log io.Writer, began func(string)) error {
		q := *p
		q.ctx, q.stdout, q.stderr, q.terminal, q.began = ctx, log, log, nil, began
		var err error
		if o.Resume != "" {
			err = (&resumeCmd{Name: o.Resume, engine: e}).Run(&q)
		} else {
			t := &trainCmd{What: o.Preset, Learner: o.Learner, Name: o.Name, engine: e}
			if o.Seed != 0 {
				t.Seed = &o.Seed
			}
			if o.Generations != 0 {
				t.Generations = &o.Generations
			}
			if isFile(o.Preset) { // a page names presets, never files of this machine
				return fmt.Errorf("unknown preset %q", o.Preset)
			}
			err = t.Run(&q)
		}
		if errors.Is(err, errSaid) {
			return nil // stopped
		}
		if err != nil {
			p.log.WarnContext(ctx, "a run that a page ordered", "error", err)
		}
		return err
	}
}
