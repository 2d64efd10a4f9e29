package export

import (
	"math"

	"baldwin/internal/onnx"
	"baldwin/task"
)

// robot makes lives in Wheeled Robot Navigating, world and all, in float64 as package task has it. Inputs:
//
//	goal   [tasks][2]       double
//	a0, k  [tasks]          double
//	noise  [tasks][steps]   double: of the signal
//
// Outputs besides those of every life: fitness [tasks] double; path [tasks][steps][2] double, the places after each step; lived
// [tasks][steps] bool, false where the goal had been reached before. A life that is over stands still, learns and scores no more; what
// its learner puts out then means nothing.
func (n *graph) robot(f *task.Robot) {
	steps := f.Shape().Steps
	goal := n.input("goal", onnx.Double, tasksDim, 2)
	n.count(goal)
	a0, k := n.input("a0", onnx.Double, tasksDim), n.input("k", onnx.Double, tasksDim)
	noise := n.input("noise", onnx.Double, tasksDim, steps)
	zero := n.spread("zero", nil, onnx.Tensor{Name: "zero.one", Dims: []int{1}, Doubles: []float64{0}})
	b := n.body("lifestep")
	w := &arena{b, n.part(goal, 0), n.part(goal, 1)}

	states := []carried{
		{"action", n.filled("still", []int{n.Act}, make([]float32, n.Act))},
		{"x", zero}, {"y", zero}, {"heading", zero}, {"score", zero},
		{"going", n.spread("born", nil, onnx.Tensor{Name: "born.one", Dims: []int{1}, Bools: []bool{true}})},
	}
	action := b.input("last_action", onnx.Float, tasksDim, n.Act)
	x, y := b.input("last_x", onnx.Double, tasksDim), b.input("last_y", onnx.Double, tasksDim)
	heading, score := b.input("last_heading", onnx.Double, tasksDim), b.input("last_score", onnx.Double, tasksDim)
	going := b.input("last_going", onnx.Bool, tasksDim)
	minds, mine := n.bear(b)
	states = append(states, minds...)
	static := b.input("noise_now", onnx.Double, tasksDim)

	signal := w.signal(w.distance(x, y), a0, k, static)
	obs := b.node("Concat", []onnx.Attr{{Name: "axis", Int: 1}}, action, b.column(b.cast(onnx.Float, signal)))
	act, next := b.step(obs, mine, b.op("Unsqueeze", going, b.ints("axes.2", 1, 2)))
	clipped := b.op("Clip", act, b.scalar("minus.1", -1), b.scalar("plus.1", 1))
	x2, y2, heading2 := w.move(b.cast(onnx.Double, clipped), x, y, heading)
	away := w.distance(x2, y2)

	b.output("next_action", clipped, tasksDim, n.Act)
	for _, v := range [][3]string{{"x", x2, x}, {"y", y2, y}, {"heading", heading2, heading}, {"score", b.op("Sub", score, away), score}} {
		b.outputOf(onnx.Double, "next_"+v[0], b.op("Where", going, v[1], v[2]), tasksDim)
	}
	b.outputOf(onnx.Bool, "next_going", b.op("And", going, b.op("GreaterOrEqual", away, b.double(task.RobotRadius))), tasksDim)
	b.carry(next)
	b.report(act, next)
	place := b.node("Concat", []onnx.Attr{{Name: "axis", Int: 1}}, b.column("next_x"), b.column("next_y"))
	b.outputOf(onnx.Double, "this_path", place, tasksDim, 2)
	b.outputOf(onnx.Bool, "this_lived", going, tasksDim)

	n.scan(b, steps, states, []string{noise}, 1)
	n.outputOf(onnx.Double, "fitness", "score_end", tasksDim)
}

// An arena is the robot's world in a graph: the goal's coordinates, [tasks] like all that it computes.
type arena struct {
	*graph
	goalX, goalY string
}

// distance is sqrt(dx^2 + dy^2) to the goal.
func (w *arena) distance(x, y string) string {
	dx, dy := w.op("Sub", w.goalX, x), w.op("Sub", w.goalY, y)
	return w.op("Sqrt", w.op("Add", w.op("Mul", dx, dx), w.op("Mul", dy, dy)))
}

// signal is max(0, A0 - k ln(d/d0) + noise).
func (w *arena) signal(d, a0, k, noise string) string {
	ratio := w.op("Div", w.op("Max", d, w.double(task.SignalFloor)), w.double(task.SignalUnit))
	clean := w.op("Sub", a0, w.op("Mul", k, w.op("Log", ratio)))
	return w.op("Max", w.op("Add", clean, noise), w.double(0))
}

// move drives one step along an exact arc, as package task's robot does.
func (w *arena) move(action, x, y, heading string) (x2, y2, heading2 string) {
	way := w.op("Mul", action, w.double(task.RobotSpeed))
	left, right := w.part(way, 0), w.part(way, 1)
	turn := w.op("Div", w.op("Sub", right, left), w.double(task.RobotAxle))
	line := w.op("Mul", w.double(0.5), w.op("Add", left, right))
	half := w.op("Div", turn, w.double(2))
	arc := w.op("Div", w.op("Mul", line, w.op("Sin", half)), half)
	chord := w.op("Where", w.op("GreaterOrEqual", w.op("Abs", turn), w.double(task.RobotStraight)), arc, line)
	toward := w.op("Add", heading, half)
	cos := w.op("Sin", w.op("Add", toward, w.double(math.Pi/2))) // onnxruntime has no Cos in double
	x2 = w.op("Add", x, w.op("Mul", chord, cos))
	y2 = w.op("Add", y, w.op("Mul", chord, w.op("Sin", toward)))
	return x2, y2, w.op("Add", heading, turn)
}

// part is one column of a [tasks][n].
func (n *graph) part(v string, i int64) string {
	return n.node("Gather", []onnx.Attr{{Name: "axis", Int: 1}}, v, n.constant(onnx.Tensor{Name: "at." + string(rune('0'+i)), Ints: []int64{i}}))
}

func (n *graph) cast(to onnx.DataType, v string) string {
	return n.node("Cast", []onnx.Attr{{Name: "to", Int: int64(to)}}, v)
}
