package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"baldwin/run"
)

// A dial sets one hidden parameter of a task.
type dial struct {
	Key   string  `json:"key"` // where it stands in the task's JSON, such as "amplitude.0"; in an address, its name
	Label string  `json:"label"`
	Min   float64 `json:"min"` // of the family's range; a slider's ends
	Max   float64 `json:"max"`
	Value float64 `json:"value"`
}

// ranges are the ranges and signs of the paper's hidden parameters (EPRNN, section 4.1), by family and field.
var ranges = map[string]map[string]struct {
	label    string
	min, max float64
}{
	"sequence": {"amplitude": {"A", 1, 3}, "period": {"n", 10, 100}, "phase": {"φ", 0, 2 * math.Pi}},
	"robot":    {"goal": {"goal", -0.5, 0.5}, "a0": {"A0", 0.5, 2}, "k": {"k", 0.1, 0.5}},
}

// starts are what the numbers of a start are, in the order of package task.
var starts = map[string][]string{"cartpole": {"x", "v", "θ", "ω"}, "pendulum": {"θ", "ω"}}

// given are fields of a task that are no hidden parameters: its noise, and an exploring episode's.
var given = []string{"noise", "exploration", "explore"}

// draws is how many tasks show the range of a parameter that ranges does not have.
const draws = 200

// dialsOf are the dials of a task, which is its JSON, at the values that it has.
func dialsOf(family string, task map[string]any, others func() []map[string]any) []dial {
	out := []dial{}
	for _, field := range slices.Sorted(maps.Keys(task)) {
		if slices.Contains(given, field) {
			continue
		}
		list, many := task[field].([]any)
		if !many {
			list = []any{task[field]}
		}
		for i, v := range list {
			value, ok := v.(float64)
			if !ok {
				continue
			}
			d := dial{Key: field, Label: field, Value: value}
			r, known := ranges[family][field]
			if known {
				d.Label, d.Min, d.Max = r.label, r.min, r.max
			}
			if many {
				d.Key = field + "." + strconv.Itoa(i)
				switch {
				case field == "goal":
					d.Label += " " + string("xy"[i])
				case field == "start" && i < len(starts[family]):
					d.Label += " " + starts[family][i]
				case len(list) > 1:
					d.Label += " " + strconv.Itoa(i+1)
				}
			}
			if !known {
				d.Min, d.Max = value, value
				for _, o := range others() {
					if v, ok := at(o, d.Key); ok {
						d.Min, d.Max = min(d.Min, v), max(d.Max, v)
					}
				}
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b dial) int {
		return cmp.Or(cmp.Compare(a.index(), b.index()), cmp.Compare(slices.Index(order, a.field()), slices.Index(order, b.field())))
	})
	return out
}

// order is that in which the paper names them, dimension by dimension; others stand by name.
var order = []string{"amplitude", "period", "phase", "a0", "k"}

func (d dial) field() string {
	field, _, _ := strings.Cut(d.Key, ".")
	return field
}

// index is the parameter's dimension. A goal's are one parameter; a start comes last.
func (d dial) index() int {
	field, index, _ := strings.Cut(d.Key, ".")
	i, _ := strconv.Atoi(index)
	switch field {
	case "goal":
		return 0
	case "start":
		return 1000 + i
	}
	return i
}

// at is the number at a key.
func at(task map[string]any, key string) (float64, bool) {
	field, index, many := strings.Cut(key, ".")
	v := task[field]
	if many {
		list, ok := v.([]any)
		i, err := strconv.Atoi(index)
		if !ok || err != nil || i < 0 || i >= len(list) {
			return 0, false
		}
		v = list[i]
	}
	f, ok := v.(float64)
	return f, ok
}

// set puts a number at a key that is there.
func set(task map[string]any, key string, v float64) {
	field, index, many := strings.Cut(key, ".")
	if !many {
		task[field] = v
		return
	}
	i, _ := strconv.Atoi(index)
	task[field].([]any)[i] = v
}

// asJSON is a task as plain JSON. Numbers keep their bits: encoding/json writes the shortest text that reads back the same.
func asJSON(task any) (map[string]any, error) {
	data, err := json.Marshal(task)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	return m, json.Unmarshal(data, &m)
}

// turned sets what the query says. A number that no slider can be at is refused only where the family itself refuses it.
func turned(task map[string]any, query url.Values) error {
	for key := range query {
		if _, ok := at(task, key); !ok {
			continue
		}
		v, err := strconv.ParseFloat(query.Get(key), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return badf("%s: want a number, got %.30q", key, query.Get(key))
		}
		set(task, key, v)
	}
	return nil
}

// settingPrefix marks a setting of the family in an address, such as family.noise.
const settingPrefix = "family."

// settings are the settings of a family that the explorer has a slider for.
var settings = map[string][]dial{"robot": {{Key: settingPrefix + "noise", Label: "σ", Min: 0, Max: 0.3}}}

// changedSpec is the spec with the settings of the query.
func changedSpec(s run.Spec, query url.Values, r run.Registry) (run.Spec, error) {
	var doc map[string]any
	changed := false
	for _, d := range settings[s.Family.Name] {
		text := query.Get(d.Key)
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return s, badf("%s: want a number, got %.30q", d.Key, text)
		}
		if doc == nil {
			if err := yaml.NewDecoder(bytes.NewReader(s.YAML())).Decode(&doc); err != nil {
				return s, fmt.Errorf("web: %w", err)
			}
		}
		family, ok := doc["family"].(map[string]any)
		if !ok {
			return s, fmt.Errorf("web: a spec without family")
		}
		family[strings.TrimPrefix(d.Key, settingPrefix)] = v
		changed = true
	}
	if !changed {
		return s, nil
	}
	text, err := yaml.Marshal(doc)
	if err != nil {
		return s, fmt.Errorf("web: %w", err)
	}
	out, err := run.ParseSpec("settings", text, r)
	if err != nil {
		return s, &badRequest{err}
	}
	return out, nil
}

// settingDials are the settings' dials at the values that a spec has.
func settingDials(s run.Spec) ([]dial, error) {
	var doc struct {
		Family map[string]any `yaml:"family"`
	}
	if err := yaml.Unmarshal(s.YAML(), &doc); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	out := append([]dial{}, settings[s.Family.Name]...)
	for i, d := range out {
		switch v := doc.Family[strings.TrimPrefix(d.Key, settingPrefix)].(type) {
		case float64:
			out[i].Value = v
		case uint64:
			out[i].Value = float64(v)
		}
	}
	return out, nil
}
