package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// A table is aligned text: its first row is the head. Columns whose head begins with ">" are aligned right.
type table [][]string

func (t *table) row(cells ...any) {
	var r []string
	for _, c := range cells {
		r = append(r, fmt.Sprint(c))
	}
	*t = append(*t, r)
}

func (t table) write(w io.Writer) {
	if len(t) == 0 {
		return
	}
	head := t[0]
	width := make([]int, len(head))
	right := make([]bool, len(head))
	for i, h := range head {
		h, right[i] = strings.CutPrefix(h, ">")
		head[i] = h
	}
	for _, r := range t {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for _, r := range t {
		var b strings.Builder
		for i, c := range r {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if right[i] {
				c = gap + c
			} else {
				c += gap
			}
			b.WriteString(c + "  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// A number is a float64 that JSON writes as null where it is not finite.
type number float64

// MarshalJSON writes null for NaN and the infinities, which JSON has not.
func (n number) MarshalJSON() ([]byte, error) {
	if !finite(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// score writes a fitness for people.
func score(v float64) string { return fmt.Sprintf("%.4f", v) }

// scoreOr is score, or a dash where there is none.
func scoreOr(v *float64) string {
	if v == nil {
		return "-"
	}
	return score(*v)
}

// short is the beginning of a hash, enough to tell two apart.
func short(hash string) string { return hash[:min(12, len(hash))] }

// duration writes a length of time with its two largest units.
func duration(d time.Duration) string {
	if d < 0 {
		return "-"
	}
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm %02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh %02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd %02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// count writes a large number in three digits or so: 950, 12.3k, 4.56M.
func count(v float64) string {
	for _, u := range []struct {
		unit   float64
		suffix string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= u.unit {
			return fmt.Sprintf("%.*f%s", max(0, 2-int(math.Log10(math.Abs(v)/u.unit))), v/u.unit, u.suffix)
		}
	}
	return fmt.Sprintf("%.0f", v)
}

// bytesOf writes a size for people.
func bytesOf(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// printJSON writes v as one line of JSON.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
