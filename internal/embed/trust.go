package embed

import (
	"cmp"
	"slices"
)

// Trustworthiness says how far neighbours in a layout are neighbours of the points: 1 if each of the k nearest in the layout
// is among the k nearest points, less by how far down the ranks it is otherwise (Venna and Kaski 2001). k must be below n/2.
func Trustworthiness[T Float](points [][]T, layout [][2]float64, k int) float64 {
	if 2*k >= len(points) {
		panic("embed: trustworthiness needs more than twice as many points as neighbours")
	}
	return trustworthiness(prepare(points).distances(), prepare(rows(layout)).distances(), k)
}

func trustworthiness(points, layout [][]float64, k int) float64 {
	n := len(points)
	penalty := make([]int, n)
	parallel(n, func(i int) {
		rank := make([]int, n) // of each point among the neighbours of i, from 0: i itself
		for r, j := range order(points[i], i) {
			rank[j] = r
		}
		for _, j := range order(layout[i], i)[1 : k+1] {
			penalty[i] += max(0, rank[j]-k)
		}
	})
	var sum int
	for _, p := range penalty {
		sum += p
	}
	return 1 - 2*float64(sum)/float64(n*k*(2*n-3*k-1))
}

// order is all points by distance from one, itself first; ties in the order of the points.
func order(d []float64, self int) []int {
	by := make([]int, len(d))
	for j := range by {
		by[j] = j
	}
	slices.SortStableFunc(by, func(a, b int) int {
		if (a == self) != (b == self) {
			if a == self {
				return -1
			}
			return 1
		}
		return cmp.Compare(d[a], d[b])
	})
	return by
}
