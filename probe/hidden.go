package probe

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"baldwin/task"
)

// A Parameter is one hidden parameter of a task. An angle is its sine and its cosine, and a parameter of several dimensions
// has one value, or pair, for each.
type Parameter struct {
	Name   string
	Values []float64
}

// Hidden are the hidden parameters of a task, in the paper's letters: A, n, phi of a sequence; A0, k, goal_x, goal_y of a
// robot. Of another family's task they are the numbers of its JSON.
func Hidden(t task.Task) []Parameter {
	switch t := t.(type) {
	case *task.SequenceTask:
		var phase []float64
		for _, phi := range t.Phase {
			phase = append(phase, math.Sin(phi), math.Cos(phi))
		}
		return []Parameter{{"A", t.Amplitude}, {"n", t.Period}, {"phi", phase}}
	case *task.RobotTask:
		return []Parameter{{"A0", []float64{t.A0}}, {"k", []float64{t.K}}, {"goal_x", t.Goal[:1]}, {"goal_y", t.Goal[1:]}}
	}
	var fields map[string]any
	if data, err := json.Marshal(t); err != nil || json.Unmarshal(data, &fields) != nil {
		return nil // it shows nothing
	}
	var out []Parameter
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if v, ok := fields[name].(float64); ok {
			out = append(out, Parameter{name, []float64{v}})
		}
	}
	return out
}

// describe is a task's hidden parameters in a line.
func describe(t task.Task) string {
	switch t := t.(type) {
	case *task.SequenceTask:
		return fmt.Sprintf("A %.4g, n %.4g, phi %.3g", t.Amplitude[0], t.Period[0], t.Phase[0])
	case *task.RobotTask:
		return fmt.Sprintf("A0 %.3g, k %.3g, goal (%.2g, %.2g)", t.A0, t.K, t.Goal[0], t.Goal[1])
	}
	line := ""
	for _, p := range Hidden(t) {
		line += fmt.Sprintf("%s %.3g ", p.Name, p.Values[0])
	}
	return line
}
