package web

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/kernel"
	"baldwin/internal/tensorfile"
	"baldwin/life"
	"baldwin/run"
)

// zoo is the folder of the repository's genomes.
const zoo = "../experiments"

const (
	sequenceGenome = "file:sequence-l1-k10-n20/eprnn-5000"
	robotGenome    = "file:robot-low/robot-low-16"
	cartGenome     = "file:cartpole/cartpole-eprnn-s2"
)

func explorer(t *testing.T) *world {
	t.Helper()
	return newWorld(t, func(o *Options) { o.Genomes = zoo })
}

// A seen is what a page reads of a lived.
type seen struct {
	Fitness               float64
	Steps, Step           int
	Obs, Act, H, M, W, W0 string
	Way                   []float64
	Path                  [][2]float64
	Truth                 [][]float64
	Seen, ObsAt, ActAt    int
	Scored                int
	Trace                 [][2]float64
	Command               string
}

func (w *world) data(query string) seen {
	w.t.Helper()
	got := w.ask(request{path: "/life/data?" + query})
	if got.Code != 200 {
		w.t.Fatalf("%s: %d %s", query, got.Code, got.Body)
	}
	return decode[seen](w.t, got.Body.String())
}

func unpack(t *testing.T, text string) []float32 {
	t.Helper()
	raw := must(base64.StdEncoding.DecodeString(text))
	v := make([]float32, len(raw)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return v
}

// What the explorer answers is, to the bit, the recorded life of the task that its case file names: cli's TestServe holds
// the same against `baldwin live`.
func TestDataIsTheRecordedLife(t *testing.T) {
	w := explorer(t)
	for _, query := range []string{
		"genome=" + sequenceGenome,
		"genome=" + sequenceGenome + "&amplitude.0=2.5&period.0=31.25&phase.0=0.1&step=7",
		"genome=" + sequenceGenome + "&lesion=freeze=5&lesion=zero=A&step=19",
		"genome=" + robotGenome + "&goal.0=0.3&goal.1=-0.25&a0=1.5&k=0.3&family.noise=0.2&seed=9&step=50",
		"genome=" + robotGenome + "&lesion=reset-h=3&lesion=reset-w=8",
		"genome=" + robotGenome + "&lesion=transplant=1",
		"genome=file:learners-l1-k10-n20/es-lstm-1500",
		"genome=file:learners-l1-k10-n20/es-maml-1500&seed=4",
		"genome=file:learners-l1-k10-n20/epmlp-random-1500",
	} {
		got := w.data(query)
		text := w.ask(request{path: "/life/case?" + query}).Body.Bytes()
		var file struct {
			Family map[string]any
			Tasks  []json.RawMessage
		}
		check(t, json.Unmarshal(text, &file))
		c := must(w.scene(t.Context(), must(url.ParseQuery(query))))
		lot := &life.Lot{}
		for _, data := range file.Tasks {
			lot.Tasks = append(lot.Tasks, must(c.spec.Family.Family.Decode(data)))
		}
		lot = must(lot.Lesioned(c.lesion))
		want := life.Record(c.Learner, c.spec.Family.Family, kernel.Reference, c.Theta, lot)[0]
		for name, pair := range map[string][2][]float32{
			"obs": {unpack(t, got.Obs), slices.Concat(want.Obs...)}, "act": {unpack(t, got.Act), slices.Concat(want.Act...)},
			"h": {unpack(t, got.H), slices.Concat(want.H...)}, "m": {unpack(t, got.M), slices.Concat(want.M...)},
		} {
			if !slices.EqualFunc(pair[0], pair[1], func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
				t.Errorf("%s: %s differs", query, name)
			}
		}
		if got.Fitness != want.Fitness || got.Steps != len(want.Act) || len(got.Path) != len(want.Path) {
			t.Errorf("%s: fitness %g, %d steps; want %g, %d", query, got.Fitness, got.Steps, want.Fitness, len(want.Act))
		}
		if want.W == nil {
			if got.W != "" {
				t.Errorf("%s: W of a learner that has none", query)
			}
			continue
		}
		if !slices.Equal(unpack(t, got.W), want.W[got.Step-1]) {
			t.Errorf("%s: W at step %d differs", query, got.Step)
		}
	}
}

// W at birth is what the genome says; the way from it begins with the first step's update.
func TestBirth(t *testing.T) {
	w := explorer(t)
	got := w.data("genome=" + robotGenome + "&step=1")
	f := must(tensorfile.ReadSafetensors(zoo + "/robot-low/robot-low-16.safetensors"))
	wh, _ := f.Get("core.wh")
	if !slices.Equal(unpack(t, got.W0), wh.Data) {
		t.Error("W at birth is not core.wh")
	}
	sum := 0.0
	for i, v := range unpack(t, got.W) {
		d := float64(v) - float64(wh.Data[i])
		sum += d * d
	}
	if want := math.Sqrt(sum); !(want > 0) || math.Abs(got.Way[0]-want) > 1e-5*want {
		t.Errorf("after a step it has gone %g, want %g", got.Way[0], want)
	}
	frozen := w.data("genome=" + robotGenome + "&lesion=freeze=1")
	if frozen.W != frozen.W0 || frozen.Way[len(frozen.Way)-1] != 0 {
		t.Error("W of a life without plasticity moves")
	}
}

// The truth is laid beside the predictions so that their mean squared error is minus the fitness, in either protocol.
func TestTruthAndScore(t *testing.T) {
	w := explorer(t)
	released := w.releasedGenome()
	for _, query := range []string{"genome=" + sequenceGenome + "&seed=5", "genome=" + released} {
		got := w.data(query)
		act, sum, n := unpack(t, got.Act), 0.0, 0
		for s := got.Scored; s < got.Steps; s++ {
			e := float64(act[s]) - got.Truth[s+got.ActAt][0]
			sum, n = sum+e*e, n+1
		}
		if mse := sum / float64(n); math.Abs(mse+got.Fitness) > 1e-4*mse {
			t.Errorf("%s: MSE of what is drawn %g, fitness %g", query, mse, got.Fitness)
		}
		obs := unpack(t, got.Obs)
		for s := range got.Seen {
			if math.Abs(float64(obs[s])-got.Truth[s+got.ObsAt][0]) > 1e-4 {
				t.Errorf("%s: step %d observes %g, the truth drawn there is %g", query, s, obs[s], got.Truth[s+got.ObsAt][0])
			}
		}
	}
}

func TestScenesThatCannotBe(t *testing.T) {
	w := explorer(t)
	for _, query := range []string{
		"period.0=0", "period.0=x", "period.0=NaN", "amplitude.0=Inf", "seed=x", "seed=-1", "step=-1", "step=x", "lesion=x", "lesion=freeze=99", "lesion=zero=Q",
	} {
		if got := w.ask(request{path: "/life/data?genome=" + sequenceGenome + "&" + query}); got.Code != 400 {
			t.Errorf("%s: %d %s", query, got.Code, got.Body)
		}
	}
	if got := w.ask(request{path: "/life/data?genome=" + robotGenome + "&family.noise=-1"}); got.Code != 400 {
		t.Errorf("noise: %d %s", got.Code, got.Body)
	}
	if got := w.data("genome=" + robotGenome + "&step=5000"); got.Step != got.Steps {
		t.Errorf("a step past the end: %d of %d", got.Step, got.Steps)
	}
}

// A spec can ask for lives whose recording no memory holds.
func TestLivesAreBounded(t *testing.T) {
	w := explorer(t)
	spec := must(run.ParseSpec("spec", []byte("family:\n  name: sequence\n  length: 10000\nlearner:\n  hidden: 64\n"), w.Registry))
	l := must(spec.Fit(w.Registry))
	code, name := w.upload(must(tensorfile.EncodeSafetensors(l.Layout.File(make([]float32, l.Layout.Dim)))), spec.YAML())
	if code != 200 {
		t.Fatal(code, name)
	}
	for _, path := range []string{"/life/data", "/life/space", "/life/portrait"} {
		if got := w.ask(request{path: path + "?genome=" + name}); got.Code != 400 || !strings.Contains(got.Body.String(), "too much") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
}

func TestPortrait(t *testing.T) {
	w := explorer(t)
	p := decode[portrait](t, w.ask(request{path: "/life/portrait?genome=" + robotGenome + "&a0=1.25&lesion=x"}).Body.String())
	var labels []string
	for _, d := range p.Dials {
		labels = append(labels, d.Label)
		if !(d.Min <= d.Value && d.Value <= d.Max) {
			t.Errorf("%+v", d)
		}
	}
	if strings.Join(labels, ",") != "goal x,goal y,A0,k" || p.Dials[2].Value != 1.25 || p.Settings[0].Value != 0.01 {
		t.Errorf("%+v, %+v", p.Dials, p.Settings)
	}
	if !p.Plastic || !p.Forgets || !p.Rewires || strings.Join(p.Parts, "") != "ABCDm" || p.Steps != 100 {
		t.Errorf("%+v", p)
	}
	p = decode[portrait](t, w.ask(request{path: "/life/portrait?genome=file:learners-l1-k10-n20/es-maml-1500"}).Body.String())
	if p.Plastic || p.Forgets || len(p.Dials) != 3 || p.Dials[1].Label != "n" {
		t.Errorf("%+v", p)
	}
}
