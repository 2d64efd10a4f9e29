package tensorfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"baldwin/internal/wholefile"
)

// WriteSafetensors writes f to path as F32 tensors in the order given, whole or not at all: a reader sees the old file
// or the new one, and so does a machine that lost power. Equal files have equal bytes. A file that ReadSafetensors would
// refuse is an error: names must be unique and UTF-8, shapes must match the data, and the limits hold.
func WriteSafetensors(path string, f *File) error {
	header, err := encodeHeader(f)
	if err != nil {
		return fmt.Errorf("tensorfile: %s: %w", path, err)
	}
	return write(path, func(w io.Writer) error { return encode(w, header, f) })
}

// write is wholefile.Write with this package's name before its errors.
func write(path string, fill func(io.Writer) error) error {
	if err := wholefile.Write(path, fill); err != nil {
		return fmt.Errorf("tensorfile: %w", err)
	}
	return nil
}

// EncodeSafetensors is the bytes that WriteSafetensors writes.
func EncodeSafetensors(f *File) ([]byte, error) {
	header, err := encodeHeader(f)
	if err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	var out bytes.Buffer
	if err := encode(&out, header, f); err != nil {
		return nil, fmt.Errorf("tensorfile: %w", err)
	}
	return out.Bytes(), nil
}

func encode(w io.Writer, header []byte, f *File) error {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	if _, err := w.Write(length); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range f.Tensors {
		if err := writeFloat32(w, t.Data); err != nil {
			return err
		}
	}
	return nil
}

// encodeHeader checks f and lays it out: the metadata first, then the tensors in their order, then spaces up to a
// multiple of 8 bytes, so that the data is aligned in a file that is mapped.
func encodeHeader(f *File) ([]byte, error) {
	if len(f.Tensors) > MaxTensors {
		return nil, fmt.Errorf("%d tensors, at most %d are allowed", len(f.Tensors), MaxTensors)
	}
	var fields []string
	if len(f.Metadata) > 0 {
		for k, v := range f.Metadata {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return nil, fmt.Errorf("metadata %.80q: not UTF-8", k)
			}
		}
		fields = append(fields, quote(metadataKey)+":"+quote(f.Metadata)) // keys in sorted order
	}
	seen := map[string]bool{metadataKey: true}
	offset := 0
	for _, t := range f.Tensors {
		if !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %.80q: the name is not UTF-8", t.Name)
		}
		if seen[t.Name] {
			return nil, fmt.Errorf("tensor %.80q: the name is taken", t.Name)
		}
		seen[t.Name] = true
		if err := checkShape(t.Shape, len(t.Data)); err != nil {
			return nil, fmt.Errorf("tensor %.80q: %w", t.Name, err)
		}
		end := offset + 4*len(t.Data)
		if end > MaxFile {
			return nil, fmt.Errorf("tensor %.80q: the file would exceed %d bytes", t.Name, MaxFile)
		}
		fields = append(fields, fmt.Sprintf(`%s:{"dtype":"F32","shape":%s,"data_offsets":[%d,%d]}`,
			quote(t.Name), quote(append([]int{}, t.Shape...)), offset, end))
		offset = end
	}
	header := []byte("{" + strings.Join(fields, ",") + "}")
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	if len(header) > MaxHeader {
		return nil, fmt.Errorf("header has %d bytes, at most %d are allowed", len(header), MaxHeader)
	}
	if 8+len(header)+offset > MaxFile {
		return nil, fmt.Errorf("the file would exceed %d bytes", MaxFile)
	}
	return header, nil
}

// quote is v, a string, map of strings or slice of numbers, as JSON.
func quote(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("tensorfile: a plain value has no JSON")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// checkShape says whether a shape holds n elements.
func checkShape(shape []int, n int) error {
	want, err := elements(shape)
	if err == nil && want != n {
		err = fmt.Errorf("shape %v wants %d elements, there are %d", shape, want, n)
	}
	return err
}

// writeFloat32 writes x little-endian, every NaN as 0x7fc00000.
func writeFloat32(w io.Writer, x []float32) error {
	var buf [4096]byte
	for len(x) > 0 {
		n := min(len(x), len(buf)/4)
		for i, v := range x[:n] {
			binary.LittleEndian.PutUint32(buf[4*i:], bits32(v))
		}
		if _, err := w.Write(buf[:4*n]); err != nil {
			return err
		}
		x = x[n:]
	}
	return nil
}
