package cluster

import "github.com/prometheus/client_golang/prometheus"

// A Metric is one number that an endpoint of --metrics serves.
type Metric struct{ Name, Kind, Help string }

// MetricsServed are the metrics of a coordinator and of a worker, as docs/reference.md has them.
func MetricsServed() (ofCoordinator, ofWorker []Metric) {
	return named(new(Coordinator).Metrics()), named(new(worker).metrics())
}

func named(c prometheus.Collector) (all []Metric) {
	for _, r := range c.(*collector).readings {
		kind := "counter"
		if r.kind == prometheus.GaugeValue {
			kind = "gauge"
		}
		all = append(all, Metric{r.name, kind, r.help})
	}
	return append(all, Metric{chunkSeconds, "histogram", chunkSecondsHelp})
}

// SubjectsOf are the subjects on which the holder of a key may publish and to which it may subscribe; NAME is its name.
func SubjectsOf(r Role) (publish, subscribe []string) {
	p := permissions(Holder{Name: "NAME", Role: r})
	return p.Publish.Allow, p.Subscribe.Allow
}
