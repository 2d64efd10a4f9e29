package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"baldwin/run"
)

var settingPath = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$`)

// changed is the spec in base with settings changed, each written path=value.
func changed(base []byte, set []string, r run.Registry) (run.Spec, error) {
	const file = "the changed spec"
	if len(set) == 0 {
		return run.ParseSpec(file, base, r)
	}
	var tree yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(base, &tree, yaml.UseOrderedMap()); err != nil {
		return run.Spec{}, fmt.Errorf("%s: %w", file, err)
	}
	for _, s := range set {
		path, text, ok := strings.Cut(s, "=")
		if !ok || !settingPath.MatchString(path) {
			return run.Spec{}, fmt.Errorf("--set %s: want PATH=VALUE, such as strategy.population=100", s)
		}
		if _, err := parser.ParseBytes([]byte(text), 0); err != nil || strings.ContainsAny(text, "\n") {
			return run.Spec{}, fmt.Errorf("--set %s: the value is not YAML", s)
		}
		var value any
		if err := yaml.UnmarshalWithOptions([]byte(text), &value, yaml.UseOrderedMap()); err != nil {
			return run.Spec{}, fmt.Errorf("--set %s: the value is not YAML", s)
		}
		if tree, ok = put(tree, strings.Split(path, "."), value); !ok {
			return run.Spec{}, fmt.Errorf("--set %s: a part of the path is no group of settings", s)
		}
	}
	data, err := yaml.Marshal(tree)
	if err != nil {
		return run.Spec{}, fmt.Errorf("--set: %w", err)
	}
	spec, err := run.ParseSpec(file, data, r)
	if err != nil {
		err = errors.New(plainFault(err))
	}
	return spec, err
}

var invisible = regexp.MustCompile(`(?m)^(the changed spec(:\d+)?: (\[\d+:\d+\] )?|[ >].*\n?)`)

// plainFault is what is wrong with a text that nobody sees: without its lines, which would say nothing.
func plainFault(err error) string {
	return strings.TrimRight(invisible.ReplaceAllString(err.Error(), ""), "\n")
}

// put sets a value at a path, making the groups on the way; it reports false where a value stands in the way.
func put(m yaml.MapSlice, path []string, value any) (yaml.MapSlice, bool) {
	at := -1
	for i := range m {
		if m[i].Key == path[0] {
			at = i
		}
	}
	if at < 0 {
		m = append(m, yaml.MapItem{Key: path[0]})
		at = len(m) - 1
	}
	if len(path) == 1 {
		m[at].Value = value
		return m, true
	}
	inner, ok := m[at].Value.(yaml.MapSlice)
	if !ok && m[at].Value != nil {
		return m, false
	}
	inner, ok = put(inner, path[1:], value)
	m[at].Value = inner
	return m, ok
}
