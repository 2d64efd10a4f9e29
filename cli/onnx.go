package cli

import (
	"baldwin/export"
	"baldwin/task"
)

// onnxStep writes one step of a genome's learner as a network.
func (e *exporting) onnxStep() error {
	g, ck, err := e.checkpoint()
	if err != nil {
		return err
	}
	m, err := export.OnnxStep(g.Learner, g.Theta, g.file(e.row, ck).Metadata)
	if err == nil {
		err = export.WriteOnnx(e.path, m)
	}
	if err != nil {
		return bad(err)
	}
	return e.saidGenome("one step of the learner", g, ck)
}

// onnxLife writes whole lives of a genome as a network.
func (e *exporting) onnxLife() error {
	g, ck, err := e.checkpoint()
	if err != nil {
		return err
	}
	f, ok := g.Spec.Family.Family.(*task.Sequence)
	if !ok {
		return badf("--format onnx-life: a whole life is of family sequence; the world of family %s is no part of a network: use --format onnx, one step",
			g.Spec.Family.Name)
	}
	s := &export.Sequence{Seen: f.Shots, Predictions: f.Length - f.Shots, Plastic: f.PlasticTesting}
	if f.Protocol == task.AsReleased {
		s.Seen, s.Predictions, s.Blank = f.Shots+1, f.Length, true
	}
	m, err := export.OnnxLife(g.Learner, g.Theta, s, g.file(e.row, ck).Metadata)
	if err == nil {
		err = export.WriteOnnx(e.path, m)
	}
	if err != nil {
		return bad(err)
	}
	return e.saidGenome("whole lives of the learner", g, ck)
}
