package stats

import "math"

// ridgePenalties are what CrossPredict chooses from, as shares of the mean square length of a centred point.
var ridgePenalties = []float64{1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10}

// Products is the products of all pairs of points ([n][dimensions], at least one), [n][n]: what CrossPredict needs of them, however many dimensions they have.
// The points are taken from their mean, so that small differences between long vectors are not lost.
func Products(points [][]float32) [][]float64 {
	n := len(points)
	x := make([][]float64, n)
	for i, point := range points {
		x[i] = make([]float64, len(point))
		for d, v := range point {
			x[i][d] = float64(v)
		}
	}
	for d := range x[0] {
		var sum float64
		for i := range x {
			sum += x[i][d]
		}
		for i := range x {
			x[i][d] -= sum / float64(n)
		}
	}
	p := make([][]float64, n)
	for i := range p {
		p[i] = make([]float64, n)
		for j := range i + 1 {
			p[i][j] = dot(x[i], x[j])
			p[j][i] = p[i][j]
		}
	}
	return p
}

// CrossPredict predicts targets, [n][targets], linearly from n points given by their Products: each from a ridge regression
// with intercept of the other folds alone. Folds are runs of points in order, the first n mod folds one longer. The penalty
// of each target and fold is the one of 1e-6 ... 10 times the mean square length whose squared leave-one-out error within
// the other folds is least, so nothing of a point goes into its own prediction. (A. Hoerl, R. Kennard 1970; G. Golub,
// M. Heath, G. Wahba 1979. scikit-learn: KFold around RidgeCV.)
func CrossPredict(products, targets [][]float64, folds int) [][]float64 {
	n := len(products)
	if folds < 2 || folds > n {
		panic("stats: cross-validation needs at least 2 folds and a point in each")
	}
	out := make([][]float64, n)
	first := 0
	for f := range folds {
		size := n / folds
		if f < n%folds {
			size++
		}
		var in, held []int
		for i := range n {
			if i >= first && i < first+size {
				held = append(held, i)
			} else {
				in = append(in, i)
			}
		}
		for i, row := range ridge(products, targets, in, held) {
			out[held[i]] = row
		}
		first += size
	}
	return out
}

// ridge fits the points of in and predicts those of held, [held][targets].
func ridge(products, targets [][]float64, in, held []int) [][]float64 {
	n, m := len(in), len(targets[0])
	// Centred at the mean of in: k_ij = x_i.x_j - mean_i - mean_j + mean.
	center := make([]float64, len(products))
	var middle float64
	for i := range products {
		var sum float64
		for _, j := range in {
			sum += products[i][j]
		}
		center[i] = sum / float64(n)
	}
	for _, i := range in {
		middle += center[i]
	}
	middle /= float64(n)
	centred := func(i, j int) float64 { return products[i][j] - center[i] - center[j] + middle }

	var scale float64
	for _, i := range in {
		scale += centred(i, i)
	}
	scale /= float64(n)
	mean, y := make([]float64, m), make([][]float64, m)
	for t := range m {
		for _, i := range in {
			mean[t] += targets[i][t]
		}
		mean[t] /= float64(n)
		y[t] = make([]float64, n)
		for a, i := range in {
			y[t][a] = targets[i][t] - mean[t]
		}
	}

	l, inv := square(n), square(n)
	best, dual := make([]float64, m), make([][]float64, m) // weights of the points of in
	for t := range m {
		best[t], dual[t] = math.Inf(1), make([]float64, n) // points that are all equal: the mean
	}
	for _, share := range ridgePenalties {
		penalty := float64(share * scale)
		for a, i := range in {
			for b := range a + 1 {
				l[a][b] = centred(i, in[b])
			}
		}
		if !(penalty > 0) || !cholesky(l, penalty) {
			continue
		}
		invert(l, inv)
		for t := range m {
			w, loss := solve(inv, y[t], penalty)
			if loss < best[t] {
				best[t], dual[t] = loss, w
			}
		}
	}
	out := make([][]float64, len(held))
	for h, i := range held {
		k := make([]float64, n)
		for a, j := range in {
			k[a] = centred(i, j)
		}
		out[h] = make([]float64, m)
		for t := range m {
			out[h][t] = mean[t] + dot(dual[t], k)
		}
	}
	return out
}

// solve gives (K + penalty I)^-1 y from the inverse of the factor L, and the sum of squares of the leave-one-out errors:
// with the hat matrix H = 11'/n + K (K + penalty I)^-1, the error of point i is its residual over 1 - H_ii.
func solve(inv [][]float64, y []float64, penalty float64) (w []float64, loss float64) {
	n := len(y)
	w = make([]float64, n)
	diagonal := make([]float64, n) // of (K + penalty I)^-1
	for i, row := range inv {
		z := dot(row[:i+1], y[:i+1])
		for j, v := range row[:i+1] {
			w[j] += float64(v * z)
			diagonal[j] += float64(v * v)
		}
	}
	for i := range w {
		e := w[i] / (diagonal[i] - 1/(float64(n)*penalty)) // both parts over the penalty
		loss += float64(e * e)
	}
	return w, loss
}

func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// R2 is the share of the targets' variance that predictions explain, both [points][targets]: 1 - squared errors over squared distances from the
// targets' mean, each summed over points and targets (so two targets, such as a sine and a cosine, make one R2). It is
// negative where the mean would have predicted better, and NaN where nothing varies.
func R2(targets, predictions [][]float64) float64 {
	var missed, whole float64
	for t := range targets[0] {
		var sum float64
		for i := range targets {
			sum += targets[i][t]
		}
		mean := sum / float64(len(targets))
		for i := range targets {
			e, d := targets[i][t]-predictions[i][t], targets[i][t]-mean
			missed += float64(e * e)
			whole += float64(d * d)
		}
	}
	if whole == 0 {
		return math.NaN()
	}
	return nan(1 - missed/whole)
}

// R2Interval is the 95% percentile interval of R2 over reps samples of the points, with their predictions as they are: what
// another draw of tasks would give, not another fit. index is called as by Bootstrap. It is NaN where in a sample nothing varies.
func R2Interval(targets, predictions [][]float64, reps int, index func(n int) int) Interval {
	points := make([]float64, len(targets))
	for i := range points {
		points[i] = float64(i)
	}
	t, p := make([][]float64, len(points)), make([][]float64, len(points))
	return Bootstrap(points, reps, func(sample []float64) float64 {
		for i, at := range sample {
			t[i], p[i] = targets[int(at)], predictions[int(at)]
		}
		return R2(t, p)
	}, index)
}
