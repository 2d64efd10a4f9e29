package run

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

type registryKey struct{}

// ParseSpec reads a Spec in YAML, strictly: an unknown field, a wrong type and a value that cannot be are each shown with
// file and line, the first two with the place in the text too. The Spec is resolved.
func ParseSpec(file string, data []byte, r Registry) (Spec, error) {
	var s Spec
	t := text{file, string(data)}
	root, err := t.parse()
	if err != nil {
		return s, err
	}
	if root != nil {
		if err := t.checkSpec(root, r); err != nil {
			return s, err
		}
		ctx := context.WithValue(context.Background(), registryKey{}, r)
		if err := yaml.NewDecoder(strings.NewReader(""), yaml.Strict()).DecodeFromNodeContext(ctx, root, &s); err != nil {
			return s, t.fault(err)
		}
	}
	s, err = s.Resolve(r)
	return s, t.locate(root, err)
}

// locate puts file and line before each field error.
func (t text) locate(root *ast.MappingNode, err error) error {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for i, e := range list {
		var field *FieldError
		line := 0
		if errors.As(e, &field) {
			line = lineOf(root, field.Path)
		}
		if line == 0 {
			list[i] = fmt.Errorf("%s: %w", t.file, e)
		} else {
			list[i] = fmt.Errorf("%s:%d: %w", t.file, line, e)
		}
	}
	return errors.Join(list...)
}

// UnmarshalYAML reads the name, then the rest as the settings of the family of that name.
func (f *FamilySpec) UnmarshalYAML(ctx context.Context, node ast.Node) error {
	r, _ := ctx.Value(registryKey{}).(Registry)
	m, ok := node.(*ast.MappingNode)
	if !ok {
		return errors.New("family: want a mapping with a name and the family's settings")
	}
	name, rest := splitName(m)
	kind, err := r.Family(name)
	if err != nil {
		return err
	}
	f.Name, f.Family = kind.Name, kind.New()
	if len(rest.Values) == 0 {
		return nil
	}
	return yaml.NodeToValue(rest, f.Family, yaml.Strict())
}

// splitName parts a family's mapping into the name, or the default's, and the settings.
func splitName(m *ast.MappingNode) (name string, rest *ast.MappingNode) {
	settings := *m
	settings.Values = nil
	for _, v := range m.Values {
		if keyOf(v) != "name" {
			settings.Values = append(settings.Values, v)
		} else if s, ok := v.Value.(*ast.StringNode); ok {
			name = s.Value
		}
	}
	fallback(&name, DefaultFamily)
	return name, &settings
}

// MarshalYAML writes the name and the settings side by side.
func (f FamilySpec) MarshalYAML() ([]byte, error) {
	head, err := yaml.Marshal(yaml.MapSlice{{Key: "name", Value: f.Name}})
	if err != nil || f.Family == nil {
		return head, err
	}
	settings, err := yaml.Marshal(f.Family)
	return append(head, settings...), err
}

// YAML is the resolved Spec in canonical form: every field, in the order of the struct.
func (s Spec) YAML() []byte {
	data, err := yaml.Marshal(s)
	if err != nil {
		panic("run: a spec does not marshal: " + err.Error())
	}
	return data
}
