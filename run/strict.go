package run

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxSpec is the most bytes that a spec file may have.
const MaxSpec = 1 << 16

// Bounds on a spec's nesting: the parser takes time with the square of it. A level of block style is a column at least, a
// level of flow style a bracket.
const (
	maxLine     = 1000
	maxBrackets = 1000
)

// text is the YAML of a spec. A spec is plain data: one document of mappings, lists, text, numbers and booleans. What YAML
// has besides (anchors, aliases, merges, tags) is refused, for none of it is needed and a few lines of it can stand for
// gigabytes; and no value is bent to its field: 1.5 is no whole number, "10" is none either.
type text struct{ file, data string }

// at is an error at a place: file and line before it, the text with a caret after it.
func (t text) at(p *token.Position, format string, args ...any) error {
	lines := strings.Split(t.data, "\n")
	var b strings.Builder
	for n := max(1, p.Line-1); n <= min(p.Line, len(lines)); n++ {
		mark := " "
		if n == p.Line {
			mark = ">"
		}
		fmt.Fprintf(&b, "\n%s%4d | %s", mark, n, strings.TrimSuffix(lines[n-1], "\r"))
	}
	if p.Line <= len(lines) {
		before := []rune(lines[p.Line-1])
		before = before[:min(max(p.Column-1, 0), len(before))]
		for i, r := range before {
			if r != '\t' {
				before[i] = ' '
			}
		}
		b.WriteString("\n        " + string(before) + "^")
	}
	return fmt.Errorf("%s:%d: %w%s", t.file, p.Line, fmt.Errorf(format, args...), b.String())
}

// fault is an error of the YAML package in our form.
func (t text) fault(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	return t.at(e.GetToken().Position, "%s", e.GetMessage())
}

// parse returns the one mapping of the text; nil if it is empty.
func (t text) parse() (*ast.MappingNode, error) {
	switch {
	case len(t.data) > MaxSpec:
		return nil, fmt.Errorf("%s: a spec has at most %d bytes, this file has %d", t.file, MaxSpec, len(t.data))
	case !utf8.ValidString(t.data) || strings.ContainsRune(t.data, 0):
		return nil, fmt.Errorf("%s: not a text in UTF-8", t.file)
	case strings.Count(t.data, "[")+strings.Count(t.data, "{") > maxBrackets:
		return nil, fmt.Errorf("%s: a spec has at most %d brackets", t.file, maxBrackets)
	}
	for i, line := range strings.Split(t.data, "\n") {
		if len(line) > maxLine {
			return nil, fmt.Errorf("%s:%d: a line of a spec has at most %d bytes, this one has %d", t.file, i+1, maxLine, len(line))
		}
	}
	tree, err := parser.ParseBytes([]byte(t.data), 0)
	if err != nil {
		return nil, t.fault(err)
	}
	var root *ast.MappingNode
	for i, doc := range tree.Docs {
		if i > 0 {
			return nil, t.at(doc.Start.Position, "a spec is one document")
		}
		switch n := doc.Body.(type) {
		case nil, *ast.NullNode:
		case *ast.MappingNode:
			root = n
		default:
			return nil, t.at(place(n), "a spec is a mapping of settings")
		}
	}
	return root, nil
}

// checkSpec checks the whole document against the fields of Spec.
func (t text) checkSpec(root *ast.MappingNode, r Registry) error {
	err := error(nil)
	ast.Walk(visitor(func(n ast.Node) {
		switch n.(type) {
		case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode, *ast.MappingKeyNode, *ast.DirectiveNode:
			if err == nil {
				err = t.at(place(n), "a spec is plain: no anchors, aliases, merges, tags or complex keys")
			}
		}
	}), root)
	if err != nil {
		return err
	}
	return t.check(root, reflect.TypeFor[Spec](), "", r)
}

type visitor func(ast.Node)

func (v visitor) Visit(n ast.Node) ast.Visitor { v(n); return v }

