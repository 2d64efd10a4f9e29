package life_test

import (
	"fmt"

	"baldwin/internal/kernel"
	"baldwin/internal/rng"
	"baldwin/learner"
	"baldwin/life"
	"baldwin/task"
)

// One recorded life of a newborn genome: what it saw, what it did, and how far its plastic weights moved.
func ExampleRecord() {
	family := &task.Sequence{Dims: 1, Shots: 10, Length: 20, Protocol: task.ClosedLoop}
	eprnn, err := life.Fit(learner.EPRNN(), learner.Config{}, family)
	if err != nil {
		fmt.Println(err)
		return
	}
	genome := make([]float32, eprnn.Layout.Dim)
	eprnn.Layout.Init(genome, 1)
	lot := life.Draw(family, 1, rng.Fresh, 0, 0, 1)
	one := life.Record(eprnn, family, kernel.Best(), genome, lot)[0]
	fmt.Printf("%d parameters, %d steps, fitness %.4f\n", eprnn.Layout.Parameters(), len(one.Act), one.Fitness)
	fmt.Printf("W is %d numbers a step; a newborn rule is zero, so W moved: %v\n", len(one.W[0]), one.W[0][0] != one.W[9][0])
	// Output:
	// 37313 parameters, 19 steps, fitness -0.5791
	// W is 4096 numbers a step; a newborn rule is zero, so W moved: false
}
