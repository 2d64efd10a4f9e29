package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// indices is the generator of testdata/goldens.py.
type indices struct{ x uint64 }

func newIndices(seed uint64) *indices { return &indices{seed} }

func (s *indices) word() uint64 {
	s.x = s.x*6364136223846793005 + 1442695040888963407
	return s.x >> 32
}

func (s *indices) index(n int) int { return int(s.word() % uint64(n)) }

// Against scipy.stats.mannwhitneyu, exact and asymptotic, and rliable's probability of improvement.
func TestMannWhitney(t *testing.T) {
	for _, c := range goldenRankTests {
		got := MannWhitney(c.x, c.y)
		if got.U != c.u || !near(got.P, c.p, 1e-11, 0) || got.Exact != c.exact {
			t.Errorf("%s: %+v, want U %v, P %v, exact %v", c.name, got, c.u, c.p, c.exact)
		}
		if p := ProbabilityOfImprovement(c.x, c.y); !near(p, c.improvement, 1e-15, 0) {
			t.Errorf("%s: probability of improvement %v, want %v", c.name, p, c.improvement)
		}
	}
}

// U by its definition, and the symmetries of the test.
func TestMannWhitneyDefinition(t *testing.T) {
	scores := rapid.SliceOfN(rapid.Map(rapid.IntRange(-6, 6), func(i int) float64 { return float64(i) / 2 }), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		x, y := scores.Draw(t, "x"), scores.Draw(t, "y")
		u := 0.0
		for _, a := range x {
			for _, b := range y {
				switch {
				case a > b:
					u++
				case a == b:
					u += 0.5
				}
			}
		}
		pairs := float64(len(x) * len(y))
		got, other := MannWhitney(x, y), MannWhitney(y, x)
		if got.U != u || ProbabilityOfImprovement(x, y) != u/pairs {
			t.Fatalf("U is %v, want %v", got.U, u)
		}
		if other.U != pairs-u || other.P != got.P || other.Exact != got.Exact {
			t.Fatalf("%+v one way, %+v the other", got, other)
		}
		if !(got.P > 0 && got.P <= 1) {
			t.Fatalf("P is %v", got.P)
		}
		slices.Reverse(x)
		if MannWhitney(x, y) != got {
			t.Fatal("the order of the scores matters")
		}
	})
}

// The null distribution by listing all orders of 4 and 3 scores.
func TestTailOfU(t *testing.T) {
	const n, m = 4, 3
	var count [n*m + 1]float64
	total := 0.0
	for set := range 1 << (n + m) { // bit i: is the i-th smallest an x?
		xs, u := 0, 0
		for i := range n + m {
			if set>>i&1 == 1 {
				xs++
				u += i - (xs - 1) // the y's below it
			}
		}
		if xs == n {
			count[u]++
			total++
		}
	}
	below := 0.0
	for u, c := range count {
		below += c
		if got := tailOfU(n, m, u); got != below/total {
			t.Errorf("P(U <= %d) = %v, want %v", u, got, below/total)
		}
	}
}

func TestNormalTail(t *testing.T) {
	for _, c := range goldenNormalTail {
		if got := normalTail(c.z); !near(got, c.q, 1e-12, 0) {
			t.Errorf("P(Z >= %v) = %v, want %v", c.z, got, c.q)
		}
	}
	for z, want := range map[float64]float64{math.Inf(1): 0, math.Inf(-1): 1, 1e6: 0} {
		if got := normalTail(z); got != want {
			t.Errorf("P(Z >= %v) = %v, want %v", z, got, want)
		}
	}
	if !math.IsNaN(normalTail(math.NaN())) {
		t.Error("P(Z >= NaN) is a number")
	}
}

// Against statsmodels.stats.multitest.
func TestHolm(t *testing.T) {
	for _, c := range goldenHolm {
		before := slices.Clone(c.ps)
		got := Holm(c.ps)
		for i := range got {
			if !near(got[i], c.want[i], 1e-14, 0) {
				t.Errorf("Holm(%v)[%d] = %v, want %v", c.ps, i, got[i], c.want[i])
			}
		}
		if !slices.Equal(c.ps, before) {
			t.Error("the p-values were changed")
		}
	}
	got := Holm([]float64{0.01, math.NaN(), 0.03})
	if got[0] != 0.02 || !math.IsNaN(got[1]) || got[2] != 0.03 {
		t.Errorf("with NaN: %v", got)
	}
	if got := Holm(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// The same indices give the same samples, and the same bits as numpy's.
func TestBootstrap(t *testing.T) {
	xs := goldenMoments[4].xs
	before := slices.Clone(xs)
	got := Bootstrap(xs, 999, Median, newIndices(42).index)
	if got != goldenBootstrap {
		t.Errorf("got %v, want %v", got, goldenBootstrap)
	}
	// A statistic that sorts its sample does no harm.
	sorting := func(s []float64) float64 { slices.Sort(s); return Median(s) }
	if again := Bootstrap(xs, 999, sorting, newIndices(42).index); again != got || !slices.Equal(xs, before) {
		t.Errorf("a statistic that sorts: %v, want %v", again, got)
	}
	calls := 0
	Bootstrap(xs, 7, Mean, func(n int) int {
		calls++
		if n != len(xs) {
			t.Errorf("index(%d)", n)
		}
		return 0
	})
	if calls != 7*len(xs) {
		t.Errorf("%d indices for 7 samples of %d", calls, len(xs))
	}
	panics(t, func() { Bootstrap(xs, 0, Mean, newIndices(1).index) })
}

// rliable's intervals, from its own random numbers: the ends agree to what 20,000 samples can tell.
func TestStratifiedBootstrap(t *testing.T) {
	g := goldenStrata
	iqm := func(tasks [][]float64) float64 { return IQM(slices.Concat(tasks...)) }
	if got := iqm(g.tasks); !near(got, g.iqm, 1e-14, 0) {
		t.Errorf("IQM %v, want %v", got, g.iqm)
	}
	got := StratifiedBootstrap(g.tasks, 20000, iqm, newIndices(5).index)
	if !near(got.Low, g.interval.Low, 0, 0.005) || !near(got.High, g.interval.High, 0, 0.005) {
		t.Errorf("interval %v, rliable has %v", got, g.interval)
	}

	i := goldenImprovement
	improvement := func(s [][]float64) float64 { return ProbabilityOfImprovement(s[0], s[1]) }
	if got := improvement([][]float64{i.x, i.y}); !near(got, i.probability, 1e-15, 0) {
		t.Errorf("probability of improvement %v, want %v", got, i.probability)
	}
	got = StratifiedBootstrap([][]float64{i.x, i.y}, 20000, improvement, newIndices(6).index)
	// The statistic comes in steps of 1/40.
	if !near(got.Low, i.interval.Low, 0, 1.0/40) || !near(got.High, i.interval.High, 0, 1.0/40) {
		t.Errorf("interval %v, rliable has %v", got, i.interval)
	}

	// Each stratum keeps its own scores and its size.
	StratifiedBootstrap([][]float64{{1, 1, 1}, {2}}, 50, func(s [][]float64) float64 {
		if !slices.Equal(s[0], []float64{1, 1, 1}) || !slices.Equal(s[1], []float64{2}) {
			t.Fatalf("samples %v", s)
		}
		return 0
	}, newIndices(1).index)
}
