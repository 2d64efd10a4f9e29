package stats

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// near says whether got is want to a relative error, or an absolute one where want is near 0.
func near(got, want, relative, absolute float64) bool {
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return true
	}
	return math.Abs(got-want) <= absolute+relative*math.Abs(want)
}

// Against exact arithmetic (mpmath, 40 digits), and scipy's t interval and trimmed mean.
func TestMoments(t *testing.T) {
	for _, c := range goldenMoments {
		before := slices.Clone(c.xs)
		// A few last places of the largest number; the mean is rounded from an almost exact sum.
		scale := 0.0
		for _, x := range c.xs {
			scale = max(scale, math.Abs(x))
		}
		check := func(what string, got, want, absolute float64) {
			t.Helper()
			if !near(got, want, 1e-14, absolute) {
				t.Errorf("%s: %s is %v, want %v", c.name, what, got, want)
			}
		}
		check("mean", Mean(c.xs), c.mean, 0)
		check("variance", Variance(c.xs), c.variance, 0)
		check("sd", SD(c.xs), c.sd, 0)
		i := MeanInterval(c.xs)
		slack := 1e-15 * scale
		if len(c.xs) > len(t95) { // the expansion
			slack += 1e-9 * c.sd / math.Sqrt(float64(len(c.xs)))
		}
		check("low", i.Low, c.low, slack)
		check("high", i.High, c.high, slack)
		check("iqm", IQM(c.xs), c.iqm, 1e-15*scale)
		if got := Summarize(c.xs); got != (Summary{len(c.xs), Mean(c.xs), SD(c.xs), i.Low, i.High}) {
			t.Errorf("%s: Summarize gives %+v", c.name, got)
		}
		if !slices.Equal(c.xs, before) {
			t.Errorf("%s: the scores were changed", c.name)
		}
	}
}

func TestSum(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		xs   []float64
		want float64
	}{
		{nil, 0},
		{[]float64{1, 1e100, 1, -1e100}, 2}, // Neumaier's example; Kahan's sum gives 0
		{[]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1},
		{[]float64{1, inf, 2}, inf},
		{[]float64{1, -inf, inf}, math.NaN()},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, inf},
	} {
		if got := Sum(c.xs); !near(got, c.want, 0, 0) {
			t.Errorf("Sum(%v) = %v, want %v", c.xs, got, c.want)
		}
	}
}

// The bits of what a run stores (mean, SD and top are those of exact arithmetic, rounded). They may change only with the version of the arithmetic contract.
func TestGoldenBits(t *testing.T) {
	xs := make([]float64, 1600)
	index := newIndices(3)
	for i := range xs {
		xs[i] = -2 * (float64(index.word()) / (1 << 32))
	}
	s := Summarize(xs)
	top, _ := TopOfLast(xs, PaperTop, PaperLast)
	got := []uint64{
		math.Float64bits(s.Mean), math.Float64bits(s.SD), math.Float64bits(s.Low), math.Float64bits(s.High),
		math.Float64bits(top), math.Float64bits(Quantile(xs, 0.25)), math.Float64bits(T95(1599)),
	}
	want := []uint64{
		0xbff036a12f33fae1, 0x3fe276089f841dca, 0xbff0aa80c6cda015, 0xbfef85832f34ab59,
		0xbfe47c764ed55555, 0xbff80bd5d2480000, 0x3fff6218046826cd,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %#x\nwant %#x", got, want)
	}
}

// The table and the expansion against quantiles of 40 digits, and both against gonum's.
func TestT95(t *testing.T) {
	worst := 0.0
	for _, c := range goldenT95 {
		e := math.Abs(T95(c.df) - c.t)
		worst = max(worst, e)
		if e > 1e-9 || c.df <= len(t95) && e != 0 {
			t.Errorf("T95(%d) = %v, want %v", c.df, T95(c.df), c.t)
		}
	}
	t.Logf("largest error %.2g", worst)
	for df := 1; df <= 3000; df += 1 + df/10 {
		want := distuv.StudentsT{Sigma: 1, Nu: float64(df)}.Quantile(0.975)
		if !near(T95(df), want, 1e-7, 0) {
			t.Errorf("T95(%d) = %v, gonum has %v", df, T95(df), want)
		}
		if df > 1 && T95(df) >= T95(df-1) {
			t.Errorf("T95 does not fall at %d", df)
		}
	}
	for _, df := range []int{0, -1} {
		if !math.IsNaN(T95(df)) {
			t.Errorf("T95(%d) = %v", df, T95(df))
		}
	}
}

// numpy's quantiles, bit for bit.
func TestQuantiles(t *testing.T) {
	for _, c := range goldenQuantiles {
		before := slices.Clone(c.xs)
		if got := Quantiles(c.xs, c.ps...); !slices.Equal(got, c.want) {
			t.Errorf("of %v:\ngot  %v\nwant %v", c.xs, got, c.want)
		}
		for i, p := range c.ps {
			if Quantile(c.xs, p) != c.want[i] {
				t.Errorf("Quantile(%v, %v) = %v, want %v", c.xs, p, Quantile(c.xs, p), c.want[i])
			}
		}
		if !slices.Equal(c.xs, before) {
			t.Error("the scores were changed")
		}
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		xs      []float64
		p, want float64
	}{
		{nil, 0.5, math.NaN()},
		{[]float64{1, math.NaN(), 2}, 0, math.NaN()},
		{[]float64{-inf, 1}, 0.75, -inf},
		{[]float64{-inf, 1, 2}, 0.5, 1},
		{[]float64{1, inf}, 0.25, inf},
		{[]float64{inf, inf}, 0.3, inf},
		{[]float64{-inf, inf}, 0.5, math.NaN()},
	} {
		if got := Quantile(c.xs, c.p); !near(got, c.want, 0, 0) {
			t.Errorf("Quantile(%v, %v) = %v, want %v", c.xs, c.p, got, c.want)
		}
	}
	minus := math.Copysign(0, -1)
	for _, xs := range [][]float64{{minus}, {0, minus}, {minus, minus}, {-1, minus, 1}} {
		if math.Signbit(Median(xs)) {
			t.Errorf("the median of %v is -0", xs)
		}
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		panics(t, func() { Quantile([]float64{1}, p) })
	}
}

