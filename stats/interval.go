package stats

import "math"

// An Interval is a range in which a quantity is believed to lie.
type Interval struct{ Low, High float64 }

// A Summary is what is stored of one meta-test: N scores in five numbers.
type Summary struct {
	N         int
	Mean, SD  float64 // SD with ddof 1
	Low, High float64 // 95% interval of the mean
}

// Summarize is the mean, standard deviation and 95% interval of the mean. With one score SD, Low and High are NaN; with
// none Mean is too.
func Summarize(xs []float64) Summary {
	i := MeanInterval(xs)
	return Summary{N: len(xs), Mean: Mean(xs), SD: SD(xs), Low: i.Low, High: i.High}
}

// MeanInterval is the 95% confidence interval of the mean by Student's t: mean -+ t SD/sqrt(n), t of n-1 degrees of
// freedom. It holds for scores that are independent and near enough to normal that their mean is normal.
func MeanInterval(xs []float64) Interval {
	n := len(xs)
	m := Mean(xs)
	half := T95(n-1) * (SD(xs) / math.Sqrt(float64(n)))
	return Interval{nan(m - float64(half)), nan(m + float64(half))}
}

// T95 is the 0.975-quantile of Student's t with df degrees of freedom, the half-width of a 95% interval in standard
// errors; NaN for df < 1. The table is exact to rounding, what follows it to 1e-9.
//
// Beyond the table it is the expansion of the quantile around the normal's, z, in powers of 1/df
// (E. Cornish, R. Fisher, "Moments and cumulants in the specification of distributions", Rev. Inst. Int. Stat. 5, 1938;
// Abramowitz and Stegun 26.7.5). It needs nothing but sums and products, so the interval that is stored has the same
// bits on every machine.
func T95(df int) float64 {
	if df < 1 {
		return math.NaN()
	}
	if df <= len(t95) {
		return t95[df-1]
	}
	r := 1 / float64(df)
	t := float64(g5*r) + g4
	t = float64(t*r) + g3
	t = float64(t*r) + g2
	t = float64(t*r) + g1
	return float64(t*r) + z95
}

// z95 is the 0.975-quantile of the normal distribution, and the others are the coefficients of the expansion. The compiler
// evaluates them exactly and rounds once.
const (
	z95 = 1.95996398454005423552459443052055152795555

	z3  = z95 * z95 * z95
	z5  = z3 * z95 * z95
	z7  = z5 * z95 * z95
	z9  = z7 * z95 * z95
	z11 = z9 * z95 * z95

	g1 = (z3 + z95) / 4
	g2 = (5*z5 + 16*z3 + 3*z95) / 96
	g3 = (3*z7 + 19*z5 + 17*z3 - 15*z95) / 384
	g4 = (79*z9 + 776*z7 + 1482*z5 - 1920*z3 - 945*z95) / 92160
	g5 = (27*z11 + 339*z9 + 930*z7 - 1782*z5 - 765*z3 + 17955*z95) / 368640
)
