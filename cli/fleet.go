package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"baldwin/cluster"
	"baldwin/run"
)

// fleet is the flags of a run whose lives are lived by workers.
type fleet struct {
	Listen  string        `group:"cluster" placeholder:"HOST:PORT" help:"Have the lives lived by workers that connect here (baldwin worker --nats URL)."`
	Nats    []string      `group:"cluster" placeholder:"URL" help:"Have the lives lived by workers on this NATS cluster."`
	Keys    string        `group:"cluster" placeholder:"DIR" help:"Folder of baldwin keys: with --listen the authority's, with --nats the coordinator's own."`
	Cores   int           `group:"cluster" placeholder:"N" help:"With workers: live lives here too, on N cores; 0 unless given."`
	Metrics string        `group:"cluster" placeholder:"HOST:PORT" help:"Serve Prometheus metrics on this loopback address."`
	Theta   string        `group:"cluster" default:"auto" enum:"auto,replay,ship" help:"How theta follows to workers: ${enum}. The result is the same."`
	Audit   float64       `group:"cluster" default:"0.02" placeholder:"SHARE" help:"Share of the workers' chunks that is lived here again and compared; 1 trusts nobody."`
	Chunk   time.Duration `group:"cluster" placeholder:"5ms" help:"Length of a chunk; adapted to the workers unless given."`
}

func (f fleet) on() bool { return f.Listen != "" || len(f.Nats) > 0 }

// check refuses what does not go together.
func (f fleet) check(e engine) error {
	switch {
	case !f.on() && (f.Cores != 0 || f.Chunk != 0 || f.Keys != "" || f.Metrics != ""):
		return badf("--cores, --chunk, --keys and --metrics are for runs with workers: give --listen or --nats; in this process --threads says how many cores")
	case !f.on():
		return nil
	case f.Listen != "" && len(f.Nats) > 0:
		return badf("--listen and --nats cannot both be given: either this process is the server, or another one is")
	case e.Threads != 0:
		return badf("--threads is for runs in one process; with workers, --cores says on how many cores lives are lived here too")
	case f.Cores < 0 || f.Cores > 4096:
		return badf("--cores: must be 0 to 4096, got %d", f.Cores)
	case !(f.Audit >= 0 && f.Audit <= 1):
		return badf("--audit: must be 0 to 1, got %g", f.Audit)
	case f.Chunk < 0:
		return badf("--chunk: must be above 0, got %s", f.Chunk)
	}
	return nil
}

// harbour is the server that a command's runs meet their workers on.
type harbour struct {
	fleet
	link  cluster.Link
	url   string
	close func()
}

var unfitForFolder = regexp.MustCompile(`[^0-9a-zA-Z.]+`)

// harbour starts the server, or finds the outside one; nil without workers.
func (p *process) harbour(f fleet, e engine) (*harbour, error) {
	if err := f.check(e); err != nil || !f.on() {
		return nil, err
	}
	h := &harbour{fleet: f, close: func() {}}
	if len(f.Nats) > 0 {
		h.url = strings.Join(f.Nats, ",")
		link, err := linkTo(f.Nats, f.Keys)
		h.link = link
		return h, err
	}
	home, err := p.home()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(home, "nats", unfitForFolder.ReplaceAllString(f.Listen, "-"))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if strings.HasSuffix(f.Listen, ":0") {
		if dir, err = os.MkdirTemp(dir, ""); err != nil {
			return nil, err
		}
	}
	h.link.Server, err = cluster.Serve(cluster.ServerOptions{Listen: f.Listen, Dir: dir, Log: p.log, Keys: f.Keys})
	if err != nil {
		return nil, bad(err)
	}
	h.url = h.link.Server.URL()
	h.close = func() {
		h.link.Server.Close()
		_ = os.RemoveAll(dir) // streams are in memory: nothing in it is needed again
	}
	return h, nil
}

// linkTo is the way to servers, with a key if a folder is given.
func linkTo(urls []string, keys string) (cluster.Link, error) {
	l := cluster.Link{URLs: urls}
	if keys != "" {
		var err error
		if l.Key, err = cluster.LoadKey(keys); err != nil {
			return l, bad(err)
		}
	}
	return l, bad(cluster.CheckURLs(urls, l.Key))
}

func (h *harbour) leave() {
	if h != nil {
		h.close()
	}
}

