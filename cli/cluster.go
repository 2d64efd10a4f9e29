package cli

import (
	"fmt"
	"strings"
	"time"

	"baldwin/cluster"
)

// clusterCmd is `baldwin cluster`.
type clusterCmd struct {
	Status clusterStatusCmd `cmd:"" help:"List the runs that are trained there, with their workers."`
	Drain  clusterDrainCmd  `cmd:"" help:"Have workers finish their chunk and leave."`
	Logs   clusterLogsCmd   `cmd:"" help:"Print what went wrong on workers, with stack traces."`
}

// Help is the long help.
func (clusterCmd) Help() string {
	return `What the workers of a run do, and how they leave. A run with workers is begun by train, tune or paper
with --listen or --nats.

    baldwin cluster status --nats nats://127.0.0.1:4222
    baldwin cluster drain --nats nats://127.0.0.1:4222 node7
    baldwin cluster logs --nats nats://127.0.0.1:4222`
}

// overThere is the flags of the verbs that look at a cluster.
type overThere struct {
	Nats []string `required:"" placeholder:"URL" help:"The coordinator's server, or an outside NATS cluster."`
	Keys string   `placeholder:"DIR" help:"Folder of an operator's key (baldwin keys add --role operator)."`
	JSON bool     `name:"json" help:"One JSON object a line."`
}

func (o overThere) dial(p *process) (*cluster.Operator, error) {
	link, err := linkTo(o.Nats, o.Keys)
	if err != nil {
		return nil, err
	}
	return cluster.Dial(link, p.log)
}

type clusterStatusCmd struct{ overThere }

// Help is the long help.
func (clusterStatusCmd) Help() string {
	return `Of each run: its generation and how theta follows. Of each worker: cores, kernel, lives a second, length of a chunk, bytes a
generation, rounds that it is behind, and its last fault.

    baldwin cluster status --nats nats://127.0.0.1:4222
    baldwin cluster status --nats nats://127.0.0.1:4222 --json`
}

// Run prints the status of every run.
func (c *clusterStatusCmd) Run(p *process) error {
	o, err := c.dial(p)
	if err != nil {
		return err
	}
	defer o.Close()
	all, err := o.Status()
	if err != nil {
		return err
	}
	for _, s := range all {
		if c.JSON {
			if err := printJSON(p.stdout, s); err != nil {
				return err
			}
			continue
		}
		n := s.Counters
		fmt.Fprintf(p.stdout, "%s: generation %d of %d, theta by %s (replay %.1f ms, ship %.1f ms)\n", s.Run, s.Generation, s.Generations, s.Theta, s.ReplayMS, s.ShipMS)
		fmt.Fprintf(p.stdout, "  %d chunks, %d resent, %d duplicates, %d mismatches, %d audits, %d quarantined\n", n.Chunks, n.Resent, n.Duplicates, n.Mismatches, n.Audits, n.Quarantined)
		var t table
		t.row("WORKER", "HOST", "CORES", "KERNEL", "LIVES/S", "CHUNK", "B/GEN IN", "B/GEN OUT", "LAG", "SILENT", "LAST FAULT")
		for _, w := range s.Workers {
			fault := ""
			if w.LastFault != nil {
				fault, _, _ = strings.Cut(w.LastFault.Text, "\n")
			}
			per := max(w.Generations, 1)
			t.row(w.Worker, w.Host, w.Cores, w.Kernel, count(w.Rate), fmt.Sprintf("%.1f ms", w.ChunkMS),
				w.In/per, w.Out/per, w.Lag, fmt.Sprintf("%.1f s", w.Silent), fault)
		}
		t.write(p.stdout)
		if s.LeftOut > 0 {
			fmt.Fprintf(p.stdout, "  and %d more\n", s.LeftOut)
		}
		for _, q := range s.Quarantined {
			reason, _, _ := strings.Cut(q.Reason, "\n")
			fmt.Fprintf(p.stdout, "  %s: %s\n", q.Worker, reason)
		}
	}
	if len(all) == 0 && !c.JSON {
		fmt.Fprintln(p.stdout, "no run is being trained there")
	}
	return nil
}

type clusterDrainCmd struct {
	Worker string `arg:"" optional:"" help:"A worker or a machine, as cluster status names them; all unless given."`
	overThere
}

// Help is the long help.
func (clusterDrainCmd) Help() string {
	return `A drained worker finishes the chunks at hand, leaves, and ends. The run goes on with the others.

    baldwin cluster drain --nats nats://127.0.0.1:4222 node7`
}

// Run drains.
func (c *clusterDrainCmd) Run(p *process) error {
	o, err := c.dial(p)
	if err != nil {
		return err
	}
	defer o.Close()
	told, err := o.Drain(c.Worker)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.stdout, struct {
			Drained []string `json:"drained"`
		}{append([]string{}, told...)})
	}
	if len(told) == 0 && c.Worker != "" {
		return badf("no worker or machine is called %q; see: baldwin cluster status", c.Worker)
	}
	for _, w := range told {
		fmt.Fprintln(p.stdout, w)
	}
	return nil
}

type clusterLogsCmd struct{ overThere }

// Help is the long help.
func (clusterLogsCmd) Help() string {
	return `The newest 200 faults that workers reported to each coordinator, oldest first: chunks that could not be lived, with the stack of
the worker's goroutine, replays that went wrong, quarantines.

    baldwin cluster logs --nats nats://127.0.0.1:4222`
}

// Run prints the faults.
func (c *clusterLogsCmd) Run(p *process) error {
	o, err := c.dial(p)
	if err != nil {
		return err
	}
	defer o.Close()
	all, err := o.Logs()
	if err != nil {
		return err
	}
	for _, f := range all {
		if c.JSON {
			if err := printJSON(p.stdout, f); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(p.stdout, "%s %s: %s (round %d, chunk %d)\n", f.Time.Format(time.DateTime), f.Worker, f.Text, f.Round, f.Chunk)
		for line := range strings.Lines(f.Stack) {
			fmt.Fprint(p.stdout, "    "+line)
		}
	}
	return nil
}
