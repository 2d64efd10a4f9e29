package cli

import (
	"context"
	"fmt"
	"strings"

	"baldwin/internal/kernel"
	"baldwin/run"
	"baldwin/task"
)

// selfCheckHash is the theta hash that every machine and every form of the kernels gets for selfCheckSpec. It changes
// with the contract, and never without it.
const selfCheckHash = "b762948b285b5fc6981d9adab7b102c2230ec38c765cd92823362c1cdb704db5"

// selfCheckSpec is a run of moments that goes through everything that decides a bit: noise, births, plastic and frozen
// steps, ranks, update.
func selfCheckSpec(r run.Registry) (run.Spec, error) {
	return run.Spec{
		Family:      run.FamilySpec{Name: "sequence", Family: &task.Sequence{Dims: 2, Shots: 3, Length: 6, Protocol: task.ClosedLoop}},
		Strategy:    run.StrategySpec{Population: 6},
		Generations: 3, Tasks: 3, MetaTest: run.MetaTestSpec{Tasks: 2},
	}.Resolve(r)
}

// selfCheck runs it with one form of the kernels and says what is wrong, if anything.
func selfCheck(ctx context.Context, r run.Registry, k kernel.ISA) error {
	spec, err := selfCheckSpec(r)
	if err != nil {
		return err
	}
	res, err := run.Train(ctx, spec, run.Options{Registry: r, Kernel: k, Threads: 2})
	if err != nil {
		return err
	}
	if res.ThetaHash != selfCheckHash {
		return fmt.Errorf("theta hash %s, want %s", short(res.ThetaHash), short(selfCheckHash))
	}
	return nil
}

// checkKernels checks every form that this machine has.
func checkKernels(ctx context.Context, r run.Registry) check {
	var fine, wrong []string
	for _, k := range kernel.Available() {
		if err := selfCheck(ctx, r, k); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", k, err))
		} else {
			fine = append(fine, k.String())
		}
	}
	if wrong != nil {
		return check{"kernels", fails, strings.Join(wrong, "; ") + ": results of this machine cannot be trusted"}
	}
	return check{"kernels", passes, strings.Join(fine, ", ") + " give the same bits, and those of every other machine"}
}
