package strategy

import "math"

// eigen decomposes the symmetric matrix a, [d][d] row-major, which it overwrites: on return the diagonal of a holds the
// eigenvalues and column k of v the eigenvector of value k. It is the cyclic method of Jacobi in one fixed order of
// operations (Golub and Van Loan, Matrix Computations, section 8.5), so that it has the same bits on every machine.
func eigen(a, v []float64, d int) {
	clear(v)
	for i := range d {
		v[i*d+i] = 1
	}
	const sweeps = 30 // it converges quadratically: about 10 are enough
	for range sweeps {
		var off, diagonal float64
		for i := range d {
			for j := range d {
				if x := a[i*d+j]; i == j {
					diagonal += float64(x * x)
				} else {
					off += float64(x * x)
				}
			}
		}
		if off <= 1e-30*diagonal {
			return
		}
		for p := range d {
			for q := p + 1; q < d; q++ {
				rotate(a, v, d, p, q)
			}
		}
	}
}

// rotate makes a[p][q] zero by a rotation of rows and columns p and q.
func rotate(a, v []float64, d, p, q int) {
	x := a[p*d+q]
	if x == 0 {
		return
	}
	tau := (a[q*d+q] - a[p*d+p]) / (2 * x)
	t := 1 / (math.Abs(tau) + math.Sqrt(1+float64(tau*tau)))
	if tau < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(1+float64(t*t))
	s := float64(t * c)
	for k := range d {
		kp, kq := a[k*d+p], a[k*d+q]
		a[k*d+p] = float64(c*kp) - float64(s*kq)
		a[k*d+q] = float64(s*kp) + float64(c*kq)
	}
	for k := range d {
		pk, qk := a[p*d+k], a[q*d+k]
		a[p*d+k] = float64(c*pk) - float64(s*qk)
		a[q*d+k] = float64(s*pk) + float64(c*qk)
		kp, kq := v[k*d+p], v[k*d+q]
		v[k*d+p] = float64(c*kp) - float64(s*kq)
		v[k*d+q] = float64(s*kp) + float64(c*kq)
	}
	a[p*d+q], a[q*d+p] = 0, 0
}
