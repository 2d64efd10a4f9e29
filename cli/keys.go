package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"baldwin/cluster"
)

// keysCmd is `baldwin keys`.
type keysCmd struct {
	Init   keysInitCmd   `cmd:"" help:"Make a CA and the server's key in a new folder."`
	Add    keysAddCmd    `cmd:"" help:"Give a key to a worker, an operator or a coordinator."`
	Revoke keysRevokeCmd `cmd:"" help:"Take a key back, also from a server at work."`
	List   keysListCmd   `cmd:"" help:"List who holds keys."`
	Config keysConfigCmd `cmd:"" help:"Write the configuration of an outside nats-server."`
}

// Help is the long help.
func (keysCmd) Help() string {
	return `Beyond loopback, coordinator and workers meet under mutual TLS 1.3, each with a certificate and an nkey of its own. One folder, the
authority, holds the CA and the list of holders; each holder's folder in it is what that one's machine needs.

    baldwin keys init ~/baldwin-keys --host head.example --host 10.0.0.5
    baldwin keys add ~/baldwin-keys node7          # copy ~/baldwin-keys/node7 to node7
    baldwin train seq-l3-k25-n50 --listen 10.0.0.5:4222 --keys ~/baldwin-keys
    baldwin worker --nats tls://head.example:4222 --keys ~/node7
    baldwin keys revoke ~/baldwin-keys node7`
}

type keysInitCmd struct {
	Dir  string   `arg:"" help:"Folder of the authority."`
	Host []string `placeholder:"NAME" help:"Name or address by which workers reach the server; may be given more than once."`
}

// Help is the long help.
func (keysInitCmd) Help() string {
	return `The folder is for the coordinator's machine alone: who has ca-key.pem can give keys.

    baldwin keys init ~/baldwin-keys --host head.example --host 10.0.0.5`
}

// Run makes the authority.
func (c *keysInitCmd) Run(p *process) error {
	if err := keyFault((cluster.Authority{Dir: c.Dir}).Init(c.Host, time.Now())); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "keys in %s\nnext:\n  baldwin keys add %s NAME\n  baldwin train ... --listen HOST:PORT --keys %s\n", c.Dir, c.Dir, c.Dir)
	return nil
}

type keysAddCmd struct {
	Dir  string `arg:"" help:"Folder of the authority."`
	Name string `arg:"" help:"Name of the holder: a-z, 0-9, - and _."`
	Role string `default:"worker" enum:"worker,operator,coordinator" help:"What the key allows: ${enum}."`
}

// Help is the long help.
func (keysAddCmd) Help() string {
	return `A key may be used by any number of worker processes at once. A server at work takes it up within seconds.

    baldwin keys add ~/baldwin-keys node7
    baldwin keys add ~/baldwin-keys anna --role operator`
}

// Run gives a key.
func (c *keysAddCmd) Run(p *process) error {
	dir, err := (cluster.Authority{Dir: c.Dir}).Add(c.Name, cluster.Role(c.Role), time.Now())
	if err != nil {
		return keyFault(err)
	}
	fmt.Fprintln(p.stdout, dir)
	return nil
}

type keysRevokeCmd struct {
	Dir  string `arg:"" help:"Folder of the authority."`
	Name string `arg:"" help:"Name of the holder."`
}

// Help is the long help.
func (keysRevokeCmd) Help() string {
	return `A server at work cuts the holder off within seconds. The name is not given again.

    baldwin keys revoke ~/baldwin-keys node7`
}

// Run takes a key back.
func (c *keysRevokeCmd) Run(*process) error {
	return keyFault((cluster.Authority{Dir: c.Dir}).Revoke(c.Name))
}

type keysListCmd struct {
	Dir string `arg:"" help:"Folder of the authority."`
}

// Help is the long help.
func (keysListCmd) Help() string {
	return `Name, role, when the key was given, and whether it was revoked.

    baldwin keys list ~/baldwin-keys`
}

// Run lists.
func (c *keysListCmd) Run(p *process) error {
	all, err := (cluster.Authority{Dir: c.Dir}).Holders()
	if err != nil {
		return keyFault(err)
	}
	var t table
	for _, h := range all {
		state := ""
		if h.Revoked {
			state = "revoked"
		}
		t.row(h.Name, string(h.Role), h.Added.Format(time.DateTime), state)
	}
	t.write(p.stdout)
	return nil
}

type keysConfigCmd struct {
	Dir    string `arg:"" help:"Folder of the authority."`
	Listen string `default:"0.0.0.0:4222" placeholder:"HOST:PORT" help:"Where the nats-server listens; ${default} unless given."`
}

// Help is the long help.
func (keysConfigCmd) Help() string {
	return `A nats-server with this configuration lets in who holds a key, with the permissions of the embedded server. It runs on the machine
where the folder is, for it reads the server's key there. After keys add or revoke write it again and have the server reload it.

    baldwin keys add ~/baldwin-keys head --role coordinator
    baldwin keys config ~/baldwin-keys > nats.conf && nats-server -c nats.conf
    baldwin train seq-l3-k25-n50 --nats tls://head.example:4222 --keys ~/baldwin-keys/head`
}

// Run prints the configuration.
func (c *keysConfigCmd) Run(p *process) error {
	text, err := (cluster.Authority{Dir: c.Dir}).Config(c.Listen)
	if err != nil {
		return keyFault(err)
	}
	_, err = p.stdout.Write(text)
	return err
}

// keyFault marks what the caller can mend as bad input.
func keyFault(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	return bad(err)
}
