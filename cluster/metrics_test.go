package cluster

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
)

// scrape reads the endpoint as Prometheus does.
func scrape(t *testing.T, e *Endpoint) map[string]float64 {
	t.Helper()
	r, err := http.Get("http://" + e.Addr() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%v %s\n%s", err, r.Status, text)
	}
	out := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^(baldwin_\S+) (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		out[m[1]] = v
	}
	return out
}

// TestMetrics: the endpoint says what happened.
func TestMetrics(t *testing.T) {
	spec := small(t, nil)
	s := serve(t)
	co := coordinator(t, s, spec, nil)
	e, err := ServeMetrics("127.0.0.1:0", logOf(t), co.Metrics())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		http.DefaultClient.CloseIdleConnections()
		e.Close()
	}()
	hire(t, s, nil)
	if _, err := train(t, co, spec); err != nil {
		t.Fatal(err)
	}
	got := scrape(t, e)
	n := co.Counters()
	for name, want := range map[string]float64{
		"baldwin_generations_total": 30, "baldwin_lives_total": 30*32*4 + 3*50, "baldwin_workers": 1, "baldwin_cores": 1, "baldwin_generation": 30,
		"baldwin_chunks_total": float64(n.Chunks), "baldwin_chunk_seconds_count": float64(n.Chunks), `baldwin_chunk_seconds_bucket{le="+Inf"}`: float64(n.Chunks),
		"baldwin_mismatches_total": 0, "baldwin_theta_bytes_total": float64(n.Theta),
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s is %v (there: %v), want %v", name, v, ok, want)
		}
	}
	if n.Chunks == 0 || n.Theta == 0 {
		t.Errorf("nothing was counted: %+v", n)
	}
	if _, err := ServeMetrics("0.0.0.0:0", logOf(t)); err == nil {
		t.Error("metrics are served beyond loopback")
	}
}