// check holds a node to the type that it is decoded into. Types that a spec itself has not got, which a user's family may
// have, are left to the decoder.
func (t text) check(n ast.Node, to reflect.Type, path string, r Registry) error {
	if _, null := n.(*ast.NullNode); null {
		if to.Kind() == reflect.Struct {
			return nil // a section whose settings are all commented out
		}
		return t.at(place(n), "%s: has no value", path)
	}
	bad := func(want string) error { return t.at(place(n), "%s: must be %s, got %s", path, want, shown(n)) }
	switch to.Kind() {
	case reflect.Struct:
		m, ok := n.(*ast.MappingNode)
		if !ok {
			return bad("a mapping of settings")
		}
		return t.checkMapping(m, to, path, r)
	case reflect.Slice:
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			return bad("a list in brackets")
		}
		for _, v := range list.Values {
			if err := t.check(v, to.Elem(), path, r); err != nil {
				return err
			}
		}
	case reflect.String:
		if _, ok := n.(*ast.StringNode); !ok {
			return bad("text")
		}
	case reflect.Bool:
		if _, ok := n.(*ast.BoolNode); !ok {
			return bad("true or false")
		}
	case reflect.Int, reflect.Int64:
		if v, err := strconv.ParseInt(shown(n), 10, 64); err != nil || !means(n, v) {
			return bad("a whole number")
		}
	case reflect.Uint64:
		if v, err := strconv.ParseUint(shown(n), 10, 64); err != nil || !means(n, v) {
			return bad("a whole number from 0 to 2^64-1")
		}
	case reflect.Float64:
		switch n := n.(type) {
		case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
			return nil
		case *ast.IntegerNode:
			if v, err := strconv.ParseInt(shown(n), 10, 64); err == nil && means(n, v) {
				return nil
			}
		case *ast.StringNode: // 1e-7 is text to the parser, and the number to the decoder
			if _, err := strconv.ParseFloat(shown(n), 64); err == nil {
				return nil
			}
		}
		return bad("a number")
	}
	return nil
}

func (t text) checkMapping(m *ast.MappingNode, to reflect.Type, path string, r Registry) error {
	section := path
	if path != "" {
		path += "."
	}
	if to == reflect.TypeFor[FamilySpec]() {
		named := ast.Node(m)
		for _, v := range m.Values {
			if keyOf(v) == "name" {
				named = v.Value
				if err := t.check(named, reflect.TypeFor[string](), path+"name", r); err != nil {
					return err
				}
			}
		}
		name, rest := splitName(m)
		kind, err := r.Family(name)
		if err != nil {
			return t.at(place(named), "%sname: %w", path, err)
		}
		family := reflect.TypeOf(kind.New())
		if family.Kind() != reflect.Pointer || family.Elem().Kind() != reflect.Struct {
			return nil
		}
		return t.checkMapping(rest, family.Elem(), section, r)
	}
	fields, plain := settings(to)
	if !plain {
		return nil
	}
	for _, v := range m.Values {
		name := keyOf(v)
		i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Name == name })
		if i < 0 {
			names := make([]string, len(fields))
			for j, f := range fields {
				names[j] = f.Name
			}
			return t.at(place(v.Key), "unknown field %q; there are %s", path+name, strings.Join(names, ", "))
		}
		if err := t.check(v.Value, fields[i].Type, path+name, r); err != nil {
			return err
		}
	}
	return nil
}

// settings are the fields of a type under their names in YAML; it reports false where the type reads YAML in a way of its
// own.
func settings(to reflect.Type) (fields []reflect.StructField, plain bool) {
	if _, own := reflect.PointerTo(to).MethodByName("UnmarshalYAML"); own {
		return nil, false
	}
	for _, f := range reflect.VisibleFields(to) {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case f.Anonymous || strings.Contains(options, "inline"):
			return nil, false
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = strings.ToLower(f.Name)
		}
		f.Name = name
		fields = append(fields, f)
	}
	return fields, true
}

// keyOf is a setting's name, without quotes.
func keyOf(v *ast.MappingValueNode) string { return v.Key.GetToken().Value }

// place is where a node stands.
func place(n ast.Node) *token.Position { return n.GetToken().Position }

// shown is a value as it was written, shortened.
func shown(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	s := strings.TrimSpace(n.GetToken().Origin)
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "..."
	}
	return s
}

// means says that a number reads as v to the decoder too; it takes 010 for 8.
func means[T int64 | uint64](n ast.Node, v T) bool {
	i, ok := n.(*ast.IntegerNode)
	return ok && fmt.Sprint(i.Value) == fmt.Sprint(v)
}

// lineOf is the line of a field's key, or else of the nearest section around it; 0 where there is none.
func lineOf(root *ast.MappingNode, path string) (line int) {
	for m := root; m != nil; {
		key, rest, _ := strings.Cut(path, ".")
		i := slices.IndexFunc(m.Values, func(v *ast.MappingValueNode) bool { return keyOf(v) == key })
		if i < 0 {
			return line
		}
		line = place(m.Values[i].Key).Line
		m, _ = m.Values[i].Value.(*ast.MappingNode)
		path = rest
	}
	return line
}
