package tensorfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// The npz format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a zip archive with one npy
// file per array, which is
//
//	6 bytes  "\x93NUMPY"
//	2 bytes  version, 1.0
//	2 bytes  length of the header, little-endian
//	header   {'descr': '<f4', 'fortran_order': False, 'shape': (64, 1), }, spaces and a newline, so that
//	data     begins at a multiple of 64 bytes; little-endian and row-major
//
// npyio, the Go package for these files, takes nested Go slices, so that it cannot write a flat one under a shape, nor
// the shape of an array without elements. The tests read with it what is written here.

// An Array is one named array of an npz file. Data is []float32, []float64, []int32, []int64, []int (written as int64),
// []uint8 or []bool, row-major, as many elements as the product of Shape.
type Array struct {
	Name  string
	Shape []int
	Data  any
}

// Arrays is the file's tensors as arrays for WriteNPZ. They share their data.
func (f *File) Arrays() []Array {
	out := make([]Array, len(f.Tensors))
	for i, t := range f.Tensors {
		out[i] = Array{t.Name, t.Shape, t.Data}
	}
	return out
}

// WriteNPZ writes the arrays to path in their order, uncompressed, whole or not at all as WriteSafetensors does. Equal
// arrays give equal bytes: there are no times in the file, and a NaN has one form. In Python, numpy.load(path)[name] has
// the array. An array takes at most MaxFile bytes; a name must be unique, and must not be empty, end in ".npy", or lead
// out of a folder into which someone unpacks the archive.
func WriteNPZ(path string, arrays []Array) error {
	seen := map[string]bool{}
	for _, a := range arrays {
		err := checkArray(a)
		if err == nil && seen[a.Name] {
			err = fmt.Errorf("the name is taken")
		}
		if err != nil {
			return fmt.Errorf("tensorfile: %s: array %.80q: %w", path, a.Name, err)
		}
		seen[a.Name] = true
	}
	return write(path, func(w io.Writer) error {
		z := zip.NewWriter(w)
		for _, a := range arrays {
			if err := addArray(z, a); err != nil {
				return fmt.Errorf("array %.80q: %w", a.Name, err)
			}
		}
		return z.Close()
	})
}

func checkArray(a Array) error {
	switch {
	case a.Name == "", strings.HasSuffix(a.Name, ".npy"), len(a.Name) > 1<<10, !utf8.ValidString(a.Name),
		strings.ContainsAny(a.Name, "\\:\x00"), strings.HasPrefix(a.Name, "/"),
		strings.Contains("/"+a.Name+"/", "/../"):
		return fmt.Errorf("this cannot be a name")
	}
	descr, n, size := describe(a.Data)
	if descr == "" {
		return fmt.Errorf("data of type %T is not supported", a.Data)
	}
	if err := checkShape(a.Shape, n); err != nil {
		return err
	}
	if n > (MaxFile-1024)/size {
		return fmt.Errorf("%d bytes are too many", n*size)
	}
	return nil
}

// describe is numpy's name for the type of data, how many elements it has and the bytes of each; descr is "" for a type
// that is not written.
func describe(data any) (descr string, n, size int) {
	switch d := data.(type) {
	case []float32:
		return "<f4", len(d), 4
	case []float64:
		return "<f8", len(d), 8
	case []int32:
		return "<i4", len(d), 4
	case []int64:
		return "<i8", len(d), 8
	case []int:
		return "<i8", len(d), 8
	case []uint8:
		return "|u1", len(d), 1
	case []bool:
		return "|b1", len(d), 1
	}
	return "", 0, 0
}

// addArray puts one npy file into the archive. It is built in memory first, so that its size and checksum stand before
// the data and not behind it; readers simpler than Python's need that.
func addArray(z *zip.Writer, a Array) error {
	descr, n, size := describe(a.Data)
	npy := append(make([]byte, 0, 1024+n*size), npyHeader(descr, a.Shape)...)
	npy = appendData(npy, a.Data)
	w, err := z.CreateRaw(&zip.FileHeader{
		Name:               a.Name + ".npy",
		Method:             zip.Store,
		ModifiedDate:       1<<5 | 1, //nolint:staticcheck // 1980-01-01, the earliest there is; CreateRaw ignores Modified
		CRC32:              crc32.ChecksumIEEE(npy),
		CompressedSize64:   uint64(len(npy)),
		UncompressedSize64: uint64(len(npy)),
	})
	if err != nil {
		return err
	}
	_, err = w.Write(npy)
	return err
}

func npyHeader(descr string, shape []int) []byte {
	var dims strings.Builder
	for _, d := range shape {
		fmt.Fprintf(&dims, "%d, ", d) // a tuple may end in a comma, and one of one element must
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, strings.TrimSuffix(dims.String(), " "))
	const fixed = 6 + 2 + 2
	padded := (fixed + len(dict) + 1 + 63) / 64 * 64
	h := bytes.NewBufferString("\x93NUMPY\x01\x00")
	_ = binary.Write(h, binary.LittleEndian, uint16(padded-fixed))
	h.WriteString(dict)
	h.WriteString(strings.Repeat(" ", padded-fixed-len(dict)-1))
	h.WriteByte('\n')
	return h.Bytes()
}

func appendData(b []byte, data any) []byte {
	switch d := data.(type) {
	case []float32:
		for _, x := range d {
			b = binary.LittleEndian.AppendUint32(b, bits32(x))
		}
	case []float64:
		for _, x := range d {
			b = binary.LittleEndian.AppendUint64(b, bits64(x))
		}
	case []int32:
		for _, x := range d {
			b = binary.LittleEndian.AppendUint32(b, uint32(x))
		}
	case []int64:
		for _, x := range d {
			b = binary.LittleEndian.AppendUint64(b, uint64(x))
		}
	case []int:
		for _, x := range d {
			b = binary.LittleEndian.AppendUint64(b, uint64(int64(x)))
		}
	case []uint8:
		b = append(b, d...)
	case []bool:
		for _, x := range d {
			one := byte(0)
			if x {
				one = 1
			}
			b = append(b, one)
		}
	}
	return b
}

// bits64 is x as it stands in a file, with one form of NaN.
func bits64(x float64) uint64 {
	if x != x {
		return 0x7ff8000000000000
	}
	return math.Float64bits(x)
}
