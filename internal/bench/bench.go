// Package bench measures this machine and baldwin on it: the peak of its fused multiply-adds, each kernel, a life and a
// whole generation as a share of that peak. [Run] is the whole of it.
//
// Clocks are shared and noisy, so nothing is timed once: peak, kernels and generations are measured in turn, round after
// round, in bursts of microseconds where they can be, and the best of each is kept. A share is a ratio within one run.
package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// Options say what is measured.
type Options struct {
	Registry run.Registry
	Spec     run.Spec // resolved
	Kernel   kernel.ISA
	Threads  int           // 0: one per core
	For      time.Duration // how long, about; 0: DefaultFor
	All      bool          // a row for every learner on every preset too
	Progress func(what string)
}

// DefaultFor is how long a bench takes unless told otherwise.
const DefaultFor = 10 * time.Second

// Share is a time and what part of the peak it means.
type Share struct {
	Microseconds float64 `json:"us"`
	PeakShare    float64 `json:"peak_share"`
}

// A Report is what was measured.
type Report struct {
	Machine string `json:"machine"`
	Kernel  string `json:"kernel"`
	Threads int    `json:"threads"`
	// FMAPeak is fused multiply-adds of single precision a second, all threads together.
	FMAPeak float64 `json:"fma_peak"`

	Learner    string             `json:"learner"`
	Family     string             `json:"family"`
	Parameters int                `json:"parameters"`
	Generation Generation         `json:"generation"`
	Life       Share              `json:"life"`    // a batch of lives of one offspring, on one thread
	Kernels    map[string]Share   `json:"kernels"` // 64 neurons, 16 tasks
	PerValue   map[string]float64 `json:"ns_per_value"`
	Noise      Noise              `json:"noise"`
	Scaling    []Scale            `json:"scaling"`

	LivesPerSecond float64 `json:"lives_per_second"`
	All            []Row   `json:"all,omitempty"`
}

// Generation is one whole generation: tasks drawn, offspring made, lives lived, theta updated.
type Generation struct {
	Milliseconds float64 `json:"ms"`
	PeakShare    float64 `json:"peak_share"`
	NeededFMAs   float64 `json:"needed_fmas"` // that fitness needs, of all its lives
	Lives        int     `json:"lives"`
}

// Noise is the Gaussian noise of a generation, made for the offspring and, where it is not kept, again for the update.
type Noise struct {
	Share      float64 `json:"share"` // of the generation's time on all threads
	NSPerValue float64 `json:"ns_per_normal"`
	Normals    int     `json:"normals"` // a generation
}

// Scale is the generation on fewer threads.
type Scale struct {
	Threads      int     `json:"threads"`
	Milliseconds float64 `json:"ms"`
	Speedup      float64 `json:"speedup"` // over one thread
}

// Row is one learner on one preset.
type Row struct {
	Learner        string  `json:"learner"`
	Preset         string  `json:"preset"`
	Parameters     int     `json:"parameters"`
	NeededFMAs     float64 `json:"needed_fmas"`
	Milliseconds   float64 `json:"ms"`
	PeakShare      float64 `json:"peak_share"` // of the peak measured between the row's own generations
	LivesPerSecond float64 `json:"lives_per_second"`
}

// Run measures until o.For has passed or ctx is done.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Threads == 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.For == 0 {
		o.For = DefaultFor
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	r := &Report{Machine: machine(), Kernel: o.Kernel.String(), Threads: o.Threads, Kernels: map[string]Share{}, PerValue: map[string]float64{}}
	o.Progress(fmt.Sprintf("%s and the kernels of %s, in turn", o.Spec.Learner.Name, r.Kernel))
	if err := r.measure(ctx, o); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if o.All {
		if err := r.all(ctx, o); err != nil {
			return nil, fmt.Errorf("bench: %w", err)
		}
	}
	return r, nil
}

func (r *Report) measure(ctx context.Context, o Options) error {
	gens := make([]*generation, 0, o.Threads)
	defer func() {
		for _, g := range gens {
			g.pool.Close()
		}
	}()
	for threads := range o.Threads {
		g, err := newGeneration(o, o.Spec, threads+1)
		if err != nil {
			return err
		}
		gens = append(gens, g)
	}
	whole := gens[o.Threads-1]
	l := whole.learner
	k := newKernels(o.Kernel)
	life := newLifeBurst(o, whole)
	peak := newPeak()
	for end := time.Now().Add(o.For); ; {
		bursts(append(k.bursts, peak, life), 5)
		for i, g := range gens {
			// Most rounds go to the whole machine; fewer threads are there for scaling.
			if i == len(gens)-1 || g.rounds < 3 || g.rounds*4 < whole.rounds {
				if err := g.once(ctx); err != nil {
					return err
				}
			}
		}
		if whole.rounds >= 3 && time.Now().After(end) {
			break
		}
	}
	perSecond := peak.rate() // of one thread
	r.FMAPeak = perSecond * float64(o.Threads)
	r.Learner, r.Family, r.Parameters = o.Spec.Learner.Name, o.Spec.Family.Name, l.Layout.Parameters()
	for _, b := range k.bursts {
		if b.fmas > 0 {
			r.Kernels[b.name] = Share{b.best * 1e6 / b.calls, share(b.rate(), perSecond)}
		} else {
			r.PerValue[b.name] = b.best * 1e9 / b.values
		}
	}
	r.Life = Share{life.best * 1e6, share(life.rate(), perSecond)}
	r.Generation = whole.report(r.FMAPeak)
	r.LivesPerSecond = float64(r.Generation.Lives) / whole.best
	normal := r.PerValue["normal"]
	first, again := whole.normals(o.Spec)
	r.Noise = Noise{NSPerValue: normal, Normals: first + again}
	add := r.PerValue["added normal"]
	r.Noise.Share = (float64(float64(first)*normal) + float64(float64(again)*add)) * 1e-9 / (whole.best * float64(o.Threads))
	for i, g := range gens {
		r.Scaling = append(r.Scaling, Scale{i + 1, g.best * 1e3, gens[0].best / g.best})
	}
	return nil
}

// all measures every learner on every preset, each for a twentieth of the time that the default takes.
func (r *Report) all(ctx context.Context, o Options) error {
	for _, p := range o.Registry.Presets {
		for _, kind := range o.Registry.Learners {
			s := p.Spec
			s.Learner.Name = kind.Name
			s, err := s.Resolve(o.Registry)
			if err != nil {
				return err
			}
			o.Progress(kind.Name + " on " + p.Name)
			g, err := newGeneration(o, s, o.Threads)
			if err != nil {
				return err
			}
			peak := newPeak()
			for end := time.Now().Add(o.For / 20); g.rounds < 3 || time.Now().Before(end); {
				bursts([]*burst{peak}, 5)
				if err := g.once(ctx); err != nil {
					g.pool.Close()
					return err
				}
			}
			g.pool.Close()
			got := g.report(float64(o.Threads) * peak.rate())
			r.All = append(r.All, Row{
				Learner: kind.Name, Preset: p.Name, Parameters: g.learner.Layout.Parameters(), NeededFMAs: got.NeededFMAs,
				Milliseconds: got.Milliseconds, PeakShare: got.PeakShare, LivesPerSecond: float64(got.Lives) / g.best,
			})
		}
	}
	return nil
}

// names lists the kernels in the order of the report.
func (r *Report) names() []string {
	var n []string
	for name := range r.Kernels {
		n = append(n, name)
	}
	slices.Sort(n)
	return n
}
