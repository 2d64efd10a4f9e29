package figure

import (
	"math"
	"strconv"
)

// ticks are round numbers from lo to hi, about want of them, and how they are written.
func ticks(lo, hi float64, want int) (at []float64, text []string) {
	if !(hi > lo) {
		return nil, nil
	}
	raw := (hi - lo) / float64(want)
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step*m >= raw {
			step *= m
			break
		}
	}
	digits := 0
	for d := step; math.Abs(d-math.Round(d)) > 1e-6 && digits < 6; d *= 10 {
		digits++
	}
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		v := i * step
		if v == 0 {
			v = 0 // no -0
		}
		at = append(at, v)
		text = append(text, tickText(v, digits))
	}
	return at, text
}

// tickText writes a tick's number.
func tickText(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// ends are the least and the greatest finite number.
type ends struct{ lo, hi float64 }

func (e *ends) see(vs ...float64) {
	for _, v := range vs {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			e.lo, e.hi = min(e.lo, v), max(e.hi, v)
		}
	}
}

// extent is the axis's range: its own, or that of the data with a little room.
func (a Axis) extent(data ends) (lo, hi float64) {
	switch {
	case a.Min != a.Max:
		return a.Min, a.Max
	case data.lo > data.hi:
		return 0, 1
	case data.lo == data.hi:
		return data.lo - 1, data.hi + 1
	}
	room := 0.04 * (data.hi - data.lo)
	return data.lo - room, data.hi + room
}