// A crew is the workers of one run, as the run's session has them.
type crew struct {
	*cluster.Coordinator
	own    sync.WaitGroup
	end    *cluster.Endpoint // of the metrics; nil: none
	cancel context.CancelFunc
}

// muster begins to admit workers to the session's run.
func (s *session) muster(ctx context.Context, watch func(cluster.Event)) (*crew, error) {
	build := cluster.Build{Version: buildVersion(), Contract: run.Contract}
	c, err := cluster.Start(ctx, s.harbour.link, cluster.Options{
		Name: s.row.Name, Spec: s.spec, Registry: s.p.registry, Kernel: s.kernel, Build: build,
		Audit: s.harbour.Audit, Theta: cluster.Transport(s.harbour.Theta), Chunk: s.harbour.Chunk, Log: s.p.log, Watch: watch,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &crew{Coordinator: c, cancel: cancel}
	if s.harbour.Metrics != "" {
		if w.end, err = cluster.ServeMetrics(s.harbour.Metrics, s.p.log, c.Metrics()); err != nil {
			w.dismiss()
			return nil, bad(err)
		}
	}
	w.own.Go(func() { s.tell(ctx, c) })
	if s.harbour.Cores > 0 {
		w.own.Go(func() {
			err := cluster.Work(ctx, s.harbour.link, cluster.WorkerOptions{
				Name: "coordinator", Registry: s.p.registry, Kernel: s.kernel, Build: build, Cores: s.harbour.Cores, Log: s.p.log,
			})
			if err != nil {
				s.p.log.Error("the coordinator's own cores live no lives", "error", err)
			}
		})
	}
	return w, nil
}

// tell notes the workers beside the run's lock, for the pages of baldwin serve, which follow the store.
func (s *session) tell(ctx context.Context, c *cluster.Coordinator) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		text, err := json.Marshal(c.Members())
		if err == nil {
			err = s.lock.Note(text)
		}
		if err != nil {
			s.p.log.Warn("the run's page shows no workers", "error", err)
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// dismiss ends the session's own worker and the coordinator.
func (c *crew) dismiss() {
	if c.end != nil {
		c.end.Close()
	}
	c.cancel()
	c.own.Wait()
	c.Close()
}

// workersEvent is the event "workers": the set of workers changed, or the run waits for one.
type workersEvent struct {
	Event   string `json:"event"`
	Change  string `json:"change"` // listening, waiting, joined, left, lost, refused, quarantined, returned
	Worker  string `json:"worker,omitempty"`
	Host    string `json:"host,omitempty"`
	Kernel  string `json:"kernel,omitempty"`
	Workers int    `json:"workers"`
	Cores   int    `json:"cores"`
	Reason  string `json:"reason,omitempty"`
}

// listening is the event that says where workers find the runs to come.
func (h *harbour) listening() cluster.Event {
	return cluster.Event{Kind: "listening", Reason: "workers meet at " + h.url}
}

// words are a change in the set of workers as a line for people and as an event for machines, and what is said on stderr
// beside that one: without it, who reads only there would not know what is waited for.
func (h *harbour) words(e cluster.Event) (line string, event workersEvent, aside string) {
	if e.Kind == "waiting" {
		e.Reason += "; start one with: baldwin worker --nats " + h.url
	}
	line = fmt.Sprintf("workers: %d with %d cores", e.Workers, e.Cores)
	if e.Worker != "" {
		line += fmt.Sprintf("; %s %s", e.Worker, e.Kind)
	}
	if e.Reason != "" {
		line += ": " + e.Reason
	}
	if e.Kind == "waiting" || e.Kind == "listening" {
		aside = e.Reason
	}
	return line, workersEvent{"workers", e.Kind, e.Worker, e.Host, e.Kernel, e.Workers, e.Cores, e.Reason}, aside
}

// shout shows a change in the set of workers.
func (s *session) shout(r reporter, e cluster.Event) {
	line, event, aside := s.harbour.words(e)
	switch r := r.(type) {
	case *jsonReporter:
		r.write(event)
		if aside != "" {
			fmt.Fprintln(s.p.stderr, aside)
		}
	case *lineReporter:
		fmt.Fprintln(r.w, line)
	default: // tune shows no run; on the live screen logs are kept back until it is gone
		s.p.log.Info(line)
	}
}
