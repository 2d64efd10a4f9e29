package run

// Reached finds where a run's meta-tests first have row of them in a row with a mean above score: the index of the last
// of these. One test above it may be luck; ok is false where there is no such row. NaN is above nothing.
func Reached(tests []MetaTestRow, score float64, row int) (index int, ok bool) {
	above := 0
	for i, t := range tests {
		if t.Mean > score {
			above++
		} else {
			above = 0
		}
		if above >= row {
			return i, true
		}
	}
	return 0, false
}
