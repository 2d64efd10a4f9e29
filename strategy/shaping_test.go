package strategy

import (
	"math"
	"slices"
	"testing"
)

func TestOrder(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		fitness []float64
		want    []int // worst first
	}{
		{nil, []int{}},
		{[]float64{5}, []int{0}},
		{[]float64{3, 1, 2}, []int{1, 2, 0}},
		{[]float64{nan, -inf, inf, 0}, []int{0, 1, 3, 2}},
		{[]float64{1, 1, 1}, []int{2, 1, 0}},
		{[]float64{nan, nan, 1}, []int{1, 0, 2}},
		{[]float64{0, math.Copysign(0, -1), 0}, []int{2, 1, 0}},
	} {
		if got := order(c.fitness); !slices.Equal(got, c.want) {
			t.Errorf("%v is ordered %v, want %v", c.fitness, got, c.want)
		}
	}
}

// TestCentredRanks holds the shaping to numbers worked out by hand.
func TestCentredRanks(t *testing.T) {
	nan := math.NaN()
	sd4 := math.Sqrt(1.25) // of -1.5, -0.5, 0.5, 1.5
	for _, c := range []struct {
		fitness, want []float64
	}{
		{nil, []float64{}},
		{[]float64{7}, []float64{0}},
		{[]float64{7, 7}, []float64{0, 0}},
		{[]float64{nan, nan, nan}, []float64{0, 0, 0}},
		{[]float64{1, 2}, []float64{-1, 1}},
		{[]float64{10, 30, 20, 40}, []float64{-1.5 / sd4, 0.5 / sd4, -0.5 / sd4, 1.5 / sd4}},
		{[]float64{nan, -1e300, 5, 6}, []float64{-1.5 / sd4, -0.5 / sd4, 0.5 / sd4, 1.5 / sd4}},
		// Ties share the average of their ranks: 0, 1.5, 1.5, 3.
		{[]float64{1, 2, 2, 3}, []float64{-1.5 / math.Sqrt(1.125), 0, 0, 1.5 / math.Sqrt(1.125)}},
		{[]float64{nan, 9, nan, 9}, []float64{-1, 1, -1, 1}},
	} {
		got := centredRanks(c.fitness, order(c.fitness))
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
			t.Errorf("%v is shaped to %v, want %v", c.fitness, got, c.want)
		}
	}
}

// TestCentredRanksMoments: whatever the fitness, shaped fitness has mean 0 and variance 1, or is all 0.
func TestCentredRanksMoments(t *testing.T) {
	for n := 2; n < 60; n++ {
		f := make([]float64, n)
		for i := range f {
			f[i] = synthetic(n)(i, nil)
		}
		var sum, squares float64
		for _, v := range centredRanks(f, order(f)) {
			sum += v
			squares += v * v
		}
		if math.Abs(sum) > 1e-12 || math.Abs(squares-float64(n)) > 1e-10 && squares != 0 {
			t.Errorf("of %v: sum %g, squares %g", f, sum, squares)
		}
	}
}

// TestUtilities holds them to numbers worked out by hand: of four, ln 3 and ln 3 - ln 2 over their sum, 0 and 0, less 1/4.
func TestUtilities(t *testing.T) {
	best, second := math.Log(3)/(2*math.Log(3)-math.Log(2)), math.Log(1.5)/(2*math.Log(3)-math.Log(2))
	for _, c := range []struct {
		fitness, want []float64
	}{
		{[]float64{10, 40, 20, 30}, []float64{-0.25, best - 0.25, -0.25, second - 0.25}},
		{[]float64{1, math.NaN(), 3, 3}, []float64{-0.25, -0.25, 0.25, 0.25}},
		{[]float64{2, 2, 2, 2}, []float64{0, 0, 0, 0}},
	} {
		got := utilities(c.fitness, order(c.fitness))
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
			t.Errorf("%v has the utilities %v, want %v", c.fitness, got, c.want)
		}
	}
}

// TestValues: shaping by values keeps distances; what is no number counts as the worst or the best that is one, and the
// greatest numbers overflow nothing.
func TestValues(t *testing.T) {
	nan, inf, most := math.NaN(), math.Inf(1), math.MaxFloat64
	for _, c := range []struct {
		fitness, want []float64
	}{
		{[]float64{1, 2, 6}, []float64{-2 / math.Sqrt(14.0/3), -1 / math.Sqrt(14.0/3), 3 / math.Sqrt(14.0/3)}},
		{[]float64{nan, -inf, 1, 3, inf}, []float64{-0.8 / math.Sqrt(0.96), -0.8 / math.Sqrt(0.96), -0.8 / math.Sqrt(0.96), 1.2 / math.Sqrt(0.96), 1.2 / math.Sqrt(0.96)}},
		{[]float64{-most, most, nan, inf}, []float64{-1, 1, -1, 1}},
		{[]float64{nan, inf, -inf}, []float64{0, 0, 0}},
		{[]float64{0.1, 0.1, 0.1}, []float64{0, 0, 0}},
	} {
		got := Settings{Shaping: Values}.shape(c.fitness)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
			t.Errorf("%v is shaped to %v, want %v", c.fitness, got, c.want)
		}
	}
}
