package tensorfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// metadataKey is the one name in a header that is no tensor.
const metadataKey = "__metadata__"

// An entry is what a header says about one tensor.
type entry struct {
	name       string
	dtype      dtype
	shape      []int
	begin, end int64
	elements   int // the shape's product, once it has been checked
}

// parseHeader reads a header strictly: a name given twice, an unknown or missing field, or a number that is not a plain
// count is an error. It goes token by token because encoding/json would take the last of two equal names and match
// fields in any case.
func parseHeader(header []byte) ([]entry, map[string]string, error) {
	if len(header) == 0 || header[0] != '{' {
		return nil, nil, errors.New("not a safetensors file: the header does not begin with '{'")
	}
	if !utf8.Valid(header) {
		return nil, nil, errors.New("header is not UTF-8")
	}
	// The syntax as a whole first; the tokens below are then known to be well formed.
	var whole json.RawMessage
	if err := json.Unmarshal(header, &whole); err != nil {
		return nil, nil, fmt.Errorf("header is not JSON: %w", err)
	}
	p := &parser{json.NewDecoder(bytes.NewReader(header))}
	p.UseNumber()

	var (
		entries  []entry
		metadata map[string]string
	)
	err := p.object(func(name string) (err error) {
		if name == metadataKey {
			metadata = map[string]string{}
			err = p.object(func(key string) (err error) {
				metadata[key], err = p.str()
				return err
			})
		} else {
			if len(entries) == MaxTensors {
				return fmt.Errorf("more than %d tensors", MaxTensors)
			}
			var e entry
			e, err = p.entry(name)
			entries = append(entries, e)
		}
		if err != nil {
			return fmt.Errorf("header: %.80q: %w", name, err)
		}
		return nil
	})
	return entries, metadata, err
}

// A parser takes values of one kind each from JSON whose syntax is known to be right.
type parser struct{ *json.Decoder }

func (p *parser) entry(name string) (entry, error) {
	e := entry{name: name}
	seen := 0
	err := p.object(func(field string) error {
		seen++
		switch field {
		case "dtype":
			s, err := p.str()
			if err == nil && dtype(s).size() == 0 {
				err = fmt.Errorf("dtype %.80q is not supported; F32, F64, F16 and BF16 are", s)
			}
			e.dtype = dtype(s)
			return err
		case "shape":
			e.shape = []int{}
			return p.counts("shape", MaxRank, func(n int64) { e.shape = append(e.shape, int(n)) })
		case "data_offsets":
			var offsets []int64
			if err := p.counts("data_offsets", 2, func(n int64) { offsets = append(offsets, n) }); err != nil {
				return err
			}
			if len(offsets) != 2 {
				return fmt.Errorf("data_offsets has %d numbers, not 2", len(offsets))
			}
			e.begin, e.end = offsets[0], offsets[1]
			return nil
		}
		return fmt.Errorf("unknown field %.80q", field)
	})
	if err == nil && seen != 3 {
		err = errors.New("dtype, shape and data_offsets are all needed")
	}
	return e, err
}

// object calls value at each key of the object that comes next; value takes what stands there.
func (p *parser) object(value func(key string) error) error {
	if err := p.open('{', "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.More() {
		key, err := p.str()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("the name %.80q stands twice", key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	_, err := p.token()
	return err
}

// counts takes an array of at most limit numbers.
func (p *parser) counts(field string, limit int, value func(int64)) error {
	if err := p.open('[', "an array"); err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	for i := 0; p.More(); i++ {
		if i == limit {
			return fmt.Errorf("%s has more than %d numbers", field, limit)
		}
		t, err := p.token()
		if err != nil {
			return err
		}
		number, ok := t.(json.Number)
		if !ok {
			return fmt.Errorf("%s: want a number, got %s", field, kind(t))
		}
		n, err := strconv.ParseUint(number.String(), 10, 63)
		if err != nil || n > math.MaxInt {
			return fmt.Errorf("%s: %.40s is not a count", field, number)
		}
		value(int64(n))
	}
	_, err := p.token()
	return err
}

func (p *parser) str() (string, error) {
	t, err := p.token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("want a string, got %s", kind(t))
	}
	return s, nil
}

func (p *parser) open(delim json.Delim, want string) error {
	t, err := p.token()
	if err == nil && t != delim {
		err = fmt.Errorf("want %s, got %s", want, kind(t))
	}
	return err
}

func (p *parser) token() (json.Token, error) {
	t, err := p.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

// kind names a token for a message.
func kind(t json.Token) string {
	switch t := t.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case json.Delim:
		if t == '[' {
			return "an array"
		}
	}
	return "an object"
}
