package store

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
)

// Every float64 comes back with the bits it went in with: infinities, denormals and the sign of zero too. The one exception
// is NaN, whose payload differs between machines: any NaN goes in as NULL (in sigma, as canonicalNaN) and comes back
// as canonicalNaN, which is what the float32 NaN 0x7fc00000 widens to.
const canonicalNaN uint64 = 0x7ff8000000000000

// bits returns the bits of x, one pattern for all NaN.
func bits(x float64) uint64 {
	if math.IsNaN(x) {
		return canonicalNaN
	}
	return math.Float64bits(x)
}

// column is x as SQLite stores it.
func column(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return x
}

// number scans a column into x.
type number struct{ x *float64 }

// Scan implements sql.Scanner.
func (n number) Scan(v any) error {
	var f sql.NullFloat64
	if err := f.Scan(v); err != nil {
		return err
	}
	*n.x = f.Float64
	if !f.Valid {
		*n.x = math.Float64frombits(canonicalNaN)
	}
	return nil
}

// pack writes xs as little-endian float64.
func pack(xs []float64) []byte {
	b := make([]byte, 0, 8*len(xs))
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint64(b, bits(x))
	}
	return b
}

// unpack is the inverse of pack.
func unpack(b []byte) ([]float64, error) {
	if len(b)%8 != 0 {
		return nil, fmt.Errorf("sigma has %d bytes, not a multiple of 8: %w", len(b), ErrDamaged)
	}
	xs := make([]float64, len(b)/8)
	for i := range xs {
		xs[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return xs, nil
}
