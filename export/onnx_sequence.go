package export

import (
	"baldwin/internal/onnx"
	"baldwin/task"
)

// sequence makes lives in Sequence Predicting. Its input is the truth that is shown, seen [tasks][K][dims], y(1) to y(K), or
// as-released y(0) to y(K); its own output is predictions [tasks][N-K][dims], as-released N of them. A step observes the truth
// where it is shown, else the last prediction. es-maml descends its four gradient steps first.
func (n *graph) sequence(f *task.Sequence) {
	shots, predictions := f.Shots, f.Length-f.Shots
	steps := f.Length - 1 // the output after the last truth is the first prediction
	if f.Protocol == task.AsReleased {
		shots, predictions = f.Shots+1, f.Length
		steps = shots + predictions // after the last truth the step observes zeros
	}
	seen := n.input("seen", onnx.Float, tasksDim, shots, n.Obs)
	n.count(seen)
	if n.Gradient && shots > 1 {
		n.descend(seen, shots)
	}
	shown, plastic, read := make([]bool, steps), make([]bool, steps), make([]bool, steps)
	for t := range steps {
		shown[t] = t < shots
		plastic[t] = shown[t] || f.PlasticTesting
		read[t] = t >= steps-predictions
	}
	x := seen
	if rest := steps - shots; rest > 0 {
		x = n.node("Concat", []onnx.Attr{{Name: "axis", Int: 1}}, seen, n.filled("rest", []int{rest, n.Obs}, make([]float32, rest*n.Obs)))
	}

	b := n.body("lifestep")
	last := b.input("last", onnx.Float, tasksDim, n.Obs)
	states, mine := n.bear(b)
	truth := b.input("x", onnx.Float, tasksDim, n.Obs)
	isShown, isPlastic, isRead := b.input("is_shown", onnx.Bool), b.input("is_plastic", onnx.Bool), b.input("is_read", onnx.Bool)
	act, next := b.step(b.op("Where", isShown, truth, last), mine, isPlastic)
	b.output("next", b.op("Where", isRead, act, last), tasksDim, n.Act)
	b.carry(next)
	b.report(act, next)

	blank := n.filled("blank", []int{n.Obs}, make([]float32, n.Obs))
	n.scan(b, steps, append([]carried{{"last", blank}}, states...),
		[]string{x, n.bools("shown", shown), n.bools("plastic", plastic), n.bools("read", read)}, 1, 0, 0, 0)
	n.output("predictions", n.op("Slice", "act", n.ints("first", int64(steps-predictions)), n.ints("end", int64(steps)), n.ints("axis.1", 1)),
		tasksDim, predictions, n.Act)
}
