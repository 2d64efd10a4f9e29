package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"baldwin/cluster"
	"baldwin/run"
)

// workerCmd is `baldwin worker`.
type workerCmd struct {
	Nats    []string `required:"" placeholder:"URL" help:"The coordinator's server, or an outside NATS cluster."`
	Cores   int      `placeholder:"N" help:"Cores that live lives; all unless given."`
	Keys    string   `placeholder:"DIR" help:"Folder of this worker's key (baldwin keys add)."`
	Kernel  string   `default:"auto" enum:"auto,avx512,avx2,neon,reference" help:"Form of the kernels: ${enum}. The result is the same."`
	Metrics string   `placeholder:"HOST:PORT" help:"Serve Prometheus metrics on this loopback address."`
	JSON    bool     `name:"json" help:"One JSON object a line on stdout."`
}

// Help is the long help.
func (workerCmd) Help() string {
	return `A worker lives lives for whatever run is trained there, now or later: begin as many as you like, whenever you like, and kill
them as you like; the run's numbers stay the same. It needs no store and no spec. Ctrl-C finishes the chunks at hand and leaves.
A worker of another build is refused with the reason, and ends with exit code 3.

    baldwin worker --nats nats://127.0.0.1:4222
    baldwin worker --nats nats://127.0.0.1:4222 --cores 4
    baldwin worker --nats tls://head:4222 --keys ~/node7       # the folder that baldwin keys add made`
}

// workerEvent is a line of `baldwin worker --json`.
type workerEvent struct {
	Event  string `json:"event"` // waiting, joined, left, over, lost
	Run    string `json:"run,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Run lives lives until it is told to stop.
func (c *workerCmd) Run(p *process) error {
	k, err := engine{Kernel: c.Kernel}.isa()
	if err != nil {
		return err
	}
	switch {
	case c.Cores == 0:
		c.Cores = runtime.GOMAXPROCS(0)
	case c.Cores < 0 || c.Cores > 4096:
		return badf("--cores: must be 1 to 4096, got %d", c.Cores)
	}
	link, err := linkTo(c.Nats, c.Keys)
	if err != nil {
		return err
	}
	name, _ := os.Hostname() // a name for tables
	if link.Key != nil {
		name = link.Key.Name
	}
	err = cluster.Work(p.ctx, link, cluster.WorkerOptions{
		Name: name, Registry: p.registry, Kernel: k, Build: cluster.Build{Version: buildVersion(), Contract: run.Contract}, Cores: c.Cores, Log: p.log, Metrics: c.Metrics,
		Watch: func(e cluster.WorkerEvent) {
			if c.JSON {
				_ = printJSON(p.stdout, workerEvent{e.Kind, e.Run, e.Reason}) // a worker works on without readers
				return
			}
			text := e.Kind
			if e.Run != "" {
				text += " run " + e.Run
			}
			if e.Reason != "" {
				text += ": " + e.Reason
			}
			fmt.Fprintln(p.stdout, text)
		},
	})
	if errors.Is(err, cluster.ErrRefused) {
		return &coded{exitRefused, err}
	}
	return err
}
