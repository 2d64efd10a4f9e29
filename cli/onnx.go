package cli

import "baldwin/export"

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
	m, err := export.OnnxLife(g.Learner, g.Theta, g.Spec.Family.Family, g.file(e.row, ck).Metadata)
	if err == nil {
		err = export.WriteOnnx(e.path, m)
	}
	if err != nil {
		return bad(err)
	}
	return e.saidGenome("whole lives of the learner", g, ck)
}
