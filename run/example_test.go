package run_test

import (
	"context"
	"fmt"

	"baldwin/internal/kernel"
	"baldwin/run"
)

// A Spec in YAML, resolved and trained in this process, on any number of threads with the same result.
func ExampleTrain() {
	registry := run.Builtin()
	spec, err := run.ParseSpec("example.yaml", []byte(`
family: {name: sequence, dims: 1, shots: 3, length: 6}
learner: {name: eprnn, hidden: 16}
strategy: {population: 40}
generations: 900
tasks: 8
meta_test: {every: 300, tasks: 200}
`), registry)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := run.Train(context.Background(), spec, run.Options{Registry: registry, Kernel: kernel.Best()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, test := range result.Tests {
		fmt.Printf("generation %d: %.4f\n", test.Generation, test.Mean)
	}
	fmt.Printf("%s, theta %.16s\n", result.Status, result.ThetaHash)
	// Output:
	// generation 300: -1.0682
	// generation 600: -0.7434
	// generation 900: -0.4297
	// finished, theta a9e9a074e6c8b594
}
