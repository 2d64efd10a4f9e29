// Package embed lays points of many dimensions, such as the W_t of lives, out in few: [Principal] is principal component
// analysis, [Neighbours] exact t-SNE, and [Trustworthiness] says how far a layout can be believed. Equal input gives equal
// output on one machine, for any number of cores; between machines last places may differ, for gonum's sums do.
package embed

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Float is the numbers that points are made of.
type Float interface{ ~float32 | ~float64 }

// PCA is a principal component analysis of n points of p dimensions. It has min(k, n, p) components.
type PCA struct {
	Mean       []float64   // [p]
	Components [][]float64 // [k][p], of length 1, the number of largest magnitude positive; zeros where nothing varies
	Variance   []float64   // [k], of the scores, over n-1 (ddof 1)
	Explained  []float64   // [k], share of the whole variance; 0 where nothing varies
	Scores     [][]float64 // [n][k], the points in the components' coordinates
}

// Principal finds the k directions in which points vary most, the first most of all. It solves the smaller of the two
// symmetric eigenproblems, that of the points' products or that of their covariance.
func Principal[T Float](points [][]T, k int) *PCA {
	if len(points) == 0 {
		return &PCA{}
	}
	return principal(prepare(points), k)
}

func principal(c centered, k int) *PCA {
	x, mean := c.x, c.mean
	n, p := x.Dims()
	k = min(k, n, p)
	a := &PCA{Mean: mean, Variance: make([]float64, k), Explained: make([]float64, k)}
	s := c.products // [n][n]
	if n > p {
		s = products(x.T()) // [p][p]
	}
	whole := mat.Trace(s)
	var eigen mat.EigenSym
	if !eigen.Factorize(s, true) {
		panic("embed: the eigenvalues do not converge") // of finite numbers they do
	}
	values := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	components := mat.NewDense(p, max(k, 1), nil)
	for j := range k {
		at := len(values) - 1 - j
		value := max(0, values[at])
		if !(value > whole*1e-15) {
			continue
		}
		v := mat.NewVecDense(p, nil)
		if n <= p {
			v.MulVec(x.T(), vectors.ColView(at))
		} else {
			v.CopyVec(vectors.ColView(at))
		}
		v.ScaleVec(1/mat.Norm(v, 2), v)
		if largest(v.RawVector().Data) < 0 {
			v.ScaleVec(-1, v)
		}
		components.SetCol(j, v.RawVector().Data)
		a.Variance[j] = value / float64(max(n-1, 1))
		a.Explained[j] = value / whole
	}
	var scores mat.Dense
	scores.Mul(x, components)
	for j := range k {
		a.Components = append(a.Components, mat.Col(nil, j, components))
	}
	for i := range n {
		a.Scores = append(a.Scores, scores.RawRowView(i)[:k])
	}
	return a
}

// Project gives other points the coordinates of the components, [n][k].
func Project[T Float](a *PCA, points [][]T) [][]float64 {
	out := make([][]float64, len(points))
	for i, point := range points {
		out[i] = make([]float64, len(a.Components))
		for j, c := range a.Components {
			for d, v := range point {
				out[i][j] += (float64(v) - a.Mean[d]) * c[d]
			}
		}
	}
	return out
}

// centered is points less their mean, with the products of all pairs.
type centered struct {
	x        *mat.Dense // [n][p]
	mean     []float64
	products *mat.SymDense // [n][n]
}

func prepare[T Float](points [][]T) centered {
	p := len(points[0])
	mean := make([]float64, p)
	for _, point := range points {
		if len(point) != p {
			panic("embed: points of different dimensions")
		}
		for d, v := range point {
			mean[d] += float64(v)
		}
	}
	for d := range mean {
		mean[d] /= float64(len(points))
	}
	x := mat.NewDense(len(points), p, nil)
	for i, point := range points {
		row := x.RawRowView(i)
		for d, v := range point {
			row[d] = float64(v) - mean[d]
		}
	}
	return centered{x, mean, products(x)}
}

// products is x times its transpose. The general product runs in blocks on all cores, the symmetric one does not.
func products(x mat.Matrix) *mat.SymDense {
	var g mat.Dense
	g.Mul(x, x.T())
	n, _ := g.Dims()
	return mat.NewSymDense(n, g.RawMatrix().Data)
}

// largest is the number of largest magnitude.
func largest(v []float64) (most float64) {
	for _, x := range v {
		if math.Abs(x) > math.Abs(most) {
			most = x
		}
	}
	return most
}
