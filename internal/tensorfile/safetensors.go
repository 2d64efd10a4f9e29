package tensorfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// The safetensors format (https://github.com/huggingface/safetensors#format):
//
//	8 bytes   length of the header, little-endian
//	header    {"name": {"dtype": "F32", "shape": [64,1], "data_offsets": [begin, end]}, ..., "__metadata__": {"k": "v"}},
//	          starting with '{', possibly padded with spaces at its end
//	data      the tensors, little-endian and row-major; offsets count from its first byte, cover all of it,
//	          and do not overlap

// ReadSafetensors reads the file at path.
//
// Tensors of dtype F32 are taken as they are. F16 and BF16 are widened, which is exact. F64 is rounded to nearest; a
// finite number beyond float32 is an error. Other types are refused. A NaN comes out as 0x7fc00000, whatever its payload.
//
// Memory: the data as float32 (of F16 and BF16 that is twice their bytes) and a small multiple of the header.
func ReadSafetensors(path string) (*File, error) {
	// Stat first: opening a named pipe would wait for its writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("tensorfile: %s: not a regular file", path)
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	defer r.Close()
	// The size of what was opened, not of what stood there before.
	if info, err = r.Stat(); err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	f, err := decode(r, info.Size())
	if err != nil {
		return nil, fmt.Errorf("tensorfile: %s: %w", path, err)
	}
	return f, nil
}

// DecodeSafetensors reads a file that is in memory, as ReadSafetensors does. The result does not point into data.
func DecodeSafetensors(data []byte) (*File, error) {
	f, err := decode(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	return f, nil
}

func decode(r io.ReaderAt, size int64) (*File, error) {
	if size > MaxFile {
		return nil, fmt.Errorf("the file has %d bytes, at most %d are read", size, MaxFile)
	}
	if size < 8 {
		return nil, fmt.Errorf("the file has %d bytes, too few for a safetensors header", size)
	}
	var first [8]byte
	if err := readAt(r, first[:], 0); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(first[:])
	if length > uint64(size-8) {
		return nil, fmt.Errorf("header says %d bytes, the file has %d", length, size)
	}
	if length > MaxHeader {
		return nil, fmt.Errorf("header has %d bytes, at most %d are read", length, MaxHeader)
	}
	header := make([]byte, length)
	if err := readAt(r, header, 8); err != nil {
		return nil, err
	}
	entries, metadata, err := parseHeader(header)
	if err != nil {
		return nil, err
	}
	dataSize := size - 8 - int64(length)
	if err := checkLayout(entries, dataSize); err != nil {
		return nil, err
	}

	// From here on every length is known to lie inside the file.
	f := &File{Tensors: make([]Tensor, 0, len(entries)), Metadata: metadata}
	buf := make([]byte, min(64<<10, dataSize))
	for _, e := range entries {
		data, err := readData(r, 8+int64(length)+e.begin, e, buf)
		if err != nil {
			return nil, fmt.Errorf("tensor %.80q: %w", e.name, err)
		}
		f.Tensors = append(f.Tensors, Tensor{Name: e.name, Shape: e.shape, Data: data})
	}
	return f, nil
}

// checkLayout sorts the entries by their offsets and checks that they fill the data exactly, one after the other. It
// also sets their counts of elements.
func checkLayout(entries []entry, dataSize int64) error {
	// Tensors without elements share an offset; they keep the header's order.
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	at := int64(0)
	for i := range entries {
		e := &entries[i]
		if e.begin > e.end {
			return fmt.Errorf("tensor %.80q: data_offsets [%d, %d] end before they begin", e.name, e.begin, e.end)
		}
		if e.end > dataSize {
			return fmt.Errorf("tensor %.80q: data_offsets [%d, %d] lie outside the file's %d bytes of data", e.name, e.begin, e.end, dataSize)
		}
		n, err := elements(e.shape)
		if err != nil {
			return fmt.Errorf("tensor %.80q: %w", e.name, err)
		}
		if want := int64(n) * int64(e.dtype.size()); e.end-e.begin != want {
			return fmt.Errorf("tensor %.80q: shape %v of %s takes %d bytes, data_offsets [%d, %d] hold %d",
				e.name, e.shape, e.dtype, want, e.begin, e.end, e.end-e.begin)
		}
		switch {
		case e.begin < at:
			return fmt.Errorf("tensor %.80q: data_offsets [%d, %d] overlap the tensor before them, which ends at %d", e.name, e.begin, e.end, at)
		case e.begin > at:
			return fmt.Errorf("tensor %.80q: %d bytes before it belong to no tensor", e.name, e.begin-at)
		}
		e.elements, at = n, e.end
	}
	if at != dataSize {
		return fmt.Errorf("the last %d bytes belong to no tensor", dataSize-at)
	}
	return nil
}

// readData reads one tensor's elements through buf, whose length is a multiple of every element size or that of all data.
func readData(r io.ReaderAt, offset int64, e entry, buf []byte) ([]float32, error) {
	data := make([]float32, e.elements)
	size := e.dtype.size()
	for done := 0; done < len(data); {
		n := min(len(data)-done, len(buf)/size)
		if err := readAt(r, buf[:n*size], offset+int64(done)*int64(size)); err != nil {
			return nil, err
		}
		if i, x := e.dtype.convert(data[done:done+n], buf); i >= 0 {
			return nil, fmt.Errorf("element %d is %g, which float32 cannot hold", done+i, x)
		}
		done += n
	}
	return data, nil
}

// readAt fills p. A file that has become shorter since its size was taken is an error of its own.
func readAt(r io.ReaderAt, p []byte, offset int64) error {
	n, err := r.ReadAt(p, offset)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return errors.New("the file became shorter while it was read")
	}
	return fmt.Errorf("reading: %w", err)
}

// A dtype is an element type that can become float32.
type dtype string

const (
	f64  dtype = "F64"
	f32  dtype = "F32"
	f16  dtype = "F16"
	bf16 dtype = "BF16"
)

// size is that of one element in bytes, 0 for a type that is not read.
func (d dtype) size() int {
	switch d {
	case f64:
		return 8
	case f32:
		return 4
	case f16, bf16:
		return 2
	}
	return 0
}

// convert fills dst from the little-endian elements in src. It returns the first element that float32 cannot hold, or
// index -1.
func (d dtype) convert(dst []float32, src []byte) (index int, value float64) {
	switch d {
	case f64:
		for i := range dst {
			x := math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:]))
			dst[i] = canonical(float32(x))
			if math.IsInf(float64(dst[i]), 0) && !math.IsInf(x, 0) {
				return i, x
			}
		}
	case f32:
		for i := range dst {
			dst[i] = canonical(math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:])))
		}
	case f16:
		for i := range dst {
			dst[i] = canonical(fromHalf(binary.LittleEndian.Uint16(src[2*i:])))
		}
	case bf16:
		for i := range dst {
			dst[i] = canonical(math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16))
		}
	}
	return -1, 0
}

func canonical(x float32) float32 { return math.Float32frombits(bits32(x)) }

// fromHalf widens an IEEE 754 binary16 number: 1 sign bit, 5 of exponent (bias 15), 10 of fraction.
func fromHalf(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exponent := uint32(h>>10) & 31
	fraction := uint32(h) & 1023
	switch exponent {
	case 0: // zero or subnormal: fraction * 2^-24, exact in float32
		x := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(x) | sign)
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
