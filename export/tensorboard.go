package export

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"baldwin/internal/tfevents"
	"baldwin/internal/wholefile"
	"baldwin/run"
)

// A History is all that a run has told so far.
type History struct {
	Run         string
	Created     time.Time
	Spec        []byte   // canonical YAML
	Tensors     []string // names in genome order
	Generations []run.GenerationRow
	MetaTests   []run.MetaTestRow
}

// WriteTensorBoard writes one event file into the folder dir, which it makes, and returns its path. The step is the generation.
// Tags: fitness/*, sigma/TENSOR, theta/norm, lives/nan, speed/lives_per_second, meta_test/*, and the spec as text. The time of
// an event is when the run began plus the seconds that it had worked by then: pauses are left out. The same history gives the
// same file, and a longer one takes its place.
func WriteTensorBoard(dir string, h *History) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("making %s: %w", dir, err)
	}
	path := filepath.Join(dir, fmt.Sprintf("events.out.tfevents.%010d.%s", h.Created.Unix(), h.Run))
	return path, wholefile.Write(path, func(to io.Writer) error {
		w := tfevents.New(to, h.Created)
		w.Text(h.Created, 0, "spec", "```yaml\n"+string(h.Spec)+"```\n")
		h.walk(w.Scalars)
		return w.Err()
	})
}

// walk calls see with the numbers of each generation and meta-test, in the order in which the run made them: a generation's before
// the test of its theta. It returns the time at the end.
func (h *History) walk(see func(at time.Time, generation int, scalars []tfevents.Scalar)) time.Time {
	at, tests := h.Created, h.MetaTests
	test := func(upTo int) {
		for len(tests) > 0 && tests[0].Generation <= upTo {
			m := &tests[0]
			tests = tests[1:]
			at = at.Add(seconds(m.Seconds))
			see(at, m.Generation, testScalars(m))
		}
	}
	test(0)
	for i := range h.Generations {
		g := &h.Generations[i]
		at = at.Add(seconds(g.Seconds))
		see(at, g.Generation, generationScalars(g, h.Tensors))
		test(g.Generation)
	}
	return at
}

func seconds(s float64) time.Duration {
	if !(s >= 0 && s < 1e9) { // NaN too
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

// generationScalars are the numbers of a generation under the names that TensorBoard and MLflow show.
func generationScalars(g *run.GenerationRow, tensors []string) []tfevents.Scalar {
	s := []tfevents.Scalar{
		{Tag: "fitness/best", Value: g.Best}, {Tag: "fitness/upper", Value: g.Upper}, {Tag: "fitness/median", Value: g.Median},
		{Tag: "fitness/lower", Value: g.Lower}, {Tag: "fitness/worst", Value: g.Worst},
		{Tag: "lives/nan", Value: float64(g.NaN)}, {Tag: "theta/norm", Value: g.ThetaNorm},
	}
	if g.Seconds > 0 {
		s = append(s, tfevents.Scalar{Tag: "speed/lives_per_second", Value: float64(g.Lives) / g.Seconds})
	}
	for i, name := range tensors {
		if i < len(g.Sigma) {
			s = append(s, tfevents.Scalar{Tag: "sigma/" + name, Value: g.Sigma[i]})
		}
	}
	return s
}

func testScalars(m *run.MetaTestRow) []tfevents.Scalar {
	return []tfevents.Scalar{
		{Tag: "meta_test/mean", Value: m.Mean}, {Tag: "meta_test/low", Value: m.Low}, {Tag: "meta_test/high", Value: m.High},
		{Tag: "meta_test/sd", Value: m.SD},
	}
}
