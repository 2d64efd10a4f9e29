package web

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"time"
)

// answer writes v as JSON. Nothing that is answered fails to encode.
func answer(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic("web: an answer does not encode: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // whoever asked is gone
}

// A number is a float64 in JSON for a curve: six digits, and null where it is no number.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, f, 'g', 6, 64), nil
}

// floats are float32 in JSON to the bit: base64 of little-endian.
type floats []float32

// MarshalJSON implements json.Marshaler.
func (v floats) MarshalJSON() ([]byte, error) {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	out := make([]byte, 0, 2+base64.StdEncoding.EncodedLen(len(raw)))
	out = append(out, '"')
	out = base64.StdEncoding.AppendEncode(out, raw)
	return append(out, '"'), nil
}

// render fills a template.
func (s *Server) render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return b.Bytes(), nil
}

// formats are what templates call to write numbers.
var formats = template.FuncMap{
	"score": score, "per": short, "ago": func(t time.Time) string { return ago(time.Since(t)) },
	"count": count, "day": func(t time.Time) string { return t.Local().Format("2 Jan 2006 15:04") }, "share": share,
	"p": func(v float64) string { return strconv.FormatFloat(v, 'g', 2, 64) },
}

// score is a fitness; it takes a float64 or a pointer to one that may be nil.
func score(v any) string {
	var f float64
	switch v := v.(type) {
	case float64:
		f = v
	case *float64:
		if v == nil {
			return "–"
		}
		f = *v
	}
	switch a := math.Abs(f); {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return "–"
	case a >= 100:
		return minus(strconv.FormatFloat(f, 'f', 1, 64))
	case a >= 10:
		return minus(strconv.FormatFloat(f, 'f', 2, 64))
	default:
		return minus(strconv.FormatFloat(f, 'f', 4, 64))
	}
}

// minus writes the sign as wide as a digit.
func minus(s string) string {
	if len(s) > 0 && s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}

// short is a quantity in three digits.
func short(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || v == 0:
		return "–"
	case v >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', 1, 64) + " M"
	case v >= 1e4:
		return strconv.FormatFloat(v/1e3, 'f', 0, 64) + " k"
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// count is a whole number in groups of three.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h"
	}
	return strconv.Itoa(int(d.Hours()/24)) + " days"
}

// share is how much of n has been done, in percent.
func share(done, n int) int { return 100 * done / max(1, n) }