func TestTopOfLast(t *testing.T) {
	twelve := []float64{9, 9, -3, -1, -2, -5, -4, -0.5, -6, -7, -8, -9} // the nines are too long ago
	for _, c := range []struct {
		scores    []float64
		top, last int
		want      float64
		ok        bool
	}{
		{twelve, 3, 10, (-0.5 - 1 - 2) / 3, true},
		{twelve[:10], 3, 10, (9 + 9 - 0.5) / 3, true},
		{twelve, 1, 1, -9, true},
		{twelve, 2, 2, -8.5, true},
		{twelve[:9], 3, 10, math.NaN(), false},
		{nil, 1, 1, math.NaN(), false},
		{[]float64{math.NaN(), 1, 2}, 1, 2, 2, true},
		{[]float64{math.NaN(), 1, 2}, 1, 3, math.NaN(), true},
	} {
		before := slices.Clone(c.scores)
		got, ok := TopOfLast(c.scores, c.top, c.last)
		if !near(got, c.want, 1e-15, 0) || ok != c.ok {
			t.Errorf("TopOfLast(%v, %d, %d) = %v, %v, want %v, %v", c.scores, c.top, c.last, got, ok, c.want, c.ok)
		}
		if !slices.EqualFunc(before, c.scores, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Error("the scores were changed")
		}
	}
	panics(t, func() { TopOfLast(twelve, 0, 3) })
	panics(t, func() { TopOfLast(twelve, 4, 3) })
}

// Too little data and NaN give NaN, in its one form.
func TestNaN(t *testing.T) {
	odd := math.Float64frombits(0xfff8000000000123)
	for name, f := range map[string]func(xs []float64) float64{
		"Mean": Mean, "Variance": Variance, "SD": SD, "Median": Median, "IQM": IQM,
		"Low":      func(xs []float64) float64 { return MeanInterval(xs).Low },
		"High":     func(xs []float64) float64 { return MeanInterval(xs).High },
		"top":      func(xs []float64) float64 { v, _ := TopOfLast(xs, 1, max(1, len(xs))); return v },
		"U":        func(xs []float64) float64 { return MannWhitney(xs, []float64{1}).U },
		"P":        func(xs []float64) float64 { return MannWhitney([]float64{1}, xs).P },
		"improves": func(xs []float64) float64 { return ProbabilityOfImprovement(xs, []float64{1}) },
		"bootstrap": func(xs []float64) float64 {
			return Bootstrap(xs, 3, Mean, func(n int) int { return n - 1 }).Low
		},
	} {
		for _, xs := range [][]float64{{}, {odd}, {1, 2, odd}} {
			if got := math.Float64bits(f(xs)); got != math.Float64bits(math.NaN()) {
				t.Errorf("%s of %v is %x", name, xs, got)
			}
		}
	}
	if s := Summarize([]float64{4}); s.N != 1 || s.Mean != 4 || !math.IsNaN(s.SD) || !math.IsNaN(s.Low) || !math.IsNaN(s.High) {
		t.Errorf("of one score: %+v", s)
	}
}

// What holds for any scores: order in the results, and what a shift or a scale does to them.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, 40).Draw(t, "xs")
		lo, hi := slices.Min(xs), slices.Max(xs)
		ps := rapid.SliceOfN(rapid.Float64Range(0, 1), 2, 5).Draw(t, "ps")
		slices.Sort(ps)
		qs := Quantiles(xs, ps...)
		if !slices.IsSorted(qs) || qs[0] < lo || qs[len(qs)-1] > hi {
			t.Fatalf("quantiles %v at %v", qs, ps)
		}
		slack := 1e-9
		for what, m := range map[string]float64{"mean": Mean(xs), "iqm": IQM(xs), "median": Median(xs)} {
			if m < lo-slack || m > hi+slack {
				t.Fatalf("%s %v outside %v..%v", what, m, lo, hi)
			}
		}
		s := Summarize(xs)
		if !(s.SD >= 0 && s.Low <= s.Mean && s.Mean <= s.High) {
			t.Fatalf("%+v", s)
		}
		shifted := make([]float64, len(xs))
		for i, x := range xs {
			shifted[i] = 1e3 - 4*x
		}
		d := Summarize(shifted)
		if !near(d.Mean, 1e3-4*s.Mean, 1e-9, 1e-6) || !near(d.SD, 4*s.SD, 1e-9, 1e-6) || !near(d.Low, 1e3-4*s.High, 1e-9, 1e-6) {
			t.Fatalf("shifted: %+v of %+v", d, s)
		}
		// The order of scores matters for their last bits only.
		slices.Reverse(shifted)
		if r := Summarize(shifted); !near(r.Mean, d.Mean, 1e-12, 1e-9) || !near(r.SD, d.SD, 1e-12, 1e-9) {
			t.Fatalf("reversed: %+v of %+v", r, d)
		}
	})
}

func panics(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("did not panic")
		}
	}()
	f()
}
