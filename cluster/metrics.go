package cluster

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// reading is one number, read when Prometheus asks.
type reading struct {
	name, help string
	kind       prometheus.ValueType
	value      func() float64
}

// The histogram of chunk times.
const (
	chunkSeconds     = "baldwin_chunk_seconds"
	chunkSecondsHelp = "Time that chunks took on their workers."
)

// collector hands readings and the histogram of chunk times to Prometheus.
type collector struct {
	readings []reading
	latency  func() histogram
	chunks   *prometheus.Desc
}

func newCollector(latency func() histogram, readings ...reading) *collector {
	return &collector{readings, latency, prometheus.NewDesc(chunkSeconds, chunkSecondsHelp, nil, nil)}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) { ch <- c.chunks }

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	for _, r := range c.readings {
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(r.name, r.help, nil, nil), r.kind, r.value())
	}
	h := c.latency()
	buckets := map[float64]uint64{}
	for i, most := range latencies {
		buckets[most.Seconds()] = h.below[i]
	}
	ch <- prometheus.MustNewConstHistogram(c.chunks, h.n, h.sum.Seconds(), buckets)
}

// counter and gauge make readings.
func counter(name, help string, v func() float64) reading {
	return reading{"baldwin_" + name, help, prometheus.CounterValue, v}
}

func gauge(name, help string, v func() float64) reading {
	return reading{"baldwin_" + name, help, prometheus.GaugeValue, v}
}

// Metrics is what Prometheus reads of a coordinator. Rates are its own business: generations/s is rate(baldwin_generations_total).
func (c *Coordinator) Metrics() prometheus.Collector {
	of := func(f func(Counters) uint64) func() float64 {
		return func() float64 { return float64(f(c.Counters())) }
	}
	return newCollector(func() histogram { return c.Counters().latency },
		counter("generations_total", "Generations lived.", of(func(n Counters) uint64 { return n.Generations })),
		counter("lives_total", "Lives lived, those of meta-tests included.", of(func(n Counters) uint64 { return n.Lives })),
		counter("chunks_total", "Chunks with values.", of(func(n Counters) uint64 { return n.Chunks })),
		counter("redeliveries_total", "Chunks published again because they were late.", of(func(n Counters) uint64 { return n.Resent })),
		counter("duplicates_total", "Results of chunks that had values already.", of(func(n Counters) uint64 { return n.Duplicates })),
		counter("stale_total", "Results of rounds that were over.", of(func(n Counters) uint64 { return n.Stale })),
		counter("mismatches_total", "Duplicates with other bits.", of(func(n Counters) uint64 { return n.Mismatches })),
		counter("audits_total", "Chunks lived again by the coordinator.", of(func(n Counters) uint64 { return n.Audits })),
		counter("quarantined_total", "Workers shut out: for wrong fitness, or because nothing could be lived there.", of(func(n Counters) uint64 { return n.Quarantined })),
		counter("malformed_total", "Malformed messages.", of(func(n Counters) uint64 { return n.Malformed })),
		counter("theta_bytes_total", "Payload of broadcasts, counted once for all workers.", of(func(n Counters) uint64 { return n.Theta })),
		counter("work_bytes_total", "Payload of chunks.", of(func(n Counters) uint64 { return n.Work })),
		counter("result_bytes_total", "Payload of results.", of(func(n Counters) uint64 { return n.Results })),
		gauge("generation", "Generation at work.", func() float64 { return float64(c.Status().Generation) }),
		gauge("workers", "Workers in the set.", func() float64 { return float64(len(c.Members())) }),
		gauge("cores", "Cores of all workers.", func() float64 {
			n := 0
			for _, m := range c.Members() {
				n += m.Cores
			}
			return float64(n)
		}),
	)
}

// metrics is what Prometheus reads of a worker.
func (w *worker) metrics() prometheus.Collector {
	of := func(f func(Beat) uint64) func() float64 {
		return func() float64 {
			w.mu.Lock()
			defer w.mu.Unlock()
			return float64(f(w.last) + f(w.before))
		}
	}
	return newCollector(func() histogram {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.latency.latency
	},
		counter("generations_total", "Generations that the worker took part in.", of(func(b Beat) uint64 { return b.Generations })),
		counter("lives_total", "Lives lived.", of(func(b Beat) uint64 { return b.Lives })),
		counter("chunks_total", "Chunks lived.", of(func(b Beat) uint64 { return b.Chunks })),
		counter("received_bytes_total", "Bytes received, protocol included.", of(func(b Beat) uint64 { return b.In })),
		counter("sent_bytes_total", "Bytes sent.", of(func(b Beat) uint64 { return b.Out })),
		counter("replayed_total", "Thetas made by replay.", of(func(b Beat) uint64 { return b.Replayed })),
		counter("shipped_total", "Thetas that came by broadcast.", of(func(b Beat) uint64 { return b.Shipped })),
		counter("fetched_total", "Thetas fetched whole.", of(func(b Beat) uint64 { return b.Fetched })),
		counter("deviated_total", "Replays whose hash was wrong.", of(func(b Beat) uint64 { return b.Deviated })),
	)
}

// remember keeps the newest beat for the metrics; the last one of a job is added to those before it.
func (w *worker) remember(b Beat) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = b
	if !b.Leaving {
		return
	}
	s := &w.before
	s.Generations += b.Generations
	s.Lives += b.Lives
	s.Chunks += b.Chunks
	s.In += b.In
	s.Out += b.Out
	s.Replayed += b.Replayed
	s.Shipped += b.Shipped
	s.Fetched += b.Fetched
	s.Deviated += b.Deviated
	w.last = Beat{}
}

// An Endpoint is a Prometheus endpoint at work.
type Endpoint struct {
	server *http.Server
	addr   string
	done   chan struct{}
}

// ServeMetrics serves /metrics of what is registered on a loopback address.
func ServeMetrics(addr string, log *slog.Logger, what ...prometheus.Collector) (*Endpoint, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || !loopback(host) {
		return nil, fmt.Errorf("cluster: metrics: want a loopback HOST:PORT, such as 127.0.0.1:9464, got %q; a scraper elsewhere comes through a tunnel", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cluster: metrics: %w", err)
	}
	r := prometheus.NewRegistry()
	for _, w := range what {
		if err := r.Register(w); err != nil {
			return nil, fmt.Errorf("cluster: metrics: %w", errors.Join(err, l.Close()))
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	e := &Endpoint{&http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}, l.Addr().String(), make(chan struct{})}
	go func() {
		defer close(e.done)
		if err := e.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("cluster: metrics", "error", err)
		}
	}()
	return e, nil
}

// Addr is where the endpoint listens.
func (e *Endpoint) Addr() string { return e.addr }

// Close ends it.
func (e *Endpoint) Close() {
	_ = e.server.Close() // nobody is owed an answer
	<-e.done
}
