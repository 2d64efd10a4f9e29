package stats

import "math"

// dot is the sum of products in four chains, element i in chain i mod 4, so that they run side by side; then the rest.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	n := len(a) &^ 3
	b = b[:len(a)]
	for i := 0; i < n; i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for i := n; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// cholesky overwrites the lower triangle of a positive definite matrix, plus penalty on its diagonal, with its factor L:
// A + penalty I = L L'. It reports false where the matrix is not positive definite.
func cholesky(a [][]float64, penalty float64) bool {
	for i, row := range a {
		for j := range i {
			row[j] = (row[j] - dot(row[:j], a[j][:j])) / a[j][j]
		}
		d := row[i] + penalty - dot(row[:i], row[:i])
		if !(d > 0) {
			return false
		}
		row[i] = math.Sqrt(d)
	}
	return true
}

// invert writes the inverse of a lower triangular matrix, whose upper triangle is not read, into the lower one of inv.
func invert(l, inv [][]float64) {
	for i, row := range l {
		to := inv[i][:i]
		clear(to)
		for k, v := range row[:i] {
			for j, x := range inv[k][:k+1] {
				to[j] += float64(v * x)
			}
		}
		for j := range to {
			to[j] = -to[j] / row[i]
		}
		inv[i][i] = 1 / row[i]
	}
}
