package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml"

	"baldwin/run"
	"baldwin/task"
)

// Limits of a tasks file.
const (
	maxCase  = 64 << 20 // bytes
	maxTasks = 100000
)

// A lifeCase is a file of `live`: a learner, a family and tasks of it.
type lifeCase struct {
	learner string
	family  map[string]any // as in the file
	spec    run.Spec       // of both
	tasks   []task.Task
}

// caseNames are the letters of the paper, which a sequence's case uses, and the names of a spec.
var caseNames = map[string]string{"k": "shots", "n": "length"}

// caseLearner are the settings that a case has among those of its family, and a spec among those of its learner.
var caseLearner = map[string]bool{"gated_state": true, "rule": true, "hidden": true}

// caseNotes are words about how a case was drawn.
var caseNotes = map[string]bool{"turning": true, "near": true}

// readCase reads a tasks file.
func (p *process) readCase(path string) (*lifeCase, error) {
	data, err := readFile(path, maxCase)
	if err != nil {
		return nil, err
	}
	var file struct {
		Learner string            `json:"learner"`
		Family  map[string]any    `json:"family"`
		Tasks   []json.RawMessage `json:"tasks"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&file); err != nil {
		return nil, badf("%s: %s", path, jsonFault(data, err, d.InputOffset()))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, badf("%s: there is text after the JSON object", path)
	}
	switch {
	case file.Learner == "":
		return nil, badf("%s: learner: missing", path)
	case file.Family == nil:
		return nil, badf("%s: family: missing", path)
	case len(file.Tasks) == 0:
		return nil, badf("%s: tasks: missing", path)
	case len(file.Tasks) > maxTasks:
		return nil, badf("%s: tasks: there are %d, at most %d are taken", path, len(file.Tasks), maxTasks)
	}
	c := &lifeCase{learner: file.Learner, family: file.Family}
	if c.spec, err = p.caseSpec(path, file.Learner, file.Family); err != nil {
		return nil, err
	}
	for i, t := range file.Tasks {
		decoded, err := c.spec.Family.Family.Decode(t)
		if err != nil {
			return nil, badf("%s: task %d: %w", path, i+1, err)
		}
		c.tasks = append(c.tasks, decoded)
	}
	return c, nil
}

// caseSpec writes learner and family as a spec and reads that, so that a case is checked as strictly as a spec.
func (p *process) caseSpec(path, learner string, family map[string]any) (run.Spec, error) {
	settings, kind := map[string]any{}, map[string]any{"name": learner}
	for name, v := range family {
		if n, ok := v.(json.Number); ok {
			v = plain(n)
		}
		to := ""
		if family["name"] == "sequence" {
			to = caseNames[name]
		}
		switch {
		case caseNotes[name]:
		case caseLearner[name]:
			kind[name] = v
		case to != "":
			settings[to] = v
		default:
			settings[name] = v
		}
	}
	data, err := yaml.Marshal(map[string]any{"family": settings, "learner": kind})
	if err != nil {
		return run.Spec{}, badf("%s: family: %w", path, err)
	}
	spec, err := run.ParseSpec("the changed spec", data, p.registry)
	if err != nil {
		return spec, badf("%s: %s", path, plainFault(err))
	}
	return spec, nil
}

// plain is a JSON number as an integer where it is one.
func plain(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return n.String()
	}
	return f
}

// jsonFault says where JSON is wrong.
func jsonFault(data []byte, err error, at int64) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typ):
		if typ.Field == "" {
			return fmt.Sprintf("line %d: want an object with learner, family and tasks, got %s", lineAt(data, typ.Offset), typ.Value)
		}
		return fmt.Sprintf("line %d: %s: want %s, got %s", lineAt(data, typ.Offset), typ.Field, typ.Type, typ.Value)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the JSON ends too early"
	}
	return fmt.Sprintf("line %d: not JSON: %v", lineAt(data, at), err)
}

func lineAt(data []byte, offset int64) int {
	offset = min(offset, int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}
