package stats

import (
	"math"

	"baldwin/internal/detmath"
)

// normalTail is P(Z >= z) of the standard normal distribution, to a relative 1e-12 while it is above the smallest
// float64 (math.Erfc would do but for its last bits, which differ between machines).
//
// Near the middle it is 1/2 less the series phi(z) (z + z^3/3 + z^5/(3*5) + ...), in the tail the continued fraction
// phi(z) / (z + 1/(z + 2/(z + 3/(z + ...)))) (Abramowitz and Stegun 26.2.11 and 26.2.14).
func normalTail(z float64) float64 {
	switch {
	case z != z:
		return math.NaN()
	case z < 0:
		return 1 - normalTail(-z)
	case math.IsInf(z, 1):
		return 0
	}
	const rootTwoPi = 2.50662827463100050241576528481104525300699
	phi := detmath.Exp(-float64(z*z)/2) / rootTwoPi
	if z < 2.5 {
		sum, term := 0.0, z
		for k := 1; sum+term != sum; k++ {
			sum += term
			term = float64(term*z) * z / float64(2*k+1)
		}
		return 0.5 - float64(phi*sum)
	}
	below := z
	for k := 100; k > 0; k-- {
		below = z + float64(k)/below
	}
	return phi / below
}
